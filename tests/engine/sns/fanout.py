"""A topic, its queues and mailboxes, as the tests of SNS need them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from studyapp.engine.log import of_kind
from studyapp.engine.names import queue_arn, topic_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.scenario import queue_policy
from studyapp.engine.sqs.events import MessageSent
from studyapp.engine.world import World

ROLE = "arn:aws:iam::123456789012:role/firehose"


def new_topic(name: str = "news", world: World | None = None, **attributes: str) -> World:
    """A world with one topic; a name that ends in .fifo makes a FIFO topic."""
    world = world or World()
    if name.endswith(".fifo"):
        attributes["FifoTopic"] = "true"
    world.call("sns.CreateTopic", "you", name=name, attributes=attributes)
    return world


def new_queue(
    world: World, name: str = "orders", topic: str = "news", is_open: bool = True
) -> None:
    """A queue that lets the topic write, unless it is not open."""
    attributes = {"Policy": queue_policy(name, [topic_arn(topic)])} if is_open else {}
    if name.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    world.call("sqs.CreateQueue", "you", queue_name=name, attributes=attributes)


def subscribe(
    world: World, endpoint: str = "orders", protocol: str = "sqs", topic: str = "news", **more: Any
) -> str:
    """`more` are attributes; mappings are written as JSON."""
    attributes = {
        name: json.dumps(value) if isinstance(value, Mapping) else value
        for name, value in more.items()
    }
    answer = world.call(
        "sns.Subscribe",
        "you",
        topic=topic,
        protocol=protocol,
        endpoint=endpoint,
        attributes=attributes,
        return_subscription_arn=True,
    )
    return str(answer)


def publish(world: World, message: str = "hello", topic: str = "news", **more: Any) -> Any:
    return world.call("sns.Publish", "shop", topic=topic, message=message, **more)


def dead_letters(queue: str) -> dict[str, str]:
    return {"deadLetterTargetArn": queue_arn(queue)}


def arrived(world: World, queue: str = "orders") -> list[str]:
    """The bodies that came into a queue."""
    return [event.body for event in of_kind(world.log, MessageSent) if event.queue == queue]


def messages(world: World, queue: str = "orders") -> list[str]:
    """What was published, out of the envelopes that came into a queue."""
    return [json.loads(body)["Message"] for body in arrived(world, queue)]


def kinds(world: World, *wanted: type) -> list[str]:
    return [type(event).__name__ for event in of_kind(world.log, *wanted)]


def refused(world: World, reason: str, action: str, **parameters: Any) -> Refused:
    """The call is refused for this reason, and leaves nothing behind but the refusal."""
    before = len(world.log)
    with pytest.raises(Refused) as caught:
        world.call(action, "you", **parameters)
    assert caught.value.reason == reason
    assert len(world.log) - before <= 2
    return caught.value

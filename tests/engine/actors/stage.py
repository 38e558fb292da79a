"""A short way to put queues and actors on a stage and look at what they did."""

from typing import Any

import pytest

from studyapp.engine.log import Called
from studyapp.engine.names import queue_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.support.worlds import same_world


class Stage:
    """A world with the queue `orders` (timeout 30 s unless told otherwise); times in seconds."""

    def __init__(self, seed: int = 0, timeout: int = 30, redrive: int = 0, **queue: Any) -> None:
        self.world = World(seed)
        attributes = {"VisibilityTimeout": str(timeout), **queue}
        if redrive:
            self.queue("lost")
            attributes["RedrivePolicy"] = (
                f'{{"deadLetterTargetArn":"{queue_arn("lost")}","maxReceiveCount":{redrive}}}'
            )
        self.queue("orders", **attributes)

    def queue(self, name: str, **attributes: Any) -> None:
        if name.endswith(".fifo"):
            attributes = {"FifoQueue": "true", **attributes}
        self.do("sqs.CreateQueue", queue_name=name, attributes=attributes)

    def do(self, action: str, by: str = "director", **parameters: Any) -> Any:
        return self.world.call(action, by, **parameters)

    def add(self, actor: str, kind: str = "consumer", **settings: Any) -> None:
        if kind in ("consumer", "fleet", "lambda-poller"):
            settings = {"queue": "orders", **settings}
        if kind == "producer":
            settings = {"to": "sqs", "target": "orders", **settings}
        self.do("sim.AddActor", actor=actor, kind=kind, settings=settings)

    def refused(self, action: str, **parameters: Any) -> tuple[str, dict[str, Any]]:
        with pytest.raises(Refused) as caught:
            self.do(action, **parameters)
        return caught.value.reason, dict(caught.value.details)

    def send(self, *bodies: str, queue: str = "orders", **parameters: Any) -> None:
        for body in bodies:
            self.do("sqs.SendMessage", "shop", queue=queue, message_body=body, **parameters)

    def fifo(self, *bodies: str, group: str = "g", queue: str = "orders.fifo") -> None:
        for body in bodies:
            self.send(
                body, queue=queue, message_group_id=group, message_deduplication_id=f"id-{body}"
            )

    def at(self, seconds: float) -> None:
        self.world.advance_to(round(seconds * 1000))

    def all(self, kind: str, **where: Any) -> list[Any]:
        """The events of a kind with these fields."""
        return [
            event
            for event in self.world.log
            if type(event).__name__ == kind
            and all(getattr(event, name) == value for name, value in where.items())
        ]

    def times(self, kind: str, **where: Any) -> list[float]:
        """When they happened, in seconds."""
        return [event.at_ms / 1000 for event in self.all(kind, **where)]

    def calls(self, action: str, by: str) -> list[Called]:
        return self.all("Called", action=action, by=by)

    def told(self, kind: str, **where: Any) -> list[tuple[str, str, float]]:
        """Who did it with which message, and when."""
        return [
            (event.by, self.body(event.message_id), event.at_ms / 1000)
            for event in self.all(kind, **where)
        ]

    def body(self, message_id: str) -> str:
        event: Any = self.world.log[int(message_id[1:])]
        return str(event.body)

    def bodies(self, queue: str = "orders") -> list[str]:
        """What the queue holds, visible or not."""
        return [message.body for message in self.world.sqs.queues[queue].messages.values()]

    def running(self, actor: str) -> bool:
        return self.world.actors.actors[actor].running

    def check(self) -> None:
        same_world(self.world)

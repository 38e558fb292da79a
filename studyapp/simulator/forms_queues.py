"""Forms for the actions of SQS."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from studyapp.engine.limits import sqs as limits
from studyapp.engine.names import bucket_arn, queue_arn, topic_arn
from studyapp.engine.scenario import attribute, queue_policy
from studyapp.engine.sqs.events import MessageSent
from studyapp.engine.sqs.message import IN_FLIGHT
from studyapp.engine.witness import label as label_of
from studyapp.engine.world import World
from studyapp.simulator.forms_parts import (
    NAME,
    QUEUE,
    ActionForm,
    Choice,
    Filled,
    FormField,
    Maker,
    Wrong,
    choice,
    chosen,
    form,
    new_name,
    number,
    of_one,
    optional,
    text,
    without,
    yes_no,
)

MESSAGE, GROUP, DEDUPLICATION_ID = _("message text"), _("message group"), _("deduplication ID")
# A reference with a longer body would make the address of the run too long.
_REFERENCE_MAX_CHARACTERS = 120


def queues(world: World) -> list[str]:
    return list(world.sqs.queues)


# Sending


def group_fields(names: list[str], world: World) -> list[FormField]:
    """What only FIFO queues and topics want; no field where there is none."""
    if not any(name.endswith(".fifo") for name in names):
        return []
    groups = [event.group for event in world.log if isinstance(event, MessageSent)]
    last = next((each for each in reversed(groups) if each), "group-1")
    return [
        text("message_group_id", GROUP, last, required=False),
        text("message_deduplication_id", DEDUPLICATION_ID, f"you-{len(world.log)}", False),
    ]


def with_group(filled: Filled, place: str) -> dict[str, Any]:
    """Group and deduplication id only where they belong: to a FIFO queue or topic."""
    if not str(filled[place]).endswith(".fifo"):
        return without(filled, "message_group_id", "message_deduplication_id")
    if "message_group_id" not in filled:
        raise Wrong("message_group_id", "missing")
    return filled


def send_message(world: World) -> ActionForm:
    names = queues(world)
    fields = [
        choice("queue", QUEUE, names),
        text("message_body", MESSAGE, "my message"),
        number("delay_seconds", _("delay (seconds)"), 0, limits.DELAY_MAX_SECONDS),
        *group_fields(names, world),
    ]
    return form("sqs.SendMessage", fields, lambda filled: with_group(filled, "queue"))


def receive_message(world: World) -> ActionForm:
    fields = [
        choice("queue", QUEUE, queues(world)),
        number("max_number_of_messages", _("at most so many messages"), 1, 10, 1),
        number("wait_time_seconds", _("wait (seconds)"), 0, limits.WAIT_MAX_SECONDS),
        number("visibility_timeout", TIMEOUT, 0, limits.VISIBILITY_TIMEOUT_MAX_SECONDS),
    ]
    return form("sqs.ReceiveMessage", fields)


# Messages that somebody has received

TIMEOUT = _("visibility timeout (seconds)")


def _lent(world: World) -> tuple[FormField, Mapping[str, tuple[str, str]]]:
    """The choice among messages in flight, and for each its queue and receipt handle: a reference to its body,
    which holds in a run with other knobs too, or the handle itself where a body stands for several messages."""
    sent = Counter(event.body for event in world.log if isinstance(event, MessageSent))
    choices, found = [], {}
    for queue in world.sqs.queues.values():
        for id, message in queue.messages.items():
            if message.state == IN_FLIGHT:
                is_clear = sent[message.body] == 1
                is_short = len(message.body) <= _REFERENCE_MAX_CHARACTERS
                handle = message.receipt_handle
                reference = f"@receipt-of:{message.body}" if is_clear and is_short else handle
                choices.append(Choice(id, f"{label_of(message.body)[:60]} ({queue.name})"))
                found[id] = (queue.name, reference)
    return chosen("message", _("message"), choices), found


def delete_message(world: World) -> ActionForm:
    field, found = _lent(world)

    def build(filled: Filled) -> dict[str, Any]:
        queue, handle = found[filled["message"]]
        return {"queue": queue, "receipt_handle": handle}

    return form("sqs.DeleteMessage", [field], build)


def change_message_visibility(world: World) -> ActionForm:
    field, found = _lent(world)
    most = limits.VISIBILITY_TIMEOUT_MAX_SECONDS
    seconds = number("visibility_timeout", _("hidden from now (seconds)"), 0, most, 30)

    def build(filled: Filled) -> dict[str, Any]:
        queue, handle = found[filled["message"]]
        timeout = filled["visibility_timeout"]
        return {"queue": queue, "receipt_handle": handle, "visibility_timeout": timeout}

    return form("sqs.ChangeMessageVisibility", [field, seconds], build)


# Queues and their attributes

_ATTRIBUTES = {
    "visibility_timeout": "VisibilityTimeout",
    "delay_seconds": "DelaySeconds",
    "message_retention_period": "MessageRetentionPeriod",
    "receive_message_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
}


def _attribute_fields(world: World) -> list[FormField]:
    sources = [Choice(topic_arn(each), each) for each in world.sns.topics]
    sources += [Choice(bucket_arn(each), each) for each in world.s3.buckets]
    targets = choice("dead_letter_queue", _("dead-letter queue"), queues(world))
    return [
        number("visibility_timeout", TIMEOUT, 0, limits.VISIBILITY_TIMEOUT_MAX_SECONDS),
        number("delay_seconds", _("delay (seconds)"), 0, limits.DELAY_MAX_SECONDS),
        number(
            "message_retention_period",
            _("messages are kept for (seconds)"),
            limits.RETENTION_MIN_SECONDS,
            limits.RETENTION_MAX_SECONDS,
        ),
        number(
            "receive_message_wait_time_seconds",
            _("long polling (seconds)"),
            0,
            limits.WAIT_MAX_SECONDS,
        ),
        optional(targets, _("leave as it is")),
        number(
            "max_receive_count",
            _("receives before the dead-letter queue"),
            limits.RECEIVE_COUNT_MIN,
            limits.RECEIVE_COUNT_MAX,
        ),
        optional(chosen("open_to", _("let this one send here"), sources), _("leave as it is")),
    ]


def _attributes(filled: Filled, queue: str) -> dict[str, str]:
    found = {spelled: str(filled[name]) for name, spelled in _ATTRIBUTES.items() if name in filled}
    if "dead_letter_queue" in filled:
        policy = {
            "deadLetterTargetArn": queue_arn(filled["dead_letter_queue"]),
            "maxReceiveCount": filled.get("max_receive_count", 3),
        }
        found["RedrivePolicy"] = attribute(policy)
    if "open_to" in filled:
        found["Policy"] = queue_policy(queue, [filled["open_to"]])
    return found


def create_queue(world: World) -> ActionForm:
    fields = [
        new_name("queue_name", NAME, "my-queue", queues(world)),
        yes_no("fifo", _("FIFO")),
        yes_no("content_based_deduplication", _("deduplicate by content (FIFO)")),
        *_attribute_fields(world),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        name = re.sub(r"\.fifo$", "", filled["queue_name"])
        attributes = {}
        if filled["fifo"]:
            name += ".fifo"
            attributes["FifoQueue"] = "true"
            if filled["content_based_deduplication"]:
                attributes["ContentBasedDeduplication"] = "true"
        attributes |= _attributes(filled, name)
        return {"queue_name": name, **({"attributes": attributes} if attributes else {})}

    return form("sqs.CreateQueue", fields, build)


def set_queue_attributes(world: World) -> ActionForm:
    def build(filled: Filled) -> dict[str, Any]:
        attributes = _attributes(filled, filled["queue"])
        if not attributes:
            raise Wrong("visibility_timeout", "same")
        return {"queue": filled["queue"], "attributes": attributes}

    fields = [choice("queue", QUEUE, queues(world)), *_attribute_fields(world)]
    return form("sqs.SetQueueAttributes", fields, build)


# Redrive


def _dead_letter_queues(world: World) -> list[str]:
    named = {queue.dead_letter_queue for queue in world.sqs.queues.values()}
    return [name for name in world.sqs.queues if name in named]


def start_message_move_task(world: World) -> ActionForm:
    target = choice("destination", _("destination"), queues(world))
    fields = [
        choice("source", _("dead-letter queue"), _dead_letter_queues(world)),
        optional(target, _("where each message came from")),
        number(
            "max_number_of_messages_per_second",
            _("messages per second"),
            1,
            limits.MOVE_TASK_MAX_PER_SECOND,
        ),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        found = {"source_arn": queue_arn(filled["source"])}
        if "destination" in filled:
            found["destination_arn"] = queue_arn(filled["destination"])
        return found | without(filled, "source", "destination")

    return form("sqs.StartMessageMoveTask", fields, build)


def cancel_message_move_task(world: World) -> ActionForm:
    tasks = [
        Choice(task.handle, queue.name)
        for queue in world.sqs.queues.values()
        for task in queue.move_tasks.values()
        if task.status == "RUNNING"
    ]
    return form("sqs.CancelMessageMoveTask", [chosen("task_handle", _("redrive of"), tasks)])


FORMS: Mapping[str, Maker] = {
    "sqs.SendMessage": send_message,
    "sqs.ReceiveMessage": receive_message,
    "sqs.DeleteMessage": delete_message,
    "sqs.ChangeMessageVisibility": change_message_visibility,
    "sqs.CreateQueue": create_queue,
    "sqs.SetQueueAttributes": set_queue_attributes,
    "sqs.DeleteQueue": of_one("sqs.DeleteQueue", QUEUE, queues),
    "sqs.PurgeQueue": of_one("sqs.PurgeQueue", QUEUE, queues),
    "sqs.StartMessageMoveTask": start_message_move_task,
    "sqs.CancelMessageMoveTask": cancel_message_move_task,
}

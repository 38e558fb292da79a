"""How a producer hands its messages to SQS, SNS, Kinesis or Firehose, and which of them were throttled."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.log import plain
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.actors.producer_settings import ProducerSettings
    from studyapp.engine.world import World

# Refusals after which the same call may succeed a little later.
THROTTLED = frozenset(
    {
        "fifo-throughput-exceeded",
        "publish-throttled",
        "shard-write-bytes-exceeded",
        "shard-write-records-exceeded",
        "firehose-unavailable",
    }
)


class Item(NamedTuple):
    """One message to send: its number, and the key that was chosen for it ('' for none)."""

    number: int
    key: str


def _filled(template: str, item: Item) -> str:
    return template.replace("{n}", str(item.number)).replace("{key}", item.key)


def body(settings: "ProducerSettings", item: Item) -> str:
    """The text of a message, filled up with dots to `size_bytes`."""
    text = settings.body.replace("{n}", str(item.number)).replace("{key}", item.key)
    if settings.size_bytes:
        size_bytes = len(text) if text.isascii() else len(text.encode())
        text += "." * (settings.size_bytes - size_bytes)
    return text


def _attributes(settings: "ProducerSettings", item: Item) -> Any:
    found = {}
    for text in settings.attributes:
        name, _, value = text.partition("=")
        name, _, data_type = name.partition(":")
        found[name] = {"data_type": data_type or "String", "string_value": _filled(value, item)}
    return plain(found)


def _message(settings: "ProducerSettings", item: Item, found: dict[str, Any]) -> dict[str, Any]:
    """A message with what SQS and SNS both take."""
    if item.key:
        found["message_group_id"] = item.key
    if settings.deduplication_id:
        found["message_deduplication_id"] = _filled(settings.deduplication_id, item)
    if settings.attributes:
        found["message_attributes"] = _attributes(settings, item)
    return found


def _for_queue(settings: "ProducerSettings", item: Item, name: str, value: str) -> dict[str, Any]:
    found: dict[str, Any] = {name: value, "message_body": body(settings, item)}
    if item.key or settings.deduplication_id or settings.attributes:
        _message(settings, item, found)
    if settings.delay_seconds >= 0:
        found["delay_seconds"] = settings.delay_seconds
    return found


def _for_topic(settings: "ProducerSettings", item: Item, name: str, value: str) -> dict[str, Any]:
    return _message(settings, item, {name: value, "message": body(settings, item)})


def to_sqs(world: "World", by: str, settings: "ProducerSettings", items: list[Item]) -> list[int]:
    if settings.batch_size == 1:
        world.ask("sqs.SendMessage", by, _for_queue(settings, items[0], "queue", settings.target))
        return []
    entries = plain(
        [_for_queue(settings, item, "id", str(place)) for place, item in enumerate(items)]
    )
    answer = world.ask("sqs.SendMessageBatch", by, {"queue": settings.target, "entries": entries})
    return [int(each.id) for each in answer.failed if each.reason in THROTTLED]


def to_sns(world: "World", by: str, settings: "ProducerSettings", items: list[Item]) -> list[int]:
    if settings.batch_size == 1:
        world.ask("sns.Publish", by, _for_topic(settings, items[0], "topic", settings.target))
        return []
    entries = plain(
        [_for_topic(settings, item, "id", str(place)) for place, item in enumerate(items)]
    )
    parameters = {"topic": settings.target, "publish_batch_request_entries": entries}
    answer = world.ask("sns.PublishBatch", by, parameters)
    return [int(each.id) for each in answer.failed if each.reason in THROTTLED]


def to_kinesis(
    world: "World", by: str, settings: "ProducerSettings", items: list[Item]
) -> list[int]:
    records = [
        {"data": body(settings, item), "partition_key": item.key or str(item.number)}
        for item in items
    ]
    if settings.batch_size == 1:
        world.ask("kinesis.PutRecord", by, {"stream": settings.target, **records[0]})
        return []
    parameters = {"stream": settings.target, "records": plain(records)}
    answer = world.ask("kinesis.PutRecords", by, parameters)
    return [place for place, each in enumerate(answer.records) if each.error_code]


def to_firehose(
    world: "World", by: str, settings: "ProducerSettings", items: list[Item]
) -> list[int]:
    size_bytes = settings.size_bytes
    records = plain(
        [{"Data": _filled(settings.body, item), "SizeBytes": size_bytes} for item in items]
    )
    parameters = {"delivery_stream": settings.target}
    if settings.batch_size == 1:
        world.ask("firehose.PutRecord", by, {**parameters, "record": records[0]})
        return []
    answer = world.ask("firehose.PutRecordBatch", by, {**parameters, "records": records})
    return [place for place, each in enumerate(answer.request_responses) if each.error_code]


_CALLS: Mapping[str, Callable[..., list[int]]] = {
    "sqs": to_sqs,
    "sns": to_sns,
    "kinesis": to_kinesis,
    "firehose": to_firehose,
}


def send(
    world: "World", by: str, settings: "ProducerSettings", items: list[Item]
) -> tuple[list[Item], str]:
    """Send at most a batch. Returns the messages that were throttled, and the reason if all of them were."""
    try:
        places = _CALLS[settings.to](world, by, settings, items)
    except Refused as refusal:
        return (items, refusal.reason) if refusal.reason in THROTTLED else ([], "")
    return ([items[place] for place in places], "part-throttled") if places else ([], "")

"""What a message may be: its text, subject, structure, attributes and ids."""

import base64
import binascii
import json
import re
from typing import Any, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.limits import sns as limits
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.json_text import json_object
from studyapp.engine.sns.topic import Topic

PROTOCOLS = (
    "http",
    "https",
    "email",
    "email-json",
    "sms",
    "sqs",
    "application",
    "lambda",
    "firehose",
)
_ID = re.compile(r"[!-~]{1,128}", re.ASCII)
_ATTRIBUTE_NAME = re.compile(r"(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)", re.ASCII)
_DATA_TYPE = re.compile(r"(String|Number|Binary)(\.[!-~]{1,249})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Message(NamedTuple):
    """A message that was found good. Attributes have AWS's spelling, DataType and StringValue."""

    body: str
    subject: str | None
    structure: str
    attributes: Pairs
    message_group_id: str | None
    deduplication_id: str | None
    size_bytes: int


def checked(
    topic: Topic | None,
    body: str,
    subject: str | None,
    structure: str | None,
    attributes: Any,
    message_group_id: str | None,
    deduplication_id: str | None,
) -> Message:
    """A message for a topic, or without one straight to an endpoint.

    Raises:
        Refused: publish-message-..., subject-invalid, message-structure-..., publish-attribute-...,
            topic-group-..., topic-deduplication-...
    """
    if not body:
        raise Refused("publish-message-empty")
    if subject is not None and (
        not subject or len(subject) >= limits.SUBJECT_LENGTH_BELOW or _CONTROL.search(subject)
    ):
        raise Refused("subject-invalid")
    if structure is not None:
        if structure != "json":
            raise Refused("message-structure-invalid")
        bodies(body, structure)
    frozen = _attributes(attributes) if attributes else ()
    size_bytes = len(body) if body.isascii() else len(body.encode())
    if frozen:
        size_bytes += sum(_size_bytes(name, fields) for name, fields in frozen)
    limit = limits.MESSAGE_BYTES_DEFAULT if topic is None else topic.message_bytes_max
    if size_bytes > limit:
        raise Refused("publish-message-too-long")
    check_ids(topic, message_group_id, deduplication_id)
    return Message(
        body, subject, structure or "", frozen, message_group_id, deduplication_id, size_bytes
    )


def check_ids(
    topic: Topic | None, message_group_id: str | None, deduplication_id: str | None
) -> None:
    """Group and deduplication id (SNS-43, SNS-44, SNS-X35)."""
    if message_group_id is not None and not _ID.fullmatch(message_group_id):
        raise Refused("topic-group-invalid")
    if topic is None or not topic.fifo:
        if deduplication_id is not None:
            raise Refused("topic-deduplication-not-for-standard")
        return
    if message_group_id is None:
        raise Refused("topic-group-missing")
    if deduplication_id is None:
        if not topic.content_based_deduplication:
            raise Refused("topic-deduplication-missing")
    elif not _ID.fullmatch(deduplication_id):
        raise Refused("topic-deduplication-invalid")


def bodies(body: str, structure: str) -> dict[str, str]:
    """What each protocol gets; empty where all get the body itself (SNS-X23).

    Raises:
        Refused: message-structure-not-json, message-structure-no-default.
    """
    if structure != "json":
        return {}
    if json_object(body) is None:
        raise Refused("message-structure-not-json")
    pairs = json.loads(body, object_pairs_hook=tuple, parse_int=float)
    names = [name for name, _ in pairs]
    texts = {name: text for name, text in pairs if isinstance(text, str)}
    if len(set(names)) < len(names):
        raise Refused("message-structure-not-json")
    if "default" not in texts:
        raise Refused("message-structure-no-default")
    return {protocol: texts.get(protocol, texts["default"]) for protocol in PROTOCOLS}


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _attributes(given: Any) -> Pairs:
    """Message attributes (SNS-X25), each a mapping with `data_type` (or `DataType`) and a value."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, value in given:
        if not _ATTRIBUTE_NAME.fullmatch(name) or name.lower().startswith(("aws.", "amazon.")):
            raise Refused("publish-attribute-name", name=name[:80])
        fields: dict[str, Any] = {}
        if isinstance(value, tuple) and all(
            isinstance(pair, tuple) and len(pair) == 2 and type(pair[0]) is str for pair in value
        ):
            fields = {_folded(key): each for key, each in value}
        data_type = fields.get("datatype")
        if type(data_type) is not str or not (kind := _DATA_TYPE.fullmatch(data_type)):
            raise Refused("publish-attribute-type", name=name)
        key = "BinaryValue" if kind[1] == "Binary" else "StringValue"
        text = fields.get(key.lower())
        if type(text) is not str or not text or (key == "BinaryValue" and _binary(text) is None):
            raise Refused("publish-attribute-value-missing", name=name, data_type=data_type)
        if kind[1] == "Number" and not _NUMBER.fullmatch(text):
            raise Refused("publish-attribute-not-a-number", name=name)
        found[name] = (("DataType", data_type), (key, text))
    return tuple(found.items())


def _binary(text: str) -> bytes | None:
    """The bytes that Base64 text stands for; None for other text."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _size_bytes(name: str, fields: tuple[tuple[str, str], ...]) -> int:
    (_, data_type), (key, text) = fields
    value = (_binary(text) or b"") if key == "BinaryValue" else text.encode()
    return len(name.encode()) + len(data_type) + len(value)

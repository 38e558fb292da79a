"""What a message may hold: characters, message attributes and their size (SQS-X21, SQS-X23)."""

import base64
import binascii
import re

from studyapp.engine.calls import Pairs
from studyapp.engine.limits.sqs import ATTRIBUTE_NAME_MAX_CHARACTERS, ATTRIBUTES_MAX_PER_MESSAGE
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import Attribute

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"(?!(?:aws|amazon)\.)(?!.*\.\.)(?!\.)[A-Za-z0-9_.-]+(?<!\.)", re.I)
_DATA_TYPE = re.compile(r"(String|Number|Binary)(\.[!-~]+)?")
_NUMERAL = re.compile(r"[+-]?([0-9]{1,38}(\.[0-9]{0,38})?|\.[0-9]{1,38})([eE][+-]?[0-9]{1,3})?")


def size_of_text(text: str) -> int:
    """In bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def check_body(body: str) -> None:
    """Whether this can be a body.

    Raises:
        Refused: message-body-empty or message-characters-forbidden.
    """
    if not body:
        raise Refused("message-body-empty")
    if not (body.isascii() and body.isprintable()) and _FORBIDDEN.search(body):
        raise Refused("message-characters-forbidden")


def read_attributes(given: Pairs) -> tuple[Attribute, ...]:
    """Message attributes as (name, data type, value).

    Each is given as a mapping with `data_type` and `string_value` or, as Base64 text, `binary_value`.

    Raises:
        Refused: for more than ten, or a name, type or value that SQS does not take.
    """
    if len(given) > ATTRIBUTES_MAX_PER_MESSAGE:
        raise Refused("too-many-message-attributes", count=len(given))
    attributes = tuple(_attribute(name, value) for name, value in given)
    if len({name for name, _, _ in attributes}) < len(attributes):
        raise Refused("message-attribute-name-wrong", name=attributes[0][0][:80])
    return attributes


def _attribute(name: str, value: object) -> Attribute:
    if len(name) > ATTRIBUTE_NAME_MAX_CHARACTERS or not _ATTRIBUTE_NAME.fullmatch(name):
        raise Refused("message-attribute-name-wrong", name=name[:80])
    data_type, text, key = _fields(name, value)
    kind = _DATA_TYPE.fullmatch(data_type)
    if kind is None or len(data_type) > ATTRIBUTE_NAME_MAX_CHARACTERS:
        raise Refused("message-attribute-type-wrong", name=name)
    if (kind[1] == "Binary") != (key == "binary_value"):
        raise Refused("message-attribute-malformed", name=name)
    if not text:
        raise Refused("message-attribute-empty", name=name, data_type=kind[1])
    if kind[1] == "Number" and not _NUMERAL.fullmatch(text):
        raise Refused("message-attribute-not-a-number", name=name)
    if kind[1] == "Binary" and _decoded(text) is None:
        raise Refused("message-attribute-not-binary", name=name)
    if _FORBIDDEN.search(text):
        raise Refused("message-characters-forbidden")
    return name, data_type, text


def _fields(name: str, value: object) -> tuple[str, str, str]:
    """The data type, the value, and under which name it was given."""
    fields: dict[str, str] = {}
    pairs = value if isinstance(value, tuple) else ()
    for pair in pairs:
        if isinstance(pair, tuple) and len(pair) == 2 and all(type(each) is str for each in pair):
            fields[pair[0]] = pair[1]
    keys = [key for key in ("string_value", "binary_value") if key in fields]
    if "data_type" not in fields or len(keys) != 1 or not len(pairs) == len(fields) == 2:
        raise Refused("message-attribute-malformed", name=name)
    return fields["data_type"], fields[keys[0]], keys[0]


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def size_of_attributes(attributes: tuple[Attribute, ...]) -> int:
    """Names, types and values in bytes; they count towards the size of the message."""
    size = 0
    for name, data_type, text in attributes:
        size += size_of_text(name) + size_of_text(data_type)
        size += len(_decoded(text) or b"") if data_type.startswith("Binary") else size_of_text(text)
    return size


def read_system_attributes(given: Pairs) -> str | None:
    """The X-Ray trace header, the only system attribute that a sender may set. It does not count as size.

    Raises:
        Refused: system-attribute-wrong or message-attribute-malformed.
    """
    header = None
    for name, value in given:
        data_type, text, _ = _fields(name[:80], value)
        if name != "AWSTraceHeader" or data_type != "String" or not text:
            raise Refused("system-attribute-wrong", name=name[:80])
        header = text
    return header

"""Protocols and endpoints: what an endpoint of each protocol looks like (SNS-X37)."""

import re
from typing import TYPE_CHECKING

from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.message import PROTOCOLS

if TYPE_CHECKING:
    from studyapp.engine.world import World

# Above 256 KiB a topic delivers to these only (SNS-X21).
LARGE_MESSAGE_PROTOCOLS = frozenset({"sqs", "lambda", "firehose"})
# An endpoint of these has to say yes first (SNS-X20).
CONFIRMED_FIRST = frozenset({"http", "https", "email", "email-json"})
_QUEUE = re.compile(
    r"(arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:)?([\w-]{1,75}\.fifo|[\w-]{1,80})", re.ASCII
)
_FUNCTION = re.compile(
    r"(arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[\w-]{1,64}(:[\w$-]{1,128})?", re.ASCII
)
_DELIVERY_STREAM = re.compile(
    r"(arn:aws:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/)?[\w.-]{1,64}", re.ASCII
)
_PLATFORM_ENDPOINT = re.compile(
    r"(arn:aws:sns:[a-z0-9-]+:[0-9]{12}:endpoint/[\w-]+/[\w.-]+/)?[\w-]{1,64}", re.ASCII
)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
PHONE_NUMBER = re.compile(r"\+?[1-9][0-9]{1,14}", re.ASCII)
_FORMS = {
    "sqs": (_QUEUE, "endpoint-not-a-queue"),
    "lambda": (_FUNCTION, "endpoint-not-a-function"),
    "firehose": (_DELIVERY_STREAM, "endpoint-not-a-delivery-stream"),
    "application": (_PLATFORM_ENDPOINT, "endpoint-not-a-platform-endpoint"),
    "email": (_EMAIL, "endpoint-not-an-email-address"),
    "email-json": (_EMAIL, "endpoint-not-an-email-address"),
    "sms": (PHONE_NUMBER, "endpoint-not-a-phone-number"),
}
_ENDPOINT_LENGTH_MAX = 2_048


def address_of(protocol: str, endpoint: str) -> str:
    """The short name of an endpoint: of a queue, function, delivery stream or platform endpoint its name,
    else the address itself.

    >>> address_of("sqs", "arn:aws:sqs:us-east-1:123456789012:orders")
    'orders'
    """
    if protocol == "lambda" and endpoint.startswith("arn:aws:lambda:"):
        return endpoint.split(":")[6]
    if protocol in ("sqs", "lambda", "firehose", "application"):
        return short(endpoint)
    return endpoint


def check(world: "World", protocol: str, endpoint: str) -> None:
    """An endpoint as AWS writes it, or the name of a mailbox of this protocol.

    Raises:
        Refused: protocol-unknown, endpoint-not-...
    """
    if protocol not in PROTOCOLS:
        raise Refused("protocol-unknown", protocol=protocol[:80])
    mailbox = world.sns.endpoints.get(endpoint)
    if mailbox is not None and mailbox.protocol == protocol:
        return
    if protocol in ("http", "https"):
        fits = re.match(f"{protocol}://[^/\\s]", endpoint) is not None
        reason = "endpoint-not-of-protocol"
    else:
        pattern, reason = _FORMS[protocol]
        fits = pattern.fullmatch(endpoint) is not None
    if not fits or len(endpoint) > _ENDPOINT_LENGTH_MAX:
        raise Refused(reason, endpoint=endpoint[:80])

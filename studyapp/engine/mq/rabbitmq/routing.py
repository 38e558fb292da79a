"""From exchange to queues: which bindings a message matches (RMQ-X01).

An exchange keeps its bindings in the way its type looks them up, so that routing never walks over messages
and a direct or fanout exchange not even over bindings.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from studyapp.engine.calls import Pairs

DIRECT, FANOUT, TOPIC, HEADERS = "direct", "fanout", "topic", "headers"
EXCHANGE_TYPES = (DIRECT, FANOUT, TOPIC, HEADERS)
HEADER_MATCHES = ("all", "any", "all-with-x", "any-with-x")

# What every broker has from the start; the exchange without a name knows every queue by the queue's name.
DEFAULT_EXCHANGE = ""
EXCHANGES_FROM_THE_START: tuple[tuple[str, str], ...] = (
    ("amq.direct", DIRECT),
    ("amq.fanout", FANOUT),
    ("amq.topic", TOPIC),
    ("amq.headers", HEADERS),
    ("amq.match", HEADERS),
)


@dataclass(slots=True)
class Exchange:
    """`routes`: binding key, then queue, then the arguments of each binding. A fanout exchange keeps every
    binding under the key ""; so does a headers exchange."""

    name: str
    exchange_type: str
    durable: bool = True
    routes: dict[str, dict[str, list[Pairs]]] = field(default_factory=dict)


def binding_key(exchange: Exchange, routing_key: str) -> str:
    """The key under which an exchange keeps a binding."""
    return routing_key if exchange.exchange_type in (DIRECT, TOPIC) else ""


def routed(exchange: Exchange, routing_key: str, headers: Pairs) -> tuple[str, ...]:
    """The names of the queues that get the message, each once, in the order of binding."""
    routes = exchange.routes
    kind = exchange.exchange_type
    if kind == DIRECT:
        return tuple(routes.get(routing_key, ()))
    if kind == FANOUT:
        return tuple(routes.get("", ()))
    found: dict[str, None] = {}
    if kind == TOPIC:
        for pattern, queues in routes.items():
            if topic_matches(pattern, routing_key):
                found.update(dict.fromkeys(queues))
    else:
        for queue, bindings in routes.get("", {}).items():
            if any(headers_match(arguments, headers) for arguments in bindings):
                found[queue] = None
    return tuple(found)


@lru_cache(maxsize=4096)
def topic_matches(pattern: str, key: str) -> bool:
    """Whether a topic pattern matches a routing key.

    Both are words with dots between them. "*" stands for exactly one word, "#" for none or more.

    >>> topic_matches("orders.*.eu", "orders.paid.eu"), topic_matches("orders.#", "orders")
    (True, True)
    """
    words = key.split(".") if key else []
    # reached[n]: the part of the pattern so far matches the first n words.
    reached = [True] + [False] * len(words)
    for part in pattern.split(".") if pattern else []:
        if part == "#":
            before = False
            for place, now in enumerate(reached):
                before = before or now
                reached[place] = before
        else:
            reached = [False] + [
                reached[place] and part in ("*", word) for place, word in enumerate(words)
            ]
    return reached[-1]


def headers_match(arguments: Pairs, headers: Pairs) -> bool:
    """Whether a message's headers satisfy a binding: all of its arguments (the default) or any of them.

    Arguments that begin with "x-" count only for "all-with-x" and "any-with-x".
    """
    wanted = dict(arguments)
    mode = wanted.pop("x-match", "all")
    if mode in ("all", "any"):
        wanted = {name: value for name, value in wanted.items() if not name.startswith("x-")}
    given = dict(headers)
    matches = [name in given and _same(given[name], value) for name, value in wanted.items()]
    return any(matches) if mode in ("any", "any-with-x") else all(matches)


def _same(given: Any, wanted: Any) -> bool:
    """true and 1 are different headers; a binding without a value asks for the header alone."""
    return wanted is None or (type(given) is type(wanted) and given == wanted)

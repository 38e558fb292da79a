"""What a client tells a broker, as a short Python program: stomp.py for ActiveMQ, pika for RabbitMQ.

AWS has no command for it: who sends through a broker speaks the broker's own protocol. Both libraries are open
source, and both engines of Amazon MQ take them as they are.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from studyapp.engine.log import Event
from studyapp.engine.mq.activemq.events import ConsumerSubscribed
from studyapp.engine.mq.events import BrokerCreated
from studyapp.engine.names import REGION, short
from studyapp.simulator.code_panel_requests import OF_CLIENTS
from studyapp.simulator.code_panel_structures import texts_by_name
from studyapp.simulator.code_panel_text import called, literal

_STOMP_PORT, _AMQPS_PORT = 61614, 5671
_INSTANCE = re.compile(r"-(\d+)$")


@dataclass(frozen=True, slots=True)
class _Broker:
    """What a program has to know of a broker to reach it."""

    name: str
    is_rabbitmq: bool
    servers: int

    @property
    def id(self) -> str:
        """An id like those of Amazon MQ; the same name gives the same."""
        return f"b-{uuid5(NAMESPACE_DNS, self.name)}"

    def host(self, instance: int = 0) -> str:
        """An instance of ActiveMQ has an address of its own; RabbitMQ has one for all nodes."""
        suffix = f"-{instance}" if instance else ""
        return f"{self.id}{suffix}.mq.{REGION}.amazonaws.com"


def client_of(
    action: str, given: Mapping[str, Any], by: str, log: Sequence[Event]
) -> tuple[str, str] | None:
    """(program, library) of what a client of a broker does; None for any other action. `log` tells which engine
    the broker runs, and how many instances it has."""
    if action not in OF_CLIENTS and not action.startswith("amqp."):
        return None
    broker = _broker(action, short(str(given.get("broker", ""))), log)
    what = action.partition(".")[2]
    if action in OF_CLIENTS and not broker.is_rabbitmq:
        lines = _STOMP[what](broker, given, by, log)
        return "\n".join(lines), "stomp.py"
    of_engine = _PIKA_OF_MQ if action in OF_CLIENTS else _PIKA
    if what not in of_engine:
        return None
    return "\n".join(_pika(broker, of_engine[what](given, by))), "pika"


def _broker(action: str, name: str, log: Sequence[Event]) -> _Broker:
    for event in reversed(log):
        if isinstance(event, BrokerCreated) and event.broker == name:
            return _Broker(name, event.engine_type == "RABBITMQ", len(event.servers))
    return _Broker(name, action.startswith("amqp."), 1)


# ActiveMQ

Lines = list[str]
_ACKNOWLEDGEMENTS = {"auto": "auto", "client": "client"}


def _address(destination: Any, destination_type: Any) -> str:
    return f"/{'topic' if destination_type == 'topic' else 'queue'}/{destination}"


def _connected(broker: _Broker, given: Mapping[str, Any], client_id: str = "") -> Lines:
    """A client that knows every instance tries one after the other, as the failover transport does."""
    instances = range(1, broker.servers + 1)
    found = _INSTANCE.search(str(given.get("endpoint") or ""))
    if given.get("failover") is False:
        instances = range(int(found[1]), int(found[1]) + 1) if found else range(1, 2)
    hosts = "".join(f'    ("{broker.host(each)}", {_STOMP_PORT}),\n' for each in instances)
    attempts = "" if given.get("failover") is False else ", reconnect_attempts_max=-1"
    headers = f", headers={literal({'client-id': client_id})}" if client_id else ""
    return [
        "import os",
        "",
        "import stomp",
        "",
        f"hosts = [\n{hosts}]",
        f"connection = stomp.Connection12(hosts{attempts})",
        "connection.set_ssl(hosts)",
        'user, password = os.environ["MQ_USER"], os.environ["MQ_PASSWORD"]',
        f"connection.connect(user, password, wait=True{headers})",
    ]


def _stomp_connect(
    broker: _Broker, given: Mapping[str, Any], by: str, log: Sequence[Event]
) -> Lines:
    return _connected(broker, given)


def _stomp_disconnect(
    broker: _Broker, given: Mapping[str, Any], by: str, log: Sequence[Event]
) -> Lines:
    return [*_connected(broker, {}), "connection.disconnect()"]


def _stomp_send(broker: _Broker, given: Mapping[str, Any], by: str, log: Sequence[Event]) -> Lines:
    lines = _connected(broker, {})
    is_persistent = given.get("persistent", True)
    headers = literal({"persistent": "true" if is_persistent else "false"})
    if lifetime_ms := given.get("time_to_live_ms"):
        lines = [*lines[:1], "import time", *lines[1:]]
        headers = f'{headers[:-1]}, "expires": str(round(time.time() * 1000) + {lifetime_ms})}}'
    address = _address(given.get("destination", ""), given.get("destination_type"))
    return [
        *lines,
        f"connection.send(\n    {literal(address)},\n    {literal(given.get('body', ''))},\n"
        f"    headers={headers},\n)",
        "connection.disconnect()",
    ]


def _listening(broker: _Broker, given: Mapping[str, Any], by: str, answer: str) -> Lines:
    """A program that consumes; `answer` is what it does with each message."""
    subscription = str(given.get("subscription") or "")
    mode = str(given.get("acknowledgement") or "individual")
    arguments: dict[str, Any] = {
        "destination": _address(given.get("destination", ""), given.get("destination_type")),
        "id": "1",
        "ack": _ACKNOWLEDGEMENTS.get(mode, "client-individual"),
    }
    headers = {}
    prefetch = given.get("prefetch", -1)
    if isinstance(prefetch, int) and prefetch >= 0:
        headers["activemq.prefetchSize"] = str(prefetch)
    if subscription:
        headers["activemq.subscriptionName"] = subscription
    if headers:
        arguments["headers"] = headers
    return [
        *_connected(broker, {}, by if subscription else ""),
        "",
        "",
        "class Worker(stomp.ConnectionListener):",
        "    def on_message(self, frame):",
        "        print(frame.body)",
        *([f"        {answer}"] if answer and mode != "auto" else []),
        "",
        "",
        'connection.set_listener("", Worker())',
        called("connection.subscribe", arguments),
    ]


_ACK, _NACK = (f'connection.{word}(frame.headers["ack"])' for word in ("ack", "nack"))


def _stomp_subscribe(
    broker: _Broker, given: Mapping[str, Any], by: str, log: Sequence[Event]
) -> Lines:
    return _listening(broker, given, by, _ACK)


def _answering(answer: str) -> Callable[..., Lines]:
    def lines(broker: _Broker, given: Mapping[str, Any], by: str, log: Sequence[Event]) -> Lines:
        return _listening(broker, _subscription_of(broker.name, by, log), by, answer)

    return lines


def _subscription_of(broker: str, by: str, log: Sequence[Event]) -> Mapping[str, Any]:
    """How this client consumes; an answer alone does not say."""
    for event in reversed(log):
        if isinstance(event, ConsumerSubscribed) and (event.broker, event.by) == (broker, by):
            mode = event.acknowledgement
            return {**event._asdict(), "acknowledgement": "client" if mode == "auto" else mode}
    return {"destination": "orders"}


def _stomp_unsubscribe(
    broker: _Broker, given: Mapping[str, Any], by: str, log: Sequence[Event]
) -> Lines:
    headers = literal({"activemq.subscriptionName": str(given.get("subscription", ""))})
    return [
        *_connected(broker, {}, by),
        f'connection.unsubscribe("1", headers={headers})',
        "connection.disconnect()",
    ]


_STOMP: Mapping[str, Callable[..., Lines]] = {
    "Connect": _stomp_connect,
    "Disconnect": _stomp_disconnect,
    "Send": _stomp_send,
    "Subscribe": _stomp_subscribe,
    "Unsubscribe": _stomp_unsubscribe,
    "Acknowledge": _answering(_ACK),
    "Reject": _answering(_NACK),
}


# RabbitMQ


def _pika(broker: _Broker, lines: Lines) -> Lines:
    return [
        "import os",
        "",
        "import pika",
        "",
        'user, password = os.environ["MQ_USER"], os.environ["MQ_PASSWORD"]',
        f'url = f"amqps://{{user}}:{{password}}@{broker.host()}:{_AMQPS_PORT}"',
        "connection = pika.BlockingConnection(pika.URLParameters(url))",
        "channel = connection.channel()",
        *lines,
    ]


_CLOSE = "connection.close()"


def _declare(queue: Any, queue_type: str = "quorum") -> str:
    arguments = {"queue": queue, "durable": True, "arguments": {"x-queue-type": queue_type}}
    return called("channel.queue_declare", arguments)


def _publish(
    exchange: Any, routing_key: Any, given: Mapping[str, Any], expiration_ms: Any, headers: Any
) -> str:
    properties: dict[str, Any] = {"delivery_mode": 2 if given.get("persistent", True) else 1}
    if expiration_ms is not None:
        properties["expiration"] = str(expiration_ms)
    if headers:
        properties["headers"] = headers
    mandatory = "    mandatory=True,\n" if given.get("mandatory") else ""
    return (
        "channel.basic_publish(\n"
        f"    exchange={literal(exchange)},\n"
        f"    routing_key={literal(routing_key)},\n"
        f"    body={literal(given.get('body', ''))},\n"
        f"    properties={called('pika.BasicProperties', properties)},\n"
        f"{mandatory})"
    )


def _mq_send(given: Mapping[str, Any], by: str) -> Lines:
    destination = str(given.get("destination", ""))
    lifetime_ms = given.get("time_to_live_ms") or None
    if given.get("destination_type") == "topic":
        exchange, _, key = destination.partition("/")
        declared = {"exchange": exchange, "exchange_type": "topic", "durable": True}
        first = called("channel.exchange_declare", declared)
        return [first, _publish(exchange, key, given, lifetime_ms, None), _CLOSE]
    return [_declare(destination), _publish("", destination, given, lifetime_ms, None), _CLOSE]


def _consume(queue: str, prefetch: Any, answer: str, auto_ack: bool = False) -> Lines:
    limit = [f"channel.basic_qos(prefetch_count={prefetch})"] if prefetch else []
    arguments = {"queue": queue, **({"auto_ack": True} if auto_ack else {})}
    consume = called("channel.basic_consume", arguments).replace(
        "queue=", "on_message_callback=handle, queue="
    )
    return [
        *limit,
        "",
        "",
        "def handle(channel, method, properties, body):",
        "    print(body.decode())",
        *([f"    {answer}"] if answer and not auto_ack else []),
        "",
        "",
        consume,
        "channel.start_consuming()",
    ]


_BASIC_ACK = "channel.basic_ack(method.delivery_tag)"
_BASIC_REJECT = "channel.basic_reject(method.delivery_tag, requeue=True)"


def _mq_subscribe(given: Mapping[str, Any], by: str) -> Lines:
    destination, prefetch = str(given.get("destination", "")), given.get("prefetch", -1)
    limit = prefetch if isinstance(prefetch, int) and prefetch > 0 else None
    auto = given.get("acknowledgement") == "auto"
    if given.get("destination_type") != "topic":
        return [_declare(destination), *_consume(destination, limit, _BASIC_ACK, auto)]
    exchange, _, key = destination.partition("/")
    queue = f"{destination}.{given.get('subscription') or by}"
    bound = {"queue": queue, "exchange": exchange, "routing_key": key or "#"}
    declared = (
        _declare(queue)
        if given.get("subscription")
        else called("channel.queue_declare", {"queue": queue, "exclusive": True})
    )
    return [
        declared,
        called("channel.queue_bind", bound),
        *_consume(queue, limit, _BASIC_ACK, auto),
    ]


_PIKA_OF_MQ: Mapping[str, Callable[[Mapping[str, Any], str], Lines]] = {
    "Connect": lambda given, by: [],
    "Disconnect": lambda given, by: [_CLOSE],
    "Send": _mq_send,
    "Subscribe": _mq_subscribe,
    "Acknowledge": lambda given, by: _settled("basic_ack", given),
    "Reject": lambda given, by: _settled("basic_reject", given),
}


def _call(method: str, **arguments: Any) -> str:
    named = {name: value for name, value in arguments.items() if value not in (None, {})}
    return called(f"channel.{method}", named)


def _settled(method: str, given: Mapping[str, Any]) -> Lines:
    """A delivery tag is good only on the channel that it came over; this shows the call."""
    names = ("delivery_tag", "multiple", "requeue")
    return [_call(method, **{name: given[name] for name in names if name in given})]


def _queue_declare(given: Mapping[str, Any], by: str) -> Lines:
    arguments: dict[str, Any] = dict(_arguments(given.get("arguments")))
    is_exclusive = bool(given.get("exclusive"))
    kind = given.get("queue_type") or arguments.get("x-queue-type")
    if kind or not is_exclusive:
        arguments["x-queue-type"] = kind or "quorum"
    return [
        _call(
            "queue_declare",
            queue=given.get("queue", ""),
            durable=given.get("durable", True),
            exclusive=is_exclusive or None,
            arguments=arguments,
        )
    ]


def _arguments(value: Any) -> dict[str, Any]:
    """Arguments of AMQP keep their kinds: 5 is not "5"."""
    pairs = value if isinstance(value, tuple) else ()
    texts = texts_by_name(value)
    return {
        name: each if isinstance(each, (int, bool)) else texts[name]
        for name, each in (pair for pair in pairs if isinstance(pair, tuple) and len(pair) == 2)
        if name in texts
    }


def _binding(method: str) -> Callable[[Mapping[str, Any], str], Lines]:
    def lines(given: Mapping[str, Any], by: str) -> Lines:
        return [
            _call(
                method,
                queue=given.get("queue", ""),
                exchange=given.get("exchange", ""),
                routing_key=given.get("routing_key", ""),
                arguments=_arguments(given.get("arguments")),
            )
        ]

    return lines


def _exchange_declare(given: Mapping[str, Any], by: str) -> Lines:
    return [
        _call(
            "exchange_declare",
            exchange=given.get("exchange", ""),
            exchange_type=given.get("exchange_type", "direct"),
            durable=given.get("durable", True),
        )
    ]


def _basic_publish(given: Mapping[str, Any], by: str) -> Lines:
    headers = _arguments(given.get("headers"))
    exchange, key = given.get("exchange", ""), given.get("routing_key", "")
    return [_publish(exchange, key, given, given.get("expiration"), headers), _CLOSE]


def _basic_consume(given: Mapping[str, Any], by: str) -> Lines:
    no_ack = bool(given.get("no_ack"))
    return _consume(str(given.get("queue", "")), given.get("prefetch_count"), _BASIC_ACK, no_ack)


def _basic_get(given: Mapping[str, Any], by: str) -> Lines:
    arguments = {"queue": given.get("queue", ""), "auto_ack": bool(given.get("no_ack"))}
    return [called("method, properties, body = channel.basic_get", arguments)]


_PIKA: Mapping[str, Callable[[Mapping[str, Any], str], Lines]] = {
    "ExchangeDeclare": _exchange_declare,
    "QueueDeclare": _queue_declare,
    "QueueBind": _binding("queue_bind"),
    "QueueUnbind": _binding("queue_unbind"),
    "QueuePurge": lambda given, by: [_call("queue_purge", queue=given.get("queue", ""))],
    "QueueDelete": lambda given, by: [_call("queue_delete", queue=given.get("queue", ""))],
    "ConnectionOpen": lambda given, by: [],
    "ConnectionClose": lambda given, by: [_CLOSE],
    "ConfirmSelect": lambda given, by: [_call("confirm_delivery")],
    "BasicQos": lambda given, by: [_call("basic_qos", prefetch_count=given.get("prefetch_count"))],
    "BasicPublish": _basic_publish,
    "BasicConsume": _basic_consume,
    "BasicCancel": lambda given, by: [
        _call("basic_cancel", consumer_tag=given.get("consumer_tag"))
    ],
    "BasicGet": _basic_get,
    "BasicAck": lambda given, by: _settled("basic_ack", given),
    "BasicNack": lambda given, by: _settled("basic_nack", given),
    "BasicReject": lambda given, by: _settled("basic_reject", given),
}

"""From senders into lines: what a broker takes now, what waits for it, and what a client sends again.

A persistent send blocks its client until the broker has confirmed it (AMQ-X04). A broker with a limited capacity
takes one message after the other, and its senders wait: producer flow control.
"""

from typing import TYPE_CHECKING

from studyapp.engine.limits.mq import DESTINATION_NAME_MAX_CHARACTERS
from studyapp.engine.mq.activemq.broker import Broker, Client, Outgoing, queue_line, serving
from studyapp.engine.mq.activemq.delivering import carry_out, serve
from studyapp.engine.mq.activemq.events import (
    MessageAccepted,
    SendConfirmed,
    SendFailed,
    SendPending,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def check_destination(name: str) -> None:
    """Raises Refused: destination-name-wrong."""
    if not 1 <= len(name) <= DESTINATION_NAME_MAX_CHARACTERS:
        raise Refused("destination-name-wrong", max=DESTINATION_NAME_MAX_CHARACTERS)


def send(
    world: "World",
    broker: Broker,
    by: str,
    destination: str,
    destination_type: str,
    body: str,
    persistent: bool,
    expires_in_ms: int,
) -> str:
    """A client sends a message; one that has no connection gets it for this message alone.

    Raises:
        Refused: destination-name-wrong; broker-not-reachable for who has no connection and wants none.
    """
    check_destination(destination)
    size_bytes = len(body) if body.isascii() else len(body.encode())
    number = len(world.log)
    message_id = f"m{number}"
    outgoing = Outgoing(
        number,
        message_id,
        destination,
        destination_type,
        body,
        size_bytes,
        persistent,
        expires_in_ms,
        world.now_ms,
    )
    client = broker.clients.get(by)
    if client is None:
        if serving(broker) is None:
            raise Refused("broker-not-reachable", broker=broker.name)
        _hand_over(world, broker, by, outgoing, "", world.cause)
    elif not client.node:
        if client.failover:
            _wait(world, broker, by, outgoing, "reconnecting", -1, world.cause)
        else:
            world.record(
                SendFailed(
                    world.now_ms,
                    world.cause,
                    "not-connected",
                    broker.name,
                    by,
                    message_id,
                    False,
                    True,
                    body,
                )
            )
    elif client.silent >= 0:
        _wait(world, broker, by, outgoing, "connection-silent", -1, world.cause)
    else:
        _hand_over(world, broker, by, outgoing, "", world.cause)
    return message_id


def _wait(
    world: "World",
    broker: Broker,
    by: str,
    outgoing: Outgoing,
    reason: str,
    due_at_ms: int,
    cause: int,
) -> None:
    world.record(
        SendPending(
            world.now_ms,
            cause,
            reason,
            broker.name,
            by,
            outgoing.destination,
            outgoing.destination_type,
            outgoing.message_id,
            outgoing.body,
            outgoing.size_bytes,
            outgoing.persistent,
            outgoing.time_to_live_ms,
            due_at_ms,
        )
    )


def _hand_over(
    world: "World", broker: Broker, by: str, outgoing: Outgoing, reason: str, cause: int
) -> None:
    """The broker takes the message now, or when it is done with what came before."""
    if broker.messages_per_second and broker.busy_until_us > world.now_ms * 1000:
        due_at_ms = -(-broker.busy_until_us // 1000)
        _wait(world, broker, by, outgoing, "broker-busy", due_at_ms, cause)
    else:
        _accept(world, broker, by, outgoing, reason, cause)


def lines_of(broker: Broker, destination: str, destination_type: str) -> tuple[str, ...]:
    """Where copies of a message go. A virtual topic feeds queues besides its subscribers (AMQ-X10)."""
    if destination_type == "queue":
        return (queue_line(destination),)
    lines = tuple(broker.topics.get(destination, ()))
    queues = broker.virtual_topics.get(destination)
    return lines if queues is None else (*lines, *map(queue_line, queues))


def _accept(
    world: "World", broker: Broker, by: str, outgoing: Outgoing, reason: str, cause: int
) -> None:
    """The broker has the message. One that it had already, unknown to the client, comes as another message."""
    now_ms = world.now_ms
    client = broker.clients.get(by)
    message_id = f"m{len(world.log)}" if outgoing.accepted else outgoing.message_id
    lines = lines_of(broker, outgoing.destination, outgoing.destination_type)
    confirm_at_ms = -1
    if client is not None and outgoing.persistent:
        confirm_at_ms = now_ms + broker.times.confirm_ms
    live_ms = outgoing.time_to_live_ms
    number = world.record(
        MessageAccepted(
            now_ms,
            cause,
            reason,
            broker.name,
            by,
            outgoing.destination,
            outgoing.destination_type,
            message_id,
            outgoing.message_id,
            outgoing.body,
            outgoing.size_bytes,
            outgoing.persistent,
            now_ms + live_ms if live_ms >= 0 else -1,
            lines,
            confirm_at_ms,
        )
    )
    if client is not None and confirm_at_ms == now_ms:
        _confirm(world, broker, client, client.outgoing[outgoing.message_id], number)
    for name in lines:
        line = broker.lines.get(name)
        if line is not None:
            serve(world, broker, line, number)


def _confirm(
    world: "World", broker: Broker, client: Client, outgoing: Outgoing, cause: int
) -> None:
    waited_ms = world.now_ms - outgoing.started_ms
    world.record(
        SendConfirmed(
            world.now_ms, cause, "", broker.name, client.by, outgoing.message_id, waited_ms
        )
    )


def send_again(world: "World", broker: Broker, client: Client, cause: int) -> None:
    """The failover transport is connected again: it sends what was not confirmed, in order."""
    for outgoing in tuple(client.outgoing.values()):
        reason = "resent" if outgoing.accepted else "sent-after-reconnect"
        _hand_over(world, broker, client.by, outgoing, reason, cause)


def go_on(world: "World", broker: Broker, cause: int) -> None:
    """The network is back before anybody gave up: what was under way arrives, in the order of its beginning."""
    for by, outgoing in tuple(broker.inbox.values()):
        if outgoing.due_at_ms <= world.now_ms:
            _accept(world, broker, by, outgoing, "waited-for-broker", cause)
    for client in tuple(broker.clients.values()):
        if not client.node or client.silent >= 0:
            continue
        for outgoing in tuple(client.outgoing.values()):
            if outgoing.accepted:
                if outgoing.confirm_at_ms <= world.now_ms:
                    _confirm(world, broker, client, outgoing, cause)
            elif outgoing.due < 0:
                _hand_over(world, broker, client.by, outgoing, "network-healed", cause)
        for tag, word in tuple(client.answers.items()):
            carry_out(world, broker, client, client.deliveries[tag], word, cause)
    for line in tuple(broker.lines.values()):
        serve(world, broker, line, cause)


# Alarms


def take_waiting(world: "World", broker_name: str, message_id: str, due: int) -> None:
    """The broker is done with what came before a message that waits."""
    broker = world.mq.activemq.brokers.get(broker_name)
    waiting = broker.inbox.get(message_id) if broker is not None else None
    if broker is None or waiting is None or waiting[1].due != due or serving(broker) is None:
        return
    by, outgoing = waiting
    _accept(world, broker, by, outgoing, "waited-for-broker", world.cause)


def confirm_send(
    world: "World", broker_name: str, by: str, message_id: str, connection: int
) -> None:
    """The confirmation of a persistent message arrives, unless the connection is gone or silent."""
    broker = world.mq.activemq.brokers.get(broker_name)
    client = broker.clients.get(by) if broker is not None else None
    if broker is None or client is None or client.number != connection or client.silent >= 0:
        return
    outgoing = client.outgoing.get(message_id)
    if outgoing is not None and outgoing.accepted:
        _confirm(world, broker, client, outgoing, world.cause)

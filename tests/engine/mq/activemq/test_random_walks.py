"""Whatever happens to instances, zones and clients: no message that the broker took is lost, each copy of it is in
exactly one place, and the replayed world is the lived one."""

from contextlib import suppress
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from studyapp.engine.limits.mq import DEAD_LETTER_QUEUE
from studyapp.engine.mq.activemq.broker import ACTIVE, RECOVERING, serving
from studyapp.engine.mq.activemq.events import (
    DurableSubscriptionRemoved,
    MessageAccepted,
    MessageDropped,
    MessagesLostWithInstance,
    MovedToDeadLetters,
    SendConfirmed,
)
from studyapp.engine.mq.activemq.line import DISPATCHED, PLAIN, WAITING
from studyapp.engine.mq.events import MessageAcknowledged, MessageDispatched
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import active, broker_world, do
from tests.support.worlds import same_world

CLIENTS = ("p", "c", "d")
BY = st.sampled_from(CLIENTS)
INSTANCES = st.sampled_from(("1", "2"))
TIMES = (1, 5, 11, 13, 900, 1_000, 1_000, 4_000, 6_000)
SENDS = st.tuples(
    st.just("send"),
    BY,
    st.sampled_from(("q", "q", "q", "t", "VirtualTopic.T", "Consumer.A.VirtualTopic.T")),
    st.sampled_from((True, True, False)),
    st.sampled_from((0, 0, 0, 5_000)),
)
ANSWERS = st.tuples(
    st.sampled_from(("acknowledge", "acknowledge", "reject", "reject")), BY, st.booleans()
)
CONSUMES = st.tuples(
    st.just("consume"),
    BY,
    st.sampled_from(("q", "q", "t", "Consumer.A.VirtualTopic.T", DEAD_LETTER_QUEUE)),
    st.sampled_from(("individual", "transacted")),
    st.sampled_from((1, 3, 1_000)),
    st.booleans(),
)
WAITS = st.tuples(st.just("wait"), st.sampled_from(TIMES))
CLIENT_FAULTS = st.one_of(
    st.tuples(st.just("connect"), BY, st.booleans()),
    st.tuples(st.just("leave"), BY, st.booleans()),
    st.tuples(st.just("unsubscribe"), BY),
    st.tuples(st.just("capacity"), st.sampled_from((0, 0, 1, 100))),
)
BROKER_FAULTS = st.one_of(
    st.tuples(st.just("crash"), INSTANCES, st.sampled_from((-1, 500, 60_000))),
    st.tuples(st.just("restore"), INSTANCES),
    st.tuples(st.just("cut"), INSTANCES, st.sampled_from((5_000, 29_999, 30_000, 90_000))),
    st.tuples(st.just("zone"), st.sampled_from(("a", "b"))),
    st.tuples(st.just("reboot")),
    st.tuples(st.just("wait"), st.sampled_from((12_000, 31_000, 45_000, 310_000))),
)
STEPS = st.integers(0, 19).flatmap(
    lambda number: (
        (*(SENDS,) * 5, *(ANSWERS,) * 6, *(WAITS,) * 4, *(CONSUMES,) * 2, CLIENT_FAULTS)[number]
        if number < 18
        else BROKER_FAULTS
    )
)


def take(world: World, step: tuple[Any, ...]) -> None:
    """One step of a walk; that the world refuses some is fine."""
    kind, *rest = step
    if kind == "send":
        by, name, persistent, live_ms = rest
        do(
            world,
            "Send",
            by,
            destination=name,
            destination_type="topic" if name in ("t", "VirtualTopic.T") else "queue",
            body="x",
            persistent=persistent,
            time_to_live_ms=live_ms,
        )
    elif kind == "consume":
        by, name, mode, prefetch, durable = rest
        topic = name == "t"
        do(
            world,
            "Subscribe",
            by,
            destination=name,
            destination_type="topic" if topic else "queue",
            subscription="s" if topic and durable else "",
            acknowledgement=mode,
            prefetch=prefetch,
        )
    elif kind in ("acknowledge", "reject"):
        by, newest = rest
        client = active(world).clients.get(by)
        if client is not None and client.deliveries:
            tag = list(client.deliveries)[-1 if newest else 0]
            do(world, kind.capitalize(), by, delivery_tag=tag)
    elif kind == "wait":
        world.advance_to(world.now_ms + rest[0])
    elif kind == "connect":
        by, failover = rest
        do(world, "Connect", by, failover=failover, retry_ms=2_000)
    elif kind == "leave":
        by, crashes = rest
        if crashes:
            for action in ("sim.CrashActor", "sim.StartActor"):
                world.call(action, "me", actor=by)
        else:
            do(world, "Disconnect", by)
    elif kind == "unsubscribe":
        do(world, "Unsubscribe", rest[0], subscription="s")
    elif kind == "crash":
        do(world, "sim.CrashBroker", instance=rest[0], back_after_ms=rest[1])
    elif kind == "restore":
        do(world, "sim.RestoreBroker", instance=rest[0])
    elif kind == "cut":
        do(world, "sim.PartitionInstance", instance=rest[0], duration_ms=rest[1])
    elif kind == "zone":
        down = rest[0] in world.mq.zones.down
        world.call("sim.RestoreZone" if down else "sim.LoseZone", "me", zone=rest[0])
    elif kind == "reboot":
        do(world, "RebootBroker")
    elif kind == "capacity":
        do(world, "sim.SetBrokerCapacity", messages_per_second=rest[0])


class Accounts:
    """Where each copy of each message is, worked out from the log alone. A copy is (line, place)."""

    def __init__(self) -> None:
        self.read = 0
        self.there: dict[tuple[str, int], str] = {}
        self.out: dict[int, tuple[str, int]] = {}
        self.accepted: dict[str, int] = {}
        self.confirmed: set[str] = set()

    def follow(self, world: World) -> None:
        for number in range(self.read, len(world.log)):
            event: Any = world.log[number]
            kind = type(event)
            if kind is MessageAccepted:
                self.accepted[event.sent_as] = self.accepted.get(event.sent_as, 0) + 1
                for line in event.lines:
                    self.there[(line, number)] = event.message_id
            elif kind is MessageAcknowledged:
                copy = self.out.pop(event.delivery_tag)
                assert self.there.pop(copy) == event.message_id
            elif kind in (MovedToDeadLetters, MessageDropped):
                assert self.there.pop((event.line, event.place)) == event.message_id
                if kind is MovedToDeadLetters:
                    self.there[(f"queue:{DEAD_LETTER_QUEUE}", number)] = event.message_id
            elif kind is MessageDispatched:
                self._dispatched(world, event)
            elif kind is DurableSubscriptionRemoved:
                gone = [copy for copy in self.there if copy[0] == event.line]
                assert len(gone) == event.message_count
                for copy in gone:
                    del self.there[copy]
            elif kind is MessagesLostWithInstance:
                ids = set(event.message_ids)
                for copy in [copy for copy in self.there if copy[0] == event.line]:
                    if self.there[copy] in ids:
                        del self.there[copy]
            elif kind is SendConfirmed:
                assert event.message_id in self.accepted, "confirmed and never stored"
                self.confirmed.add(event.message_id)
        self.read = len(world.log)

    def _dispatched(self, world: World, event: MessageDispatched) -> None:
        copies = [copy for copy, message_id in self.there.items() if message_id == event.message_id]
        assert copies, "dispatched and not there"
        for line in active(world).lines.values():
            delivery = line.deliveries.get(event.delivery_tag)
            if delivery is not None:
                self.out[event.delivery_tag] = (line.name, delivery.held.place)
                return
        # It was given back within the same step: find the copy by its consumer's destination.
        self.out[event.delivery_tag] = copies[0]


def check(world: World, accounts: Accounts) -> None:
    accounts.follow(world)
    broker = active(world)
    found = {
        (line.name, place): held.message_id
        for line in broker.lines.values()
        for place, held in line.held.items()
        if line.kind != PLAIN
    }
    expected = {
        copy: message_id
        for copy, message_id in accounts.there.items()
        if copy[0].startswith(("queue:", "subscription-"))
    }
    assert found == expected, "a message is lost, or where it should not be"
    for line in broker.lines.values():
        waiting = [held for _, held in line.returned if held.state == WAITING]
        waiting += [held for held in line.fresh if held.state == WAITING]
        dispatched = [delivery.held for delivery in line.deliveries.values()]
        assert {held.state for held in dispatched} <= {DISPATCHED}
        places = sorted(held.place for held in (*waiting, *dispatched))
        assert places == sorted(line.held), "each message is in exactly one place"
        for consumer in line.consumers.values():
            mine = [each for each in line.deliveries.values() if each.consumer_tag == consumer.tag]
            assert consumer.unacknowledged == len(mine) <= max(1, consumer.prefetch)
            assert consumer.ready == (consumer in line.ready)
        if serving(broker) is not None and line.ready:
            assert line.head() is None, "somebody could have the message that waits"
    holders = [each for each in broker.instances.values() if each.state in (ACTIVE, RECOVERING)]
    assert len(holders) <= 1, "two instances have the store"
    assert [each.name for each in holders] in ([], [broker.lock_holder])
    for client in broker.clients.values():
        if client.node and client.silent < 0:
            assert broker.instances[client.node].state == ACTIVE
    if serving(broker) is None:
        assert not any(each.live for each in do(world, "DescribeBroker").endpoints)


def start() -> World:
    """Three programs that send now and then, and consume by hand: "c" and "d" a queue, "c" a topic as well. "d" does
    without the failover transport."""
    world = broker_world()
    for actor in CLIENTS:
        world.call(
            "sim.AddActor",
            "me",
            actor=actor,
            kind="broker-producer",
            settings={
                "broker": "b",
                "destination": "q",
                "count": 3,
                "interval_ms": 5_000,
                "failover": actor != "d",
                "retry_ms": 2_000,
            },
        )
    do(world, "Subscribe", "c", destination="q", acknowledgement="transacted", prefetch=3)
    do(world, "Subscribe", "d", destination="q", prefetch=1)
    do(world, "Subscribe", "c", destination="t", destination_type="topic", subscription="s")
    return world


# So that walks reach the dead-letter queue by failures as well.
FEW_REDELIVERIES = patch("studyapp.engine.mq.activemq.delivering.REDELIVERIES_MAX", 1)


@FEW_REDELIVERIES
@settings(max_examples=300)
@given(st.lists(STEPS, max_size=60))
def test_no_message_is_lost_and_each_is_in_one_place(steps: list[tuple[Any, ...]]) -> None:
    world = start()
    accounts = Accounts()
    for step in steps:
        with suppress(Refused):
            take(world, step)
        check(world, accounts)
    same_world(world)


@FEW_REDELIVERIES
@settings(max_examples=100)
@given(st.lists(STEPS, max_size=40))
@example(
    [
        ("consume", "c", "t", "individual", 3, False),
        ("send", "d", "t", False, 0),
        ("acknowledge", "c", True),
    ]
)
def test_in_the_end_every_failover_client_is_connected_and_everything_confirmed(
    steps: list[tuple[Any, ...]],
) -> None:
    world = start()
    accounts = Accounts()
    for step in steps:
        with suppress(Refused):
            take(world, step)
        accounts.follow(world)
    for zone in tuple(world.mq.zones.down):
        world.call("sim.RestoreZone", "me", zone=zone)
    do(world, "sim.SetBrokerCapacity", messages_per_second=0)
    world.advance_to(world.now_ms + 100_000)
    for instance in active(world).instances.values():
        if instance.state == "down":
            do(world, "sim.RestoreBroker", instance=instance.name)
    world.advance_to(world.now_ms + 200_000)
    check(world, accounts)
    assert serving(active(world)) is not None
    for client in active(world).clients.values():
        if client.failover:
            assert client.node
            assert client.silent < 0
            assert client.outgoing == {}

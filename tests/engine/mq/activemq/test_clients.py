"""The failover transport, and clients that know one endpoint (AMQ-X01, MQ-21)."""

from typing import Any

import pytest

from studyapp.engine.limits.mq import RECONNECT_FIRST_MS, RECONNECT_MAX_MS
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import (
    accepted,
    active,
    broker_world,
    consume,
    deliveries,
    do,
    events,
    in_queue,
    last_tag,
    only,
    send,
    stages,
)
from tests.support.worlds import same_world


def both_down() -> World:
    """A client with the failover transport, and nobody who takes over."""
    world = broker_world(instances=1)
    do(world, "sim.SetFailoverTimes", inactivity_ms=0)
    do(world, "Connect", "client")
    do(world, "sim.CrashBroker", back_after_ms=-1)
    return world


def test_the_failover_transport_waits_twice_as_long_each_time_up_to_the_longest_wait() -> None:
    world = both_down()
    world.advance_to(200_000)
    times = [0, *(event.at_ms for event in events(world, "ConnectionRefused"))]
    waits = [after - before for before, after in zip(times, times[1:], strict=False)]
    assert waits[:12] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480]
    assert waits[0] == RECONNECT_FIRST_MS
    assert set(waits[12:]) == {RECONNECT_MAX_MS}
    same_world(world)


def test_the_failover_transport_never_gives_up() -> None:
    world = both_down()
    world.advance_to(86_400_000)
    assert events(world, "ConnectionRefused")[-1].retry_at_ms > 86_400_000
    do(world, "sim.RestoreBroker")
    world.advance_to(86_440_000)
    assert [event.node for event in events(world, "Connected")] == ["1", "1"]


def test_the_waits_begin_anew_after_a_connection() -> None:
    world = both_down()
    world.advance_to(50_000)
    do(world, "sim.RestoreBroker")
    world.advance_to(100_000)
    do(world, "sim.CrashBroker", back_after_ms=-1)
    world.advance_to(100_000 + 70)
    assert [e.at_ms for e in events(world, "ConnectionRefused")][-3:] == [
        100_010,
        100_030,
        100_070,
    ]


def two_clients() -> World:
    """ "both" knows both endpoints, "one" knows only -1; the active instance has crashed."""
    world = broker_world()
    do(world, "Connect", "both")
    do(world, "Connect", "one", failover=False, retry_ms=5_000)
    do(world, "sim.CrashBroker", back_after_ms=100_000)
    return world


def connected(world: World) -> dict[str, str]:
    return {by: client.node for by, client in active(world).clients.items()}


def test_a_client_that_knows_one_endpoint_stays_down_while_the_other_one_is_live() -> None:
    world = two_clients()
    world.advance_to(500_000)
    assert connected(world) == {"both": "2", "one": ""}
    reasons = [e.reason for e in events(world, "ConnectionRefused") if e.by == "one"]
    assert reasons[-1] == "endpoint-not-active"
    same_world(world)


def test_it_works_again_when_its_endpoint_is_active_again() -> None:
    world = two_clients()
    world.advance_to(200_000)
    do(world, "sim.CrashBroker", instance="2")
    world.advance_to(260_000)
    assert connected(world)["one"] == "1"


def test_a_client_without_failover_and_retry_never_comes_back() -> None:
    world = broker_world()
    do(world, "Connect", "one", failover=False)
    do(world, "RebootBroker")
    world.advance_to(1_000_000)
    assert connected(world) == {"one": ""}
    assert events(world, "ConnectionRefused") == []
    do(world, "Connect", "one", endpoint="b-2", failover=False)
    assert connected(world) == {"one": "2"}


@pytest.mark.parametrize(
    ("endpoint", "answers"), [("", True), ("1", True), ("-1", True), ("b-1", True), ("b-2", False)]
)
def test_only_the_active_instances_endpoint_answers(endpoint: str, answers: bool) -> None:
    world = broker_world()
    do(world, "Connect", "one", failover=False, endpoint=endpoint)
    assert bool(connected(world)["one"]) is answers


def test_clients_hear_of_a_clean_stop_at_once_and_of_a_crash_at_the_inactivity_limit() -> None:
    for action, lost_ms in (("RebootBroker", 0), ("sim.CrashBroker", 30_000)):
        world = broker_world()
        do(world, "Connect", "client")
        do(world, action)
        world.advance_to(100_000)
        assert only(events(world, "ConnectionLost")).at_ms == lost_ms


# What a failover client brings back


def test_the_failover_transport_subscribes_again_by_itself() -> None:
    world = broker_world()
    consume(world, "both")
    do(world, "RebootBroker")
    world.advance_to(20_000)
    send(world, "later")
    assert deliveries(world, "both") == [("later", False)]
    assert [e.reason for e in events(world, "ConsumerSubscribed")] == ["", "restored"]


def test_a_client_without_it_has_to_subscribe_again() -> None:
    world = broker_world()
    do(world, "Connect", "one", failover=False, retry_ms=1_000, endpoint="b-2")
    do(world, "Connect", "first", failover=False, retry_ms=1_000)
    do(world, "Subscribe", "first", destination="q")
    do(world, "RebootBroker")
    world.advance_to(20_000)
    do(world, "sim.CrashBroker", instance="2")
    world.advance_to(400_000)
    send(world, "later")
    assert deliveries(world) == []
    do(world, "Subscribe", "first", destination="q")
    assert deliveries(world) == [("later", False)]


def test_a_send_while_the_connection_is_silent_arrives_after_the_failover() -> None:
    world = broker_world()
    do(world, "Connect", "both")
    do(world, "sim.CrashBroker")
    world.advance_to(1_000)
    send(world, "order", by="both")
    world.advance_to(100_000)
    pending = only(events(world, "SendPending"))
    confirmed = only(events(world, "SendConfirmed"))
    assert (pending.at_ms, pending.reason) == (1_000, "connection-silent")
    assert confirmed.message_id == pending.message_id
    assert confirmed.waited_ms == confirmed.at_ms - 1_000 > 29_000
    assert accepted(world) == ["order"]
    same_world(world)


def test_a_send_while_the_transport_reconnects_waits_for_it() -> None:
    world = broker_world()
    do(world, "Connect", "both")
    do(world, "RebootBroker")
    send(world, "order", by="both")
    send(world, "second", by="both", persistent=False)
    assert [e.reason for e in events(world, "SendPending")] == ["reconnecting"] * 2
    world.advance_to(20_000)
    assert accepted(world) == ["order", "second"]
    same_world(world)


def test_a_send_without_a_connection_fails_at_once_without_the_failover_transport() -> None:
    world = broker_world()
    do(world, "Connect", "one", failover=False)
    do(world, "RebootBroker")
    send(world, "order", by="one")
    failed = only(events(world, "SendFailed"))
    assert (failed.reason, failed.maybe_stored, failed.told) == ("not-connected", False, True)
    world.advance_to(100_000)
    assert accepted(world) == []


def test_a_message_whose_confirmation_was_lost_is_sent_again_and_is_there_twice() -> None:
    world = broker_world()
    do(world, "Connect", "both")
    send(world, "order", by="both")
    world.advance_to(11)
    do(world, "sim.CrashBroker")
    world.advance_to(100_000)
    first, second = events(world, "MessageAccepted")
    assert (first.reason, second.reason) == ("", "resent")
    assert second.sent_as == first.message_id != second.message_id
    assert in_queue(world) == ["order", "order"]
    assert only(events(world, "SendConfirmed")).message_id == first.message_id
    same_world(world)


def test_a_confirmed_message_is_not_sent_again() -> None:
    world = broker_world()
    do(world, "Connect", "both")
    send(world, "order", by="both")
    world.advance_to(12)
    do(world, "sim.CrashBroker")
    world.advance_to(100_000)
    assert in_queue(world) == ["order"]


def test_a_client_without_failover_does_not_know_what_became_of_its_send() -> None:
    world = broker_world()
    do(world, "Connect", "one", failover=False)
    send(world, "order", by="one")
    do(world, "RebootBroker")
    failed = only(events(world, "SendFailed"))
    assert (failed.reason, failed.maybe_stored) == ("connection-lost", True)
    world.advance_to(20_000)
    assert in_queue(world) == ["order"]


@pytest.mark.parametrize(("storage", "confirm_ms"), [("EFS", 12), ("EBS", 2)])
def test_a_persistent_send_is_confirmed_when_it_is_stored(storage: str, confirm_ms: int) -> None:
    world = broker_world(instances=1, storage_type=storage)
    do(world, "Connect", "client")
    send(world, "order", by="client")
    world.advance_to(1_000)
    assert stages(world, "SendConfirmed") == [(confirm_ms, "SendConfirmed", "")]


def test_a_message_that_is_not_persistent_is_not_confirmed() -> None:
    world = broker_world()
    do(world, "Connect", "client")
    send(world, "order", by="client", persistent=False)
    world.advance_to(1_000)
    assert events(world, "SendConfirmed") == []


# Answers over a connection that is gone


def test_an_answer_on_a_silent_connection_does_not_reach_the_broker() -> None:
    world = broker_world()
    consume(world, "both")
    send(world, "order")
    tag = last_tag(world, "both")
    do(world, "sim.CrashBroker")
    do(world, "Acknowledge", "both", delivery_tag=tag)
    with pytest.raises(Refused, match="delivery-unknown"):
        do(world, "Acknowledge", "both", delivery_tag=tag)
    world.advance_to(100_000)
    assert only(events(world, "AnswerPending")).answer == "acknowledge"
    assert events(world, "MessageAcknowledged") == []
    assert deliveries(world) == [("order", False), ("order", True)]
    same_world(world)


def test_an_answer_for_a_delivery_of_an_earlier_connection_is_ignored() -> None:
    world = broker_world()
    consume(world, "both")
    send(world, "order")
    tag = last_tag(world, "both")
    do(world, "RebootBroker")
    do(world, "Acknowledge", "both", delivery_tag=tag)
    world.advance_to(20_000)
    do(world, "Acknowledge", "both", delivery_tag=tag)
    assert len(events(world, "AnswerIgnored")) == 2
    assert in_queue(world) == ["order"]
    do(world, "Acknowledge", "both", delivery_tag=last_tag(world, "both"))
    assert in_queue(world) == []
    same_world(world)


def test_what_was_under_way_arrives_when_a_short_cut_ends() -> None:
    world = broker_world()
    consume(world, "c")
    do(world, "Connect", "p")
    send(world, "first")
    tag = last_tag(world, "c")
    do(world, "sim.PartitionInstance", duration_ms=5_000)
    send(world, "second", by="p")
    send(world, "third", by="p", persistent=False)
    do(world, "Acknowledge", "c", delivery_tag=tag)
    world.advance_to(4_999)
    assert deliveries(world) == [("first", False)]
    assert events(world, "MessageAcknowledged") == []
    world.advance_to(6_000)
    assert deliveries(world) == [("first", False), ("second", False), ("third", False)]
    assert len(events(world, "MessageAcknowledged")) == 1
    assert only(events(world, "SendConfirmed")).waited_ms == 5_012
    same_world(world)


def test_a_client_that_leaves_is_forgotten() -> None:
    world = broker_world()
    consume(world, "c")
    do(world, "Disconnect", "c")
    do(world, "Disconnect", "c")
    assert connected(world) == {}
    assert only(events(world, "ConnectionLost")).reason == "closed-by-client"


def test_at_most_2000_clients_are_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyapp.engine.mq.activemq.connecting.CONNECTIONS_MAX", 2)
    world = broker_world()
    for by in ("c1", "c2", "c3"):
        do(world, "Connect", by, failover=False)
    assert only(events(world, "ConnectionRefused")).reason == "too-many-connections"


@pytest.mark.parametrize(
    ("action", "parameters", "reason"),
    [
        ("Connect", {}, "client-connected"),
        ("Connect", {"endpoint": "b-3"}, "client-connected"),
        ("Subscribe", {"destination": ""}, "destination-name-wrong"),
        ("Subscribe", {"destination": "x" * 256}, "destination-name-wrong"),
        ("Subscribe", {"destination": "q", "destination_type": "Q"}, "destination-type-wrong"),
        ("Subscribe", {"destination": "q", "acknowledgement": "no"}, "acknowledgement-wrong"),
        ("Subscribe", {"destination": "q", "prefetch": -2}, "prefetch-wrong"),
        ("Subscribe", {"destination": "q", "subscription": "s"}, "subscription-not-for-queue"),
        ("Send", {"destination": "", "body": ""}, "destination-name-wrong"),
        ("Send", {"destination": "q", "body": "", "time_to_live_ms": -1}, "time-to-live-wrong"),
        ("Acknowledge", {"delivery_tag": 0}, "delivery-unknown"),
        ("Reject", {"delivery_tag": 10**9}, "delivery-unknown"),
        ("Unsubscribe", {"subscription": "s"}, "durable-subscription-not-found"),
    ],
)
def test_what_a_connected_client_is_refused(
    action: str, parameters: dict[str, Any], reason: str
) -> None:
    world = broker_world()
    do(world, "Connect", "client")
    with pytest.raises(Refused, match=reason):
        do(world, action, "client", **parameters)


@pytest.mark.parametrize(
    ("action", "parameters", "reason"),
    [
        ("Connect", {"endpoint": "b-3"}, "endpoint-not-found"),
        ("Connect", {"retry_ms": -1}, "retry-wrong"),
        ("Subscribe", {"destination": "q"}, "client-not-connected"),
        ("Unsubscribe", {"subscription": "s"}, "client-not-connected"),
        ("Acknowledge", {"delivery_tag": 0}, "delivery-unknown"),
    ],
)
def test_what_a_stranger_is_refused(action: str, parameters: dict[str, Any], reason: str) -> None:
    world = broker_world()
    with pytest.raises(Refused, match=reason):
        do(world, action, "stranger", **parameters)


def test_a_stranger_cannot_send_while_nothing_answers() -> None:
    world = broker_world()
    do(world, "sim.CrashBroker")
    with pytest.raises(Refused, match="broker-not-reachable"):
        send(world, "order", by="stranger")


def test_a_client_that_comes_back_by_itself_cannot_connect_a_second_time() -> None:
    world = both_down()
    world.advance_to(1)
    with pytest.raises(Refused, match="client-connected"):
        do(world, "Connect", "client")

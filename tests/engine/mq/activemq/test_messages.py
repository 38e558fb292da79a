"""Queues, topics, durable subscriptions, virtual topics, prefetch (MQ-13, AMQ-X04, AMQ-X08 to AMQ-X10)."""

import pytest

from studyapp.engine.limits.mq import PREFETCH_DURABLE_TOPIC, PREFETCH_QUEUE, PREFETCH_TOPIC
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import (
    DLQ,
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
)
from tests.support.worlds import same_world

TOPIC = {"destination": "t", "destination_type": "topic"}


def test_one_message_to_a_queue_and_one_to_a_topic_are_three_deliveries() -> None:
    world = broker_world(instances=1)
    for by in ("desk", "nurse"):
        consume(world, by, "reminders")
    for by in ("portal", "sign"):
        consume(world, by, **TOPIC | {"destination": "closures"})
    send(world, "call back", destination="reminders")
    send(world, "closed today", destination="closures", destination_type="topic")
    assert [(e.by, e.body) for e in events(world, "MessageDispatched")] == [
        ("desk", "call back"),
        ("portal", "closed today"),
        ("sign", "closed today"),
    ]
    same_world(world)


def test_the_consumers_of_a_queue_take_turns() -> None:
    world = broker_world()
    consume(world, "c1")
    consume(world, "c2")
    send(world, "a", "b", "c", "d")
    assert deliveries(world, "c1") == [("a", False), ("c", False)]
    assert deliveries(world, "c2") == [("b", False), ("d", False)]


def test_a_queue_keeps_its_messages_until_somebody_comes() -> None:
    world = broker_world()
    send(world, "a", "b")
    world.advance_to(10**9)
    consume(world, "c")
    assert deliveries(world) == [("a", False), ("b", False)]


def test_a_topic_keeps_nothing_for_who_is_not_there() -> None:
    world = broker_world()
    send(world, "early", **TOPIC)
    consume(world, "c", **TOPIC)
    send(world, "now", **TOPIC)
    do(world, "Disconnect", "c")
    send(world, "late", **TOPIC)
    consume(world, "c", **TOPIC)
    assert deliveries(world) == [("now", False)]
    assert [len(event.lines) for event in events(world, "MessageAccepted")] == [0, 1, 0]
    same_world(world)


def test_a_topic_and_a_queue_of_the_same_name_are_two_things() -> None:
    world = broker_world()
    consume(world, "c", "t")
    send(world, "published", **TOPIC)
    assert deliveries(world) == []


# Durable subscriptions


def durable(world: World, by: str = "c", subscription: str = "s", **more: str) -> None:
    consume(world, by, subscription=subscription, **TOPIC | more)


def test_a_durable_subscription_keeps_messages_while_the_subscriber_is_away() -> None:
    world = broker_world()
    durable(world)
    send(world, "first", **TOPIC)
    do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))
    do(world, "Disconnect", "c")
    send(world, "second", "third", **TOPIC)
    durable(world)
    assert deliveries(world) == [("first", False), ("second", False), ("third", False)]
    same_world(world)


def test_a_durable_subscription_is_known_by_client_and_name() -> None:
    world = broker_world()
    durable(world)
    do(world, "Disconnect", "c")
    durable(world, by="d")
    do(world, "Subscribe", "d", subscription="other", **TOPIC)
    send(world, "news", **TOPIC)
    assert [event.by for event in events(world, "MessageDispatched")] == ["d", "d"]
    assert len(active(world).topics["t"]) == 3


def test_a_durable_subscription_has_one_consumer_at_a_time() -> None:
    world = broker_world()
    durable(world)
    with pytest.raises(Refused, match="subscription-in-use"):
        do(world, "Subscribe", "c", subscription="s", **TOPIC)


def test_a_durable_subscription_stays_with_its_topic() -> None:
    world = broker_world()
    durable(world)
    with pytest.raises(Refused, match="subscription-of-other-topic"):
        do(world, "Subscribe", "c", subscription="s", destination="u", destination_type="topic")


def test_a_durable_subscription_ends_when_the_client_says_so() -> None:
    world = broker_world()
    durable(world)
    with pytest.raises(Refused, match="subscription-in-use"):
        do(world, "Unsubscribe", "c", subscription="s")
    do(world, "Disconnect", "c")
    send(world, "kept", **TOPIC)
    do(world, "Connect", "c")
    do(world, "Unsubscribe", "c", subscription="s")
    assert only(events(world, "DurableSubscriptionRemoved")).message_count == 1
    assert active(world).lines == {} == active(world).topics
    send(world, "after", **TOPIC)
    do(world, "Subscribe", "c", subscription="s", **TOPIC)
    assert deliveries(world) == []
    same_world(world)


# Virtual topics


def test_each_group_of_a_virtual_topic_shares_its_own_queue() -> None:
    world = broker_world()
    for by, group in (("a1", "A"), ("a2", "A"), ("b1", "B")):
        consume(world, by, f"Consumer.{group}.VirtualTopic.Orders")
    send(world, "1", "2", destination="VirtualTopic.Orders", destination_type="topic")
    assert [(e.by, e.body) for e in events(world, "MessageDispatched")] == [
        ("a1", "1"),
        ("b1", "1"),
        ("a2", "2"),
        ("b1", "2"),
    ]
    same_world(world)


def test_the_queue_of_a_group_keeps_messages_while_the_group_is_away() -> None:
    world = broker_world()
    queue = "Consumer.A.VirtualTopic.Orders"
    consume(world, "a", queue)
    do(world, "Disconnect", "a")
    send(world, "1", destination="VirtualTopic.Orders", destination_type="topic")
    assert in_queue(world, queue) == ["1"]


@pytest.mark.parametrize(
    "queue", ["Consumer.A.Topic.Orders", "Consumer.VirtualTopic.Orders", "VirtualTopic.Orders"]
)
def test_other_names_are_plain_queues(queue: str) -> None:
    world = broker_world()
    consume(world, "a", queue)
    send(world, "1", destination="VirtualTopic.Orders", destination_type="topic")
    assert deliveries(world) == []


# Persistent or not


def test_persistent_messages_survive_a_failover_and_others_do_not() -> None:
    world = broker_world()
    send(world, "kept 1", "kept 2")
    send(world, "gone 1", "gone 2", persistent=False)
    do(world, "sim.CrashBroker")
    world.advance_to(100_000)
    lost = only(events(world, "MessagesLostWithInstance"))
    assert (lost.reason, lost.destination, len(lost.message_ids)) == ("not-persistent", "q", 2)
    consume(world, "c")
    assert deliveries(world) == [("kept 1", False), ("kept 2", False)]
    same_world(world)


def test_a_clean_stop_loses_what_is_not_persistent_as_well() -> None:
    world = broker_world()
    send(world, "gone", persistent=False)
    do(world, "RebootBroker")
    assert in_queue(world) == []


def test_a_failover_of_the_standby_loses_nothing() -> None:
    world = broker_world()
    send(world, "kept", persistent=False)
    do(world, "sim.CrashBroker", instance="2")
    assert in_queue(world) == ["kept"]


def test_durable_subscriptions_survive_a_failover_and_others_begin_anew() -> None:
    world = broker_world()
    durable(world, by="durable")
    consume(world, "plain", **TOPIC)
    send(world, "before", **TOPIC)
    do(world, "RebootBroker")
    world.advance_to(20_000)
    assert deliveries(world, "durable") == [("before", False), ("before", True)]
    assert deliveries(world, "plain") == [("before", False)]
    lost = only(events(world, "MessagesLostWithInstance"))
    assert (lost.reason, lost.destination) == ("not-durable", "t")
    send(world, "after", **TOPIC)
    assert deliveries(world, "plain") == [("before", False), ("after", False)]
    same_world(world)


def test_unacknowledged_messages_come_again_after_a_failover_marked_as_redelivered() -> None:
    world = broker_world()
    consume(world, "c", prefetch=2)
    send(world, "a", "b", "c")
    do(world, "RebootBroker")
    world.advance_to(20_000)
    for each in events(world, "MessageDispatched")[-2:]:
        do(world, "Acknowledge", "c", delivery_tag=each.delivery_tag)
    assert deliveries(world) == [
        ("a", False),
        ("b", False),
        ("a", True),
        ("b", True),
        ("c", False),
    ]
    same_world(world)


# Expiry


def test_a_message_expires_while_it_waits_and_goes_to_the_dead_letter_queue() -> None:
    world = broker_world()
    send(world, "soon", time_to_live_ms=1_000)
    send(world, "soon too", time_to_live_ms=1_000, persistent=False)
    send(world, "never")
    world.advance_to(999)
    assert in_queue(world) == ["soon", "soon too", "never"]
    world.advance_to(1_000)
    assert in_queue(world) == ["never"]
    assert in_queue(world, DLQ) == ["soon"]
    assert only(events(world, "MovedToDeadLetters")).reason == "expired"
    assert only(events(world, "MessageDropped")).reason == "expired"
    world.advance_to(10**9)
    assert in_queue(world, DLQ) == ["soon"], "dead letters never expire"
    same_world(world)


def test_a_message_with_a_consumer_does_not_expire_there() -> None:
    world = broker_world()
    consume(world, "c", prefetch=1)
    send(world, "a", time_to_live_ms=1_000)
    world.advance_to(5_000)
    do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))
    assert events(world, "MovedToDeadLetters") == []


def test_a_message_that_expired_while_the_broker_was_away_is_not_delivered() -> None:
    world = broker_world()
    send(world, "old", time_to_live_ms=1_000)
    send(world, "good")
    do(world, "RebootBroker")
    world.advance_to(20_000)
    consume(world, "c")
    assert deliveries(world) == [("good", False)]
    assert in_queue(world, DLQ) == ["old"]
    same_world(world)


def test_the_time_of_a_send_that_waited_counts_from_when_the_broker_has_it() -> None:
    world = broker_world()
    do(world, "Connect", "p")
    do(world, "RebootBroker")
    send(world, "order", by="p", time_to_live_ms=1_000)
    world.advance_to(60_000)
    taken = only(events(world, "MessageAccepted"))
    assert taken.expires_at_ms == taken.at_ms + 1_000


# Prefetch


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({"destination": "q"}, PREFETCH_QUEUE),
        (TOPIC, PREFETCH_TOPIC),
        ({**TOPIC, "subscription": "s"}, PREFETCH_DURABLE_TOPIC),
        ({"destination": "q", "prefetch": 7}, 7),
        ({**TOPIC, "prefetch": 1}, 1),
    ],
)
def test_a_consumer_gets_so_many_messages_ahead(settings: dict[str, str], limit: int) -> None:
    world = broker_world()
    consume(world, "c", **settings)
    assert only(events(world, "ConsumerSubscribed")).prefetch == limit


def test_the_broker_pushes_up_to_the_prefetch_limit() -> None:
    world = broker_world()
    consume(world, "c", prefetch=3)
    send(world, *"abcdefgh")
    assert [body for body, _ in deliveries(world)] == ["a", "b", "c"]


def test_the_broker_tops_up_when_half_of_the_limit_is_acknowledged() -> None:
    world = broker_world()
    consume(world, "c", prefetch=4)
    send(world, *"abcdefgh")
    tags = [event.delivery_tag for event in events(world, "MessageDispatched")]
    do(world, "Acknowledge", "c", delivery_tag=tags[0])
    assert len(deliveries(world)) == 4
    do(world, "Acknowledge", "c", delivery_tag=tags[1])
    assert [body for body, _ in deliveries(world)] == ["a", "b", "c", "d", "e", "f"]
    same_world(world)


@pytest.mark.parametrize("prefetch", [0, 1])
def test_with_a_prefetch_of_0_or_1_a_consumer_has_one_message_at_a_time(prefetch: int) -> None:
    world = broker_world()
    consume(world, "c", prefetch=prefetch)
    send(world, "a", "b")
    assert deliveries(world) == [("a", False)]
    do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))
    assert deliveries(world) == [("a", False), ("b", False)]


def test_a_slow_consumer_with_the_default_prefetch_holds_what_others_could_do() -> None:
    world = broker_world()
    consume(world, "slow")
    send(world, *"abcd")
    consume(world, "idle")
    assert deliveries(world, "idle") == []


# Capacity


def test_a_broker_with_a_capacity_slows_its_producers_down() -> None:
    world = broker_world()
    do(world, "sim.SetFailoverTimes", confirm_ms=0)
    do(world, "sim.SetBrokerCapacity", messages_per_second=100)
    for by in ("p1", "p2", "p3"):
        do(world, "Connect", by)
        send(world, f"from {by}", by=by)
    world.advance_to(1_000)
    assert [e.waited_ms for e in events(world, "SendConfirmed")] == [0, 10, 20]
    assert {e.reason for e in events(world, "SendPending")} == {"broker-busy"}
    assert accepted(world) == ["from p1", "from p2", "from p3"]
    same_world(world)


def test_an_idle_broker_takes_a_message_at_once() -> None:
    world = broker_world()
    do(world, "sim.SetBrokerCapacity", messages_per_second=100)
    send(world, "a")
    world.advance_to(10)
    send(world, "b")
    assert events(world, "SendPending") == []


def test_the_capacity_is_exact_over_a_second_even_if_it_is_no_part_of_a_second() -> None:
    world = broker_world()
    do(world, "sim.SetBrokerCapacity", messages_per_second=300)
    send(world, *(str(n) for n in range(301)))
    world.advance_to(1_000)
    assert len(accepted(world)) == 301
    assert events(world, "MessageAccepted")[150].at_ms == 500


def test_what_waits_for_a_busy_broker_is_not_stored_when_it_stops() -> None:
    world = broker_world()
    do(world, "sim.SetBrokerCapacity", messages_per_second=1)
    do(world, "Connect", "p")
    send(world, "taken", "waits", by="p")
    send(world, "from a stranger")
    world.advance_to(500)
    do(world, "RebootBroker")
    assert accepted(world) == ["taken"]
    failed = only(events(world, "SendFailed"))
    assert (failed.by, failed.reason, failed.maybe_stored) == ("me", "instance-stopped", False)
    world.advance_to(60_000)
    assert accepted(world) == ["taken", "waits"]
    same_world(world)


def test_without_a_limit_nobody_waits_any_more() -> None:
    world = broker_world()
    do(world, "sim.SetBrokerCapacity", messages_per_second=1)
    send(world, "a", "b")
    do(world, "sim.SetBrokerCapacity", messages_per_second=0)
    send(world, "c")
    assert accepted(world) == ["a", "c"]
    world.advance_to(1_000)
    assert accepted(world) == ["a", "c", "b"]


def test_the_cost_of_a_message_does_not_grow_with_those_that_wait() -> None:
    world = broker_world()
    send(world, *(str(n) for n in range(5_000)))
    consume(world, "c", prefetch=1)
    before = len(world.log)
    do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))
    assert len(world.log) == before + 3


def test_what_a_client_that_left_had_waiting_is_never_stored() -> None:
    world = broker_world()
    do(world, "sim.SetBrokerCapacity", messages_per_second=1)
    do(world, "Connect", "p")
    send(world, "taken", "waits", by="p")
    do(world, "Disconnect", "p")
    do(world, "sim.PartitionInstance", duration_ms=5_000)
    world.advance_to(60_000)
    assert accepted(world) == ["taken"]
    assert active(world).inbox == {}
    same_world(world)


def test_what_a_stranger_had_waiting_does_not_outlast_the_instance() -> None:
    world = broker_world()
    do(world, "sim.SetBrokerCapacity", messages_per_second=1)
    send(world, *(str(n) for n in range(10)))
    do(world, "RebootBroker")
    world.advance_to(60_000)
    assert accepted(world) == ["0"]
    assert len(events(world, "SendFailed")) == 9
    same_world(world)

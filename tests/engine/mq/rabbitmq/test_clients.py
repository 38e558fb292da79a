"""Client libraries at the one endpoint, and both engines' client actions on RabbitMQ (RMQ-X08, X10)."""

import pytest

from studyapp.engine.limits.rabbitmq import ELECTION_MS, RECOVERY_FIRST_MS, RECOVERY_MAX_MS
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.rabbitmq.rabbit_worlds import (
    broker_world,
    dispatched,
    do,
    kinds,
    last_tag,
    queue_world,
    rabbit,
    waiting,
)
from tests.support.worlds import same_world


def test_there_is_one_endpoint_however_many_nodes_there_are() -> None:
    world = broker_world()
    described = do(world, "mq.DescribeBroker")
    assert (described.deployment_mode, described.storage_type) == ("CLUSTER_MULTI_AZ", "EBS")
    assert [(each.name, each.live) for each in described.endpoints] == [("amqps", True)]
    for node in ("1", "2", "3"):
        do(world, "sim.CrashNode", node=node)
    assert [each.live for each in do(world, "mq.DescribeBroker").endpoints] == [False]


def test_the_nodes_of_a_cluster_stand_in_three_zones() -> None:
    nodes = rabbit(broker_world()).nodes.values()
    assert [(node.name, node.zone) for node in nodes] == [("1", "a"), ("2", "b"), ("3", "c")]


def test_a_client_with_recovery_lands_on_another_node_of_the_same_endpoint() -> None:
    world = broker_world()
    do(world, "mq.Connect", "p")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(RECOVERY_FIRST_MS - 1)
    assert len(kinds(world, "Connected")) == 1
    world.advance_to(RECOVERY_FIRST_MS)
    assert [event.node for event in kinds(world, "Connected")] == ["1", "2"]
    same_world(world)


def test_a_client_without_recovery_stays_down() -> None:
    world = broker_world()
    do(world, "mq.Connect", "p", failover=False)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(10_000_000)
    assert len(kinds(world, "Connected")) == 1
    do(world, "mq.Send", "p", destination="q", body="x")
    assert [event.reason for event in kinds(world, "PublishLost")] == ["not-connected"]
    with pytest.raises(Refused, match="no-connection"):
        do(world, "BasicGet", "p", queue="q")
    same_world(world)


def test_a_client_without_recovery_may_have_a_retry_of_its_own() -> None:
    world = broker_world()
    do(world, "mq.Connect", "p", failover=False, retry_ms=7_000)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(7_000)
    assert [event.at_ms for event in kinds(world, "Connected")] == [0, 7_000]


def test_recovery_waits_longer_each_time_and_never_ends() -> None:
    world = broker_world(nodes=1)
    do(world, "mq.Connect", "p")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(200_000)
    refused = kinds(world, "ConnectionRefused")
    times = [event.at_ms for event in refused]
    assert times[:6] == [1_000, 3_000, 7_000, 15_000, 31_000, 61_000]
    assert times[-1] - times[-2] == RECOVERY_MAX_MS
    assert [event.retry_at_ms for event in refused[:-1]] == times[1:]
    do(world, "sim.RestoreNode", node="1")
    world.advance_to(300_000)
    assert len(kinds(world, "Connected")) == 2
    same_world(world)


def test_after_a_success_recovery_begins_with_the_shortest_wait_again() -> None:
    world = broker_world(nodes=1)
    do(world, "mq.Connect", "p")
    for _ in range(2):
        began_ms = world.now_ms
        do(world, "sim.CrashNode", node="1", back_after_ms=5_000)
        world.advance_to(began_ms + 100_000)
    assert [event.at_ms for event in kinds(world, "Connected")] == [0, 7_000, 107_000]


def test_a_program_that_disconnects_does_not_come_back() -> None:
    world = broker_world()
    do(world, "mq.Connect", "p")
    do(world, "mq.Disconnect", "p")
    world.advance_to(100_000)
    assert len(kinds(world, "Connected")) == 1
    same_world(world)


def test_a_program_that_never_connected_may_send() -> None:
    world = queue_world()
    do(world, "mq.Send", "p", destination="q", body="x")
    assert waiting(world) == ["x"]
    assert kinds(world, "Connected", "PublishConfirmed") == []


def test_a_client_library_asks_for_confirms() -> None:
    world = queue_world()
    do(world, "mq.Connect", "p")
    do(world, "mq.Send", "p", destination="q", body="x")
    assert [event.by for event in kinds(world, "PublishConfirmed")] == ["p"]


def test_sending_and_consuming_declare_the_queue_they_use() -> None:
    world = broker_world()
    do(world, "mq.Send", "p", destination="new", body="x")
    do(world, "mq.Subscribe", "c", destination="other")
    assert [(q.name, q.queue_type) for q in rabbit(world).queues.values()] == [
        ("new", "quorum"),
        ("other", "quorum"),
    ]


def topic_world() -> World:
    world = broker_world()
    do(world, "mq.Subscribe", "c", destination="news/#", destination_type="topic")
    do(
        world,
        "mq.Subscribe",
        "d",
        destination="news/sport.*",
        destination_type="topic",
        subscription="d",
    )
    return world


def test_every_subscriber_of_a_topic_gets_what_its_pattern_wants() -> None:
    world = topic_world()
    for key in ("sport.chess", "weather"):
        do(world, "mq.Send", "p", destination=f"news/{key}", destination_type="topic", body=key)
    assert dispatched(world, "c") == [("sport.chess", False), ("weather", False)]
    assert dispatched(world, "d") == [("sport.chess", False)]
    same_world(world)


def test_a_durable_subscription_keeps_messages_while_its_subscriber_is_away() -> None:
    world = topic_world()
    for client in ("c", "d"):
        do(world, "mq.Disconnect", client)
    do(world, "mq.Send", "p", destination="news/sport.go", destination_type="topic", body="go")
    assert list(rabbit(world).queues) == ["news/sport.*.d"]
    assert waiting(world, "news/sport.*.d") == ["go"]
    same_world(world)


def test_an_answer_after_the_connection_was_lost_reaches_nobody() -> None:
    world = queue_world()
    do(world, "mq.Connect", "c")
    do(world, "mq.Subscribe", "c", destination="q")
    do(world, "mq.Send", "p", destination="q", body="x")
    tag = last_tag(world, "c")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(ELECTION_MS)
    do(world, "mq.Acknowledge", "c", delivery_tag=tag)
    assert [event.reason for event in kinds(world, "SettlementIgnored")] == ["connection-gone"]
    assert dispatched(world, "c") == [("x", False), ("x", True)]
    same_world(world)


def test_recovery_starts_the_consumers_again() -> None:
    world = queue_world()
    do(world, "mq.Connect", "c")
    do(world, "mq.Connect", "d", failover=False, retry_ms=1)
    for client in ("c", "d"):
        do(world, "mq.Subscribe", client, destination="q")
    do(world, "mq.Subscribe", "c", destination="news", destination_type="topic")
    for node in ("1", "2"):
        do(world, "sim.CrashNode", node=node)
    for node in ("1", "2"):
        do(world, "sim.RestoreNode", node=node)
    world.advance_to(20_000)
    started = kinds(world, "ConsumerStarted")
    again = [event for event in started if event.reason == "restored"]
    assert [event.consumer_tag for event in again] == [
        event.consumer_tag for event in started if event.by == "c" and event.reason == ""
    ]
    do(world, "mq.Send", "p", destination="news/x", destination_type="topic", body="x")
    assert dispatched(world, "c") == [("x", False)]
    same_world(world)


def test_a_cancelled_consumer_is_not_started_again() -> None:
    world = queue_world()
    do(world, "mq.Connect", "c")
    tag = do(world, "mq.Subscribe", "c", destination="q")
    do(world, "BasicCancel", "c", consumer_tag=tag)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(20_000)
    assert len(kinds(world, "ConsumerStarted")) == 1


def test_a_library_with_recovery_publishes_what_had_no_confirm_again_in_order() -> None:
    world = queue_world()
    do(world, "mq.Connect", "x")
    do(world, "mq.Connect", "p")
    do(world, "sim.CrashNode", node="1")
    sent = [do(world, "mq.Send", "p", destination="q", body="one")]
    do(world, "sim.CrashNode", node="2")
    sent.append(do(world, "mq.Send", "p", destination="q", body="two"))
    pending = [event.reason for event in kinds(world, "PublishPending")]
    assert pending == ["connection-lost", "reconnecting"]
    do(world, "sim.RestoreNode", node="1")
    world.advance_to(20_000)
    assert waiting(world) == ["one", "two"]
    assert [event.message_id for event in kinds(world, "PublishConfirmed")] == sent
    assert kinds(world, "PublishLost") == []
    same_world(world)


def test_what_one_of_two_queues_had_already_comes_twice() -> None:
    world = broker_world()
    do(world, "mq.Connect", "x")
    do(world, "mq.Connect", "p")
    do(world, "QueueDeclare", "x", queue="q")
    do(world, "QueueDeclare", "p", queue="r")
    for queue in ("q", "r"):
        do(world, "QueueBind", queue=queue, exchange="amq.fanout")
    do(world, "sim.CrashNode", node="1")
    do(world, "BasicPublish", "p", exchange="amq.fanout", body="both")
    do(world, "sim.CrashNode", node="2", back_after_ms=10)
    world.advance_to(20_000)
    assert (waiting(world, "q"), waiting(world, "r")) == (["both"], ["both", "both"])
    assert len(kinds(world, "PublishConfirmed")) == 1
    same_world(world)


def test_a_program_that_goes_takes_what_it_had_not_published_along() -> None:
    world = queue_world(nodes=1)
    do(world, "mq.Connect", "p")
    do(world, "sim.CrashNode", node="1")
    do(world, "mq.Send", "p", destination="q", body="x")
    do(world, "mq.Disconnect", "p")
    assert [event.reason for event in kinds(world, "PublishLost")] == ["closed-by-client"]
    do(world, "sim.RestoreNode", node="1")
    world.advance_to(100_000)
    assert waiting(world) == []
    same_world(world)


def test_nobody_answers_for_what_was_never_delivered_to_it() -> None:
    world = queue_world()
    do(world, "mq.Connect", "c")
    for tag in (-1, 0, 3, 10**6):
        with pytest.raises(Refused, match="delivery-tag-unknown"):
            do(world, "mq.Acknowledge", "c", delivery_tag=tag)


def test_a_rejected_delivery_counts_as_failed() -> None:
    world = queue_world(arguments={"x-delivery-limit": 2})
    do(world, "mq.Send", "p", destination="q", body="x")
    do(world, "mq.Subscribe", "c", destination="q", prefetch=1)
    for _ in range(2):
        do(world, "mq.Reject", "c", delivery_tag=last_tag(world, "c"))
    assert dispatched(world) == [("x", False), ("x", True)]
    assert [event.reason for event in kinds(world, "MessageDiscarded")] == ["delivery-limit"]


def test_a_deleted_broker_cuts_its_clients_and_a_new_one_starts_empty() -> None:
    world = queue_world()
    do(world, "mq.Connect", "p")
    do(world, "mq.Send", "p", destination="q", body="x")
    do(world, "sim.CrashNode", node="1", back_after_ms=500)
    do(world, "mq.DeleteBroker")
    world.call("mq.CreateBroker", "me", broker_name="b", engine_type="RABBITMQ")
    world.advance_to(100_000)
    assert rabbit(world).queues == {}
    assert rabbit(world).connections == {}
    assert kinds(world, "NodeReturned", "LeaderElected") == []
    same_world(world)

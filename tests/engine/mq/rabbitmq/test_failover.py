"""What happens when nodes go and come back: RMQ-X02 to X05, X10, and "Failover step by step"."""

import pytest

from studyapp.engine.limits.rabbitmq import (
    CATCH_UP_MS,
    CLUSTER_NODE_RESTART_MS,
    ELECTION_MS,
    REBOOT_MS,
)
from studyapp.engine.log import chain
from studyapp.engine.refusals import Refused
from tests.engine.mq.rabbitmq.rabbit_worlds import (
    broker_world,
    dispatched,
    do,
    kinds,
    last_tag,
    publish,
    queue_world,
    rabbit,
    stages,
    waiting,
)
from tests.support.worlds import same_world


def test_a_connection_lands_on_the_node_with_the_fewest() -> None:
    world = broker_world()
    landed = [do(world, "ConnectionOpen", by) for by in ("p", "q", "r", "s")]
    assert landed == ["1", "2", "3", "1"]


def test_a_connection_never_lands_on_a_node_that_is_down() -> None:
    world = broker_world()
    do(world, "sim.CrashNode", node="1")
    assert {do(world, "ConnectionOpen", by) for by in ("p", "q", "r")} == {"2", "3"}


def test_a_lost_leader_is_followed_by_an_election_and_the_queue_goes_on() -> None:
    world = queue_world()
    do(world, "mq.Connect", "p")
    do(world, "mq.Connect", "c")
    do(world, "BasicConsume", "c", queue="q", prefetch_count=1)
    publish(world, "one", "two", by="p")
    world.advance_to(10_000)
    do(world, "sim.CrashNode", node="1")
    do(world, "BasicAck", "c", delivery_tag=last_tag(world, "c"))
    world.advance_to(20_000)
    assert stages(world, 10_000) == [
        (10_000, "NodeLost", "crashed"),
        (10_000, "ConnectionLost", "node-lost"),
        (10_000, "LeaderLost", "node-lost"),
        (10_000, "SettlementHeld", "no-leader"),
        (11_000, "Connected", ""),
        (10_000 + ELECTION_MS, "LeaderElected", ""),
        (10_000 + ELECTION_MS, "MessageAcknowledged", ""),
        (10_000 + ELECTION_MS, "MessageDispatched", ""),
    ]
    assert [event.by for event in kinds(world, "ConnectionLost")] == ["p"]
    (elected,) = kinds(world, "LeaderElected")
    assert (elected.node, elected.term, elected.votes) == ("2", 2, ("2", "3"))
    same_world(world)


def test_every_stage_tells_what_it_was_caused_by() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "sim.CrashNode", node="1")
    publish(world, "two")
    world.advance_to(10_000)
    (stored,) = kinds(world, "MessageStored")
    steps = [type(world.log[n]).__name__ for n in chain(world.log, world.log.index(stored))]
    assert steps == ["MessageStored", "LeaderElected", "LeaderLost", "NodeLost", "Called"]


def test_a_lost_follower_changes_nothing_for_the_queue() -> None:
    world = queue_world()
    do(world, "sim.CrashNode", node="3")
    publish(world, "one")
    assert waiting(world) == ["one"]
    assert kinds(world, "LeaderLost", "MajorityLost") == []


def test_deliveries_pause_during_an_election() -> None:
    world = queue_world()
    do(world, "ConnectionOpen", "x")
    do(world, "BasicConsume", "c", queue="q")
    do(world, "sim.CrashNode", node="1")
    publish(world, "one")
    world.advance_to(ELECTION_MS - 1)
    assert dispatched(world) == []
    world.advance_to(ELECTION_MS)
    assert dispatched(world) == [("one", False)]


def test_what_a_cut_consumer_had_not_acknowledged_is_delivered_again_and_marked() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "BasicConsume", "c", queue="q")
    assert rabbit(world).connections["c"].node == "1"
    do(world, "BasicConsume", "d", queue="q")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(ELECTION_MS)
    assert dispatched(world, "d") == [("one", True)]
    same_world(world)


def test_what_a_consumer_on_a_living_node_had_stays_with_it() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "ConnectionOpen", "x")
    do(world, "BasicConsume", "c", queue="q")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(ELECTION_MS)
    do(world, "BasicAck", "c", delivery_tag=last_tag(world, "c"))
    assert kinds(world, "MessageRequeued") == []
    assert rabbit(world).queues["q"].unacknowledged == {}


def test_two_of_three_nodes_gone_stop_the_queue_until_one_is_back() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "sim.CrashNode", node="2")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(1_000)
    assert stages(world)[-3:] == [
        (0, "NodeLost", "crashed"),
        (0, "LeaderLost", "node-lost"),
        (0, "MajorityLost", "node-lost"),
    ]
    with pytest.raises(Refused, match="amqp-queue-has-no-leader"):
        do(world, "BasicGet", "c", queue="q")
    world.advance_to(100_000)
    do(world, "sim.RestoreNode", node="1")
    world.advance_to(200_000)
    assert stages(world, 100_000) == [
        (100_000, "NodeReturned", "restored"),
        (100_000, "MajorityRestored", "node-returned"),
        (100_000 + ELECTION_MS, "LeaderElected", ""),
    ]
    assert do(world, "BasicGet", "c", queue="q").body == "one"
    same_world(world)


def test_a_returning_follower_catches_up_on_what_it_missed() -> None:
    world = queue_world()
    do(world, "sim.CrashNode", node="3")
    publish(world, "one", "two")
    world.advance_to(10_000)
    do(world, "sim.RestoreNode", node="3")
    world.advance_to(20_000)
    (began,) = kinds(world, "CatchingUp")
    (ended,) = kinds(world, "FollowerCaughtUp")
    assert (began.at_ms, began.missed, began.until_ms) == (10_000, 2, 10_000 + CATCH_UP_MS)
    assert (ended.at_ms, ended.missed, ended.node) == (10_000 + CATCH_UP_MS, 2, "3")


def test_a_node_that_fails_before_another_has_caught_up_stops_the_queue_until_it_has() -> None:
    world = queue_world()
    do(world, "sim.CrashNode", node="3")
    publish(world, "one")
    do(world, "sim.RestoreNode", node="3")
    do(world, "sim.CrashNode", node="2")
    lost = kinds(world, "MajorityLost")
    assert [(event.reason, event.leader) for event in lost] == [("follower-behind", "1")]
    publish(world, "two")
    assert waiting(world) == ["one"]
    world.advance_to(CATCH_UP_MS)
    assert [event.reason for event in kinds(world, "MajorityRestored")] == ["follower-caught-up"]
    assert waiting(world) == ["one", "two"]
    same_world(world)


def test_a_follower_that_is_behind_is_not_elected() -> None:
    world = queue_world()
    do(world, "sim.CrashNode", node="2")
    publish(world, "one")
    do(world, "sim.RestoreNode", node="2")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(ELECTION_MS)
    (elected,) = kinds(world, "LeaderElected")
    assert (elected.node, elected.votes) == ("3", ("2", "3"))
    same_world(world)


def test_a_node_that_goes_while_catching_up_starts_again() -> None:
    world = queue_world()
    do(world, "sim.CrashNode", node="3")
    publish(world, "one")
    do(world, "sim.RestoreNode", node="3")
    world.advance_to(1_000)
    do(world, "sim.CrashNode", node="3", back_after_ms=500)
    world.advance_to(CATCH_UP_MS)
    assert kinds(world, "FollowerCaughtUp") == []
    world.advance_to(1_500 + CATCH_UP_MS)
    assert len(kinds(world, "FollowerCaughtUp")) == 1
    same_world(world)


def test_an_isolated_leader_is_replaced_and_its_clients_get_nowhere() -> None:
    world = queue_world()
    do(world, "mq.Connect", "p")
    assert rabbit(world).connections["p"].node == "1"
    do(world, "sim.PartitionNode", node="1")
    publish(world, "held", by="p")
    world.advance_to(ELECTION_MS)
    publish(world, "stored")
    assert [event.reason for event in kinds(world, "LeaderLost")] == ["node-isolated"]
    assert waiting(world) == ["stored"]
    do(world, "sim.HealPartition", node="1")
    assert waiting(world) == ["stored", "held"]
    assert [event.by for event in kinds(world, "PublishConfirmed")] == ["p"]
    assert kinds(world, "ConnectionLost") == []
    same_world(world)


def test_a_consumer_on_an_isolated_node_loses_its_deliveries_and_answers_in_vain() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "ConnectionOpen", "x")
    do(world, "BasicConsume", "c", queue="q")
    do(world, "sim.PartitionNode", node="2")
    assert waiting(world) == ["one"]
    do(world, "BasicAck", "c", delivery_tag=last_tag(world, "c"))
    assert [event.reason for event in kinds(world, "SettlementIgnored")] == ["back-in-queue"]
    assert waiting(world) == ["one"]
    do(world, "sim.HealPartition", node="2")
    assert dispatched(world, "c") == [("one", False), ("one", True)]
    same_world(world)


def test_without_a_majority_together_nothing_can_be_declared() -> None:
    world = queue_world()
    do(world, "sim.PartitionNode", node="1")
    do(world, "sim.PartitionNode", node="2")
    with pytest.raises(Refused, match="rabbit-cluster-minority"):
        do(world, "QueueDeclare", queue="r")
    with pytest.raises(Refused, match="rabbit-cluster-minority"):
        do(world, "QueueBind", queue="q", exchange="amq.fanout")


def test_a_queue_declared_while_a_node_is_down_has_a_member_there_later() -> None:
    world = broker_world()
    do(world, "sim.CrashNode", node="3")
    do(world, "QueueDeclare", queue="q")
    publish(world, "one")
    do(world, "sim.RestoreNode", node="3")
    world.advance_to(CATCH_UP_MS)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(CATCH_UP_MS + ELECTION_MS)
    assert waiting(world) == ["one"]
    assert rabbit(world).queues["q"].leader == "2"


def test_a_lost_zone_takes_its_node_and_gives_it_back() -> None:
    world = queue_world()
    world.call("sim.LoseZone", "me", zone="a")
    (lost,) = kinds(world, "NodeLost")
    assert (lost.node, lost.zone, lost.reason) == ("1", "a", "zone-lost")
    with pytest.raises(Refused, match="rabbit-zone-is-down"):
        do(world, "sim.RestoreNode", node="1")
    world.advance_to(10_000)
    world.call("sim.RestoreZone", "me", zone="a")
    assert [event.reason for event in kinds(world, "NodeReturned")] == ["zone-restored"]
    same_world(world)


def test_a_crashed_node_does_not_come_back_with_its_zone() -> None:
    world = queue_world()
    do(world, "sim.CrashNode", node="1", back_after_ms=1000)
    world.call("sim.LoseZone", "me", zone="a")
    world.advance_to(2_000)
    world.call("sim.RestoreZone", "me", zone="a")
    assert not rabbit(world).nodes["1"].running


def test_a_reboot_goes_node_by_node_and_two_always_run() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "mq.RebootBroker")
    assert do(world, "mq.DescribeBroker").state == "REBOOT_IN_PROGRESS"
    with pytest.raises(Refused, match="broker-not-running"):
        do(world, "mq.RebootBroker")
    down = 0
    while (due_ms := world.next_due_ms()) is not None and kinds(world, "RebootFinished") == []:
        world.advance_to(due_ms)
        down = max(down, sum(not node.running for node in rabbit(world).nodes.values()))
    assert down == 1
    assert [event.node for event in kinds(world, "NodeLost")] == ["1", "2", "3"]
    assert kinds(world, "MajorityLost") == []
    (finished,) = kinds(world, "RebootFinished")
    assert REBOOT_MS <= finished.at_ms <= REBOOT_MS + 3 * (ELECTION_MS + CATCH_UP_MS)
    assert do(world, "mq.DescribeBroker").state == "RUNNING"
    assert waiting(world) == ["one"]
    same_world(world)


def test_a_reboot_waits_for_a_node_that_crashed_meanwhile() -> None:
    world = queue_world()
    do(world, "mq.RebootBroker")
    do(world, "sim.CrashNode", node="3")
    world.advance_to(10 * CLUSTER_NODE_RESTART_MS)
    assert [event.node for event in kinds(world, "NodeLost")] == ["1", "3"]
    do(world, "sim.RestoreNode", node="3")
    world.advance_to(20 * CLUSTER_NODE_RESTART_MS)
    assert [event.node for event in kinds(world, "NodeLost")] == ["1", "3", "2", "3"]
    assert len(kinds(world, "RebootFinished")) == 1
    same_world(world)


def test_a_single_instance_is_away_while_it_reboots_and_keeps_what_it_had() -> None:
    world = queue_world(nodes=1)
    publish(world, "one")
    do(world, "mq.RebootBroker")
    with pytest.raises(Refused, match="rabbit-no-node-running"):
        publish(world, "two")
    world.advance_to(REBOOT_MS + ELECTION_MS)
    assert waiting(world) == ["one"]
    assert len(kinds(world, "RebootFinished")) == 1
    same_world(world)


def test_a_classic_queue_is_away_with_its_node_and_back_with_it() -> None:
    world = queue_world(queue_type="classic")
    publish(world, "one")
    do(world, "sim.CrashNode", node="1")
    with pytest.raises(Refused, match="amqp-queue-home-down"):
        do(world, "BasicConsume", "c", queue="q")
    do(world, "sim.RestoreNode", node="1")
    do(world, "BasicConsume", "c", queue="q")
    assert dispatched(world) == [("one", False)]
    same_world(world)


def test_messages_that_are_not_persistent_die_with_the_node_of_a_classic_queue() -> None:
    world = queue_world(queue_type="classic")
    publish(world, "kept")
    (lost_id,) = publish(world, "lost", persistent=False)
    do(world, "sim.CrashNode", node="1")
    (lost,) = kinds(world, "MessagesLost")
    assert (lost.message_ids, lost.reason) == ((lost_id,), "not-persistent")
    do(world, "sim.RestoreNode", node="1")
    assert waiting(world) == ["kept"]
    same_world(world)


def test_a_quorum_queue_keeps_every_message_persistent_or_not() -> None:
    world = queue_world()
    publish(world, "one", persistent=False)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(ELECTION_MS)
    assert waiting(world) == ["one"]


def test_a_queue_that_is_not_durable_is_gone_with_its_node() -> None:
    world = queue_world(queue_type="classic", durable=False)
    do(world, "ConnectionOpen", "x")
    tag = do(world, "BasicConsume", "c", queue="q")
    do(world, "sim.CrashNode", node="1")
    (removed,) = kinds(world, "QueueRemoved")
    assert removed.reason == "not-durable"
    (cancelled,) = kinds(world, "ConsumerCancelled")
    assert (cancelled.by, cancelled.consumer_tag) == ("c", tag)
    same_world(world)


def test_the_assumed_times_can_be_changed() -> None:
    world = queue_world()
    do(world, "sim.SetClusterTimes", election_ms=700)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(700)
    assert [event.at_ms for event in kinds(world, "LeaderElected")] == [700]
    same_world(world)

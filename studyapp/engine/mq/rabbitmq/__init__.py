"""RabbitMQ on Amazon MQ: one node or a cluster of three, exchanges, quorum and classic queues.

APPLY has the events that both engines share too; `mq` gives those of RabbitMQ's brokers to this package.
"""

from studyapp.engine.calls import Actions, Apply, React
from studyapp.engine.mq.events import ZoneLost, ZoneRestored
from studyapp.engine.mq.rabbitmq import (
    commands,
    declaring,
    message_changes,
    messaging,
    node_changes,
    nodes,
    topology_changes,
)
from studyapp.engine.mq.rabbitmq.cluster import State
from studyapp.engine.mq.rabbitmq.engine import ENGINE
from studyapp.engine.mq.rabbitmq.node_events import (
    FollowerCaughtUp,
    LeaderElected,
    MajorityRestored,
)

__all__ = ["ACTIONS", "APPLY", "ENGINE", "REACT", "State"]

ACTIONS: Actions = {**declaring.ACTIONS, **messaging.ACTIONS, **commands.ACTIONS}
APPLY: Apply = {**topology_changes.APPLY, **message_changes.APPLY, **node_changes.APPLY}
REACT: React = {
    ZoneLost: nodes.lose_zone,
    ZoneRestored: nodes.restore_zone,
    FollowerCaughtUp: nodes.after_progress,
    LeaderElected: nodes.after_progress,
    MajorityRestored: nodes.after_progress,
}

"""ActiveMQ on Amazon MQ: one instance, or an active and a standby one on the same store.

APPLY has the events that both engines share too; `mq` gives those of ActiveMQ's brokers to this package.
"""

from studyapp.engine.calls import Apply, React
from studyapp.engine.mq.activemq import changes, client_changes, failover, message_changes
from studyapp.engine.mq.activemq.broker import State
from studyapp.engine.mq.activemq.commands import ACTIONS
from studyapp.engine.mq.activemq.engine import ENGINE
from studyapp.engine.mq.events import ZoneLost, ZoneRestored

__all__ = ["ACTIONS", "APPLY", "ENGINE", "REACT", "State"]

APPLY: Apply = {**changes.APPLY, **client_changes.APPLY, **message_changes.APPLY}
REACT: React = {ZoneLost: failover.lose_zone, ZoneRestored: failover.restore_zone}

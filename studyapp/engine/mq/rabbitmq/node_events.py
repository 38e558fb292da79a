"""What can happen to the nodes of a RabbitMQ broker, and to the leaders and majorities of its queues."""

from typing import NamedTuple


class NodeLost(NamedTuple):
    """A node stopped. `back_at_ms` is when it starts again by itself, -1 if it does not."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    node: str
    zone: str
    back_at_ms: int


class NodeReturned(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    node: str
    zone: str


class NodeIsolated(NamedTuple):
    """The node runs, its clients stay connected, but it cannot reach the other nodes."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    node: str


class NodeRejoined(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    node: str


class LeaderLost(NamedTuple):
    """A quorum queue has no leader. `election_ends_at_ms` is when the others will have chosen a new one, if a
    majority of them stays together."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    node: str
    term: int
    election_ends_at_ms: int


class LeaderElected(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    node: str
    term: int
    votes: tuple[str, ...]


class MajorityLost(NamedTuple):
    """A quorum queue stops: fewer than a majority of its members are together and hold everything. `members` are
    those that do. `leader` is who leads nevertheless ("follower-behind"), or ""."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    leader: str
    members: tuple[str, ...]


class MajorityRestored(NamedTuple):
    """A majority is together again. Without a leader an election begins, which ends at `election_ends_at_ms`;
    else that is -1."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    members: tuple[str, ...]
    election_ends_at_ms: int


class CatchingUp(NamedTuple):
    """A follower that missed something copies it from the leader until `until_ms`."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    node: str
    missed: int
    until_ms: int


class FollowerCaughtUp(NamedTuple):
    """A follower holds everything again and counts for the majority. `missed` is what it had to copy."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    node: str
    missed: int


class MemoryAlarmRaised(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    node: str


class MemoryAlarmCleared(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    node: str


class ClusterTimesChanged(NamedTuple):
    """How long elections, catching up, restarts and holding a publish take from now on."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    election_ms: int
    catch_up_ms: int
    node_restart_ms: int
    hold_max_ms: int


class RebootStarted(NamedTuple):
    """The nodes will be stopped and started one after the other; the broker's clients need not stop."""

    at_ms: int
    cause: int
    reason: str
    broker: str


class RebootFinished(NamedTuple):
    """Every node has been stopped and started, one after the other."""

    at_ms: int
    cause: int
    reason: str
    broker: str

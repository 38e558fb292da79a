"""`fleet`: an Auto Scaling group of consumers that follows the backlog of their queue (SQS-29, SQS-59, SQS-60).

Its members are actors of their own: "name-1", "name-2" and so on. A new instance takes a while until it is in
service. Scaling in stops the newest members; they finish what they have in hand.
"""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.actors.consumer import is_busy
from studyapp.engine.actors.consumer_settings import ConsumerSettings
from studyapp.engine.actors.events import ActorAdded, ActorStarted
from studyapp.engine.actors.lives import alive, stop
from studyapp.engine.actors.settings import DURATION_MAX_MS
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.limits.actors import (
    INSTANCE_START_SECONDS,
    METRIC_PERIOD_SECONDS,
    SCALE_IN_COOLDOWN_SECONDS,
)
from studyapp.engine.names import short

if TYPE_CHECKING:
    from studyapp.engine.world import World

SIZE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class FleetSettings(ConsumerSettings):
    """The settings of its consumers, and how many of them there are.

    It starts with `desired_size` members and stays from `min_size` to `max_size`. Every `metric_every_ms` it
    reads the queue's visible messages.

    `policy` backlog-per-instance: so many members that each has at most `backlog_target` messages, which is
    the latency that is acceptable divided by the time for one message. step: `step_size` more when more than
    `step_above` wait, `step_size` fewer when fewer than `step_below`. none: it stays as it is.

    A new member is in service after `instance_start_ms`. Members go only `scale_in_cooldown_ms` after the
    last change. `queue` and what else concerns the consumers counts for members added later.
    """

    min_size: int = field(default=1, metadata={"max": SIZE_MAX})
    max_size: int = field(default=10, metadata={"max": SIZE_MAX})
    desired_size: int = field(default=1, metadata={"max": SIZE_MAX})
    policy: str = field(
        default="backlog-per-instance",
        metadata={"choices": ("backlog-per-instance", "step", "none")},
    )
    backlog_target: int = field(default=10, metadata={"min": 1})
    step_above: int = 100
    step_below: int = 10
    step_size: int = field(default=1, metadata={"min": 1, "max": SIZE_MAX})
    metric_every_ms: int = field(
        default=METRIC_PERIOD_SECONDS * 1000, metadata={"min": 1_000, "max": DURATION_MAX_MS}
    )
    instance_start_ms: int = INSTANCE_START_SECONDS * 1000
    scale_in_cooldown_ms: int = SCALE_IN_COOLDOWN_SECONDS * 1000

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        if not self.min_size <= self.desired_size <= self.max_size:
            return "desired_size", f"{self.min_size} to {self.max_size}"
        return ConsumerSettings.problem(self)


class FleetMeasured(NamedTuple):
    """The metric was read: `visible` messages, `in_service` members; `wanted` members is what follows. The
    next reading comes at `due_ms`. reason: '', 'cooling-down' (fewer would do, but not yet), 'no-such-queue'
    or, at the start, 'fleet-started'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    visible: int
    in_service: int
    size: int
    wanted: int
    due_ms: int


class FleetScaled(NamedTuple):
    """The group changes its size. reason: 'backlog-above-target', 'backlog-below-target', 'queue-long',
    'queue-short', 'fleet-started' or 'limits-changed'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    before: int
    size: int


class InstanceLaunched(NamedTuple):
    """A new member is on its way and in service at `due_ms`. The cause is the scaling."""

    at_ms: int
    cause: int
    reason: str
    by: str
    member: str
    due_ms: int


class InstanceInService(NamedTuple):
    """A member works."""

    at_ms: int
    cause: int
    reason: str
    by: str
    member: str


class InstanceRetired(NamedTuple):
    """A member leaves the group. reason: 'scaled-in'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    member: str


@dataclass(slots=True)
class Group:
    """The group survives whatever happens to the actor that scales it. `members` in order of launch: True for
    those in service. `launched`: how many there ever were. `changed_ms`: the last change of size."""

    members: dict[str, bool] = field(default_factory=dict)
    launched: int = 0
    changed_ms: int = -DURATION_MAX_MS


@dataclass(slots=True)
class FleetMemory:
    """`measured`: the entry of the last reading; an alarm set by an older one does nothing."""

    measured: int = -1


def begin(world: "World", actor: Actor) -> None:
    """The first members are there at once; then it measures."""
    settings, group = actor.settings, actor.durable
    if not group.members and settings.desired_size:
        now_ms, size = world.now_ms, settings.desired_size
        number = world.record(
            FleetScaled(now_ms, world.cause, "fleet-started", actor.name, 0, size)
        )
        for _ in range(size):
            _launch(world, actor, number, 0)
    _measure(world, actor, "fleet-started")


def measure(
    world: "World",
    name: str,
    life: int,
) -> None:
    """An alarm: read the metric and follow it."""
    actor = alive(world, name, life)
    if actor is not None and actor.memory.measured == world.cause:
        _measure(world, actor, "")


def _measure(world: "World", actor: Actor, reason: str) -> None:
    settings, group, now_ms = actor.settings, actor.durable, world.now_ms
    queue = world.sqs.queues.get(settings.queue) or world.sqs.queues.get(short(settings.queue))
    size = len(group.members)
    visible, wanted = 0, size
    why = "limits-changed"
    if queue is None:
        reason = reason or "no-such-queue"
    else:
        visible = len(queue.messages) - queue.in_flight - queue.delayed
        if not reason:
            wanted, why = _wanted(settings, visible, size)
    wanted = min(max(wanted, settings.min_size), settings.max_size)
    if wanted < size <= settings.max_size and (
        now_ms - group.changed_ms < settings.scale_in_cooldown_ms
    ):
        wanted, reason = size, "cooling-down"
    number = world.record(
        FleetMeasured(
            now_ms,
            world.cause,
            reason,
            actor.name,
            settings.queue,
            visible,
            sum(group.members.values()),
            size,
            wanted,
            now_ms + settings.metric_every_ms,
        )
    )
    if wanted == size:
        return
    scaled = world.record(FleetScaled(now_ms, number, why, actor.name, size, wanted))
    for _ in range(size, wanted):
        _launch(world, actor, scaled, settings.instance_start_ms)
    for member in list(reversed(group.members))[: max(size - wanted, 0)]:
        _retire(world, actor, member, scaled)


def _wanted(settings: FleetSettings, visible: int, size: int) -> tuple[int, str]:
    """How many members there should be, and why."""
    if settings.policy == "backlog-per-instance":
        wanted = -(-visible // settings.backlog_target)
        return wanted, "backlog-above-target" if wanted > size else "backlog-below-target"
    if settings.policy == "step":
        if visible > settings.step_above:
            return size + settings.step_size, "queue-long"
        if visible < settings.step_below:
            return size - settings.step_size, "queue-short"
    return size, "limits-changed"


def _launch(world: "World", actor: Actor, cause: int, start_ms: int) -> None:
    group, actors = actor.durable, world.actors.actors
    number = group.launched + 1
    while f"{actor.name}-{number}" in actors or f"{actor.name}-{number}" in group.members:
        number += 1
    member, now_ms = f"{actor.name}-{number}", world.now_ms
    launch = world.record(
        InstanceLaunched(now_ms, cause, "", actor.name, member, now_ms + start_ms)
    )
    if start_ms == 0:
        _put_in_service(world, actor, member, launch)


def in_service(world: "World", name: str, member: str) -> None:
    """An alarm: a new member is ready, if it is still wanted."""
    actor = world.actors.actors[name]
    if member in actor.durable.members and member not in world.actors.actors:
        _put_in_service(world, actor, member, world.cause)


def _put_in_service(world: "World", actor: Actor, member: str, cause: int) -> None:
    now_ms = world.now_ms
    pairs = tuple(
        (each.name, getattr(actor.settings, each.name)) for each in fields(ConsumerSettings)
    )
    number = world.record(
        ActorAdded(now_ms, cause, "instance-in-service", member, "consumer", pairs)
    )
    number = world.record(InstanceInService(now_ms, number, "", actor.name, member))
    world.record(ActorStarted(now_ms, number, "added", member))


def _retire(world: "World", actor: Actor, member: str, cause: int) -> None:
    number = world.record(InstanceRetired(world.now_ms, cause, "scaled-in", actor.name, member))
    known = world.actors.actors.get(member)
    if known is not None and known.running and not known.stopping:
        stop(world, known, is_busy(known), "scaled-in", number)


# Applies


def measured(world: "World", actor: Actor, event: FleetMeasured, number: int) -> None:
    actor.memory.measured = number
    world.set_alarm(event.due_ms, number, measure, actor.name, actor.life)


def scaled(world: "World", actor: Actor, event: FleetScaled, number: int) -> None:
    actor.durable.changed_ms = event.at_ms


def launched(world: "World", actor: Actor, event: InstanceLaunched, number: int) -> None:
    group = actor.durable
    group.launched += 1
    group.members[event.member] = False
    if event.due_ms > event.at_ms:
        world.set_alarm(event.due_ms, number, in_service, actor.name, event.member)


def put_in_service(world: "World", actor: Actor, event: InstanceInService, number: int) -> None:
    actor.durable.members[event.member] = True


def retired(world: "World", actor: Actor, event: InstanceRetired, number: int) -> None:
    del actor.durable.members[event.member]


FLEET = Kind(
    settings=FleetSettings,
    memory=FleetMemory,
    begin=begin,
    hears={},
    applies={
        FleetMeasured: measured,
        FleetScaled: scaled,
        InstanceLaunched: launched,
        InstanceInService: put_in_service,
        InstanceRetired: retired,
    },
    durable=Group,
)

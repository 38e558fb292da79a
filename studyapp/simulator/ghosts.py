"""What is not on the board yet: the next things to add, as outlines in the picture that lead to their forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

from studyapp.engine.mq.clients import ENGINES
from studyapp.engine.scenario import Run
from studyapp.engine.world import World
from studyapp.simulator.acting import Offered, world_at
from studyapp.simulator.forms_actors import KIND_LABELS

# More than this would be a menu, and the panel of actions is one already.
GHOSTS_MAX = 4


def _nobody(*kinds: str) -> Callable[[World], bool]:
    return lambda world: all(actor.kind not in kinds for actor in world.actors.actors.values())


def _no_broker(world: World) -> bool:
    return not any(name for engine in ENGINES.values() for name in engine.brokers(world))


# Key of a form -> what its outline says, and whether nothing of the kind is there. In the order of building.
_GHOSTS: Mapping[str, tuple[str, Callable[[World], bool]]] = {
    "sqs.CreateQueue": (_("Add a queue"), lambda world: not world.sqs.queues),
    "sns.CreateTopic": (_("Add a topic"), lambda world: not world.sns.topics),
    "kinesis.CreateStream": (_("Add a stream"), lambda world: not world.kinesis.streams),
    "s3.CreateBucket": (_("Add a bucket"), lambda world: not world.s3.buckets),
    "firehose.CreateDeliveryStream": (
        _("Add a Firehose stream"),
        lambda world: not world.firehose.delivery_streams,
    ),
    "mq.CreateBroker": (_("Add a broker"), _no_broker),
    "sim.AddEndpoint": (_("Add an endpoint"), lambda world: not world.sns.endpoints),
    "sns.Subscribe": (_("Add a subscription"), lambda world: not world.sns.subscriptions),
    "sim.AddActor:consumer": (
        KIND_LABELS["consumer"],
        _nobody("consumer", "fleet", "lambda-poller"),
    ),
    "sim.AddActor:stream-reader": (
        KIND_LABELS["stream-reader"],
        _nobody("stream-reader", "kcl-worker"),
    ),
    "sim.AddActor:broker-producer": (KIND_LABELS["broker-producer"], _nobody("broker-producer")),
    "sim.AddActor:broker-consumer": (KIND_LABELS["broker-consumer"], _nobody("broker-consumer")),
    "sim.AddActor:producer": (KIND_LABELS["producer"], _nobody("producer")),
}


@dataclass(frozen=True, slots=True)
class Ghost:
    """An outline of something that could be there. `key` is that of its form."""

    key: str
    label: str

    @property
    def words(self) -> str:
        return translated(self.label)


def ghosts_at(offered: Sequence[Offered], run: Run, at_ms: int) -> list[Ghost]:
    """What to add next at a moment, where the scenario allows it and what it needs is there."""
    keys = {each.form.key for each in offered}
    if keys.isdisjoint(_GHOSTS):
        return []
    world = world_at(run, at_ms)
    found = [
        Ghost(key, label)
        for key, (label, is_missing) in _GHOSTS.items()
        if key in keys and is_missing(world)
    ]
    return found[:GHOSTS_MAX]

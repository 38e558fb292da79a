"""The kinds of actor there are, and how an actor hears what concerns it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studyapp.engine.actors import lives
from studyapp.engine.actors.broker_consumer import BROKER_CONSUMER
from studyapp.engine.actors.broker_producer import BROKER_PRODUCER
from studyapp.engine.actors.consumer import CONSUMER
from studyapp.engine.actors.events import ActorStarted
from studyapp.engine.actors.fleet import FLEET
from studyapp.engine.actors.kcl_worker import KCL_WORKER
from studyapp.engine.actors.lambda_poller import LAMBDA_POLLER
from studyapp.engine.actors.producer import PRODUCER
from studyapp.engine.actors.state import Kind
from studyapp.engine.actors.stream_reader import STREAM_READER
from studyapp.engine.calls import React

if TYPE_CHECKING:
    from studyapp.engine.world import World

# "consumer": the kind's name in a scenario. Each kind is a module of this folder.
KINDS: Mapping[str, Kind] = {
    "broker-consumer": BROKER_CONSUMER,
    "broker-producer": BROKER_PRODUCER,
    "consumer": CONSUMER,
    "fleet": FLEET,
    "kcl-worker": KCL_WORKER,
    "lambda-poller": LAMBDA_POLLER,
    "producer": PRODUCER,
    "stream-reader": STREAM_READER,
}


def begin(world: "World", event: ActorStarted, number: int) -> None:
    """A started actor does its first thing."""
    actor = world.actors.actors[event.by]
    if actor.running:
        KINDS[actor.kind].begin(world, actor)


def hear(world: "World", event: Any, number: int) -> None:
    """An event names a running actor in `by`, and its kind listens for this kind of event."""
    actor = world.actors.actors.get(event.by)
    if actor is not None and actor.running:
        heard = KINDS[actor.kind].hears
        kind = type(event)
        if kind in heard:
            heard[kind](world, actor, event, number)


REACT: React = {
    **{event: hear for kind in KINDS.values() for event in kind.hears},
    **lives.REACT,
    ActorStarted: begin,
}

"""A program that crashes or stops takes its connections with it: its machine closes them at once."""

from typing import TYPE_CHECKING

from studyapp.engine.actors.events import ActorCrashed, ActorStopped
from studyapp.engine.calls import React
from studyapp.engine.mq.clients import ENGINES

if TYPE_CHECKING:
    from studyapp.engine.world import World


def leave(world: "World", event: ActorCrashed | ActorStopped, number: int) -> None:
    reason = "client-crashed" if type(event) is ActorCrashed else "closed-by-client"
    for engine in ENGINES.values():
        for name in tuple(engine.brokers(world)):
            engine.disconnect(world, name, event.by, reason)


REACT: React = {ActorCrashed: leave, ActorStopped: leave}

"""Whether the picture of queues and topics says what the engine says."""

from collections import Counter

from studyapp.engine.world import World
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.tokens import DELAYED, GHOST

PARTS_OF_A_RUN = 12


def counts_agree(world: World, scene: Scene, state: State) -> None:
    """The figures on each queue, and the tokens in it, are what the engine has."""
    for name, queue in world.sqs.queues.items():
        flight, delayed = queue.in_flight, queue.delayed
        wanted = (len(queue.messages) - flight - delayed, flight, delayed)
        said = tuple(int(state.values[name, of]) for of in ("visible", "flight", "delayed"))
        assert said == wanted, (state.at_ms, name)
        found = Counter(
            "flight" if GHOST in look.flags else "delayed" if DELAYED in look.flags else "visible"
            for look in state.looks.values()
            if look.place.startswith(f"{name}/")
        )
        drawn = (found["visible"], found["flight"], found["delayed"])
        assert drawn == wanted, (state.at_ms, name)


def every_copy_is_somewhere(world: World, scene: Scene, state: State) -> None:
    """What waits for another attempt stands on its line; a topic holds only what sets out this very moment."""
    waiting = sum(look.place.endswith("/wait") for look in state.looks.values())
    assert waiting == len(world.sns.deliveries), state.at_ms
    in_topics = sum(look.place.endswith("/heart") for look in state.looks.values())
    on_their_way = [
        each
        for each in world.sns.publications.values()
        if each.topic and each.open == len(each.targets) and each.published_ms + 20 > world.now_ms
    ]
    assert in_topics == len(on_their_way), state.at_ms


def agrees(world: World, scene: Scene) -> None:
    """At some times of a run."""
    for part in range(1, PARTS_OF_A_RUN + 1):
        at_ms = world.now_ms * part // PARTS_OF_A_RUN
        state = scene.state(scene.step_at(at_ms))
        then = world.fork(at_ms)
        counts_agree(then, scene, state)
        every_copy_is_somewhere(then, scene, state)

"""Pictures for tests: of any world, step by step, and what must hold at every step of every picture."""

from collections.abc import Iterator
from functools import cache

from studyapp.engine.log import Called
from studyapp.engine.scenario import Run, read, run
from studyapp.engine.witness import labels
from studyapp.engine.world import World
from studyapp.pages.course import course
from studyapp.simulator.picture import words
from studyapp.simulator.scene.scene import Scene, State, build


@cache
def run_of(scenario: str) -> Run:
    """The run of a scenario of the course."""
    return run(read(course().scenarios[scenario].data))


def picture_of(world: World) -> Scene:
    """The picture of what has happened in a world."""
    told = [type(event) is not Called for event in world.log]
    return build(world.log, world.now_ms, told, {}, labels(world.log), words())


def end_of(world: World) -> State:
    """How everything looks after the last step."""
    scene = picture_of(world)
    return scene.state(len(scene.steps) - 1)


def states(scene: Scene) -> Iterator[State]:
    """The state after each step, in order; each is the same object, changed."""
    state = State(-1, 0, values=dict(scene.start_values))
    for number, step in enumerate(scene.steps):
        state.step, state.at_ms = number, step.at_ms
        for token, look, _ in step.tokens:
            if look.place:
                state.looks[token] = look
            else:
                state.looks.pop(token, None)
        for thing, attribute, text in step.values:
            state.values[thing, attribute] = text
        yield state


def at(scene: Scene, state: State, place: str) -> list[str]:
    """The names of the tokens at a place: those that are drawn in the order of their slots, then the others."""
    found = [(look.slot, token) for token, look in state.looks.items() if look.place == place]
    found.sort(key=lambda each: (each[0] < 0, each))
    return [scene.tokens[token].name for _, token in found]


def signs(scene: Scene, state: State, kind: str) -> dict[str, str]:
    """The places of the signs of a kind, by name and number of the token."""
    return {
        f"{scene.tokens[token].name} {token}": look.place
        for token, look in state.looks.items()
        if scene.tokens[token].kind == kind
    }


def left_with(scene: Scene, effect: str) -> list[tuple[str, str, int]]:
    """The kind of each token that left with an effect, where to, and how far, in order."""
    return [
        (scene.tokens[token].kind, travel.toward, travel.reach)
        for step in scene.steps
        for token, _, travel in step.tokens
        if travel is not None and travel.effect == effect
    ]


def check_places(scene: Scene) -> None:
    """At every step no two tokens lie on each other, none floats, and everything they stand at is drawn in both
    layouts."""
    drawn = [_drawn(scene, number) for number in range(len(scene.layouts))]
    for state in states(scene):
        slots: dict[str, list[int]] = {}
        for look in state.looks.values():
            if look.slot >= 0:
                slots.setdefault(look.place, []).append(look.slot)
        for place, taken in slots.items():
            assert sorted(taken) == list(range(len(taken))), (state.step, place, taken)
            assert all(place in places for places in drawn), (state.step, place)


def _drawn(scene: Scene, layout: int) -> set[str]:
    return {
        f"{block}/{place}"
        for block, placed in scene.layouts[layout].placed.items()
        for place in placed.shape.places
    }

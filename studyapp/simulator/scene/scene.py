"""The picture of a whole run, and its state at any step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.engine.log import Event
from studyapp.simulator.scene import (
    actors,
    firehose,
    fleets,
    functions,
    kinesis,
    mq,
    readers,
    s3,
    sns,
    sqs,
)
from studyapp.simulator.scene.board import STEPS_MAX, Board, Edge, Step
from studyapp.simulator.scene.layout import Layout, narrow, wide
from studyapp.simulator.scene.tokens import SHAPES, Look, Token

# Event kind -> how it is drawn. A part per service; several may draw one kind of event.
_PARTS = (s3, sns, sqs, fleets, functions, actors, kinesis, readers, firehose, mq)
DRAW: Mapping[type, tuple[Any, ...]] = {
    kind: tuple(part.DRAW[kind] for part in _PARTS if kind in part.DRAW)
    for part in _PARTS
    for kind in part.DRAW
}
NOTABLE: frozenset[str] = frozenset(name for part in _PARTS for name in part.NOTABLE)


@dataclass(slots=True)
class State:
    """How everything looks after a step. `step` -1 is the beginning."""

    step: int
    at_ms: int
    looks: dict[int, Look] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture that moves. `places` are where tokens stand, by number; `is_cut` says that the run is longer."""

    layouts: tuple[Layout, ...]
    edges: tuple[Edge, ...]
    tokens: tuple[Token, ...]
    places: tuple[str, ...]
    steps: tuple[Step, ...]
    start_values: Mapping[tuple[str, str], str]
    words: Mapping[str, str]
    ends_at_ms: int
    is_cut: bool
    sentences: tuple[tuple[str, str], ...]
    names: Mapping[str, str]

    @property
    def first_step(self) -> int:
        """The step to begin with: everything is set up, and no message has moved yet."""
        for number, step in enumerate(self.steps):
            moves = any(self.tokens[each[0]].kind == "message" for each in step.tokens)
            if moves or step.at_ms > 0:
                return number - 1
        return len(self.steps) - 1

    def state(self, step: int) -> State:
        """How everything looks after a step."""
        state = State(-1, 0, values=dict(self.start_values))
        for number, each in enumerate(self.steps[: step + 1]):
            state.step, state.at_ms = number, each.at_ms
            for token, look, _ in each.tokens:
                if look.place:
                    state.looks[token] = look
                else:
                    state.looks.pop(token, None)
            for thing, attribute, text in each.values:
                state.values[thing, attribute] = text
        return state

    def step_at(self, at_ms: int) -> int:
        """The last step at or before a time; -1 before the first."""
        found = -1
        for number, step in enumerate(self.steps):
            if step.at_ms > at_ms:
                break
            found = number
        return found

    def step_of(self, number: int) -> int:
        """The step that shows an entry of the log, or the next one after it; the last step at most."""
        for place, step in enumerate(self.steps):
            if step.number >= number:
                return place
        return len(self.steps) - 1


def build(
    log: Sequence[Event],
    ends_at_ms: int,
    told: Sequence[bool],
    names: Mapping[str, str],
    messages: Mapping[str, str],
    words: Mapping[str, str],
    shown: Sequence[bool] | None = None,
) -> Scene:
    """The scene of a log. `told` says for each entry whether it has a sentence; `names` are what things are called,
    `messages` what messages are called, by id; `words` are the texts of the picture in the reader's language.
    `shown` says which entries are drawn at all, where that is a part of the run."""
    board = Board(names, messages, words)
    absent = actors.idle_senders(log)
    is_cut = False
    for number, event in enumerate(log):
        if len(board.steps) >= STEPS_MAX:
            is_cut = True
            break
        if shown is not None and not shown[number]:
            continue
        if absent and getattr(event, "by", "") in absent:
            continue
        kind = type(event)
        board.begin_step(event.at_ms)
        for draw in DRAW.get(kind, ()):
            draw(board, event, log)
        board.end_step(number, event.at_ms, told[number], kind.__name__ in NOTABLE)
    board.show_held()
    board.show_edges()
    board.join_beats()
    return Scene(
        (wide(board), narrow(board)),
        tuple(board.edges.values()),
        tuple(entry.token for entry in board.entries),
        tuple(board.places),
        tuple(board.steps),
        board.start_values,
        words,
        board.steps[-1].at_ms if is_cut else ends_at_ms,
        is_cut,
        tuple(sentence for block in board.blocks.values() for sentence in block.sentences()),
        {block.id: block.name for block in board.blocks.values()},
    )


def as_data(scene: Scene) -> dict[str, Any]:
    """What the player needs, as plain data.

    A step is {n: entry, t: ms, b: beat, k: 1 if notable, c: tokens, v: values}. A changed token is
    [token, place, slot, ring start, ring end, tally, flags, origin, effect, toward, reach]; place -1 is nowhere;
    trailing parts that say nothing are left out.
    """
    number = {place: n for n, place in enumerate(scene.places)}
    return {
        "ends": scene.ends_at_ms,
        "first": scene.first_step,
        "names": dict(scene.names),
        "sentences": scene.sentences,
        "words": dict(scene.words),
        "shapes": SHAPES,
        "tokens": [[t.shape, t.mark, t.kind, t.name] for t in scene.tokens],
        "layouts": {
            layout.name: [_place(layout, place) for place in scene.places]
            for layout in scene.layouts
        },
        "start": [[*key, text] for key, text in scene.start_values.items()],
        "steps": [_step(step, number) for step in scene.steps],
    }


def _place(layout: Layout, place: str) -> list[Any] | None:
    grid = layout.grid(place)
    if grid is None:
        return None
    data: list[Any] = [round(grid.x, 1), round(grid.y, 1), round(grid.step_x, 1)]
    data += [round(grid.step_y, 1), grid.columns]
    return [*data, list(grid.order)] if grid.order else data


def _step(step: Step, number: Mapping[str, int]) -> dict[str, Any]:
    data: dict[str, Any] = {"n": step.number, "t": step.at_ms, "b": step.beat}
    if step.notable:
        data["k"] = 1
    if step.tokens:
        data["c"] = [_changed(*each, number) for each in step.tokens]
    if step.values:
        data["v"] = step.values
    return data


def _changed(token: int, look: Look, travel: Any, number: Mapping[str, int]) -> list[Any]:
    row: list[Any] = [token, number.get(look.place, -1), look.slot]
    row += look.ring or (None, None)
    row += [look.tally, look.flags]
    if travel is not None:
        row += [number.get(travel.origin, -1), travel.effect]
        row += [number.get(travel.toward, -1), travel.reach]
    empty = (None, 0, "", -1)
    keep = 11 if travel is not None and travel.effect else len(row)
    row = row[:keep]
    while len(row) > 3 and row[-1] in empty and not (travel is not None and travel.effect):
        row.pop()
    return row

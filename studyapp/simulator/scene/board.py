"""What a picture shows while a log is read: the verbs that the services draw with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.simulator.scene.blocks import Block, Source
from studyapp.simulator.scene.tokens import SIGNS, Entry, Look, Token, Travel, mark_of

# A step for each told event, up to here; the text goes on.
STEPS_MAX = 1_500


@dataclass(slots=True)
class Edge:
    """A line between two blocks, with a sign on it where a filter stands."""

    start: str
    end: str
    kind: str = "flow"

    @property
    def id(self) -> str:
        return f"{self.start}>{self.end}"


@dataclass(slots=True)
class Step:
    """One event in the picture: `number` is its place in the log. `tokens` are those that look otherwise after
    it. `values` are attributes of things. `beat` joins steps that are shown together: they happen at the same
    time and move other tokens. `notable` steps are worth jumping to."""

    number: int
    at_ms: int
    notable: bool
    tokens: list[tuple[int, Look, Travel | None]]
    values: list[tuple[str, str, str]]
    beat: int = 0
    moving: frozenset[int] = field(default_factory=frozenset)


class Board:
    """Blocks, edges, tokens and steps. Services call its verbs while the event of the step is drawn.

    `names` are what blocks are called in the reader's language; `messages` what messages are called, by id.
    """

    def __init__(
        self, names: Mapping[str, str], messages: Mapping[str, str], words: Mapping[str, str]
    ) -> None:
        self.names, self.messages, self.words = names, messages, words
        self.blocks: dict[str, Block] = {}
        self.edges: dict[str, Edge] = {}
        self.entries: list[Entry] = []
        self.steps: list[Step] = []
        self.values: dict[tuple[str, str], str] = {}
        # How each thing looks before anything happens.
        self.start_values: dict[tuple[str, str], str] = {}
        # What services remember about the run, by name of the service.
        self.memory: dict[str, Any] = {}
        self._lines: dict[str, list[int]] = {}
        self._seen: dict[str, list[int]] = {}
        self._places: dict[str, None] = {}
        self._by_key: dict[str, int] = {}
        self._shapes: dict[str, int] = {}
        self._messages = 0
        self._touched: dict[int, Travel | None] = {}
        self._crowded: dict[str, None] = {}
        self._changed: list[tuple[str, str, str]] = []
        self._holds = False
        self._within_ms = 0
        self._held: tuple[int, int, bool, int] | None = None

    # Things

    def name(self, id: str) -> str:
        """What a thing is called in the reader's language."""
        return self.names.get(id, id)

    def add(self, block: Block) -> Block:
        """A thing that is there from this step on. One of that id that was deleted comes back."""
        known = self.blocks.setdefault(block.id, block)
        known.name = self.name(known.id)
        for attribute, value in known.start().items():
            self.start_values.setdefault((known.id, attribute), value)
            self.values.setdefault((known.id, attribute), value)
        self.start_values.setdefault((known.id, "there"), "no")
        self.values.setdefault((known.id, "there"), "no")
        self.set(known.id, "there", "yes")
        return known

    def remove(self, id: str) -> None:
        """A thing that is no longer there."""
        if id in self.blocks:
            self.set(id, "there", "no")

    def block(self, id: str) -> Block | None:
        return self.blocks.get(id)

    def source(self, by: str) -> str:
        """The block that a caller is: its own, or a new one for somebody who sends."""
        if by not in self.blocks:
            self.add(Source(by))
            self.start_values[by, "there"] = "yes"  # who acts later has been there all the time
        return by

    def connect(self, start: str, end: str, kind: str = "flow") -> None:
        """A line from one block to another. kind: 'flow', 'filter' (a filter stands on it), 'dead' (to a
        dead-letter queue), 'line' (a client's connection, which leads to a part of a block: 'broker/1')."""
        block = self.blocks.get(end.partition("/")[0])
        if start != end and start in self.blocks and block is not None:
            edge = self.edges.setdefault(f"{start}>{end}", Edge(start, end, kind))
            if kind == "filter":
                edge.kind = kind
            if kind == "line" and start not in block.wires:
                block.wires.append(start)

    def begin(self, thing: str, attribute: str, value: object) -> None:
        """An attribute that a thing has from the beginning, such as the name of one of its parts."""
        self.start_values[thing, attribute] = self.values[thing, attribute] = str(value)

    def set(self, thing: str, attribute: str, value: object) -> None:
        """An attribute of a thing (a block, a part of one, an edge): what the style sheet and the texts show."""
        text = str(value)
        if self.values.get((thing, attribute)) != text:
            self.start_values.setdefault((thing, attribute), "")
            self.values[thing, attribute] = text
            self._changed.append((thing, attribute, text))

    def count(self, thing: str, attribute: str, by: int = 1) -> None:
        """Change a number that a thing shows."""
        self.set(thing, attribute, int(self.values.get((thing, attribute)) or 0) + by)

    # Tokens

    def token(self, key: str, alike: str = "", name: str = "") -> int:
        """The token of a message, by its id; made when first asked for. Tokens that are `alike` (copies of one
        message, messages of one group) share their shape."""
        known = self._by_key.get(key)
        if known is not None:
            return known
        name = name or self.messages.get(key, "")
        shape = self._shapes.setdefault(alike or name or key, len(self._shapes))
        self._messages += 1
        token = Token(
            len(self.entries), shape % 6, mark_of(name, self._messages), name or f"{self._messages}"
        )
        return self._keep(key, token)

    def sign(self, key: str, kind: str, name: str, shape: int = 0, mark: str = "") -> int:
        """A token that is no message: a reader's cursor, a lease, a batch. Kinds of SIGNS have a shape of their
        own. `mark` stands on it."""
        known = self._by_key.get(key)
        if known is not None:
            return known
        return self._keep(
            key, Token(len(self.entries), SIGNS.get(kind, shape % 6), mark, name, kind)
        )

    def copy(self, key: str, of: int) -> int:
        """Another token that looks like one: a copy for another subscriber, an outline that stays behind."""
        known = self._by_key.get(key)
        if known is not None:
            return known
        like = self.entries[of].token
        return self._keep(key, Token(len(self.entries), like.shape, like.mark, like.name))

    def _keep(self, key: str, token: Token) -> int:
        self._by_key[key] = token.number
        self.entries.append(Entry(token))
        return token.number

    def known(self, key: str) -> int | None:
        """The token of this key, if there is one."""
        return self._by_key.get(key)

    def rename(self, key: str, new_key: str) -> None:
        """A message that goes on under another id, such as after a redrive."""
        if key in self._by_key:
            self._by_key[new_key] = self._by_key.pop(key)

    def look(self, token: int) -> Look:
        return self.entries[token].look

    def contents(self, place: str) -> Sequence[int]:
        """The tokens at a place, in order."""
        return self._lines.get(place, ())

    def put(
        self,
        token: int,
        place: str,
        *,
        origin: str = "",
        at: int | None = None,
        ring: tuple[int, int] | None = None,
        tally: int | None = None,
        flags: str = "",
    ) -> None:
        """Let a token be at a place ('orders/line'), at the end of what is there or at position `at`; it comes
        from where it was, or, if it was nowhere, from `origin`."""
        entry = self.entries[token]
        look = entry.look
        if look.place != place or at is not None:
            self._take(entry)
            line = self._lines.setdefault(place, [])
            line.insert(len(line) if at is None else at, token)
            look.place, look.slot = place, -2
            self._places.setdefault(place)
            self._crowd(place)
        look.ring, look.flags, entry.gone = ring, flags, False
        if tally is not None:
            look.tally = tally
        if origin:
            self._places.setdefault(origin)
        self._touched[token] = Travel(origin) if origin else self._touched.get(token)

    def swap(self, old: int, new: int, **how: Any) -> None:
        """Another token takes the place of one that leaves without a trace, such as an outline."""
        place = self.entries[old].look.place
        at = self._lines[place].index(old)
        self.drop(old)
        self.put(new, place, at=at, **how)

    def change(
        self,
        token: int,
        *,
        ring: tuple[int, int] | None = None,
        flags: str | None = None,
        tally: int | None = None,
    ) -> None:
        """Let a token look otherwise, where it is. The ring is set in any case; None takes it away."""
        look = self.entries[token].look
        look.ring = ring
        look.flags = look.flags if flags is None else flags
        look.tally = look.tally if tally is None else tally
        self._touched.setdefault(token, None)

    def drop(self, token: int) -> None:
        """A token is nowhere from now on, without any effect."""
        self.leave(token, "")

    def leave(
        self, token: int, effect: str, toward: str = "", reach: int = 100, origin: str = ""
    ) -> None:
        """A token goes for good, with an effect, where it is or on its way `toward` a place."""
        entry = self.entries[token]
        self._take(entry)
        entry.gone = True
        entry.look.place, entry.look.slot = "", -1
        entry.look.ring = None
        for place in (toward, origin):
            if place:
                self._places.setdefault(place)
        self._touched[token] = Travel(origin, effect, toward, reach)

    def _take(self, entry: Entry) -> None:
        if entry.look.place:
            self._lines[entry.look.place].remove(entry.token.number)
            self._crowd(entry.look.place)

    def _crowd(self, place: str) -> None:
        self._crowded.setdefault(place)

    # Steps

    def hold(self, within_ms: int = 0) -> None:
        """What this event changes is shown with what happens next at the same time, or within so many
        milliseconds: where so much happens at once that a step for each would tell nothing."""
        self._holds, self._within_ms = True, within_ms

    def begin_step(self, at_ms: int) -> None:
        """Another event comes. What was held and cannot wait for it is a step by itself."""
        if self._held is not None and self._held[3] < at_ms:
            self.show_held()

    def show_held(self) -> None:
        """Make a step of what was held, if anything was."""
        if self._held is not None:
            number, at_ms, notable, _ = self._held
            self.end_step(number, at_ms, True, notable)

    def end_step(self, number: int, at_ms: int, told: bool, notable: bool) -> None:
        """Everything about one event has been drawn. What nobody tells and nobody sees is no step."""
        notable = notable or (self._held is not None and self._held[2])
        if self._holds:
            until_ms = at_ms + self._within_ms if self._held is None else self._held[3]
            self._holds, self._held = False, (number, at_ms, notable, until_ms)
            return
        self._held = None
        self._settle()
        changed, self._changed = self._changed, []
        touched, self._touched = self._touched, {}
        if not (told or touched or changed):
            return
        tokens = []
        for token, travel in touched.items():
            look = self.entries[token].look
            tokens.append(
                (
                    token,
                    Look(look.place, look.slot, look.ring, look.tally, look.flags),
                    travel,
                )
            )
        last = {row[:2]: row for row in changed}
        step = Step(number, at_ms, notable, tokens, list(last.values()))
        step.moving = frozenset(touched)
        self.steps.append(step)

    def _settle(self) -> None:
        """Give every token at a place that changed its slot, and say how many there is no room for."""
        for place in self._crowded:
            line = self._lines.get(place, [])
            block = self.blocks.get(place.partition("/")[0])
            room = block.room(place.partition("/")[2]) if block else 1
            shown = line
            if len(line) > room:
                ends = block is not None and block.shows_last(place.partition("/")[2])
                shown = line[len(line) - room :] if ends else line[: room - 1]
            for slot, token in enumerate(shown):
                look = self.entries[token].look
                if look.slot != slot:
                    look.slot = slot
                    self._touched.setdefault(token, None)
            hidden = len(line) - len(shown)
            if hidden:
                in_sight = frozenset(shown)
                for token in self._seen.get(place, ()):
                    look = self.entries[token].look
                    if token not in in_sight and look.place == place and look.slot != -1:
                        look.slot = -1
                        self._touched.setdefault(token, None)
            self._seen[place] = list(shown)
            for token in self._touched:
                look = self.entries[token].look
                if look.slot == -2 and look.place == place:
                    look.slot = -1
            if hidden or (place, "more") in self.values:
                self.set(place, "more", f"+{hidden}" if hidden else "")
            if block is not None and block.tells(place.partition("/")[2]):
                names = (self.entries[each].token.name for each in line[:12])
                self.set(place, "names", ", ".join(names) + (" …" if len(line) > 12 else ""))
        self._crowded.clear()

    def show_edges(self) -> None:
        """A line is seen while both of its ends are there: attribute 'ends', after everything has been drawn."""
        at_ends: dict[str, list[Edge]] = {}
        for edge in self.edges.values():
            for block in (edge.start.partition("/")[0], edge.end.partition("/")[0]):
                at_ends.setdefault(block, []).append(edge)
        there = {id: self.start_values.get((id, "there")) == "yes" for id in self.blocks}
        seen: dict[str, str] = {}

        def ends(edge: Edge) -> str:
            blocks = (edge.start.partition("/")[0], edge.end.partition("/")[0])
            return "yes" if all(there.get(block, True) for block in blocks) else "no"

        for edge in self.edges.values():
            seen[edge.id] = self.start_values[edge.id, "ends"] = ends(edge)
        for step in self.steps:
            for thing, attribute, text in tuple(step.values):
                if attribute != "there" or thing not in at_ends:
                    continue
                there[thing] = text == "yes"
                for edge in at_ends[thing]:
                    if seen[edge.id] != ends(edge):
                        seen[edge.id] = ends(edge)
                        step.values.append((edge.id, "ends", seen[edge.id]))

    def join_beats(self) -> None:
        """Steps of one time that move other tokens and other things are one beat."""
        beat, at_ms, moving = -1, -1, frozenset[int]()
        for step in self.steps:
            if step.at_ms != at_ms or moving & step.moving:
                beat, at_ms, moving = beat + 1, step.at_ms, frozenset()
            moving |= step.moving
            step.beat = beat

    @property
    def places(self) -> list[str]:
        """Every place that a token has been at or on its way to."""
        return list(self._places)

"""What a family of drawn questions is made of: numbers from a seed, and worlds that answer.

Each option is a world: the one that the stem describes, and for each wrong belief the world in which it would be
true. The engine plays them all, so the key and every distractor come from the same rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from studyapp.course.numbers import Number
from studyapp.engine.chance import below
from studyapp.engine.log import Event
from studyapp.engine.scenario import read, run
from studyapp.engine.sqs.events import MessagesReceived

T = TypeVar("T")
Data = dict[str, Any]
Measure = Callable[[Sequence[Event]], Number]


class Draws:
    """Draws from a seed, one after the other; the same seed draws the same."""

    def __init__(self, seed: int, attempt: int = 0) -> None:
        self._seed, self._attempt, self._turn = seed, attempt, 0

    def between(self, low: int, high: int, step: int = 1) -> int:
        """One of low, low + step, ... up to high."""
        self._turn += 1
        count = (high - low) // step + 1
        return low + step * below(count, self._seed, self._attempt, self._turn)

    def of(self, values: Sequence[T]) -> T:
        return values[self.between(0, len(values) - 1)]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text, with a unit of `content/units.toml`."""

    value: Number
    unit: str


@dataclass(frozen=True, slots=True)
class World:
    """A scenario to play and what to read from its log. `refusals` that may happen are part of the story."""

    data: Data
    measure: Measure
    refusals: tuple[str, ...] = ()

    def answer(self) -> Number:
        """What the engine says. Raises ValueError if a command of the script ends as nobody expects."""
        finished = run(read(self.data))
        for command, outcome in finished.surprises:
            if outcome not in self.refusals:
                raise ValueError(f"{command.action} ends as {outcome}")
        return self.measure(finished.world.log)


@dataclass(frozen=True, slots=True)
class Story:
    """One draw. `numbers` fill the {names} of the texts; `options` are the worlds by the option's id; `unit` is
    that of every answer."""

    numbers: Mapping[str, Amount]
    options: Mapping[str, World]
    unit: str


Family = Callable[[Draws], Story]


# Measures


def count_of(kind: type[Any], **fields: object) -> Measure:
    """How many events of a kind have these fields."""

    def measure(log: Sequence[Event]) -> Number:
        return sum(
            type(event) is kind and all(getattr(event, k) == v for k, v in fields.items())
            for event in log
        )

    return measure


def received(by: str = "") -> Measure:
    """How many messages were handed out (to one consumer, or to all)."""

    def measure(log: Sequence[Event]) -> Number:
        return sum(
            len(event.receipts)
            for event in log
            if type(event) is MessagesReceived and by in ("", event.by)
        )

    return measure


def second_of(kind: type[Any], nth: int = 1, **fields: object) -> Measure:
    """The second at which the nth event of a kind happens."""

    def measure(log: Sequence[Event]) -> Number:
        times = [
            event.at_ms
            for event in log
            if type(event) is kind and all(getattr(event, k) == v for k, v in fields.items())
        ]
        return times[nth - 1] // 1000

    return measure


# Pieces of scenarios


def send(queue: str, body: str, at_s: int = 0, more: Mapping[str, object] | None = None) -> Data:
    """A SendMessage of a script, with more parameters."""
    return {
        "at_ms": 1000 * at_s, "do": "sqs.SendMessage", "by": "shop", "queue": queue,
        "message_body": body, **(more or {}),
    }  # fmt: skip

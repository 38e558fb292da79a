"""The simulated world: commands in, events out, and events change the world.

Three ways to go on, and nothing else: `call` an action (actors `ask`), `advance_to` a time, or `replay` a log.
Actions, alarms and reactions only *decide*: they read the world and `record` events. `apply` functions only
*change*: they read the event and nothing of clock or chance, and they alone set alarms. So a replay needs no
decisions and ends in the same world.

Nothing here reads a clock, opens a file, or draws a random number that is not derived from the seed.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from typing import Any, NoReturn, Self

from studyapp.engine import actors, firehose, kinesis, log, mq, s3, sns, sqs
from studyapp.engine.alarms import Alarms, Ring
from studyapp.engine.calls import Action, Apply, check_text
from studyapp.engine.chance import draw
from studyapp.engine.log import (
    NO_CAUSE,
    Called,
    CallRefused,
    Event,
    SavedRun,
    UnreadableLog,
    new,
)
from studyapp.engine.refusals import Refused, unicode


def _nothing(world: "World", event: Event, number: int) -> None:
    """For events that are only remembered."""


_PARTS = (sqs, sns, kinesis, firehose, s3, mq, actors)

ACTIONS: Mapping[str, Action] = {
    name: each for part in _PARTS for name, each in part.ACTIONS.items()
}
_APPLY: Apply = {
    Called: _nothing,
    CallRefused: _nothing,
    **{kind: function for part in _PARTS for kind, function in part.APPLY.items()},
}
EVENTS: Mapping[str, type] = {kind.__name__: kind for kind in _APPLY}


def _reaction(kind: type) -> Any:
    """What follows a kind of event by itself. Several parts may react; they do so in the order of _PARTS."""
    functions = [part.REACT[kind] for part in _PARTS if kind in part.REACT]
    if len(functions) < 2:
        return functions[0] if functions else None

    def react(world: "World", event: Event, number: int) -> None:
        for function in functions:
            world.cause = number
            function(world, event, number)

    return react


# What an event changes, and who reacts to it.
_ANSWERS: Mapping[type, tuple[Any, Any]] = {
    kind: (change, _reaction(kind)) for kind, change in _APPLY.items()
}


def reaction_to(kind: type) -> Any:
    """The function that reacts to a kind of event, or None."""
    return _ANSWERS[kind][1]


# The functions behind the door, for actors.
_RUN: Mapping[str, Any] = {name: each.run for name, each in ACTIONS.items()}

# So that a mistake in a scenario, or two actors that excite each other, end in a clear answer.
EVENTS_MAX = 2_000_000


class World:
    """Every service of one account in one Region, the actors, and the log of what happened.

    `seed` decides every chance. `now_ms` is virtual time, from 0. `overflowed` says that the log was full when
    more was to be remembered.
    """

    def __init__(self, seed: int = 0, events_max: int = EVENTS_MAX) -> None:
        self.seed = seed
        self.now_ms = 0
        self.cause = NO_CAUSE
        self.log: list[Event] = []
        self.events_max = events_max
        self.overflowed = False
        self.sqs = sqs.State()
        self.sns = sns.State()
        self.kinesis = kinesis.State()
        self.firehose = firehose.State()
        self.s3 = s3.State()
        self.mq = mq.State()
        self.actors = actors.State()
        self._alarms = Alarms()
        self._alarms_rung = 0
        self._waiting: deque[tuple[Any, Event, int]] = deque()
        self._busy = False
        self._draws = (NO_CAUSE, 0)

    # What decisions use

    def record(self, event: Event) -> int:
        """Something happened: remember it, let it change the world. Returns the entry's number."""
        log = self.log
        number = len(log)
        if number >= self.events_max:
            self._overflow()
        change, reaction = _ANSWERS[type(event)]
        log.append(event)
        change(self, event, number)
        if reaction is not None:
            self._waiting.append((reaction, event, number))
        return number

    def react_later(self, reaction: Any, event: Event, number: int) -> None:
        """What `record` does when somebody reacts to an event: the reaction comes after the decision."""
        self._waiting.append((reaction, event, number))

    def _overflow(self) -> NoReturn:
        self.overflowed = True
        raise Refused("too-many-entries-in-log")

    def below(self, limit: int) -> int:
        """A chance from 0 to `limit` - 1, for decisions only.

        Record an event with what came of it before the decision ends: the next draw depends on the place.
        """
        place = len(self.log)
        before, turn = self._draws
        turn = turn + 1 if before == place else 0
        self._draws = (place, turn)
        return draw(self.seed, place, turn) % limit

    def call(self, action: str, by: str, /, **parameters: Any) -> Any:
        """Somebody (`by`) calls an action, such as `call("sqs.SendMessage", "shop", queue="orders", ...)`.

        Returns what the action answers: a NamedTuple or plain value, or None where the answer comes later as
        an event whose cause is this call (a long poll).

        Raises:
            Refused: what AWS would answer with an error; it is in the log as well.
        """
        outer, was_busy = self.cause, self._busy
        known = ACTIONS.get(action) if isinstance(action, str) else None
        try:
            if known is None:
                raise Refused("unknown-action", action=str(action)[:80])
            if type(by) is not str or not by.isascii():
                check_text("by", by)
            checked = known.checked(parameters)
        except Refused as refusal:
            self._refuse(refusal, action, by)
            raise
        self.cause = self.record(Called(self.now_ms, outer, "", action, by, tuple(checked.items())))
        self._busy = True
        try:
            try:
                return known.run(self, by, **checked)
            except Refused as refusal:
                self._refuse(refusal, action, by)
                raise
            finally:
                if not was_busy:
                    self._react()
        finally:
            self.cause, self._busy = outer, was_busy
            if not was_busy:
                self._waiting.clear()

    def ask(self, action: str, by: str, parameters: dict[str, Any]) -> Any:
        """`call` for an actor, inside its decision. The values are its own, of the right kinds: the door has
        seen them as settings. Reactions wait until the decision has ended, as always.

        Raises:
            Refused: like `call`.
        """
        outer, log = self.cause, self.log
        number = len(log)
        if number >= self.events_max:
            self._overflow()
        self.cause = number
        log.append(new(Called, (self.now_ms, outer, "", action, by, tuple(parameters.items()))))
        try:
            return _RUN[action](self, by, **parameters)
        except Refused as refusal:
            self._refuse(refusal, action, by)
            raise
        finally:
            self.cause = outer

    def _refuse(self, refusal: Refused, action: str, by: str) -> None:
        if len(self.log) < self.events_max:
            action, by = unicode(str(action))[:80], unicode(str(by))
            self.record(
                CallRefused(self.now_ms, self.cause, refusal.reason, action, by, refusal.details)
            )

    def _react(self) -> None:
        """Let parts answer to what happened, one after the other, until nobody has anything to add."""
        waiting = self._waiting
        while waiting:
            function, event, number = waiting.popleft()
            self.cause = number
            function(self, event, number)

    # Time

    def advance_to(self, at_ms: int) -> None:
        """Let everything happen that is due up to and including `at_ms`. Going back is `fork`.

        Raises:
            ValueError: for a time in the past.
        """
        if at_ms < self.now_ms:
            raise ValueError(f"{at_ms} ms has passed; it is {self.now_ms} ms")
        heap, waiting, rung = self._alarms.heap, self._waiting, self._alarms_rung
        self._busy = True
        try:
            while heap and heap[0][0] <= at_ms:
                self.now_ms, rung, ring, arguments, self.cause = heappop(heap)
                ring(*arguments)
                while waiting:
                    function, event, self.cause = waiting.popleft()
                    function(self, event, self.cause)
            self.now_ms, rung = at_ms, self._alarms.count
        finally:  # also when the log is full in the middle of it
            self._busy, self.cause, self._alarms_rung = False, NO_CAUSE, rung
            waiting.clear()

    def next_due_ms(self) -> int | None:
        """When something may happen by itself again; None if nothing will."""
        return self._alarms.next_due_ms()

    # What applies use

    def set_alarm(self, due_ms: int, cause: int, ring: Ring, *arguments: Any) -> None:
        """Only from an apply: call `ring(world, *arguments)` at `due_ms`, because of the entry `cause`. No alarm
        is due before the event that sets it."""
        alarms = self._alarms
        alarms.count += 1
        heappush(alarms.heap, (due_ms, alarms.count, ring, (self, *arguments), cause))

    # The log as the truth

    def saved(self) -> SavedRun:
        """The run so far. `alarms_rung` tells alarms due now that have rung from those that have not: it is the
        number of the last one."""
        return SavedRun(self.seed, self.now_ms, self._alarms_rung, tuple(self.log))

    def written(self) -> str:
        """The run as text: the same run gives the same bytes."""
        return log.write(self.saved())

    @classmethod
    def replay(
        cls,
        seed: int,
        events: Iterable[Event],
        now_ms: int,
        alarms_rung: int | None = None,
        events_max: int = EVENTS_MAX,
    ) -> Self:
        """The world after these events, at `now_ms`, ready to go on. Without `alarms_rung`, everything that was
        due has rung.

        Raises:
            UnreadableLog: with the line in a saved run, for an event that cannot follow those before it.
        """
        world = cls(seed, events_max)
        entries = world.log
        try:
            for number, event in enumerate(events):
                entries.append(event)
                _APPLY[type(event)](world, event, number)
        except Exception as fault:  # applies trust what was decided
            raise UnreadableLog(f"line {len(entries) + 1}: this cannot have happened") from fault
        rung = world._alarms.count if alarms_rung is None else alarms_rung
        if rung > world._alarms.count:
            raise UnreadableLog("line 1: so many alarms were never set")
        world.now_ms = now_ms
        world._alarms.forget_rung(now_ms, rung)
        world._alarms_rung = rung
        return world

    @classmethod
    def load(cls, text: str, events_max: int = EVENTS_MAX) -> Self:
        """The world that `written` wrote; it writes the same text again.

        Raises:
            UnreadableLog: with the line, for text that is no saved run, and for events that cannot be applied
                one after the other. (A log that somebody made up so that it fits is taken as it is.)
        """
        run = log.read(text, EVENTS)
        return cls.replay(run.seed, run.events, run.now_ms, run.alarms_rung, events_max)

    def fork(self, at_ms: int) -> Self:
        """A new world as this one was at `at_ms`, after everything of that time; this one stays as it is.

        Raises:
            ValueError: for a time that has not come, or is before 0.
        """
        if not 0 <= at_ms <= self.now_ms:
            raise ValueError(f"{at_ms} ms is none of the past; it is {self.now_ms} ms")
        rung = self._alarms_rung if at_ms == self.now_ms else None
        return self.replay(
            self.seed, log.until(self.log, at_ms), at_ms, rung, events_max=self.events_max
        )

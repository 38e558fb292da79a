"""A log in words: what happened, and why, in any of the three languages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from studyapp.course.labelled import Language
from studyapp.course.library import Course
from studyapp.course.numbers import UnitWords, format_quantity
from studyapp.course.telling import Sentence
from studyapp.engine.log import Called, CallRefused, Event
from studyapp.engine.names import short
from studyapp.engine.sqs.events import BatchEntryRefused
from studyapp.engine.witness import bodies, label, messages_of

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# Steps of a duration, the largest first: unit of content/units.toml, and its length.
_UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000))
# The same for sizes.
_SIZES = (("MB", 1_000_000), ("KB", 1_000), ("byte", 1))
_BODY_MAX = 40
# Fields that hold a point of time although their names do not say so.
_POINTS = ("at_ms", "due_ms", "from_ms", "before_ms", "created_ms", "now_ms", "timestamp_ms")


def _setting(value: Any) -> str:
    """('DelaySeconds', '5') -> 'DelaySeconds = 5'."""
    return " = ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def kebab(name: str) -> str:
    """MessageSent -> message-sent: how an event is called in content/telling/."""
    return _HUMP.sub("-", name).lower()


def sought(event: str, where: Iterable[tuple[str, Any]]) -> tuple[str, list[tuple[str, Any]]]:
    """What a goal asks for: the id of the sentence that says it, and the fields that are said behind it.

    A reason, a kind and what is only true or false are part of the id, for their keys are no words for readers:
    `MessageVisible` with the reason `delay-ended` is said by `## occurrence: message-visible-delay-ended`.
    """
    id, rest = kebab(event), []
    for name, value in where:
        if name in ("reason", "kind") and isinstance(value, str):
            id += f"-{kebab(value)}" if value else ""
        elif isinstance(value, bool):
            id += f"-{name}" if value else f"-not-{name}"
        else:
            rest.append((name, value))
    return id, rest


def duration(ms: int, units: Mapping[str, UnitWords], language: Language) -> str:
    """A span of virtual time in its largest whole unit, such as '12 seconds' or '1.5 seconds'."""
    for unit, length in _UNITS:
        if ms and ms % length == 0:
            return format_quantity(ms // length, units[unit], language)
    return format_quantity(ms / 1000, units["second"], language)


def clock(ms: int) -> str:
    """A point of virtual time as 1:02:03.004; leading zeros and hours only where needed. From a day on as
    4 d 12:00:03.004 in the reader's language, without seconds where there are none."""
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text = f"{hours}:{minutes:02}" if days or hours else f"{minutes}"
    if seconds or rest or not days:
        text += f":{seconds:02}"
    if rest:
        text += f".{rest:03}"
    return f"{_('{n} d').replace('{n}', str(days))} {text}" if days else text


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a told run, with the sentences that it was told by."""

    number: int
    at_ms: int
    what: str
    why: str
    sentence: Sentence | None
    reason: Sentence | None


class Teller:
    """Tells the events of one log in one language. `names` are what its queues, actors and so on are called."""

    def __init__(
        self,
        course: Course,
        language: Language,
        log: Sequence[Event],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.course, self.language, self.log = course, language, log
        self.names = names or {}
        self._bodies = bodies(log)
        # Sentences of the course without their markup, by identity: they live as long as the course.
        self._plain: dict[int, str] = {}

    def sentence(self, event: Event) -> Sentence | None:
        """The sentence for this kind of event; a refusal for one reason, an empty answer and a permission that is
        denied may have one of their own."""
        id = kebab(type(event).__name__)
        own = self.course.telling.get(("event", f"{id}-{event.reason}"))
        if own:
            return own
        if getattr(event, "allowed", None) is False:
            denied = self.course.telling.get(("event", f"{id}-denied"))
            if denied:
                return denied
        if getattr(event, "receipts", None) == () or getattr(event, "records", None) == ():
            empty = self.course.telling.get(("event", f"{id}-empty"))
            if empty:
                return empty
        return self.course.telling.get(("event", id))

    def reason(self, event: Event) -> Sentence | None:
        """The sentence for its reason. What the world refused is told by the sentence of the refusal, and so
        is an event that passes a refusal on, such as a retry, where no sentence of its own is written.

        A reason that several kinds of event share may have a sentence of its own for one of them, such as
        `## reason: node-lost-crashed`.
        """
        refusal = self.course.telling.get(("refusal", event.reason))
        if type(event) in (CallRefused, BatchEntryRefused):
            return refusal
        telling = self.course.telling
        own = telling.get(("reason", f"{kebab(type(event).__name__)}-{event.reason}"))
        return own or telling.get(("reason", event.reason), refusal)

    def line(self, number: int) -> Line | None:
        """An entry in words; None for calls, which are told by what came of them, and for the start of an actor
        that was added at the same time."""
        event = self.log[number]
        if type(event) is Called or event.reason == "added":
            return None
        sentence, reason = self.sentence(event), self.reason(event)
        words = EventWords(self, event)
        what = self.filled(sentence, words) if sentence else type(event).__name__
        why = self.filled(reason, words) if reason else event.reason
        return Line(number, event.at_ms, what, why, sentence, reason)

    def lines(self) -> list[Line]:
        return [line for number in range(len(self.log)) if (line := self.line(number))]

    def filled(self, sentence: Sentence, words: "Mapping[str, str] | EventWords") -> str:
        """The sentence with its placeholders replaced; one that the event lacks becomes '…', and an empty one
        leaves no gap."""
        text = self._plain.get(id(sentence))
        if text is None:
            text = self.course.inline[self.language].plain(sentence.text[self.language])
            self._plain[id(sentence)] = text
        if "{" not in text:
            return text
        filled = _PLACEHOLDER.sub(lambda found: words.get(found.group(1), "…"), text)
        return " ".join(filled.split())

    def body(self, message_id: str) -> str:
        body = label(self._bodies.get(message_id, message_id))
        return body if len(body) <= _BODY_MAX else body[: _BODY_MAX - 1] + "…"

    def word(self, name: str, value: Any) -> str:
        if type(value) is int and name.endswith("_ms"):
            if name in _POINTS or name.endswith(("_at_ms", "until_ms", "deadline_ms")):
                return clock(value) if value >= 0 else "–"
            return duration(value, self.course.unit_words, self.language)
        if name in ("attributes", "settings", "change") and isinstance(value, tuple):
            return ", ".join(map(_setting, value))
        if isinstance(value, (list, tuple)):
            return ", ".join(self.word(name, each) for each in value)
        if isinstance(value, str) and value.startswith("arn:"):
            value = short(value)
        if isinstance(value, str) and value in self.names and name not in ("body", "data"):
            return self.names[value]
        if isinstance(value, str) and name == "data":
            value = label(value)
        if isinstance(value, str) and len(value) > _BODY_MAX:
            return value[: _BODY_MAX - 1] + "…"
        return str(value)

    def counter(self, name: str) -> str:
        """What a counter is called, such as 'empty receives'."""
        sentence = self.course.telling.get(("counter", name.replace("_", "-")))
        return sentence.text[self.language] if sentence else name

    def occurrence(self, event: str, where: Sequence[tuple[str, Any]]) -> str:
        """What happens when an event happens, such as 'messages received (worker-b, “order A”)'."""
        id, rest = sought(event, where)
        sentence = self.course.telling.get(("occurrence", id))
        what = sentence.text[self.language] if sentence else event
        if not rest:
            return what
        return f"{what} ({', '.join(self._narrowed(name, value) for name, value in rest)})"

    def _narrowed(self, name: str, value: Any) -> str:
        """A field of an event that is looked for: who, what, when or how much by itself, another number with its
        name."""
        if name.endswith("_bytes") and isinstance(value, int):
            return self._size(value)
        word = self.word(name, value)
        if name in ("message", "body", "data"):
            return f"“{word}”"
        if name == "size":
            return f"→ {word}"
        return f"{name} = {word}" if isinstance(value, int) and name not in _POINTS else word

    def _size(self, size_bytes: int) -> str:
        """A size in the largest unit that needs no more than one decimal, such as '48 bytes' or '135 MB'."""
        fitting = (
            each for each in _SIZES if size_bytes >= each[1] and size_bytes * 10 % each[1] == 0
        )
        unit, length = next(fitting, _SIZES[-1])
        whole, rest = divmod(size_bytes, length)
        number = size_bytes / length if rest else whole
        return format_quantity(number, self.course.unit_words[unit], self.language)

    def missing(self, key: str, details: Sequence[tuple[str, Any]]) -> str:
        """What a goal still lacks, in words."""
        sentence = self.course.telling.get(("missing", key))
        held = dict(details)
        where = held.pop("where", ())
        words = {name: self.word(name, value) for name, value in held.items()}
        if "counter" in words:
            words["counter"] = self.counter(words["counter"])
        if "event" in words:
            words["event"] = self.occurrence(words["event"], where)
        return self.filled(sentence, words) if sentence else key


class EventWords:
    """What the placeholders of a sentence stand for: the event's fields, and the messages it is about. Each is
    put into words when a sentence asks for it."""

    def __init__(self, teller: Teller, event: Event) -> None:
        self.teller, self.event = teller, event

    def get(self, name: str, otherwise: str) -> str:
        details = dict(getattr(self.event, "details", ()))
        if name in ("message", "messages"):
            messages = [self.teller.body(id) for id in messages_of(self.event)]
            return ", ".join(messages if name == "messages" else messages[:1] or ["…"])
        if name in details:
            return self.teller.word(name, details[name])
        if name in self.event._fields:  # type: ignore[attr-defined]
            return self.teller.word(name, getattr(self.event, name))
        return str(len(messages_of(self.event))) if name == "count" else otherwise

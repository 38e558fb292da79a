"""A question as learners meet it, frozen: the same words and the same key for the whole attempt, and after it.

Texts are safe HTML in every language, made once from the course. An attempt keeps the digest of each item;
the item itself is kept under that digest, so that an answer is always shown beside what was asked.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Words = Mapping[str, str]
# What a learner does: choose one or more, put into order, find the partner of each.
Kind = Literal["choice", "order", "match"]


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, to order, or to pair.

    `run` is where the simulator shows what this choice does: 'answers/sqs/slow-video-worker/raise-the-timeout/'.
    """

    id: str
    text: Words
    right: bool = False
    why: Words = field(default_factory=dict)
    misconception: Words = field(default_factory=dict)
    run: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The left side of a pair; `answer` is the id of the option that belongs to it."""

    id: str
    text: Words
    why: Words
    answer: str


@dataclass(frozen=True)
class Item:
    """One question. `id` is stable for ever; a drawn one carries its seed: 'sqs/copies~17'.

    `grade` is 'exam', 'drill' or 'simulated'; `domain` the exam's content domain, 1 to 4; `rests_on` the
    sentence of a lesson, 'sqs/visibility-timeout#hidden-after-receive'. Options of kind 'order' stand in
    their right order. `typed` is the right number where the outcome may be typed instead of chosen. `version`
    rises with every new key; a mended typo changes the digest and leaves it. `knob` is what is turned in a task;
    `pair` the id of the other half of a flip-the-key pair.
    """

    id: str
    kind: Kind
    form: str
    grade: str
    service: str
    objective: str
    family: str
    level: str
    difficulty: int
    domain: int
    choose: int
    stem: tuple[Words, ...]
    options: tuple[Option, ...]
    prompts: tuple[Prompt, ...] = ()
    typed: float | None = None
    rests_on: str = ""
    run: str = ""
    is_checked_by_simulator: bool = False
    shuffles: bool = True
    sources: tuple[str, ...] = ()
    checked: str = ""
    version: int = 1
    knob: Words = field(default_factory=dict)
    pair: str = ""

    @property
    def base(self) -> str:
        """What stays the same when numbers are drawn anew."""
        return base_of(self.id)

    @cached_property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @cached_property
    def right_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.right)

    @cached_property
    def text(self) -> str:
        """The item as JSON, the same for the same item."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """Names this version of the item: 32 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


def base_of(id: str) -> str:
    """The id of a question without the seed of its numbers."""
    return id.partition("~")[0]


def _plain(item: Item) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in Item.__dataclass_fields__}
    if item.version == 1:
        del row["version"]  # texts that were stored before there were versions keep their digest
    for name in ("knob", "pair"):
        if not row[name]:
            del row[name]
    row["stem"] = [dict(words) for words in item.stem]
    row["options"] = [
        {
            "id": option.id,
            "text": dict(option.text),
            "right": option.right,
            "why": dict(option.why),
            "misconception": dict(option.misconception),
            "run": option.run,
        }
        for option in item.options
    ]
    row["prompts"] = [
        {"id": p.id, "text": dict(p.text), "why": dict(p.why), "answer": p.answer}
        for p in item.prompts
    ]
    return row


def item_of(text: str) -> Item:
    """The item whose JSON this is. Raises ValueError, TypeError or KeyError for any other text."""
    row = json.loads(text)
    row["stem"] = tuple(row["stem"])
    row["options"] = tuple(Option(**option) for option in row["options"])
    row["prompts"] = tuple(Prompt(**prompt) for prompt in row["prompts"])
    row["sources"] = tuple(row["sources"])
    return Item(**row)

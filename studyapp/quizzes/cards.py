"""What can be put into review: objectives, prompts of lessons, terms of the glossary; and what each is asked with.

An objective is asked with another question every time, so that no letter is learned by heart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

from django.db.models import Q

from studyapp.course.labelled import Unit
from studyapp.course.lessons import Lesson
from studyapp.grading.drawn import SEEDS, drawn_question
from studyapp.pages.course import course
from studyapp.progress.memory import place_of
from studyapp.progress.models import Learner
from studyapp.quizzes.bank import bank, item_from
from studyapp.quizzes.items import Item
from studyapp.quizzes.models import Answer

OBJECTIVE, RECALL, TERM = "objective", "recall", "term"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `front` and `back` are of prompts and terms; an objective has a title only.

    `source` is where it is taught: 'lessons/sqs/polling/#block', below the language.
    """

    key: str
    kind: str
    service: str
    front: tuple[Unit, ...]
    back: tuple[Unit, ...] = ()
    source: str = ""

    @property
    def title(self) -> Unit:
        return self.front[0]


def objective_card(id: str) -> str:
    """The key of an objective's card."""
    return f"{OBJECTIVE}:{id}"


@cache
def cards() -> Mapping[str, Card]:
    """Every card of the course by key: objectives that can be asked, prompts, terms, in the order of the course."""
    held = [
        Card(
            objective_card(id),
            OBJECTIVE,
            each.service,
            (each.title,),
            (),
            f"lessons/{each.lesson}/",
        )
        for id, each in course().objectives.items()
        if _authored(id) or _families(id)
    ]
    held += [card for lesson in course().lessons.values() for card in _prompts(lesson)]
    held += [
        Card(f"{TERM}:{id}", TERM, term.service, (term.name,), term.meaning, f"glossary/{id}/")
        for id, term in course().terms.items()
    ]
    return {card.key: card for card in held}


def _prompts(lesson: Lesson) -> Iterable[Card]:
    for block in lesson.of_kind("recall"):
        answer = block.part("answer")
        if answer is not None:
            yield Card(
                f"{RECALL}:{lesson.id}#{block.id}", RECALL, lesson.service,
                block.units, answer.units, f"lessons/{lesson.id}/#{block.id}",
            )  # fmt: skip


def cards_of_lesson(lesson: str, terms: Iterable[str]) -> list[Card]:
    """The cards that a lesson offers: its objectives, its prompts, the terms it links."""
    objectives = [id for id, each in course().objectives.items() if each.lesson == lesson]
    keys = [objective_card(id) for id in objectives]
    keys += [key for key in cards() if key.startswith(f"{RECALL}:{lesson}#")]
    keys += [f"{TERM}:{id}" for id in terms]
    return [cards()[key] for key in keys if key in cards()]


def cards_of_services(services: Iterable[str]) -> list[str]:
    """The keys of all objectives of these services, of all services if none is named."""
    wanted = frozenset(services)
    return [
        card.key
        for card in cards().values()
        if card.kind == OBJECTIVE and (not wanted or card.service in wanted)
    ]


@cache
def _authored(objective: str) -> Sequence[Item]:
    return [item for item in bank().values() if item.objective == objective]


@cache
def _families(objective: str) -> Sequence[str]:
    return [name for name, words in course().drawn.items() if words.objective == objective]


def drawn_item(id: str) -> Item | None:
    """A question whose numbers a seed draws, 'sqs/copies~17'; None for any other id."""
    return _drawn(id) if id.partition("~")[0] in course().drawn and "~" in id else None


@lru_cache(maxsize=2000)
def _drawn(id: str) -> Item | None:
    question = drawn_question(course(), id)
    return item_from(question, course()) if question else None


def item_of_card(card: Card, id: str) -> Item | None:
    """A question that belongs to an objective, by its id; None for any other."""
    objective = card.key.partition(":")[2]
    if found := next((item for item in _authored(objective) if item.id == id), None):
        return found
    return _drawn(id) if id.partition("~")[0] in _families(objective) else None


def next_item(learner: Learner, card: Card) -> Item:
    """The question to ask next: the one not met for longest, with numbers that were not drawn before.

    Exam-grade questions that were never met are left to the exams, unless there is too little else.
    """
    objective = card.key.partition(":")[2]
    authored, families = _authored(objective), _families(objective)
    met = _met(learner, [item.id for item in authored], families)
    pool = [item.id for item in authored if item.grade != "exam" or item.id in met] + [*families]
    if len(pool) < 2:
        pool = [item.id for item in authored] + [*families]
    base = min(pool, key=lambda id: (_last(met, id), place_of(f"{learner.pk} {id}")))
    if base not in families:
        return next(item for item in authored if item.id == base)
    seeds = sorted(SEEDS, key=lambda seed: place_of(f"{learner.pk} {base}~{seed}"))
    seed = next((seed for seed in seeds if f"{base}~{seed}" not in met), seeds[0])
    item = _drawn(f"{base}~{seed}")
    assert item is not None, "families and seeds of the course can be drawn"
    return item


def _met(learner: Learner, ids: Sequence[str], families: Sequence[str]) -> Mapping[str, datetime]:
    """When each of these questions was last answered, drawn ones under their full id."""
    wanted = Q(question__in=ids)
    for family in families:
        wanted |= Q(question__startswith=f"{family}~")
    rows = Answer.objects.filter(wanted, attempt__learner=learner, is_answered=True)
    return dict(rows.order_by("received_at").values_list("question", "received_at"))


def _last(met: Mapping[str, datetime], base: str) -> datetime:
    times = [at for id, at in met.items() if id.partition("~")[0] == base]
    return max(times, default=_NEVER)

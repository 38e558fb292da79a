"""Which questions, and in which order. Chance comes from a seed, so the same request gives the same set."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from studyapp.quizzes.items import Item

# How many questions a learner may ask for at once; what an exam form takes per question of it.
NUMBERS = (5, 10, 20, 40)
SHOWN = ("all", "unseen", "wrong", "flagged")
GRADES = ("exam", "drill", "simulated")
DIFFICULTIES = (1, 2, 3)
# A pool of three forms: a learner meets repeats on the fourth attempt only.
FORMS_IN_POOL = 3
# Shares of the domains in the exam, in percent.
DOMAIN_WEIGHTS = {1: 30, 2: 26, 3: 24, 4: 20}


@dataclass(frozen=True, slots=True)
class History:
    """What a learner's answers say about questions, by id without a seed; the last answer counts."""

    seen: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    flagged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a learner asked for. Empty collections ask for everything."""

    services: frozenset[str] = frozenset()
    grades: frozenset[str] = frozenset()
    difficulties: frozenset[int] = frozenset()
    shown: str = "all"
    number: int = 10


def matching(items: Iterable[Item], wish: Wish, history: History) -> list[Item]:
    """The items that a wish lets through, in the order of the bank."""

    def fits(item: Item) -> bool:
        return (
            (not wish.services or item.service in wish.services)
            and (not wish.grades or item.grade in wish.grades)
            and (not wish.difficulties or item.difficulty in wish.difficulties)
            and (wish.shown != "unseen" or item.base not in history.seen)
            and (wish.shown != "wrong" or item.base in history.wrong)
            and (wish.shown != "flagged" or item.base in history.flagged)
        )

    return [item for item in items if fits(item)]


def choose(items: Iterable[Item], wish: Wish, history: History, seed: str) -> list[Item]:
    """A practice set: services and families in turn, among equals what was never seen, interleaved."""
    chance = random.Random(seed)
    pool = matching(items, wish, history)
    chance.shuffle(pool)
    pool.sort(key=lambda item: item.base in history.seen)
    return interleave(_spread(pool, wish.number))


def _spread(pool: Sequence[Item], number: int, by_service: bool = True) -> list[Item]:
    """The first so many items, other families before a second of the same, and other services if asked."""
    families: dict[str, int] = defaultdict(int)
    services: dict[str, int] = defaultdict(int)
    taken: list[Item] = []
    left = list(pool)
    while left and len(taken) < number:
        best = min(
            left, key=lambda item: (families[item.family], by_service and services[item.service])
        )
        left.remove(best)
        families[best.family] += 1
        services[best.service] += 1
        taken.append(best)
    return taken


def interleave(items: Sequence[Item]) -> list[Item]:
    """The same items so that services alternate and, if possible, no objective follows itself."""
    waiting: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        waiting[item.service].append(item)
    ordered: list[Item] = []
    while any(waiting.values()):
        last = ordered[-1] if ordered else None
        # The longest line first, or its rest would stand in a row at the end.
        lines = sorted((line for line in waiting.values() if line), key=len, reverse=True)
        candidates = [(line, item) for line in lines for item in line]
        line, item = min(
            candidates,
            key=lambda each: (
                last is not None and each[1].objective == last.objective,
                last is not None and each[1].service == last.service,
            ),
        )
        line.remove(item)
        ordered.append(item)
    return ordered


def pool_needed(number: int) -> int:
    """How many exam-grade items the bank must hold before a form of so many questions is offered."""
    return number * FORMS_IN_POOL


def exam_form(
    items: Iterable[Item], number: int, seen: Collection[str], seed: str
) -> list[Item] | None:
    """A form of an exam by the weights of its domains, or None when the bank is too small.

    Among equals, what was never seen comes first. No form takes more than half of a domain, or all forms would
    hold the same of it; what a small domain cannot fill goes to the others.
    """
    pool = [item for item in items if item.grade == "exam"]
    if len(pool) < pool_needed(number):
        return None
    chance = random.Random(seed)
    chance.shuffle(pool)
    pool.sort(key=lambda item: item.id in seen)
    by_domain: dict[int, list[Item]] = defaultdict(list)
    for item in pool:
        by_domain[item.domain].append(item)
    taken: list[Item] = []
    spare: list[Item] = []
    for domain, places in shares(number, DOMAIN_WEIGHTS).items():
        held = by_domain[domain]
        half = _spread(held, (len(held) + 1) // 2, by_service=False)
        taken += half[:places]
        spare += half[places:]
    taken += _spread(spare, number - len(taken), by_service=False)
    chance.shuffle(taken)
    return interleave(taken)


def shares(number: int, weights: Mapping[int, int]) -> dict[int, int]:
    """So many places by weight; the largest remainders get what rounding leaves."""
    whole = sum(weights.values())
    exact = {domain: number * weight / whole for domain, weight in weights.items()}
    found = {domain: int(share) for domain, share in exact.items()}
    left = number - sum(found.values())
    for domain in sorted(exact, key=lambda domain: found[domain] - exact[domain])[:left]:
        found[domain] += 1
    return found


def option_order(item: Item, seed: str) -> list[str]:
    """The order of an item's options in one attempt: the same in every language, and on every day."""
    ids = list(item.option_ids)
    chance = random.Random(f"{seed} {item.id}")
    if item.shuffles:
        chance.shuffle(ids)
    while item.kind == "order" and tuple(ids) == item.option_ids and len(ids) > 1:
        chance.shuffle(ids)  # an order that is right untouched would be no question
    return ids

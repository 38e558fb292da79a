"""What answers say about the questions. Only first answers count, and only from thresholds on.

A question whose key changed (`Item.version`) begins anew: only answers to the version it has now count. Who met it
before its version rose has met it all the same, so no later answer of theirs is a first one.

The thresholds come from standard errors: with 30 answers the share of right ones is known to about 8 points, with
100 the discrimination to about 0.09. Nothing is estimated for an installation that has no answers.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from studyapp.quizzes.carrying import CARRIED
from studyapp.quizzes.insight import Tally, tally
from studyapp.quizzes.items import Item, base_of
from studyapp.quizzes.models import Answer

SHARE_FROM, DISCRIMINATION_FROM, LANGUAGES_FROM = 30, 100, 60
# A person's other first answers must be so many before they say how good that person is.
OTHERS_FROM = 10
GOOD, LOOK, SET_ASIDE = 0.2, 0.1, 0.05
RARE = 0.05
EASY, HARD = 0.9, 0.3
LANGUAGE_POINTS = 0.12
_STRATA = 3


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """A first answer. `others` is the share of right ones among the same person's other first answers, if enough."""

    learner: int
    right: bool
    chosen: tuple[str, ...]
    language: str
    milliseconds: int
    others: float | None = None


@dataclass(frozen=True, slots=True)
class Discrimination:
    """The correlation of being right here with being right elsewhere, and its 95 % interval."""

    r: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Statistic:
    """A question's figures. What there are too few answers for is None or empty.

    `since` is when the first of the answers was given. `verdicts` are 'key', 'easy', 'hard', 'look', 'aside',
    'option', 'translation', the most urgent first.
    """

    question: str
    n: int
    version: int = 1
    since: datetime | None = None
    share: Tally | None = None
    languages: Mapping[str, Tally] = field(default_factory=dict)
    options: Mapping[str, int] = field(default_factory=dict)
    seconds: int | None = None
    discrimination: Discrimination | None = None
    verdicts: Sequence[str] = ()

    @property
    def is_enough(self) -> bool:
        return self.share is not None


def chance_of(item: Item) -> float:
    """How often somebody is right who knows nothing."""
    if item.kind == "order":
        return 1 / math.factorial(len(item.options))
    if item.kind == "match":
        return 1 / math.perm(len(item.options), len(item.prompts))
    if item.form == "knob":
        return len(item.right_ids) / max(1, len(item.options))
    return 1 / math.comb(len(item.options), item.choose)


def statistics(items: Mapping[str, Item]) -> list[Statistic]:
    """The statistic of each question that somebody answered, in the order of `items`.

    Drawn questions are counted as one, whatever their numbers.
    """
    rows = Answer.objects.filter(is_first=True, is_answered=True, right__isnull=False)
    rows = rows.exclude(attempt__asked_for__has_key=CARRIED).filter(_of_this_version(items))
    counts: Counter[str] = Counter()
    since: dict[str, datetime] = {}
    grouped = rows.values("question").annotate(n=Count("pk"), begin=Min("received_at"))
    for id, n, begin in grouped.values_list("question", "n", "begin"):
        base = base_of(id)
        counts[base] += n
        since[base] = min(begin, since.get(base, begin))
    wanted = [base for base in items if counts[base] >= SHARE_FROM]
    answers = _answers_to(rows, wanted) if wanted else {}
    return [
        replace(
            judged(items[base], answers[base])
            if base in answers
            else Statistic(base, counts[base]),
            version=items[base].version,
            since=since[base],
        )
        for base in items
        if counts[base]
    ]


def _of_this_version(items: Mapping[str, Item]) -> Q:
    """Answers to the key that a question has now. Most questions never got another, so the condition stays short."""
    risen: dict[int, list[Item]] = defaultdict(list)
    for item in items.values():
        if item.version > 1:
            risen[item.version].append(item)
    found, others = Q(), Q(version=1)
    for version, held in risen.items():
        here = _named(held)
        found |= here & Q(version=version)
        others &= ~here
    return found | others


def _named(items: Sequence[Item]) -> Q:
    """Answers to these questions, drawn ones with any numbers."""
    found = Q(question__in=[item.id for item in items if item.id == item.base])
    for item in items:
        if item.id != item.base:
            found |= Q(question__startswith=f"{item.base}~")
    return found


def _answers_to(
    rows: QuerySet[Answer], wanted: Sequence[str]
) -> Mapping[str, Sequence[FirstAnswer]]:
    people = {
        learner: (n, right)
        for learner, n, right in rows.values("attempt__learner")
        .annotate(n=Count("pk"), hits=Count("pk", filter=Q(right=True)))
        .values_list("attempt__learner", "n", "hits")
    }
    held: dict[str, list[FirstAnswer]] = defaultdict(list)
    known = set(wanted)
    columns = ("question", "attempt__learner", "right", "chosen", "language", "milliseconds")
    for id, learner, right, chosen, language, milliseconds in rows.values_list(*columns).iterator():
        base = base_of(id)
        if base in known:
            n, hits = people[learner]
            others = (hits - right) / (n - 1) if n - 1 >= OTHERS_FROM else None
            held[base].append(
                FirstAnswer(learner, right, tuple(chosen), language, milliseconds, others)
            )
    return held


def judged(item: Item, answers: Sequence[FirstAnswer]) -> Statistic:
    """The figures of a question and what they ask for."""
    n = len(answers)
    if n < SHARE_FROM:
        return Statistic(item.base, n)
    share = tally(answer.right for answer in answers)
    by_language: dict[str, list[FirstAnswer]] = defaultdict(list)
    for answer in answers:
        by_language[answer.language].append(answer)
    times = sorted(answer.milliseconds for answer in answers)
    options = Counter(value for answer in answers for value in answer.chosen)
    found = discrimination(answers) if n >= DISCRIMINATION_FROM else None
    return Statistic(
        item.base,
        n,
        share=share,
        languages={
            language: tally(answer.right for answer in held)
            for language, held in sorted(by_language.items())
            if language and len(held) >= SHARE_FROM
        },
        options={id: options[id] for id in item.option_ids} if item.kind == "choice" else {},
        seconds=round(times[n // 2] / 1000),
        discrimination=found,
        verdicts=tuple(_verdicts(item, share, options, found, by_language)),
    )


def _verdicts(
    item: Item,
    share: Tally,
    options: Mapping[str, int],
    found: Discrimination | None,
    by_language: Mapping[str, Sequence[FirstAnswer]],
) -> Iterable[str]:
    p = share.right / share.total
    if p < chance_of(item) + 0.05:
        yield "key"
    elif p < HARD:
        yield "hard"
    elif p > EASY:
        yield "easy"
    if found is not None and found.r < SET_ASIDE:
        yield "aside"
    elif found is not None and found.r < GOOD:
        yield "look"
    if share.total >= DISCRIMINATION_FROM and item.kind == "choice" and item.typed is None:
        wrong = [option for option in item.option_ids if option not in item.right_ids]
        if any(options.get(option, 0) < RARE * share.total for option in wrong):
            yield "option"
    large = [held for lang, held in by_language.items() if lang and len(held) >= LANGUAGES_FROM]
    pairs = ((a, b) for place, a in enumerate(large) for b in large[place + 1 :])
    if any(abs(matched_difference(a, b)) > LANGUAGE_POINTS for a, b in pairs):
        yield "translation"


def discrimination(answers: Sequence[FirstAnswer]) -> Discrimination | None:
    """How being right here goes with being right elsewhere; None where everybody is alike or too few are known."""
    pairs = [(float(a.right), a.others) for a in answers if a.others is not None]
    n = len(pairs)
    if n < DISCRIMINATION_FROM:
        return None
    mean_x, mean_y = math.fsum(x for x, _ in pairs) / n, math.fsum(y for _, y in pairs) / n
    xx = math.fsum((x - mean_x) ** 2 for x, _ in pairs)
    yy = math.fsum((y - mean_y) ** 2 for _, y in pairs)
    if not xx or not yy:
        return None
    r = math.fsum((x - mean_x) * (y - mean_y) for x, y in pairs) / math.sqrt(xx * yy)
    z, half = math.atanh(max(-0.9999, min(0.9999, r))), 1.96 / math.sqrt(n - 3)
    return Discrimination(r, math.tanh(z - half), math.tanh(z + half), n)


def matched_difference(one: Sequence[FirstAnswer], other: Sequence[FirstAnswer]) -> float:
    """The difference of two groups' shares, compared among people who are right equally often elsewhere."""
    known = sorted(a.others for a in (*one, *other) if a.others is not None)
    if not known:
        return 0.0
    cuts = [known[len(known) * part // _STRATA] for part in range(1, _STRATA)]

    def stratum(answer: FirstAnswer) -> int | None:
        return None if answer.others is None else sum(answer.others >= cut for cut in cuts)

    weights, total = 0, 0.0
    for place in range(_STRATA):
        a = [answer.right for answer in one if stratum(answer) == place]
        b = [answer.right for answer in other if stratum(answer) == place]
        if a and b:
            weight = min(len(a), len(b))
            total += weight * (sum(a) / len(a) - sum(b) / len(b))
            weights += weight
    return total / weights if weights else 0.0

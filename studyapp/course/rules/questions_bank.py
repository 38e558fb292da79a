"""Rules that a single question cannot break: habits of a whole bank that would help a guesser, and gaps in it.

Each bites only from a number of questions on, because a small bank has no habits yet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, erfc, exp, pi, sqrt

from studyapp.course.labelled import LANGUAGES, Language
from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.questions import Question
from studyapp.course.questions_schema import LEVELS, WITH_OPTIONS
from studyapp.course.rules.questions_solver import Score, solve
from studyapp.course.rules.questions_text import lengths, plain, services_in

BANK = "questions"  # the place that findings about the bank name

LENGTH_FROM, LENGTH_SHARE = 100, (0.18, 0.32)
PLACES_FROM, PLACES_P = 60, 0.01
SERVICE_FROM, SERVICE_MOST, SERVICE_HIGH = 20, 0.6, 0.5
SOLVER_FROM, SOLVER_GAIN, SOLVER_LUCK = 60, 0.08, 0.05
COVERAGE_FROM = 150
FAMILIES_MIN, HITS_MIN = 2, 2
LEVEL_SHARES = {"recall": 0.2, "apply": 0.4, "diagnose": 0.25, "design": 0.15}
LEVEL_SLACK = 0.1


@dataclass(frozen=True, slots=True)
class Habit:
    """How often something happened, of how many times it could."""

    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0


def one_of_four(questions: Iterable[Question]) -> list[Question]:
    """Questions with 4 options and one key: chance is a quarter."""
    return [q for q in questions if len(q.options) == 4 and q.choose == 1]


def key_is(extreme: str, questions: Sequence[Question], language: Language) -> Habit:
    """How often the key alone is the 'longest' or the 'shortest' of 4 options."""
    count = 0
    for question in questions:
        size = lengths(question, language)
        key = size.pop(question.key[0])
        count += key > max(size.values()) if extreme == "longest" else key < min(size.values())
    return Habit(count, len(questions))


def at_least(habit: Habit, chance: float) -> float:
    """The probability that blind chance would do it as often or more often: exact binomial tail."""
    return sum(
        comb(habit.of, k) * chance**k * (1 - chance) ** (habit.of - k)
        for k in range(habit.count, habit.of + 1)
    )


def luck(score: Score) -> float:
    """The probability that blind guesses would do as well as the guesser did."""
    return at_least(Habit(round(score.accuracy * score.questions), score.questions), score.chance)


def places(questions: Sequence[Question]) -> tuple[int, int, int, int]:
    """How often the key stands first, second, third, fourth in the file."""
    found = Counter(
        next(n for n, option in enumerate(question.options) if option.correct)
        for question in questions
    )
    return found[0], found[1], found[2], found[3]


def evenness(counts: tuple[int, int, int, int]) -> float:
    """The probability of so uneven a distribution by chance: chi-squared with 3 degrees of freedom."""
    total = sum(counts)
    if not total:
        return 1.0
    x = sum((count - total / 4) ** 2 / (total / 4) for count in counts)
    return erfc(sqrt(x / 2)) + sqrt(2 * x / pi) * exp(-x / 2)


def unused_places(questions: Iterable[Question]) -> dict[str, list[str]]:
    """For '2 of 5' and the like: combinations of places that no key has, where there were chances enough."""
    used: dict[tuple[int, int], Counter[tuple[int, ...]]] = defaultdict(Counter)
    for question in questions:
        if question.kind == "multiple":
            spots = tuple(n for n, option in enumerate(question.options, 1) if option.correct)
            used[question.choose, len(question.options)][spots] += 1
    missing = {}
    for (choose, options), counts in sorted(used.items()):
        every = list(combinations(range(1, options + 1), choose))
        if counts.total() >= 3 * len(every) and len(counts) < len(every):
            missing[f"{choose} of {options}"] = [
                "+".join(map(str, spots)) for spots in every if spots not in counts
            ]
    return missing


def service_prior(questions: Iterable[Question]) -> dict[str, Habit]:
    """How often a service is in the key, of the questions that offer it in at most half of their options."""
    offered: Counter[str] = Counter()
    keyed: Counter[str] = Counter()
    for question in questions:
        if question.kind not in WITH_OPTIONS:
            continue
        names = {option.id: services_in(plain(option.text, "en")) for option in question.options}
        for service in frozenset[str]().union(*names.values()):
            offering = [id for id, found in names.items() if service in found]
            if 2 * len(offering) <= len(names):
                offered[service] += 1
                keyed[service] += bool(set(offering) & set(question.key))
    return {service: Habit(keyed[service], count) for service, count in sorted(offered.items())}


def families(course: Course) -> dict[str, set[str]]:
    """The families that ask for each objective, drawn ones too."""
    found: dict[str, set[str]] = {id: set() for id in course.objectives}
    for question in (*course.questions.values(), *course.drawn.values()):
        found.setdefault(question.objective, set()).add(question.family)
    return found


def hits(course: Course) -> dict[str, int]:
    """How many options stand on each misconception. A drawn option counts for enough: each seed is a question."""
    found = dict.fromkeys(course.misconceptions, 0)
    for question in (*course.questions.values(), *course.drawn.values()):
        for option in question.options:
            if option.misconception in found:
                found[option.misconception] += HITS_MIN if question.id in course.drawn else 1
    return found


def levels(questions: Iterable[Question]) -> Mapping[str, int]:
    """How many questions stand at each level."""
    found = Counter(question.level for question in questions)
    return {level: found[level] for level in LEVELS}


def check_bank(course: Course) -> Iterator[Problem]:
    """Q20 to Q27."""
    questions = list(course.questions.values())
    yield from _lengths_and_places(questions)
    for service, habit in service_prior(questions).items():
        if habit.of >= SERVICE_FROM and habit.share > SERVICE_HIGH:
            rule = "Q23" if habit.share > SERVICE_MOST else "Q24"
            text = f"where {service} is offered, it is the key in {_of(habit)}"
            yield Problem(BANK, 1, rule, text)
    for language in LANGUAGES:
        score = solve(questions, language)
        if (
            score.questions >= SOLVER_FROM
            and score.gain > SOLVER_GAIN
            and luck(score) < SOLVER_LUCK
        ):
            text = (
                f"a guesser that sees no stem is right in {score.accuracy:.0%} of {score.questions} questions "
                f"in {language}; chance is {score.chance:.0%}"
            )
            yield Problem(BANK, 1, "Q25", text)
    if len(questions) >= COVERAGE_FROM:
        yield from _coverage(course)


def _of(habit: Habit) -> str:
    return f"{habit.count} of {habit.of} questions ({habit.share:.0%})"


def _lengths_and_places(questions: Sequence[Question]) -> Iterator[Problem]:
    plain_ones = one_of_four(questions)
    if len(plain_ones) >= LENGTH_FROM:
        low, high = LENGTH_SHARE
        for language in LANGUAGES:
            for extreme in ("longest", "shortest"):
                habit = key_is(extreme, plain_ones, language)
                if not low <= habit.share <= high:
                    text = (
                        f"the key is the {extreme} option in {_of(habit)} in {language}; "
                        f"{low:.0%} to {high:.0%} are wanted"
                    )
                    yield Problem(BANK, 1, "Q20", text)
    counts = places(plain_ones)
    if len(plain_ones) >= PLACES_FROM and (p := evenness(counts)) < PLACES_P:
        text = f"the keys stand {counts} times first to fourth; by chance that has p = {p:.4f}"
        yield Problem(BANK, 1, "Q21", text)
    for kind, missing in unused_places(questions).items():
        text = f"no key of {kind} stands at {', '.join(missing)}"
        yield Problem(BANK, 1, "Q22", text)


def _coverage(course: Course) -> Iterator[Problem]:
    for id, found in families(course).items():
        if id in course.objectives and len(found) < FAMILIES_MIN:
            objective = course.objectives[id]
            text = f"objective {id} has {len(found)} families of questions; {FAMILIES_MIN} or more are wanted"
            yield Problem(objective.path, objective.line, "Q26", text)
    for id, count in hits(course).items():
        if count < HITS_MIN:
            belief = course.misconceptions[id]
            text = f"{count} options stand on misconception {id}; {HITS_MIN} or more are wanted"
            yield Problem(belief.path, belief.line, "Q26", text)
    total = len(course.questions)
    for level, count in levels(course.questions.values()).items():
        if abs(count / total - LEVEL_SHARES[level]) > LEVEL_SLACK:
            wanted = f"about {LEVEL_SHARES[level]:.0%} are wanted"
            text = f"{count / total:.0%} of the questions are of level {level}; {wanted}"
            yield Problem(BANK, 1, "Q27", text)

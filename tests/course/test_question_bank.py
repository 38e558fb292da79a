"""Rules about a whole bank: habits that help a guesser are found, chance alone is not."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from studyapp.course.library import Course, load
from studyapp.course.objectives import Misconception, Objective
from studyapp.course.problem import RULES
from studyapp.course.questions import Question
from studyapp.course.rules.questions import check_echoes
from studyapp.course.rules.questions_bank import (
    Habit,
    at_least,
    check_bank,
    evenness,
    luck,
    places,
    service_prior,
    unused_places,
)
from studyapp.course.rules.questions_report import report
from studyapp.course.rules.questions_solver import Score, guessed, solve
from tests.support.content import small_course
from tests.support.questions import MIXED, bank, made, text, words_of, write_questions


@pytest.fixture
def empty(tmp_path: Path) -> Course:
    return small_course(tmp_path)


def with_questions(course: Course, questions: list[Question]) -> Course:
    return replace(course, questions={question.id: question for question in questions})


def rules(course: Course, questions: list[Question]) -> set[str]:
    return {problem.rule for problem in check_bank(with_questions(course, questions))}


def fair(chance: Random, place: int, key: bool) -> str:
    """Nothing tells the key from the others."""
    return words_of(chance, 3, 6)


def long_key(chance: Random, place: int, key: bool) -> str:
    """The key is longer, as hurried authors make it."""
    return words_of(chance, 6, 8) if key else words_of(chance, 3, 6)


def short_key(chance: Random, place: int, key: bool) -> str:
    return words_of(chance, 2, 3) if key else words_of(chance, 3, 6)


def careful_key(chance: Random, place: int, key: bool) -> str:
    """Same length, but wrong options know no doubt."""
    return ("may " if key and chance.random() < 0.6 else "always ") + words_of(chance, 4, 4)


def always_sqs(chance: Random, place: int, key: bool) -> str:
    return ("SQS " if key and chance.random() < 0.7 else f"S{place} ") + words_of(chance, 3, 6)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_found_in_a_fair_bank(seed: int, empty: Course):
    assert rules(empty, bank(400, fair, seed)) == set()


@pytest.mark.parametrize(
    ("recipe", "rule"),
    [(long_key, "Q20"), (short_key, "Q20"), (long_key, "Q25"), (careful_key, "Q25")],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_habit_is_found(recipe: object, rule: str, seed: int, empty: Course):
    assert rule in rules(empty, bank(140, recipe, seed))  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "found"), [(99, False), (100, True)])
def test_lengths_bite_from_a_hundred_questions_on(count: int, found: bool, empty: Course):
    assert ("Q20" in rules(empty, bank(count, long_key))) is found


@pytest.mark.parametrize(("count", "found"), [(59, False), (60, True)])
def test_the_guesser_bites_from_sixty_questions_on(count: int, found: bool, empty: Course):
    assert ("Q25" in rules(empty, bank(count, long_key))) is found


def at_place(n: int, spot: int) -> Question:
    return made(f"p{n}", ["amber", "dune", "ember", "island"], [spot])


@pytest.mark.parametrize(
    ("spots", "found"),
    [([15, 15, 15, 15], False), ([28, 14, 10, 8], True), ([28, 14, 10, 7], False)],
    ids=["even", "uneven", "uneven, but too few"],
)
def test_places_are_used_evenly(spots: list[int], found: bool, empty: Course):
    keys = [spot for spot, times in enumerate(spots) for _ in range(times)]
    questions = [at_place(n, spot) for n, spot in enumerate(keys)]
    assert places(questions) == tuple(spots)
    assert ("Q21" in rules(empty, questions)) is found


@pytest.mark.parametrize(
    ("counts", "p"), [((10, 10, 10, 10), 1.0), ((16, 8, 8, 8), 0.187), ((20, 10, 6, 4), 0.00165)]
)
def test_the_chance_of_uneven_places(counts: tuple[int, int, int, int], p: float):
    assert evenness(counts) == pytest.approx(p, rel=0.03)


def test_the_tail_of_the_binomial_distribution():
    assert at_least(Habit(0, 10), 0.25) == pytest.approx(1)
    assert at_least(Habit(10, 10), 0.5) == pytest.approx(2**-10)
    assert at_least(Habit(2, 3), 0.5) == pytest.approx(0.5)


def two_of_five(n: int, spots: list[int]) -> Question:
    return made(f"m{n}", ["amber", "dune", "ember", "island", "kettle"], spots)


def test_combinations_that_no_key_has_are_named(empty: Course):
    spots = [[a, b] for a in range(5) for b in range(a + 1, 5)]
    every = [two_of_five(n, spots[n % 10]) for n in range(30)]
    lacking = [two_of_five(n, spots[n % 9]) for n in range(30)]
    assert unused_places(every) == {}
    assert unused_places(lacking) == {"2 of 5": ["4+5"]}
    assert unused_places(lacking[:29]) == {}
    assert rules(empty, lacking) >= {"Q22"}
    assert "Q22" not in rules(empty, every)


def offering(n: int, keyed: bool, crowded: bool = False) -> Question:
    texts = ["SQS dune", "SQS ember" if crowded else "ember", "SQS" if crowded else "kettle", "island"]  # fmt: skip
    return made(f"s{n}", texts, [0 if keyed else 3])


@pytest.mark.parametrize(
    ("keyed", "of", "rule"),
    [(13, 20, "Q23"), (12, 20, "Q24"), (11, 20, "Q24"), (10, 20, ""), (13, 19, "")],
)
def test_a_service_that_is_often_the_key(keyed: int, of: int, rule: str, empty: Course):
    questions = [offering(n, n < keyed) for n in range(of)]
    assert service_prior(questions) == {"SQS": Habit(keyed, of)}
    assert rules(empty, questions) & {"Q23", "Q24"} == ({rule} if rule else set())


def test_a_service_that_most_options_offer_tells_nothing():
    assert service_prior([offering(n, True, crowded=True) for n in range(20)]) == {}


# The guesser


def test_the_guesser_is_the_same_every_time():
    questions = bank(80, long_key)
    assert list(guessed(questions, "en")) == list(guessed(bank(80, long_key), "en"))
    assert solve(questions, "en") == solve(list(reversed(questions)), "en")


def test_the_guesser_never_sees_a_stem():
    questions = bank(80, long_key)
    others = [replace(question, stem=(text("another"),)) for question in questions]
    assert solve(questions, "ko") == solve(others, "ko")


def test_the_guesser_learns_nothing_from_the_family_it_guesses():
    """In each family the key says the same words; who had seen one would know the other."""
    chance = Random(3)
    questions = []
    for n in range(60):
        texts = [words_of(chance, 4, 4) for _ in range(4)]
        key = chance.randrange(4)
        questions += [made(f"f{n}-{k}", texts, [key], family=f"f{n}") for k in range(2)]
    assert abs(solve(questions, "en").gain) < 0.12


def test_a_pair_is_on_one_side():
    chance = Random(4)
    questions = []
    for n in range(60):
        texts = [words_of(chance, 4, 4) for _ in range(4)]
        for name, other, key in (("a", "b", 0), ("b", "a", 1)):
            questions.append(made(f"{name}{n}", texts, [key], pair=f"sqs/{other}{n}"))
    # Keys stand at two places only: one half of a pair in sight would tell the other.
    assert solve(questions, "en").accuracy < 0.62


def test_several_keys_have_their_own_chance():
    score = solve([two_of_five(n, [0, 1]) for n in range(30)], "en")
    assert score.chance == pytest.approx(0.1)
    assert score.accuracy == 1.0  # always the first two


@pytest.mark.parametrize(
    ("accuracy", "p"), [(0.25, 0.55), (0.35, 0.055), (0.40, 0.0078), (1.0, 0.25**60)]
)
def test_how_lucky_a_blind_guesser_would_have_to_be(accuracy: float, p: float):
    assert luck(Score(60, accuracy, 0.25)) == pytest.approx(p, rel=0.05)


def test_an_empty_bank_has_no_score():
    assert solve([], "vi").questions == 0


# Coverage


def covered(course: Course, families: int, hits: int, levels: list[str]) -> Course:
    """150 questions on one objective, with so many families and options on one belief."""
    questions = []
    for n in range(150):
        question = made(
            f"c{n}", ["amber", "dune", "ember", "island"], [n % 4],
            family=f"f{n % families}", level=levels[n % len(levels)], grade="exam",
        )  # fmt: skip
        wrong = next(option for option in question.options if not option.correct)
        if n < hits:
            options = tuple(
                replace(option, misconception="sqs.belief") if option is wrong else option
                for option in question.options
            )
            question = replace(question, options=options)
        questions.append(question)
    objective = Objective("sqs.timeout", 9, "objectives/sqs.md", 2, "sqs/lending", text("fit"))
    belief = Misconception("sqs.belief", 7, "misconceptions/sqs.md", text("wrong"))
    return replace(
        with_questions(course, questions),
        objectives={objective.id: objective},
        misconceptions={belief.id: belief},
    )


@pytest.mark.parametrize(
    ("families", "hits", "levels", "found"),
    [
        (2, 2, MIXED, set()),
        (1, 2, MIXED, {("Q26", "objectives/sqs.md", 9)}),
        (2, 1, MIXED, {("Q26", "misconceptions/sqs.md", 7)}),
        (2, 2, ["recall", "apply"], {("Q27", "questions", 1)}),
    ],
    ids=["enough", "one family", "one option on a belief", "levels"],
)
def test_gaps_are_found(
    families: int, hits: int, levels: list[str], found: set[tuple[str, str, int]], empty: Course
):
    course = covered(empty, families, hits, levels)
    gaps = {(p.rule, p.path, p.line) for p in check_bank(course) if p.rule in ("Q26", "Q27")}
    assert gaps == found


def test_gaps_do_not_count_in_a_small_bank(empty: Course):
    course = covered(empty, 1, 0, ["recall"])
    fewer = dict(list(course.questions.items())[:149])
    assert not [p for p in check_bank(replace(course, questions=fewer)) if p.rule in ("Q26", "Q27")]


def test_every_rule_about_the_bank_is_seen_at_work():
    shown = {"Q20", "Q21", "Q22", "Q23", "Q24", "Q25", "Q26", "Q27"}
    assert shown == {rule for rule, each in RULES.items() if each.says.startswith("bank:")}


# Echoes


def echoing(n: int, word: str) -> Question:
    stem = f"What does the {word} with the box?"
    return made(f"e{n}", ["open it", f"sell the {word}", "burn it", "wash it"], [1], stem=stem)


def test_a_rare_word_of_the_stem_in_the_key_alone_is_an_echo(empty: Course):
    others = [made(f"o{n}", ["open", "sell", "burn", "wash"], [n % 4]) for n in range(60)]
    rare = [*others, echoing(1, "juggler")]
    common = [*others, *(echoing(n, "juggler") for n in range(4))]
    assert {p.rule for p in check_echoes(with_questions(empty, rare))} == {"Q14"}
    assert list(check_echoes(with_questions(empty, common))) == []
    assert list(check_echoes(with_questions(empty, [echoing(1, "juggler")]))) == []


# The report


def test_the_report_of_a_small_bank(tmp_path: Path):
    course = load(write_questions(tmp_path))
    found = report(course)
    assert found["questions"] == 9
    assert found["by_kind"] == {
        "single": 3, "multiple": 1, "predict": 1, "mistake": 1, "ordering": 1, "matching": 1, "knob": 1,
    }  # fmt: skip
    assert found["by_grade"] == {"exam": 0, "drill": 8, "simulated": 1}
    assert found["checked_by_simulator"] == 3
    assert found["pairs"] == 1
    assert found["objectives"] == [{"id": "sqs.timeout", "families": 8, "questions": 9, "exam": 0}]
    assert found["misconceptions"] == [{"id": "sqs.receive-deletes", "options": 16}]
    assert found["places"]["counts"] == [3, 1, 0, 1]
    assert all(row["count"] == 0 for row in found["findings"])
    assert {row["rule"] for row in found["findings"]} == {
        rule for rule in RULES if rule.startswith("Q") and rule != "Q03"
    }


def test_the_report_is_plain_data(tmp_path: Path):
    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(type(key) is str and plain(each) for key, each in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return type(value) in (str, int, float)

    assert plain(report(load(write_questions(tmp_path))))
    assert plain(report(small_course(tmp_path / "none")))


def test_the_report_counts_what_the_rules_find(empty: Course):
    found = report(with_questions(empty, bank(140, long_key)))
    assert {row["rule"] for row in found["findings"] if row["count"]} >= {"Q20", "Q25"}
    for language in ("ko", "en", "vi"):
        assert found["languages"][language]["solver"]["gain"] > 0.08
        assert found["languages"][language]["length"]["longest"]["share"] > 0.32

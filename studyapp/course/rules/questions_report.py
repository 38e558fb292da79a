"""What the lint knows about the whole bank, as plain data: numbers, lists and tables for a public page."""

from collections import Counter
from statistics import mean, median
from typing import Any

from studyapp.course.labelled import LANGUAGES
from studyapp.course.library import Course
from studyapp.course.problem import RULES, Problem
from studyapp.course.questions_schema import GRADES, KINDS, WITH_OPTIONS
from studyapp.course.rules import questions_bank as bank
from studyapp.course.rules.questions import check_echoes, check_likeness, check_question
from studyapp.course.rules.questions_solver import solve
from studyapp.course.rules.questions_text import ABSOLUTES, keyed, sentence_lengths, stem, words

# Findings of these rules are counted language by language: the problem's line tells which.
PER_LANGUAGE = ("Q11", "Q12", "Q13", "Q14", "Q15", "Q17")


def problems(course: Course) -> list[Problem]:
    """Everything that the rules without a simulator find in the questions."""
    found = [p for q in course.questions.values() for p in check_question(q, course)]
    found += [*check_echoes(course), *check_likeness(course), *bank.check_bank(course)]
    return sorted(set(found))


def report(course: Course) -> dict[str, Any]:
    """The bank's report.

    Shares are between 0 and 1 and come with the number they are a share of. Thresholds stand beside their
    figures, and `bites_from` says from how many questions on a rule fails the build.
    """
    questions = list(course.questions.values())
    plain_ones = bank.one_of_four(questions)
    counts = bank.places(plain_ones)
    found = Counter(problem.rule for problem in problems(course))
    return {
        "questions": len(questions),
        "by_grade": _counted(GRADES, [q.grade for q in questions]),
        "by_kind": _counted(KINDS, [q.kind for q in questions]),
        "by_service": dict(sorted(Counter(q.service for q in questions).items())),
        "by_level": dict(bank.levels(questions)),
        "level_targets": dict(bank.LEVEL_SHARES),
        "by_difficulty": {str(d): sum(q.difficulty == d for q in questions) for d in (1, 2, 3)},
        "checked_by_simulator": sum(q.checked_by_simulator for q in questions),
        "pairs": sum(bool(q.pair) for q in questions) // 2,
        "languages": {
            language: _language(questions, plain_ones, language) for language in LANGUAGES
        },
        "places": {
            "questions": len(plain_ones),
            "counts": list(counts),
            "p": bank.evenness(counts),
            "least_p": bank.PLACES_P,
            "bites_from": bank.PLACES_FROM,
        },
        "services": [
            {"service": name, "offered": habit.of, "keyed": habit.count, "share": habit.share}
            for name, habit in bank.service_prior(questions).items()
        ],
        "service_share_at_most": bank.SERVICE_MOST,
        "objectives": [
            {
                "id": id,
                "families": len(bank.families(course).get(id, ())),
                "questions": sum(q.objective == id for q in questions),
                "exam": sum(q.objective == id and q.grade == "exam" for q in questions),
            }
            for id in course.objectives
        ],
        "misconceptions": [{"id": id, "options": count} for id, count in bank.hits(course).items()],
        "findings": [
            {
                "rule": rule,
                "says": RULES[rule].says,
                "severity": RULES[rule].severity,
                "count": found[rule],
            }
            for rule in RULES
            if rule.startswith("Q") and rule != "Q03"
        ],
    }


def _counted(names: tuple[str, ...], values: list[Any]) -> dict[str, int]:
    found = Counter(values)
    return {name: found[name] for name in names}


def _language(questions: list[Any], plain_ones: list[Any], language: Any) -> dict[str, Any]:
    """The figures of one language."""
    score = solve(questions, language)
    low, high = bank.LENGTH_SHARE
    asked = [q for q in questions if q.kind in WITH_OPTIONS]
    absolute = 0
    for question in asked:
        right, wrong = keyed(question.options)
        in_key, in_wrong = (
            any(ABSOLUTES[language].search(o.text[language]) for o in part)
            for part in (right, wrong)
        )
        absolute += in_wrong and not in_key
    sentences = [n for q in questions for n in sentence_lengths(stem(q, language))]
    habits = {
        extreme: bank.key_is(extreme, plain_ones, language) for extreme in ("longest", "shortest")
    }
    return {
        "length": {
            extreme: {
                "count": habit.count,
                "of": habit.of,
                "share": habit.share,
                "p_by_chance": bank.at_least(habit, 0.25),
            }
            for extreme, habit in habits.items()
        },
        "length_share": {"least": low, "most": high, "bites_from": bank.LENGTH_FROM},
        "solver": {
            "questions": score.questions,
            "accuracy": score.accuracy,
            "chance": score.chance,
            "gain": score.gain,
            "most_gain": bank.SOLVER_GAIN,
            "luck": bank.luck(score),
            "bites_from": bank.SOLVER_FROM,
        },
        "absolutes_in_wrong_options_only": {"count": absolute, "of": len(asked)},
        "stem_words": {
            "median": median([len(words(stem(q, language))) for q in questions] or [0]),
            "words_per_sentence": mean(sentences or [0]),
        },
    }

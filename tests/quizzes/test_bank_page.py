"""The public pages about our own questions: the lint's report, and what answers say, from thresholds on."""

import random
from dataclasses import replace
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone, translation
from django.utils.html import escape

from studyapp.course.rules.questions_report import PER_LANGUAGE, report
from studyapp.pages.course import course
from studyapp.progress.models import Learner
from studyapp.quizzes import item_statistics
from studyapp.quizzes.bank import bank, drawn
from studyapp.quizzes.item_statistics import (
    FirstAnswer,
    chance_of,
    discrimination,
    judged,
    matched_difference,
    statistics,
)
from studyapp.quizzes.models import Answer, Attempt
from studyapp.quizzes.rule_words import RULE_WORDS, counted
from tests.quizzes.samples import choice, match, order, words

pytestmark = pytest.mark.django_db
ITEM = choice("sqs/one")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    yield
    cache.clear()


# --- the report ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_the_report_stands_on_a_public_page_with_every_figure(
    client, language, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(f"/{language}/quizzes/bank/")
    html = answer.content.decode()
    found = report(course())
    assert "Decouple-Public" in answer.headers
    for code in ("en", "ko", "vi"):
        solver = found["languages"][code]["solver"]
        assert f"<td>{round(100 * solver['accuracy'])} %</td>" in html
    for row in found["findings"]:
        with translation.override(language):
            words = f"{row['rule']}: {escape(str(RULE_WORDS[row['rule']]))}"
        assert (f"<li>{words}</li>" in html) is not bool(row["count"])
        assert (f'<th scope="row">{words}</th>' in html) is bool(row["count"])
    assert (
        html.count('<details class="by-service">')
        == len({row["id"].split(".")[0] for row in found["objectives"]}) + 1
    )


def test_a_rule_that_finds_something_says_what_it_counts(client) -> None:
    found = report(course())
    rows = [{**row, "count": 7 if row["rule"] == "Q11" else 0} for row in found["findings"]]
    with patch("studyapp.quizzes.bank_page._report", lambda: {**found, "findings": rows}):
        html = client.get("/ko/quizzes/bank/").content.decode()
    row = html.split('<th scope="row">Q11: ')[1].split("</tr>")[0]
    assert "<td>7 " in row
    assert "언어마다 따로" in row
    assert "Q11: " in html
    assert "<li>Q11: " not in html


def test_every_rule_has_words_in_three_languages() -> None:
    reported = {row["rule"]: row["says"] for row in report(course())["findings"]}
    with translation.override("en"):
        assert {rule: str(words) for rule, words in RULE_WORDS.items()} == reported
    for language in ("ko", "vi"):
        with translation.override(language):
            assert [r for r, words in RULE_WORDS.items() if str(words) == reported[r]] == []


def test_what_a_rule_counts_is_said() -> None:
    with translation.override("en"):
        said = {rule: str(counted(rule, PER_LANGUAGE)) for rule in RULE_WORDS}
    assert said["Q11"] == "places in questions, each language by itself"
    assert (said["Q08"], said["Q16"]) == ("places in questions",) * 2
    assert said["Q25"] == "habits of the whole bank"
    assert said["Q26"] == "objectives and misconceptions"
    assert set(PER_LANGUAGE) <= set(RULE_WORDS)


# --- statistics of one question --------------------------------------------------------------------


def people(n: int, right: int, **more: object) -> list[FirstAnswer]:
    return [
        FirstAnswer(
            **{"learner": k, "right": k < right, "chosen": ("a" if k < right else "b",),
               "language": "en", "milliseconds": 30_000, **more}
        )
        for k in range(n)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "chance"),
    [
        (ITEM, 1 / 4),
        (choice("sqs/two", choose=2), 1 / 15),
        (order("sqs/three"), 1 / 6),
        (match("sqs/four"), 1 / 6),
    ],
)
def test_chance_is_that_of_somebody_who_knows_nothing(item, chance) -> None:
    assert chance_of(item) == pytest.approx(chance)


def test_below_the_threshold_there_is_only_the_number() -> None:
    early = judged(ITEM, people(29, 20))
    assert (early.n, early.share, early.options, early.seconds, early.verdicts) == (
        29,
        None,
        {},
        None,
        (),
    )
    enough = judged(ITEM, people(30, 20))
    assert (enough.share.right, enough.seconds) == (20, 30)
    assert enough.options == {"a": 20, "b": 10, "c": 0, "d": 0}
    assert enough.discrimination is None


@pytest.mark.parametrize(
    ("item", "right", "verdict"),
    [
        (ITEM, 29, "key"),
        (ITEM, 31, None),
        (choice("sqs/two", choose=2), 20, "hard"),
        (choice("sqs/two", choose=2), 11, "key"),
        (ITEM, 90, None),
        (ITEM, 91, "easy"),
    ],
)
def test_a_share_is_judged_beside_chance(item, right, verdict) -> None:
    verdicts = judged(item, people(100, right)).verdicts
    named = [each for each in verdicts if each in ("key", "hard", "easy")]
    assert named == ([verdict] if verdict else [])


def crowd(n: int, skill: float, seed: int = 1) -> list[FirstAnswer]:
    """People whose being right here goes with being right elsewhere as strongly as `skill` says."""
    chance = random.Random(seed)
    found = []
    for k in range(n):
        others = chance.random()
        right = chance.random() < (others if chance.random() < skill else 0.5)
        found.append(
            FirstAnswer(k, right, ("a" if right else chance.choice("bcd"),), "en", 1, others)
        )
    return found


def test_discrimination_is_the_correlation_with_the_rest() -> None:
    answers = [FirstAnswer(k, k % 2 == 0, ("a",), "en", 1, k % 2 * -0.5 + 0.75) for k in range(100)]
    found = discrimination(answers)
    assert found.r == pytest.approx(1)
    strong, none = discrimination(crowd(400, 1.0)), discrimination(crowd(400, 0.0))
    assert strong.low > 0.4
    assert none.low < 0 < none.high
    assert strong.high - strong.low == pytest.approx(2 * 1.96 * 0.033, abs=0.06)


def test_discrimination_needs_a_hundred_people_who_are_known_elsewhere() -> None:
    assert discrimination(crowd(99, 1.0)) is None
    unknown = [FirstAnswer(k, k % 2 == 0, ("a",), "en", 1, None) for k in range(200)]
    assert discrimination(unknown) is None
    alike = [FirstAnswer(k, True, ("a",), "en", 1, 0.5) for k in range(200)]
    assert discrimination(alike) is None


def test_a_question_that_does_not_tell_is_set_aside_and_a_good_one_is_not() -> None:
    backwards = [
        FirstAnswer(a.learner, not a.right, a.chosen, "en", 1, a.others) for a in crowd(200, 1.0)
    ]
    assert "aside" in judged(ITEM, backwards).verdicts
    assert not {"aside", "look"} & set(judged(ITEM, crowd(200, 1.0)).verdicts)


def test_an_option_that_nobody_takes_is_named_from_a_hundred_on() -> None:
    assert "option" not in judged(ITEM, people(99, 60)).verdicts
    assert "option" in judged(ITEM, people(100, 60)).verdicts
    assert "option" not in judged(ITEM, crowd(200, 0.5)).verdicts


def test_languages_are_compared_among_people_who_are_equally_good() -> None:
    able = [FirstAnswer(k, k % 10 < 9, ("a",), "en", 1, 0.9) for k in range(90)]
    others = [FirstAnswer(k, k % 10 < 4, ("a",), "ko", 1, 0.4) for k in range(90)]
    assert matched_difference(able, others) == 0, "no two of them are alike, so nothing is compared"
    same = [FirstAnswer(k, k % 10 < 9, ("a",), "ko", 1, 0.9) for k in range(90)]
    assert matched_difference(able, same) == pytest.approx(0)
    worse = [FirstAnswer(k, k % 10 < 6, ("a",), "ko", 1, 0.9) for k in range(60)]
    assert matched_difference(able, worse) == pytest.approx(0.3)
    assert "translation" in judged(ITEM, able + worse).verdicts
    assert "translation" not in judged(ITEM, able + worse[:59]).verdicts
    assert set(judged(ITEM, able + worse).languages) == {"en", "ko"}


# --- from the rows ---------------------------------------------------------------------------------


def answered(count: int, item, start: int = 0, **more: object) -> None:
    """`count` learners answer this question for the first time, every second of them rightly."""
    at = timezone.now()
    for k in range(start, start + count):
        who = Learner.objects.create(key=uuid4().hex, created_at=at)
        attempt = Attempt.objects.create(
            learner=who, kind="practice", key="k", language="en", content_version="v",
            started_at=at, started_ticks=0, started_boot="b", finished_at=at, finish_reason="asked",
            asked_for=more.get("asked_for", {}), questions=[],
        )  # fmt: skip
        Answer.objects.create(
            attempt=attempt, question=more.get("id", item.id), chosen=[item.option_ids[k % 2]],
            version=more.get("version", 1),
            is_answered=True, right=k % 2 == 0, is_first=more.get("is_first", True), language="en",
            milliseconds=20_000, received_at=at, key="t.1", revision=1,
        )  # fmt: skip


def test_a_new_key_begins_anew_and_a_mended_typo_does_not() -> None:
    old = next(item for item in bank().values() if item.form == "single")
    other = next(item for item in bank().values() if item.form == "single" and item.id != old.id)
    answered(31, old)
    answered(32, other)
    mended = replace(old, stem=(words("mended?"),))
    assert mended.digest != old.digest
    assert [row.n for row in statistics({old.id: mended})] == [31]
    risen = replace(old, version=2)
    assert statistics({old.id: risen}) == []
    answered(3, old, 100, version=2)
    found = {row.question: row for row in statistics({old.id: risen, other.id: other})}
    assert (found[old.id].n, found[old.id].version) == (3, 2)
    assert found[old.id].since == Answer.objects.filter(version=2).earliest("pk").received_at
    assert (found[other.id].n, found[other.id].version) == (32, 1)
    assert [row.n for row in statistics({old.id: old})] == [31], "taken back, the key is the first"


def test_a_new_key_of_a_drawn_question_begins_anew_whatever_its_numbers() -> None:
    item = next(iter(drawn("")))
    answered(4, item, id=f"{item.base}~1")
    answered(2, item, 100, id=f"{item.base}~2", version=2)
    assert [row.n for row in statistics({item.base: item})] == [4]
    assert [row.n for row in statistics({item.base: replace(item, version=2)})] == [2]


def test_people_are_known_by_answers_that_count() -> None:
    """Being right about a key that was changed says nothing of how good somebody is."""
    items = {item.id: item for item in list(bank().values())[:2]}
    one, two = items.values()
    answered(30, one)
    changed = {one.id: one, two.id: replace(two, version=2)}
    for attempt in Attempt.objects.all():
        Answer.objects.create(
            attempt=attempt, question=two.id, chosen=[], is_answered=True, right=True, is_first=True,
            received_at=timezone.now(), key="t.2", revision=2,
        )  # fmt: skip
    with patch.object(item_statistics, "OTHERS_FROM", 1):
        rows = Answer.objects.filter(item_statistics._of_this_version(changed))
        held = item_statistics._answers_to(rows, [one.id])[one.id]
    assert {answer.others for answer in held} == {None}


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_the_page_says_which_version_it_counts(client, language) -> None:
    item = next(item for item in bank().values() if item.form == "single")
    answered(30, item, version=3)
    with patch("studyapp.quizzes.bank_page._items", lambda: {item.id: replace(item, version=3)}):
        page = client.get(f"/{language}/quizzes/bank/answers/").content.decode()
    row = page.split(item.id)[1].split("</tr>")[0]
    assert {"en": "version 3", "ko": "버전 3", "vi": "phiên bản 3"}[language] in row
    assert 'datetime="' in row
    cache.clear()
    with patch("studyapp.quizzes.bank_page._items", lambda: {item.id: item}):
        Answer.objects.update(version=1)
        page = client.get(f"/{language}/quizzes/bank/answers/").content.decode()
    assert "datetime=" not in page.split(item.id)[1].split("</tr>")[0]


def test_only_first_answers_given_here_count() -> None:
    item = next(item for item in bank().values() if item.form == "single")
    answered(31, item)
    answered(5, item, 100, is_first=False)
    answered(5, item, 200, asked_for={"carried": True})
    [found] = statistics(bank())
    assert (found.question, found.n, found.share.right) == (item.id, 31, 16)


def test_drawn_questions_are_counted_together() -> None:
    item = next(item for item in bank().values() if item.form == "single")
    answered(3, item, id="sqs/copies~3")
    answered(3, item, 50, id="sqs/copies~41")
    [found] = statistics({"sqs/copies": item})
    assert (found.question, found.n, found.share) == ("sqs/copies", 6, None)


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_an_empty_installation_invents_nothing(client, language, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        answer = client.get(f"/{language}/quizzes/bank/answers/")
    html = answer.content.decode()
    assert "<table" not in html
    assert "Decouple-Public" not in answer.headers
    assert "max-age=60" in answer.headers["Cache-Control"]


def test_what_the_page_costs_does_not_grow(client, django_assert_num_queries) -> None:
    items = [item for item in bank().values() if item.form == "single"][:2]
    answered(31, items[0])
    answered(12, items[1], 500)
    with django_assert_num_queries(3):  # counts, people, answers
        html = client.get("/en/quizzes/bank/answers/").content.decode()
    assert "43 first answers" in html
    assert "1 of" in html
    assert "too early" in html
    with django_assert_num_queries(0):
        client.get("/ko/quizzes/bank/answers/")


def test_the_thresholds_are_those_that_the_page_names(client) -> None:
    html = client.get("/en/quizzes/bank/answers/").content.decode()
    for number in (
        item_statistics.SHARE_FROM, item_statistics.DISCRIMINATION_FROM, item_statistics.LANGUAGES_FROM,
    ):  # fmt: skip
        assert f"from {number}" in html

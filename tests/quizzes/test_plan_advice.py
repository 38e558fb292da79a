"""What a plan suggests to leave out: what exams ask least and what is known best, and only as much as it takes."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from studyapp.course.labelled import Unit
from studyapp.pages.course import course
from studyapp.progress import memory, reviewing
from studyapp.progress.models import CardMemory, ExamPlan, Learner
from studyapp.quizzes import plan_advice
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import cards_of_services
from studyapp.quizzes.insight import Tally
from studyapp.quizzes.models import Answer, Attempt
from studyapp.quizzes.plan_advice import Worth, advice, exam_shares, worths

PLAN = "/en/quizzes/review/plan/"
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
EXAM_ON = date(2026, 12, 28)


def worth(
    card: str, share: float = 0.1, recall: float | None = None, right: int = 0, total: int = 0
):
    title = next(iter(course().objectives.values())).title
    assert isinstance(title, Unit)
    return Worth(card, title, share, recall, Tally(right, total))


def days(count: int) -> list[tuple[date, int]]:
    return [(EXAM_ON - timedelta(days=n), count) for n in range(10, 0, -1)]


# --- what an objective is worth --------------------------------------------------------------------


def test_shares_of_an_exam_follow_domains_and_questions() -> None:
    found = exam_shares()
    items = [item for item in bank().values() if item.grade == "exam"]
    assert set(found) == {item.objective for item in items}
    assert sum(found.values()) == pytest.approx(1)
    domain = [item for item in items if item.domain == 2]
    assert sum(found[name] for name in {item.objective for item in domain}) == pytest.approx(0.26)


def test_what_is_known_is_worth_less_and_one_right_answer_is_little() -> None:
    assert worth("a", recall=0.9).value == pytest.approx(0.01)
    assert worth("a", recall=0.9, right=0, total=9).known == 0.9, "review knows better"
    assert worth("a", right=1, total=1).known == pytest.approx(1 / 3)
    assert worth("a", right=8, total=8).known == pytest.approx(0.8)
    assert worth("a", share=0).value == 0


@pytest.mark.django_db
def test_the_least_valuable_come_first() -> None:
    who = Learner.objects.create(key="x", created_at=NOON)
    keys = cards_of_services([])
    asked = sorted(exam_shares(), key=exam_shares().__getitem__)
    unasked = [key for key in keys if key.partition(":")[2] not in asked]
    by_share = worths(None, keys, EXAM_ON, NOON)
    assert {w.card for w in by_share[: len(unasked)]} == set(unasked)
    assert [w.value for w in by_share] == sorted(w.value for w in by_share)
    best = by_share[-1].card
    reviewing.add(who, [best], NOON)
    for turn in range(6):
        row = CardMemory.objects.get()
        reviewing.answer(who, best, True, f"k{turn}", turn, max(row.due, NOON))
    now = CardMemory.objects.get().reviewed_at + timedelta(days=1)
    known = next(
        w for w in worths(who, keys, (now + timedelta(days=20)).date(), now) if w.card == best
    )
    assert known.recall > 0.9
    assert known.value < by_share[-1].value / 9


@pytest.mark.django_db
def test_answers_outside_review_count_as_knowledge() -> None:
    who = Learner.objects.create(key="x", created_at=NOON)
    item = next(item for item in bank().values() if item.grade == "exam")
    attempt = Attempt.objects.create(
        learner=who, kind="practice", key="k", language="en", content_version="v", questions=[],
        started_at=NOON, started_ticks=0, started_boot="b", finished_at=NOON,
    )  # fmt: skip
    Answer.objects.create(
        attempt=attempt, question=item.id, is_answered=True, right=True, received_at=NOON,
        key="t.1", revision=1,
    )  # fmt: skip
    [found] = worths(who, [f"objective:{item.objective}"], EXAM_ON, NOON)
    assert (found.tally.right, found.known) == (1, pytest.approx(1 / 3))


# --- how much to leave out -------------------------------------------------------------------------

FIVE = [worth(name) for name in "abcde"]


@pytest.mark.parametrize(
    ("minutes", "left_out"), [(10, None), (9, 1), (8, 1), (7, 2), (5, 3), (3, 4), (2, 4)]
)
def test_only_as_much_is_left_out_as_it_takes(minutes, left_out) -> None:
    """Each objective takes three cards a day, which is two minutes."""
    found = advice(FIVE, lambda out: days(3 * (5 - len(out))), minutes)
    if left_out is None:
        assert found is None
    else:
        assert [w.card for w in found.left_out] == list("abcde")[:left_out]
        assert found.is_enough
        assert (found.minutes_before, found.minutes_after) == (10, 10 - 2 * left_out)


def test_a_plan_that_would_be_empty_is_no_advice() -> None:
    assert not advice(FIVE, lambda out: days(3 * (5 - len(out))), 1).is_enough
    assert not advice(FIVE, lambda out: days(90), 5).is_enough


# --- the page --------------------------------------------------------------------------------------


def wish(minutes: object, **more: object) -> dict[str, object]:
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    return {"exam_on": day, "minutes": minutes, **more}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_the_page_offers_what_to_leave_out_and_shows_both_loads(client, language) -> None:
    address = f"/{language}/quizzes/review/plan/"
    client.cookies["utc_offset"] = "0"  # else it may be tomorrow in Seoul
    whole = client.get(address, wish("")).context
    assert "advice" not in whole
    answer = client.get(address, wish(3))
    found, html = answer.context["advice"], answer.content.decode()
    assert whole["week_minutes"] == found.minutes_before > 3
    assert 0 < found.minutes_after <= 3
    offered = re.findall(r'name="out" value="([^"]+)" form="accept" checked', html)
    assert offered == [w.card for w in found.left_out]
    assert f"<td>{found.minutes_before}</td>" in html
    assert f"<td>{found.minutes_after}</td>" in html
    assert ExamPlan.objects.count() == 0


@pytest.mark.django_db
def test_accepting_leaves_out_what_is_ticked_and_nothing_else(client) -> None:
    found = client.get(PLAN, wish(3)).context["advice"]
    ticked = [w.card for w in found.left_out][1:]
    sent = {**wish(3), "do": "without", "out": ticked}
    assert client.post(PLAN, sent).status_code == 302
    held = set(CardMemory.objects.values_list("card", flat=True))
    assert ticked
    assert held == set(cards_of_services([])) - set(ticked)
    assert client.get(PLAN).context["resting"] == []
    # Somebody who has started and has less time now.
    ticked = [*ticked, *sorted(held)[:2]]
    client.post(PLAN, {**wish(3), "do": "without", "out": ticked})
    page = client.get(PLAN)
    assert "2 cards rest until the exam is over" in page.content.decode()
    assert sum(count for _, count in page.context["load"]["rows"]) > 0
    assert CardMemory.objects.count() == len(held), "its memory stays"
    client.post(PLAN, {**wish(3), "do": "accept", "out": ticked})
    assert client.get(PLAN).context["resting"] == []
    assert CardMemory.objects.count() == len(cards_of_services([]))


@pytest.mark.django_db
def test_time_that_is_enough_and_time_that_never_is(client) -> None:
    assert "it fits" in client.get(PLAN, wish(600)).content.decode()
    client.post("/en/mine/reading/", {"lesson": "sqs/visibility-timeout", "unit": "x"})
    reviewing.add(Learner.objects.get(), [f"term:t{n}" for n in range(200)], timezone.now())
    html = client.get(PLAN, wish(2)).content.decode()
    assert "all objectives would have to go" in html
    assert 'name="out"' not in html
    assert 'value="without"' not in html
    assert 'value="accept"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", ["0", "601", "-3", "2.5", "soon", "9" * 300, "٥"])
def test_minutes_that_cannot_be_are_refused_in_words(client, minutes) -> None:
    answer = client.get(PLAN, wish(minutes))
    assert answer.status_code == 400
    assert 'aria-describedby="minutes-fault"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("out", ["objective:none", "term:queue", "objective:sns.fan-out"])
def test_only_objectives_of_the_plan_can_be_left_out(client, out) -> None:
    sent = {**wish(3), "do": "without", "topic": "sqs", "out": out}
    assert client.post(PLAN, sent).status_code == 400
    assert ExamPlan.objects.count() == 0


@pytest.mark.django_db
def test_the_suggestion_keeps_its_word(client) -> None:
    """What the page promises without the ticked ones is the load after accepting."""
    found = client.get(PLAN, wish(3)).context["advice"]
    client.post(PLAN, {**wish(3), "do": "without", "out": [w.card for w in found.left_out]})
    rows = client.get(PLAN).context["load"]["rows"]
    assert rows[1:] == list(found.after)[1:]
    assert memory.minutes(memory.busiest_week(rows)) <= 5
    assert plan_advice.titles_of([found.left_out[0].card]) == [found.left_out[0].title]

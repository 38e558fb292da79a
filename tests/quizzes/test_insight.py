"""What stored answers say: counted, with n, and silent where there are too few."""

from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed

import pytest
from django.test import Client
from django.utils import timezone

from studyapp.progress.models import Learner
from studyapp.progress.recording import record_prediction
from studyapp.quizzes import insight
from studyapp.quizzes.bank import bank
from studyapp.quizzes.insight import Given, Tally
from studyapp.quizzes.models import Answer, Attempt
from studyapp.quizzes.readiness import beta_interval, chance_of_passing, readiness

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)  # a Saturday


def given(question: str = "sqs/one", right: bool = True, **more: object) -> Given:
    fields = {
        "is_first": True, "confidence": 0, "milliseconds": 30_000, "miss": "", "level": "", "at": NOW,
    }  # fmt: skip
    return Given(question, right, **{**fields, **more})  # type: ignore[arg-type]


# --- readiness: figures that were computed elsewhere -------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [(1, 1, 0.025, 0.975), (41, 11, 0.6688, 0.8871), (17, 5, 0.5809, 0.9178)],
)
def test_the_middle_of_a_beta_distribution(a, b, low, high) -> None:
    found = beta_interval(a, b)
    assert found == pytest.approx((low, high), abs=0.0005)


@pytest.mark.parametrize(("right", "total", "chance"), [(40, 50, 0.83), (16, 20, 0.73)])
def test_the_chance_in_an_exam_grows_with_evidence(right, total, chance) -> None:
    assert chance_of_passing(right, total) == pytest.approx(chance, abs=0.005)


def test_nothing_known_is_a_wide_range_and_no_certainty() -> None:
    nothing = readiness(0, 0)
    assert (nothing.low_percent, nothing.high_percent, nothing.is_enough) == (3, 97, False)
    assert readiness(400, 400).chance_percent == 99
    assert readiness(0, 400).chance_percent == 1
    assert [readiness(n, n).is_enough for n in (19, 20)] == [False, True]


# --- counting --------------------------------------------------------------------------------------


def test_tallies_by_service_and_objective_take_drawn_questions_together() -> None:
    answers = [given("sqs/a~3"), given("sqs/a~9", False), given("sns/b"), given("mq/gone", False)]
    assert insight.grouped(answers, lambda a: a.service)["sqs"] == Tally(1, 2)
    found = insight.by_objective(answers, {"sqs/a": "sqs.x", "sns/b": "sns.y"})
    assert found == {"sqs.x": Tally(1, 2), "sns.y": Tally(1, 1)}


def test_calibration_counts_predictions_too_and_nothing_without_a_confidence() -> None:
    answers = [given(confidence=3), given(right=False, confidence=3), given(), given(confidence=1)]
    found = insight.calibration(answers, [("sure", True), ("", True), ("fairly", False)])
    assert found == [("guess", Tally(1, 1)), ("fairly", Tally(0, 1)), ("sure", Tally(2, 3))]


def test_readiness_takes_first_answers_to_exam_questions_only() -> None:
    items = {id: item for id, item in bank().items() if item.grade == "exam"}
    exam = next(iter(items.values()))
    answers = [
        given(exam.id), given(exam.id, False, is_first=False), given("sqs/a~3"), given("sqs/none"),
    ]  # fmt: skip
    whole, domains = insight.readiness_of(answers, items)
    assert (whole.right, whole.total) == (1, 1)
    assert [(domain, held.total) for domain, held in domains] == [(exam.domain, 1)]


def test_misses_are_recent_and_have_the_learners_reason() -> None:
    old = NOW - timedelta(days=31)
    answers = [
        given(right=False, miss="language"), given(right=False, miss="language"), given(right=False),
        given(miss="fell"), given(right=False, miss="rushed", at=old),
    ]  # fmt: skip
    assert insight.misses(answers, NOW) == [("language", 2), ("", 1)]


def test_weeks_begin_on_monday_and_end_with_this_one() -> None:
    found = insight.weeks([NOW, NOW - timedelta(days=5), NOW - timedelta(days=6)], NOW)
    assert len(found) == insight.WEEKS
    assert found[-1] == (date(2026, 11, 23), 2)
    assert found[-2] == (date(2026, 11, 16), 1)


def test_weeks_and_days_are_those_of_the_zone_of_now() -> None:
    sunday_night = datetime(2026, 11, 22, 20, tzinfo=UTC)
    in_seoul = NOW.astimezone(fixed(timedelta(hours=9)))
    assert insight.weeks([sunday_night], NOW)[-2] == (date(2026, 11, 16), 1)
    assert insight.weeks([sunday_night], in_seoul)[-1] == (date(2026, 11, 23), 1)
    tonight = NOW.replace(hour=20)
    assert insight.coming([tonight], NOW)[0] == (date(2026, 11, 28), 1)
    assert insight.coming([tonight], in_seoul)[1] == (date(2026, 11, 29), 1)


def test_what_waits_comes_today_and_the_far_future_is_not_shown() -> None:
    dues = [NOW - timedelta(days=9), NOW + timedelta(days=1), NOW + timedelta(days=99)]
    found = insight.coming(dues, NOW)
    assert found[:2] == [(date(2026, 11, 28), 1), (date(2026, 11, 29), 1)]
    assert sum(count for _, count in found) == 2


# --- the ladder ------------------------------------------------------------------------------------


def steps(level: str, right: int, total: int, seconds: int) -> list[Given]:
    return [
        given(f"sqs/{level}-{n}", n < right, level=level, milliseconds=1000 * seconds)
        for n in range(total)
    ]


def test_the_ladder_says_what_language_costs_once_both_ends_have_enough() -> None:
    few = insight.ladder(steps("own", 18, 20, 40) + steps("english", 10, 19, 70))
    assert few.cost is None
    assert few.missing == [("english", 1)]
    enough = insight.ladder(steps("own", 18, 20, 40) + steps("english", 30, 40, 70))
    cost = enough.cost
    assert cost is not None
    assert (cost.language, cost.knowledge, cost.seconds) == (15, 10, 30)
    assert (cost.own, cost.english) == (20, 40)
    assert cost.low < cost.language < cost.high
    assert cost.low < 0, "so few answers leave it open whether language costs anything"


def test_the_ladder_keeps_the_order_of_help_and_counts_first_answers_only() -> None:
    answers = steps("clock", 1, 2, 90) + steps("terms", 2, 2, 50)
    answers += [given("sqs/again", False, level="terms", is_first=False), given("sqs/none")]
    found = insight.ladder(answers)
    assert [(s.level, s.tally, s.seconds) for s in found.steps] == [
        ("terms", Tally(2, 2), 50),
        ("clock", Tally(1, 2), 90),
    ]


# --- the page --------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def somebody(client: Client) -> Learner:
    client.post("/en/mine/reading/", {"lesson": "sqs/visibility-timeout", "unit": "x"})
    return Learner.objects.latest("pk")


def answer_many(who: Learner, count: int, kind: str = "practice", **help: str) -> Attempt:
    """Answers to exam-grade questions; every fourth is wrong and for a reason of language."""
    items = [item for item in bank().values() if item.grade == "exam"][:count]
    at = timezone.now()
    attempt = Attempt.objects.create(
        learner=who, kind=kind, key=f"{kind}-{count}", language="ko", asked_for=help,
        content_version="v", started_at=at, started_ticks=0, started_boot="b", finished_at=at,
        finish_reason="asked", score={"right": count - count // 4, "total": count},
        questions=[{"question": i.id, "version": i.digest, "options": list(i.option_ids),
                    "first": True} for i in items],
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt, question=item.id, chosen=["x"], is_answered=True, right=n % 4 != 3,
            is_first=True, confidence=3, language="ko", milliseconds=40_000, received_at=at,
            miss="language" if n % 4 == 3 else "", key=f"tab.{n}", revision=n,
        )
        for n, item in enumerate(items)
    )  # fmt: skip
    return attempt


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_the_page_shows_everything_with_its_n(client, language) -> None:
    who = somebody(client)
    answer_many(who, 24, "exam")
    record_prediction(who, "sqs/crash-before-delete", "gate", "b", True, "sure", timezone.now())
    client.post("/en/mine/review/", {"of": "term:queue", "card": "term:queue", "do": "add"})
    answer = client.get(f"/{language}/progress/")
    panel = answer.context["panel"]
    assert (panel["readiness"].right, panel["readiness"].total) == (18, 24)
    assert dict(panel["calibration"])["sure"] == Tally(19, 25)
    assert panel["predictions"] == Tally(1, 1)
    assert panel["misses"] == [("language", 6)]
    assert panel["weeks"]["total"] == 25
    assert (panel["in_review"], panel["due"]) == (1, 1)
    html = answer.content.decode()
    assert html.count('<svg class="chart__bars"') == html.count('<details class="chart-table"')
    assert "18 / 24" in html
    assert "no-store" in answer.headers["Cache-Control"]


def test_too_few_answers_are_not_judged(client) -> None:
    answer_many(somebody(client), 19)
    html = client.get("/en/progress/").content.decode()
    assert "Too few answers to say." in html
    assert "of 100 cases" not in html


def test_nothing_yet_shows_no_empty_tables(client) -> None:
    somebody(client)
    html = client.get("/en/progress/").content.decode()
    assert "How ready" not in html
    assert client.get("/ko/progress/").status_code == 200


def test_the_ladder_stands_on_the_page_of_another_language(client) -> None:
    who = somebody(client)
    answer_many(who, 20, help="own")
    html = client.get("/ko/progress/").content.decode()
    assert "언어와 AWS 지식" in html
    assert "20개 더" in html, "English only has none yet"


def test_what_the_page_costs_does_not_grow_with_the_answers(
    client, django_assert_num_queries
) -> None:
    who = somebody(client)
    for count in (4, 24):
        answer_many(who, count)
        # learner, lessons; answers, predictions, reviews, cards, exams
        with django_assert_num_queries(7):
            client.get("/en/progress/")


def test_the_page_of_nobody_asks_no_database(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/en/progress/").status_code == 200

"""One visitor begins so many sets and exams and no more, and loses nothing by it."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from studyapp.progress.models import Learner
from studyapp.quizzes import limits
from studyapp.quizzes.models import EXAM, PRACTICE, REVIEW, Answer, Attempt
from studyapp.quizzes.recording import Beginning, TooMany, start
from tests.quizzes.samples import FORM, NOON, learner
from tests.quizzes.test_exam_pages import sit
from tests.quizzes.test_practice_pages import begin, field

pytestmark = pytest.mark.django_db
DAY_SECONDS = 24 * 3600


def fill(who: Learner, count: int, hours_ago: float = 1, kind: str = PRACTICE, at=NOON) -> None:
    began = at.wall - timedelta(hours=hours_ago)
    held = Attempt.objects.count()
    Attempt.objects.bulk_create(
        Attempt(
            learner=who, kind=kind, key=f"key-{held + n:020}", questions=[], language="en",
            content_version="v1", started_at=began, started_ticks=0, started_boot="an older run",
            finished_at=began, finish_reason="asked",
        )
        for n in range(count)
    )  # fmt: skip


def begin_one(who: Learner, kind: str = PRACTICE, key: str = "k" * 22, at=NOON) -> Attempt:
    return start(who, key, Beginning(kind, FORM, "en", "v1"), at)


@pytest.mark.parametrize("kind", [PRACTICE, EXAM])
def test_a_hundred_in_a_day_and_then_no_more_until_they_are_a_day_old(kind):
    who = learner()
    fill(who, limits.STARTED_A_DAY_MAX - 1, kind=EXAM)
    assert begin_one(who, kind).pk
    Attempt.objects.filter(finished_at=None).update(finished_at=NOON.wall)
    with pytest.raises(TooMany):
        begin_one(who, kind, "another-key-of-22-letters")
    assert Attempt.objects.count() == limits.STARTED_A_DAY_MAX
    later = NOON.later(DAY_SECONDS + 1)
    assert begin_one(who, kind, "another-key-of-22-letters", later).pk


def test_two_thousand_are_kept_and_no_more():
    who = learner()
    fill(who, limits.STARTED_MAX - 1, hours_ago=1000)
    begin_one(who)
    Attempt.objects.filter(finished_at=None).update(finished_at=NOON.wall)
    with pytest.raises(TooMany):
        begin_one(who, EXAM, "another-key-of-22-letters")
    assert Attempt.objects.count() == limits.STARTED_MAX


def test_a_start_that_is_sent_again_is_no_second_start():
    who = learner()
    fill(who, limits.STARTED_A_DAY_MAX - 1)
    assert begin_one(who).pk == begin_one(who).pk


def test_what_is_open_is_not_ended_by_a_start_that_is_refused():
    who = learner()
    fill(who, limits.STARTED_A_DAY_MAX - 1)
    held = begin_one(who)
    with pytest.raises(TooMany):
        start(
            who, "another-key-of-22-letters", Beginning(PRACTICE, FORM, "en", "v1"), NOON, held.pk
        )
    assert Attempt.objects.get(pk=held.pk).finished_at is None


def test_answers_in_review_are_counted_apart_and_others_not_at_all():
    who, other = learner(), learner("other")
    fill(who, limits.STARTED_A_DAY_MAX, kind=REVIEW)
    fill(other, limits.STARTED_A_DAY_MAX)
    assert begin_one(who).pk
    assert not limits.is_too_many(who, REVIEW, NOON.wall)
    fill(who, limits.REVIEWED_A_DAY_MAX - limits.STARTED_A_DAY_MAX, kind=REVIEW)
    assert limits.is_too_many(who, REVIEW, NOON.wall)
    assert not limits.is_too_many(other, REVIEW, NOON.wall)


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Come back tomorrow"), ("ko", "내일 다시 오거나"), ("vi", "quay lại vào ngày mai")],
)
@pytest.mark.parametrize("of", ["quizzes/", "quizzes/exam/"])
def test_the_refusal_is_429_in_plain_words_and_stores_nothing(
    client: Client, language: str, words: str, of: str
) -> None:
    base = begin(client, language) if of == "quizzes/" else sit(client, language)
    page = client.get(f"/{language}/{of}").content.decode()
    sent = {"key": field(page.replace(base, ""), "key") if 'name="key"' in page else "k" * 24}
    sent |= {"number": "5"} if of == "quizzes/" else {"size": "20"}
    before = list(Attempt.objects.values_list()), Learner.objects.count()
    with patch("studyapp.quizzes.limits.STARTED_A_DAY_MAX", 1):
        refused = client.post(f"/{language}/{of}", {**sent, "replace": base.split("/")[-2]})
    assert refused.status_code == 429
    assert words in refused.content.decode()
    assert refused.headers["Retry-After"] == str(DAY_SECONDS)
    assert (list(Attempt.objects.values_list()), Learner.objects.count()) == before
    assert Answer.objects.count() == 0

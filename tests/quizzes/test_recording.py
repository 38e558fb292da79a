"""No answer that was acknowledged is lost, whatever is repeated, overtaken, late or hostile.

One test at least for each fault that can be shown without a network: see also tests/site/test_killed_server.py.
"""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from studyapp.progress.models import Learner
from studyapp.quizzes import recording, versions
from studyapp.quizzes.items import Option
from studyapp.quizzes.models import (
    ASKED,
    EXAM,
    PRACTICE,
    REPLACED,
    TIME,
    Answer,
    Attempt,
    LateAnswer,
    QuestionVersion,
)
from studyapp.quizzes.recording import (
    Beginning,
    Closed,
    Incomplete,
    Malformed,
    StillOpen,
    Unknown,
    close_abandoned,
    close_if_over,
    finish,
    say_why_missed,
    start,
)
from tests.quizzes.samples import BANK, FORM, NOON, OTHER_TAB, TAB, answer, choice, exam, learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Learner:
    return learner()


def rows() -> list[tuple[object, ...]]:
    """Everything that is stored about answers and attempts."""
    return [
        *Attempt.objects.order_by("id").values_list(),
        *Answer.objects.order_by("id").values_list(),
        *LateAnswer.objects.order_by("id").values_list(),
    ]


# --- starting ----------------------------------------------------------------------------------------


def test_an_attempt_is_frozen_at_its_start(who):
    attempt = exam(who)
    assert [entry["question"] for entry in attempt.questions] == [item.id for item in FORM]
    assert attempt.ends_at == NOON.wall + timedelta(minutes=40)
    assert len(attempt.pk) >= 29
    assert all(
        sorted(e["options"]) == sorted(BANK[e["question"]].option_ids) for e in attempt.questions
    )


def test_starting_twice_with_one_key_is_one_attempt(who):
    assert exam(who).pk == exam(who, NOON.later(3)).pk
    assert Attempt.objects.count() == 1


def test_an_open_attempt_is_offered_and_never_silently_replaced(who):
    first = exam(who)
    beginning = Beginning(EXAM, FORM, "en", "v1", seconds=2400, pace="normal")
    with pytest.raises(StillOpen) as offered:
        start(who, "another-key-of-22-letters", beginning, NOON)
    assert offered.value.attempt.pk == first.pk
    second = start(who, "another-key-of-22-letters", beginning, NOON, replace=first.pk)
    first.refresh_from_db()
    assert first.finish_reason == REPLACED
    assert not second.is_finished


def test_practice_and_exam_do_not_stand_in_each_others_way(who):
    exam(who)
    practice = start(who, "p" * 22, Beginning(PRACTICE, FORM, "ko", "v1"), NOON)
    assert practice.ends_at is None


def test_an_exam_that_is_over_does_not_stand_in_the_way(who):
    first = exam(who)
    beginning = Beginning(EXAM, FORM, "en", "v1", seconds=2400, pace="normal")
    start(who, "another-key-of-22-letters", beginning, NOON.later(2406))
    first.refresh_from_db()
    assert (first.finish_reason, first.finished_at) == (TIME, first.ends_at)


def test_a_learner_who_was_deleted_meanwhile_starts_nothing(who):
    Learner.objects.all().delete()
    with pytest.raises(Unknown):
        start(who, "k" * 22, Beginning(PRACTICE, FORM, "en", "v1"), NOON)
    assert Attempt.objects.count() == 0


def test_who_is_forgotten_leaves_no_answer_behind(who):
    answer(who, exam(who))
    who.delete()
    assert rows() == []


@pytest.mark.parametrize("key", ["", "short", "k" * 61, "with spaces in it, really"])
def test_a_start_without_a_good_key_is_refused(who, key):
    with pytest.raises(Malformed):
        start(who, key, Beginning(PRACTICE, FORM, "en", "v1"), NOON)
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(("pace", "seconds"), [("half", 3600), ("double", 4800), ("plus30", 4200)])
def test_more_time_is_given_without_a_reason(who, pace, seconds):
    assert exam(who, pace=pace).ends_at == NOON.wall + timedelta(seconds=seconds)


def test_an_untimed_exam_never_ends_by_itself(who):
    attempt = exam(who, pace="untimed")
    saved = answer(who, attempt, at=NOON.later(1e7))
    assert saved.remaining_seconds is None
    assert close_abandoned(NOON.later(1e8), BANK) == 0


# --- answering ---------------------------------------------------------------------------------------


def test_a_reply_tells_revision_remaining_time_and_count(who):
    attempt = exam(who)
    first = answer(who, attempt, at=NOON.later(60))
    second = answer(who, attempt, "sns/two", "ab", turn=2, at=NOON.later(61))
    assert (first.attempt.revision, first.remaining_seconds, first.attempt.answered) == (1, 2340, 1)
    assert (second.attempt.revision, second.attempt.answered) == (2, 2)
    assert sorted(Answer.objects.values_list("question", flat=True)) == ["sns/two", "sqs/one"]


def test_everything_about_an_answer_is_kept(who):
    attempt = exam(who)
    sent = NOON.wall - timedelta(days=900)  # a learner's clock may be wrong by years
    answer(
        who, attempt, "sns/two", "ba", flagged=True, struck=["d"], confidence=3, language="vi",
        milliseconds=41_000, client_time=sent,
    )  # fmt: skip
    row = Answer.objects.get()
    assert (row.chosen, row.flagged, row.struck, row.confidence) == (["a", "b"], True, ["d"], 3)
    assert (row.language, row.milliseconds, row.client_time) == ("vi", 41_000, sent)
    assert row.received_at == NOON.wall
    assert row.is_first


def test_the_time_on_a_question_adds_up(who):
    attempt = exam(who)
    for turn in (1, 2, 2, 3):  # one write is repeated
        answer(who, attempt, turn=turn, milliseconds=1000)
    answer(who, attempt, turn=4, milliseconds=-5)
    assert Answer.objects.get().milliseconds == 3000


def test_an_answer_can_be_changed_and_taken_back(who):
    attempt = exam(who)
    answer(who, attempt, chosen="a", turn=1)
    answer(who, attempt, chosen="b", turn=2)
    assert Answer.objects.get().chosen == ["b"]
    saved = answer(who, attempt, chosen="", turn=3)
    assert (saved.attempt.answered, Answer.objects.get().is_answered) == (0, False)


def test_a_question_met_before_is_no_first_attempt(who):
    beginning = Beginning(PRACTICE, FORM, "en", "v1", seen={"sqs/one"})
    attempt = start(who, "p" * 22, beginning, NOON)
    answer(who, attempt, "sqs/one")
    answer(who, attempt, "mq/three", turn=2)
    assert dict(Answer.objects.values_list("question", "is_first")) == {
        "sqs/one": False,
        "mq/three": True,
    }


# --- the fault table ---------------------------------------------------------------------------------


def test_reply_lost_after_commit_the_retry_gets_the_same_reply_and_there_is_one_row(who):
    attempt = exam(who)
    first = answer(who, attempt, milliseconds=700)
    again = answer(who, attempt, milliseconds=700)
    assert again.repeated
    assert again.attempt.revision == first.attempt.revision
    assert again.answer.chosen == first.answer.chosen
    assert Answer.objects.get().milliseconds == 700


def test_a_write_that_was_overtaken_changes_nothing(who):
    attempt = exam(who)
    answer(who, attempt, chosen="b", turn=8)
    late = answer(who, attempt, chosen="a", turn=7)
    assert late.repeated
    assert Answer.objects.get().chosen == ["b"]


def test_a_retry_is_known_even_after_another_tab_wrote(who):
    attempt = exam(who)
    answer(who, attempt, chosen="a", turn=1)
    answer(who, attempt, chosen="b", turn=1, tab=OTHER_TAB)
    assert answer(who, attempt, chosen="a", turn=1).repeated
    assert Answer.objects.get().chosen == ["b"]


def test_double_submit_is_one_finish(who):
    attempt = exam(who)
    answer(who, attempt)
    first = finish(who, attempt.pk, EXAM, NOON.later(10), BANK)
    before = rows()
    again = finish(who, attempt.pk, EXAM, NOON.later(20), BANK)
    assert (first.score, first.finish_reason) == ({"right": 1, "total": 4}, ASKED)
    assert again.finished_at == first.finished_at
    assert rows() == before


def test_two_tabs_with_different_questions_are_both_saved(who):
    attempt = exam(who)
    answer(who, attempt, "sqs/one", "a")
    answer(who, attempt, "mq/three", "b", tab=OTHER_TAB)
    assert dict(Answer.objects.values_list("question", "chosen")) == {
        "sqs/one": ["a"],
        "mq/three": ["b"],
    }


def test_two_tabs_with_one_question_the_last_arrival_wins_and_the_other_tab_learns(who):
    attempt = exam(who)
    first = answer(who, attempt, chosen="a", turn=1)
    answer(who, attempt, chosen="b", turn=1, tab=OTHER_TAB)
    assert Answer.objects.get().chosen == ["b"]
    elsewhere = answer(who, attempt, "mq/three", "c", turn=2, seen=first.attempt.revision)
    assert elsewhere.changed == ("sqs/one",)
    same = answer(who, attempt, "sqs/one", "c", turn=3, seen=first.attempt.revision)
    assert same.changed == ("sqs/one",)
    assert Answer.objects.get(question="sqs/one").chosen == ["c"]


def test_a_tab_alone_never_hears_of_another(who):
    attempt = exam(who)
    seen = 0
    for turn, question in enumerate(["sqs/one", "mq/three", "sqs/one"], 1):
        saved = answer(who, attempt, question, "c", turn=turn, seen=seen)
        assert saved.changed == ()
        seen = saved.attempt.revision


def test_an_old_tab_after_the_finish_changes_nothing(who):
    attempt = exam(who)
    answer(who, attempt, chosen="a")
    finish(who, attempt.pk, EXAM, NOON.later(5), BANK)
    before = rows()
    with pytest.raises(Closed) as refusal:
        answer(who, attempt, chosen="b", turn=2, at=NOON.later(6))
    assert refusal.value.attempt.pk == attempt.pk
    assert not refusal.value.late
    assert rows() == before


def test_another_learners_attempt_looks_like_no_attempt(who):
    attempt = exam(who)
    before = rows()
    stranger = learner("stranger")
    for id in (attempt.pk, "no-such-attempt", "", "x" * 500):
        for person in (stranger, None):
            with pytest.raises(Unknown):
                answer(person, id)
            with pytest.raises(Unknown):
                finish(person, id, EXAM, NOON, BANK)
    with pytest.raises(Unknown):
        recording.find(who, attempt.pk, PRACTICE)
    assert rows() == before


@pytest.mark.parametrize(
    "given",
    [
        {"chosen": ["z"]},
        {"chosen": ["a", "b"]},
        {"chosen": [f"option-{n}" for n in range(400)]},
        {"struck": ["z"]},
        {"struck": ["a"] * 400},
        {"confidence": 4},
        {"confidence": -1},
        {"key": "no-turn"},
        {"key": "tab-aaaaaaaa.1x"},
        {"key": "tab-aaaaaaaa.²"},
        {"key": "t.1"},
        {"key": "a" * 400 + ".1"},
    ],
)
def test_what_no_page_sends_is_refused_and_stores_nothing(who, given):
    attempt = exam(who)
    before = rows()
    write = replace(recording.Write(f"{TAB}.1", ["a"]), **given)
    with pytest.raises(Malformed):
        recording.save(who, attempt.pk, EXAM, 1, lambda item: write, NOON, BANK)
    assert rows() == before


@pytest.mark.parametrize("number", [0, -1, 5, 10**30])
def test_a_place_outside_the_attempt_does_not_exist(who, number):
    attempt = exam(who)
    before = rows()
    write = recording.Write(f"{TAB}.1", ["a"])
    with pytest.raises(Unknown):
        recording.save(who, attempt.pk, EXAM, number, lambda item: write, NOON, BANK)
    assert rows() == before


def test_a_key_of_another_question_is_refused(who):
    attempt = exam(who)
    answer(who, attempt, "sqs/one", turn=1)
    before = rows()
    with pytest.raises(Malformed):
        answer(who, attempt, "mq/three", turn=1)
    assert rows() == before


@pytest.mark.parametrize("hours", [3, -3])
def test_setting_the_servers_clock_closes_nothing_and_moves_nothing(who, hours, caplog):
    attempt = exam(who)
    at = NOON.later(600)
    with caplog.at_level(logging.WARNING):
        moved = replace(at, wall=at.wall + timedelta(hours=hours))
        saved = answer(who, attempt, at=moved)
    assert saved.remaining_seconds == 1800
    assert not close_if_over(saved.attempt, moved, BANK).is_finished
    assert "wall clock was set" in caplog.text
    assert attempt.pk not in caplog.text


def test_after_a_restart_of_the_server_everything_goes_on(who):
    attempt = exam(who)
    answer(who, attempt, chosen="a")
    again = replace(NOON.later(900), ticks_seconds=3.0, boot="next run")
    saved = answer(who, attempt, "mq/three", "b", turn=2, at=again)
    assert (saved.remaining_seconds, saved.attempt.answered) == (1500, 2)


def test_content_changed_during_the_attempt_the_attempt_keeps_its_version(who):
    attempt = exam(who)
    flipped = replace(
        FORM[0],
        options=tuple(Option(o.id, o.text, right=o.id == "d", why=o.why) for o in FORM[0].options),
    )
    new_bank = {**BANK, flipped.id: flipped}
    kept = versions.items_of(attempt, new_bank)["sqs/one"]
    assert kept == FORM[0]
    recording.save(
        who, attempt.pk, EXAM, 1, lambda item: recording.Write(f"{TAB}.1", ["a"]), NOON, new_bank
    )
    assert finish(who, attempt.pk, EXAM, NOON, new_bank).score == {"right": 1, "total": 4}


def test_a_question_that_left_the_course_can_still_be_answered(who):
    attempt = exam(who)
    recording.save(
        who, attempt.pk, EXAM, 1, lambda item: recording.Write(f"{TAB}.1", ["a"]), NOON, {}
    )
    assert finish(who, attempt.pk, EXAM, NOON, {}).score == {"right": 1, "total": 4}


def test_a_version_is_kept_once_for_all_learners(who):
    exam(who)
    exam(learner("another"))
    assert QuestionVersion.objects.count() == len(FORM)


# --- time --------------------------------------------------------------------------------------------


def test_an_answer_within_the_grace_counts_and_one_after_it_is_listed_as_late(who):
    attempt = exam(who)
    assert answer(who, attempt, chosen="a", at=NOON.later(2404)).attempt.answered == 1
    with pytest.raises(Closed) as refusal:
        answer(who, attempt, "mq/three", "a", turn=2, at=NOON.later(2406))
    assert refusal.value.late
    closed = Attempt.objects.get()
    assert (closed.finish_reason, closed.score) == (TIME, {"right": 1, "total": 4})
    assert [(late.question, late.chosen) for late in LateAnswer.objects.all()] == [
        ("mq/three", ["a"])
    ]


def test_a_late_answer_that_says_nothing_new_is_not_listed(who):
    attempt = exam(who)
    answer(who, attempt, chosen="a")
    for turn, chosen in ((2, "a"), (3, "")):
        with pytest.raises(Closed) as refusal:
            answer(who, attempt, chosen=chosen, turn=turn, at=NOON.later(2500))
        assert not refusal.value.late
    assert LateAnswer.objects.count() == 0


def test_late_answers_end_too(who):
    attempt = exam(who)
    close_if_over(attempt, NOON.later(3000), BANK)
    with pytest.raises(Closed) as refusal:
        answer(who, attempt, at=NOON.later(2400 + 86_401))
    assert not refusal.value.late
    assert LateAnswer.objects.count() == 0


def test_what_arrived_in_time_counts_although_it_was_processed_after_the_close(who):
    attempt = exam(who)
    close_if_over(attempt, NOON.later(2406), BANK)
    answer(who, attempt, chosen="a", at=NOON.later(2399))
    closed = Attempt.objects.get()
    assert (closed.score, closed.answered) == ({"right": 1, "total": 4}, 1)
    assert closed.finish_reason == TIME


def test_abandoned_exams_are_closed_with_what_is_stored(who):
    attempt = exam(who)
    answer(who, attempt, chosen="a")
    assert close_abandoned(NOON.later(2404), BANK) == 0
    assert close_abandoned(NOON.later(2406), BANK) == 1
    attempt.refresh_from_db()
    assert (attempt.finished_at, attempt.score) == (attempt.ends_at, {"right": 1, "total": 4})


# --- practice ----------------------------------------------------------------------------------------


@pytest.fixture
def practice(who) -> Attempt:
    return start(who, "p" * 22, Beginning(PRACTICE, FORM, "en", "v1"), NOON)


def test_a_checked_answer_is_graded_and_cannot_be_changed(who, practice):
    saved = answer(who, practice, chosen="b", confidence=3, check=True)
    assert (saved.answer.right, saved.answer.checked_at) == (False, NOON.wall)
    with pytest.raises(Closed):
        answer(who, practice, chosen="a", turn=2)
    row = Answer.objects.get()
    assert (row.chosen, row.right) == (["b"], False)


def test_after_checking_a_flag_can_be_set_and_confidence_is_what_it_was(who, practice):
    answer(who, practice, chosen="b", confidence=3, check=True, milliseconds=900)
    answer(who, practice, chosen="b", turn=2, flagged=True, confidence=1, milliseconds=900)
    row = Answer.objects.get()
    assert (row.flagged, row.confidence, row.milliseconds, row.right) == (True, 3, 900, False)


def test_an_incomplete_answer_is_kept_and_not_checked(who, practice):
    with pytest.raises(Incomplete):
        answer(who, practice, "sns/two", "a", check=True)
    row = Answer.objects.get()
    assert (row.chosen, row.checked_at, row.right) == (["a"], None, None)
    assert answer(who, practice, "sns/two", "ab", turn=2, check=True).answer.right is True


def test_why_it_was_missed_is_kept_and_can_be_taken_back(who, practice):
    answer(who, practice, chosen="b", check=True)
    for miss in ("language", "fell", ""):
        say_why_missed(who, practice.pk, PRACTICE, 1, miss)
        assert Answer.objects.get().miss == miss


def test_a_reason_for_what_was_not_checked_or_does_not_exist_is_refused(who, practice):
    answer(who, practice, chosen="b")
    for number, miss in ((1, "fell"), (3, "fell"), (1, "bored")):
        with pytest.raises(Malformed):
            say_why_missed(who, practice.pk, PRACTICE, number, miss)
    with pytest.raises(Unknown):
        say_why_missed(learner("stranger"), practice.pk, PRACTICE, 1, "fell")
    assert Answer.objects.get().miss == ""


# --- what it costs, and what happens when something breaks in between ---------------------------------


def test_saving_an_answer_takes_four_statements(who, django_assert_num_queries):
    attempt = exam(who)
    for turn in (1, 2):
        # the attempt, its answer, the answer written, the attempt counted on; and two for the test's savepoint
        with django_assert_num_queries(6):
            answer(who, attempt, turn=turn, seen=turn)


def test_a_fault_between_two_writes_leaves_nothing_behind(who, monkeypatch):
    attempt = exam(who)
    before = rows()

    def broken(*args, **kwargs):
        raise OSError("no space")

    monkeypatch.setattr(recording, "_count_on", broken)
    with pytest.raises(OSError, match="no space"), transaction.atomic():
        answer(who, attempt)
    assert rows() == before


def test_many_tabs_do_not_grow_a_row_without_end(who):
    attempt = exam(who)
    for n in range(40):
        answer(who, attempt, tab=f"tab-{n:08}", turn=1)
    row = Answer.objects.get()
    assert len(row.keys) == 16
    assert f"tab-{39:08}" in row.keys


def test_generated_questions_are_found_by_their_version(who):
    drawn = choice("sqs/family@7")
    attempt = start(who, "p" * 22, Beginning(PRACTICE, [drawn], "en", "v1"), NOON)
    assert versions.items_of(attempt, {})["sqs/family@7"] == drawn

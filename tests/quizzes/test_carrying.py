"""Answers and cards travel in the learner's file, come back, and can be taken out again."""

import copy
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from studyapp.progress import carrying
from studyapp.progress.models import CardMemory, ExamPlan, Learner, Review
from studyapp.quizzes.bank import bank
from studyapp.quizzes.models import Answer, Attempt, ProblemReport
from studyapp.quizzes.recording import Beginning, Instant, Write, finish, save, start
from tests.quizzes.samples import NOON

pytestmark = pytest.mark.django_db
ITEMS = [item for item in bank().values() if item.form == "single"][:4]
IMPORT = "/en/progress/import/"


def learner_of(client: Client) -> Learner:
    client.post("/en/mine/reading/", {"lesson": "sqs/visibility-timeout", "unit": "x"})
    return Learner.objects.latest("pk")


def practise(
    who: Learner, key: str = "k" * 20, is_open: bool = False, at: Instant = NOON
) -> Attempt:
    attempt = start(
        who, key, Beginning("practice", ITEMS, "ko", "v1", asked_for={"help": "own"}), at
    )
    for number, item in enumerate(ITEMS[:3], 1):
        chosen = [o.id for o in item.options if o.right == (number != 2)][: item.choose]
        write = Write(
            f"tab-aaaaaaaa.{number}", chosen, confidence=number, language="ko",
            milliseconds=1000 * number, check=True,
        )  # fmt: skip
        save(who, attempt.pk, "practice", number, lambda _, w=write: w, at, bank())
    return attempt if is_open else finish(who, attempt.pk, "practice", at, bank())


def file_of(client: Client) -> dict:
    return json.loads(client.get("/en/progress/export/").content)


def add(client: Client, text: str, step: str = "confirm"):
    return client.post(IMPORT, {"text": text, "step": step})


@pytest.fixture
def full(client: Client) -> dict:
    """The file of somebody with answers, cards and a plan."""
    who = learner_of(client)
    practise(who)
    client.post("/en/mine/review/", {"of": "term:queue", "card": "term:queue", "do": "add"})
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    client.post("/en/quizzes/review/plan/", {"exam_on": day, "topic": "mq", "do": "accept"})
    return file_of(client)


def facts(who: Learner) -> list[object]:
    """Everything that must arrive, without the ids of rows."""
    return [
        list(Answer.objects.filter(attempt__learner=who).order_by("question").values_list(
            "question", "chosen", "right", "confidence", "milliseconds", "language", "is_first")),
        [entry for a in who.attempts.order_by("key") for entry in a.questions],
        list(who.memories.order_by("card").values_list("card", "state", "stability", "due", "reviews")),
        list(who.reviews.order_by("key").values_list("key", "card", "known", "place")),
        ExamPlan.objects.get(learner=who).exam_on,
    ]  # fmt: skip


def test_answers_cards_and_the_plan_arrive_whole(client, full) -> None:
    other = Client()
    shown = other.post(IMPORT, {"text": json.dumps(full)})
    assert (shown.context["answers"], shown.context["cards"]) == (3, len(full["memories"]))
    done = add(other, json.dumps(full))
    assert done.context["answers"] == 3
    first, second = Learner.objects.order_by("pk")
    assert facts(second) == facts(first)
    assert file_of(other) == full
    assert set(first.attempts.values_list("pk")) & set(second.attempts.values_list("pk")) == set()


def test_adding_a_file_again_changes_nothing(client, full) -> None:
    done = add(client, json.dumps(full))
    assert (done.context["answers"], done.context["cards"], done.context["changed"]) == (0, 0, 0)
    assert Attempt.objects.count() == 1
    assert file_of(client) == full


def test_the_later_answer_to_a_card_holds(client, full) -> None:
    other = Client()
    add(other, json.dumps(full))
    missed = next(row for row in full["memories"] if "reviewed_at" in row)
    older = copy.deepcopy(full)
    for row in older["memories"]:
        if row["card"] == missed["card"]:
            row.update(reviewed_at="2026-01-01T00:00:00Z", due="2026-01-02T00:00:00Z")
    add(other, json.dumps(older))
    assert file_of(other)["memories"] == full["memories"]


def test_undoing_takes_out_what_came_and_nothing_else(client, full) -> None:
    other = Client()
    mine = learner_of(other)
    own = practise(mine, "own" * 8)
    client_before = facts_without_plan(mine)
    before = file_of(other)
    done = add(other, json.dumps(full))
    assert mine.attempts.count() == 2
    add(other, done.context["before"], step="undo")
    assert mine.attempts.get().pk == own.pk, "attempts of this place keep their address"
    assert facts_without_plan(mine) == client_before
    assert file_of(other) == before


def facts_without_plan(who: Learner) -> list[object]:
    return [list(Answer.objects.filter(attempt__learner=who).values()), list(who.reviews.values())]


def test_open_attempts_stay_and_go_with_a_code(client) -> None:
    who = learner_of(client)
    attempt = practise(who, is_open=True)
    assert "attempts" not in file_of(client)["parts"]["quizzes"]
    other = Client()
    learner_of(other)
    code = other.post("/en/progress/code/").context["code"]
    client.post("/en/progress/recover/", {"code": code})
    assert client.get(f"/en/quizzes/practice/{attempt.pk}/result/").status_code == 200
    assert other.get(f"/en/quizzes/practice/{attempt.pk}/result/").status_code == 200


def test_an_undo_leaves_an_open_attempt_alone(client, full) -> None:
    other = Client()
    attempt = practise(learner_of(other), "open" * 5, is_open=True)
    done = add(other, json.dumps(full))
    add(other, done.context["before"], step="undo")
    assert Attempt.objects.get(pk=attempt.pk).answered == 3


def test_questions_that_this_place_never_asked_are_left_out(client, full) -> None:
    strange = copy.deepcopy(full)
    strange["parts"]["quizzes"]["versions"][0]["digest"] = "0" * 32
    other = Client()
    done = add(other, json.dumps(strange))
    assert done.status_code == 200
    assert done.context["answers"] == 0
    assert Attempt.objects.count() == 1
    assert done.context["left_out"] == {"unknown": 1}


LEFT_OUT = {
    "en": "1 set of questions was left out: this server never asked",
    "ko": "문제 풀이 1회분은 가져오지 못했어요. 이 서버에서",
    "vi": "1 bộ câu hỏi không được đưa vào vì máy chủ này",
}


@pytest.mark.parametrize("language", LEFT_OUT)
def test_the_page_says_what_was_left_out(client, full, language) -> None:
    strange = copy.deepcopy(full)
    strange["parts"]["quizzes"]["versions"][0]["digest"] = "0" * 32
    address = f"/{language}/progress/import/"
    sent = {"text": json.dumps(strange), "step": "confirm"}
    assert LEFT_OUT[language] in Client().post(address, sent).content.decode()
    whole = {"text": json.dumps(full), "step": "confirm"}
    assert LEFT_OUT[language][:8] not in Client().post(address, whole).content.decode()
    mine = client.post(address, sent)
    assert mine.context["left_out"] == {}, "what is here already is not missing"


def test_a_file_says_how_many_sets_found_no_room(client, full, monkeypatch) -> None:
    monkeypatch.setattr("studyapp.quizzes.carrying.ATTEMPTS_MAX", 0)
    done = add(Client(), json.dumps(full))
    assert done.context["left_out"] == {"full": 1}
    assert "1 set of questions was left out: there is no room for more." in done.content.decode()


def test_a_report_stands_in_the_file_and_is_not_sent_again(client, full) -> None:
    id = Attempt.objects.get().pk
    sent = {"in": "ko", "problem": "reason", "text": "두 번째 이유"}
    assert client.post(f"/ko/quizzes/problem/{id}/2/", sent).status_code == 302
    file = file_of(client)
    [given] = file["parts"]["quizzes"]["reports"]
    row = Answer.objects.get(question=ITEMS[1].id)
    assert (given["question"], given["chosen"]) == (ITEMS[1].id, row.chosen)
    assert (given["kind"], given["text"], given["language"]) == ("reason", "두 번째 이유", "ko")
    other = Client()
    assert add(other, json.dumps(file)).status_code == 200
    assert ProblemReport.objects.count() == 1
    assert "reports" not in file_of(other)["parts"]["quizzes"]


def test_a_file_cannot_say_what_is_right(client, full) -> None:
    forged = copy.deepcopy(full)
    answers = forged["parts"]["quizzes"]["attempts"][0]["answers"]
    wrong = Answer.objects.get(right=False)
    answers[1]["chosen"] = wrong.chosen
    other = Client()
    add(other, json.dumps(forged))
    mine = Learner.objects.latest("pk")
    assert Answer.objects.get(attempt__learner=mine, question=wrong.question).right is False
    assert mine.attempts.get().score == {"right": 2, "total": 4}


def attempt_of(file: dict) -> dict:
    return file["parts"]["quizzes"]["attempts"][0]


HOSTILE = {
    "unknown part": lambda f: f["parts"].update(spy={}),
    "part is text": lambda f: f["parts"].update(quizzes="x"),
    "version out of range": lambda f: attempt_of(f)["questions"].append([999, [0], True]),
    "same question twice": lambda f: attempt_of(f)["questions"].append(attempt_of(f)["questions"][0]),
    "other options": lambda f: attempt_of(f)["questions"][0].__setitem__(1, [0, 0]),
    "answer to nothing": lambda f: attempt_of(f)["answers"][0].update(n=99),
    "answered twice": lambda f: attempt_of(f)["answers"].append(attempt_of(f)["answers"][0]),
    "no moment": lambda f: attempt_of(f).update(finished_at="soon"),
    "another age": lambda f: attempt_of(f).update(finished_at="9999-01-01T00:00:00Z"),
    "kind": lambda f: attempt_of(f).update(kind="cheat"),
    "report": lambda f: f["parts"]["quizzes"].update(reports=[{"question": "x"}]),
    "extra": lambda f: attempt_of(f).update(score=100),
    "key": lambda f: attempt_of(f).update(key="<script>"),
    "card": lambda f: f["memories"][0].update(card="virus:x"),
    "stability": lambda f: f["memories"][0].update(stability=0),
    "not a number": lambda f: f["memories"][0].update(difficulty=1e400),
    "learned and not": lambda f: f["memories"][0].update(state=2, step=None, stability=None),
    "no step": lambda f: f["memories"][0].update(state=1, step=None),
    "due in another age": lambda f: f["memories"][0].update(due="2999-01-01T00:00:00Z"),
    "review": lambda f: f["reviews"][0].update(place="nowhere"),
    "plan": lambda f: f["plan"].update(exam_on="tomorrow"),
}  # fmt: skip


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_a_spoilt_file_is_refused_and_changes_nothing(client, full, spoil) -> None:
    spoilt = copy.deepcopy(full)
    spoil(spoilt)
    other = Client()
    learner_of(other)
    before = file_of(other)
    answer = add(other, json.dumps(spoilt))
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()
    assert file_of(other) == before


def test_answers_that_a_question_does_not_allow_are_left_out(client, full) -> None:
    odd = copy.deepcopy(full)
    attempt_of(odd)["answers"][0]["chosen"] = ["no-such-option"]
    done = add(Client(), json.dumps(odd))
    assert done.context["answers"] == 2
    assert done.context["left_out"] == {"unfit": 1}
    assert "1 answer was left out: its question cannot be" in done.content.decode()


def test_cards_of_a_file_can_be_reviewed_whatever_they_say(client, full) -> None:
    """What passes the check must not break the reckoning: the ends of every scale are tried."""
    ends = copy.deepcopy(full)
    ends["reviews"], ends["memories"] = [], [
        {"card": "term:queue", "state": 2, "stability": stability, "difficulty": difficulty,
         "due": "2000-01-01T00:00:00Z", "reviewed_at": reviewed_at, "added_at": "2000-01-01T00:00:00Z"}
        for stability, difficulty, reviewed_at in ((0.001, 1.0, "2000-01-01T00:00:00Z"),)
    ]  # fmt: skip
    for stability, difficulty, at in (
        (0.001, 1.0, "2000-01-01T00:00:00Z"),
        (1_000_000.0, 10.0, "2199-12-31T23:59:59Z"),
        (0.001, 10.0, "2199-12-31T23:59:59Z"),
    ):
        ends["memories"][0].update(stability=stability, difficulty=difficulty, reviewed_at=at)
        other = Client()
        assert add(other, json.dumps(ends)).status_code == 200
        page = other.get("/en/quizzes/review/")
        assert page.status_code == 200
        row = CardMemory.objects.latest("pk")
        sent = {"card": "term:queue", "seen": "0", "key": "tab-aaaaaaaa.1", "outcome": "knew"}
        assert other.post("/en/quizzes/review/", sent).status_code == 302
        assert CardMemory.objects.get(pk=row.pk).reviews == 1


def test_many_answers_fit_into_a_file(client, monkeypatch) -> None:
    who = learner_of(client)
    model = practise(who)
    rows = list(model.answers.all())
    attempts, answers = [], []
    for n in range(1000):
        attempt = copy.copy(model)
        attempt.pk, attempt.key = f"attempt-{n}", f"{n:020}"
        attempts.append(attempt)
        for row in rows:
            twin = copy.copy(row)
            twin.pk, twin.attempt = None, attempt
            answers.append(twin)
    Attempt.objects.bulk_create(attempts)
    Answer.objects.bulk_create(answers)
    text = client.get("/en/progress/export/").content.decode()
    assert len(carrying.read(text).parts["quizzes"]) == 3003
    assert len(text) < 0.7 * carrying.FILE_SIZE_MAX_BYTES


def test_too_many_answers_leave_the_oldest_out(client, monkeypatch) -> None:
    who = learner_of(client)
    practise(who)
    later = practise(who, "later" * 4, at=NOON.later(3600))
    monkeypatch.setattr("studyapp.quizzes.carrying.ANSWERS_MAX", 4)
    held = file_of(client)["parts"]["quizzes"]["attempts"]
    assert [attempt["key"] for attempt in held] == [later.key]


def test_forgetting_deletes_every_row(client, full) -> None:
    client.post("/en/progress/forget/", {"word": "forget"})
    for model in (Learner, Attempt, Answer, CardMemory, Review, ExamPlan):
        assert model.objects.count() == 0, model

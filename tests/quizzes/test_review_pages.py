"""Review as plain forms, with the course's own questions, prompts and terms."""

import re
from collections.abc import Iterator
from datetime import timedelta
from datetime import timezone as fixed
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from studyapp.pages.course import course
from studyapp.progress.models import CardMemory, ExamPlan, Learner, Review
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import cards, item_of_card
from studyapp.quizzes.clock import Instant
from studyapp.quizzes.models import Answer, Attempt
from tests.quizzes.test_practice_pages import field, right_of

pytestmark = pytest.mark.django_db

OBJECTIVE = "objective:sqs.visibility-timeout"
LESSON = "sqs/visibility-timeout"
TERM = "term:visibility-timeout"
REVIEW = "/en/quizzes/review/"
ADD = "/en/mine/review/"


def recall() -> str:
    return next(key for key in cards() if key.startswith(f"recall:{LESSON}#"))


def put_in(client: Client, *keys: str) -> None:
    for key in keys:
        of = key if key.startswith("term:") else LESSON
        answer = client.post(ADD, {"of": of, "card": key, "do": "add"})
        assert answer.status_code == 302


@pytest.fixture
def later() -> Iterator[list[timedelta]]:
    """Moves the clock of the pages: later[0] is how far it is ahead."""
    ahead = [timedelta(0)]

    def moved() -> Instant:
        return Instant(timezone.now() + ahead[0], ahead[0].total_seconds(), "this run")

    with (
        patch("studyapp.quizzes.review.now", moved),
        patch("studyapp.quizzes.review_cards.now", moved),
    ):
        yield ahead


def fields_of(page: str) -> dict[str, str]:
    names = ("key", "seen", "language", "card", "item", "version")
    return {name: field(page, name) for name in names}


def answer_card(client: Client, correct: bool = True, **more: object):
    """Answer the objective that stands on the page."""
    sent = fields_of(client.get(REVIEW).content.decode())
    item = item_of_card(cards()[sent["card"]], sent["item"])
    assert item is not None
    given = right_of(item)
    if not correct:
        wrong = [option.id for option in item.options if not option.right][: item.choose]
        given = {"option": wrong} if item.kind == "choice" else right_of(item)
    return client.post(REVIEW, {**sent, "do": "check", **given, **more})


def test_looking_makes_no_learner_and_asks_no_database(client, django_assert_num_queries) -> None:
    for address in (REVIEW, f"{REVIEW}plan/", f"{ADD}?of={LESSON}", f"{ADD}?of={TERM}"):
        with django_assert_num_queries(0):
            answer = client.get(address)
        assert answer.status_code == 200
        assert "learner" not in answer.cookies
    assert Learner.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_lesson_offers_its_objectives_prompts_and_terms(client, language) -> None:
    page = client.get(f"/{language}/mine/review/?of={LESSON}").content.decode()
    assert f'value="{OBJECTIVE}"' in page
    assert f'value="{recall()}"' in page
    assert 'value="term:' in page


def test_cards_are_added_and_taken_out(client) -> None:
    put_in(client, OBJECTIVE, recall(), TERM)
    assert set(CardMemory.objects.values_list("card", flat=True)) == {OBJECTIVE, recall(), TERM}
    page = client.get(f"{ADD}?of={LESSON}").content.decode()
    assert page.index("In review") < page.index(f'value="{OBJECTIVE}"')
    client.post(ADD, {"of": LESSON, "card": [OBJECTIVE], "do": "remove"})
    assert CardMemory.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"of": LESSON, "card": "term:queue-of-another", "do": "add"}, 400),
        ({"of": LESSON, "card": "objective:sns.fan-out", "do": "add"}, 400),
        ({"of": LESSON, "card": OBJECTIVE, "do": "burn"}, 400),
        ({"of": "no/such", "card": OBJECTIVE, "do": "add"}, 404),
        ({"of": "term:none", "do": "add"}, 404),
        ({"do": "add"}, 404),
    ],
)
def test_cards_that_a_page_does_not_offer_are_refused(client, fields, status) -> None:
    assert client.post(ADD, fields).status_code == status
    assert Learner.objects.count() == 0


def test_adding_nothing_makes_no_learner(client) -> None:
    assert client.post(ADD, {"of": LESSON, "do": "add"}).status_code == 302
    assert Learner.objects.count() == 0


def test_an_objective_is_asked_with_another_question_each_time(client, later) -> None:
    put_in(client, OBJECTIVE)
    asked = []
    for _ in range(6):
        asked.append(fields_of(client.get(REVIEW).content.decode())["item"])
        assert answer_card(client).status_code == 302
        later[0] += timedelta(days=400)
    assert len(set(asked)) == 6
    assert any("~" in id for id in asked), "drawn questions take part"
    assert {bank()[id].objective for id in asked if "~" not in id} == {"sqs.visibility-timeout"}


def test_exam_questions_are_left_to_exams_while_there_are_others(client, later) -> None:
    put_in(client, OBJECTIVE)
    for _ in range(4):
        id = fields_of(client.get(REVIEW).content.decode())["item"]
        assert "~" in id or bank()[id].grade != "exam"
        answer_card(client)
        later[0] += timedelta(days=400)


def test_looking_at_a_card_twice_shows_the_same_question(client) -> None:
    put_in(client, OBJECTIVE)
    seen = {fields_of(client.get(REVIEW).content.decode())["item"] for _ in range(3)}
    assert len(seen) == 1
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    ("correct", "confidence", "known"),
    [(True, "sure", True), (True, "", True), (True, "guess", False), (False, "sure", False)],
)
def test_right_is_known_wrong_is_not_and_neither_is_a_guess(
    client, correct, confidence, known
) -> None:
    put_in(client, OBJECTIVE)
    answer = answer_card(client, correct, confidence=confidence)
    page = client.get(answer.headers["Location"]).content.decode()
    assert Review.objects.get().known is known
    row = Answer.objects.get()
    assert (row.right, row.checked_at is not None, row.is_first) == (correct, True, True)
    assert Attempt.objects.get().is_finished
    wait = CardMemory.objects.get().due - timezone.now()
    assert (wait > timedelta(hours=20)) is known
    assert ("A guess counts as not known" in page) is (correct and not known)
    assert "Comes back in" in page or "comes back in" in page
    assert "Read the sentence behind it" in page


def test_sending_the_same_answer_twice_counts_once(client) -> None:
    put_in(client, OBJECTIVE)
    sent = fields_of(client.get(REVIEW).content.decode())
    item = item_of_card(cards()[OBJECTIVE], sent["item"])
    body = {**sent, "do": "check", **right_of(item)}
    first, again = client.post(REVIEW, body), client.post(REVIEW, body)
    assert first.headers["Location"] == again.headers["Location"]
    assert (Review.objects.count(), Attempt.objects.count(), Answer.objects.count()) == (1, 1, 1)


def test_a_page_of_another_tab_changes_nothing(client) -> None:
    put_in(client, OBJECTIVE)
    old = fields_of(client.get(REVIEW).content.decode())
    answer_card(client)
    before = CardMemory.objects.values().get()
    item = item_of_card(cards()[OBJECTIVE], old["item"])
    refused = client.post(REVIEW, {**old, "do": "check", **right_of(item)})
    assert refused.status_code == 409
    assert "Back to review" in refused.content.decode()
    assert CardMemory.objects.values().get() == before
    assert Answer.objects.count() == 1


def test_a_question_that_changed_in_between_is_asked_again(client) -> None:
    put_in(client, OBJECTIVE)
    sent = fields_of(client.get(REVIEW).content.decode())
    item = item_of_card(cards()[OBJECTIVE], sent["item"])
    body = {**sent, "version": "0" * 32, "do": "check", **right_of(item)}
    assert client.post(REVIEW, body).status_code == 409
    assert Review.objects.count() == 0


def test_too_little_chosen_is_kept_and_asked_for(client) -> None:
    put_in(client, OBJECTIVE)
    answer = answer_card(client, option=[])
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert (Review.objects.count(), Attempt.objects.count()) == (0, 0)


def test_too_much_chosen_is_shown_again(client) -> None:
    item = next(item for item in bank().values() if item.form == "multiple" and item.choose == 2)
    put_in(client, OBJECTIVE)
    CardMemory.objects.update(card=f"objective:{item.objective}")
    sent = fields_of(client.get(REVIEW).content.decode())
    three = list(item.option_ids[:3])
    body = {**sent, "item": item.id, "version": item.digest, "do": "check", "option": three}
    answer = client.post(REVIEW, body)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "This question wants 2 options" in page
    assert sorted(re.findall(r'value="([^"]+)" checked', page)) == sorted(three)
    assert (Review.objects.count(), Attempt.objects.count()) == (0, 0)


def test_another_language_and_struck_options_keep_the_page_and_its_order(client) -> None:
    put_in(client, OBJECTIVE)
    page = client.get(REVIEW).content.decode()
    sent = fields_of(page)
    option = re.search(r'name="option" value="([^"]+)"', page)[1]
    korean = client.post(REVIEW, {**sent, "option": option, "in": "ko"}).content.decode()
    assert 'name="language" value="ko"' in korean
    assert f'value="{option}" checked' in korean
    order = re.compile(r'name="option" value="([^"]+)"')
    assert order.findall(korean) == order.findall(page)
    struck = client.post(REVIEW, {**sent, "strike": option}).content.decode()
    assert f'name="struck" value="{option}"' in struck
    assert Review.objects.count() == 0


def prompt_fields(page: str) -> dict[str, str]:
    return {name: field(page, name) for name in ("key", "seen", "card")}


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_prompt_and_a_term_are_answered_by_saying_so(client, language) -> None:
    put_in(client, recall(), TERM)
    address = f"/{language}/quizzes/review/"
    for outcome in ("knew", "not"):
        page = client.get(address).content.decode()
        sent = prompt_fields(page)
        card = cards()[sent["card"]]
        assert course().inline[language].plain(card.back[0][language])[:15] in page
        assert client.post(address, {**sent, "outcome": outcome}).status_code == 302
    assert sorted(Review.objects.values_list("known", flat=True)) == [False, True]
    assert Answer.objects.count() == 0
    assert (
        "<details" not in client.get(address).content.decode().split("<main")[1].split("</main")[0]
    )


def test_the_end_says_when_the_next_card_comes(client) -> None:
    put_in(client, TERM)
    sent = prompt_fields(client.get(REVIEW).content.decode())
    client.post(REVIEW, {**sent, "outcome": "not"})
    page = client.get(REVIEW).content.decode()
    assert "Done for now. The next card comes in 10 minutes." in page
    assert "1 card today, 0 of them known." in page


@pytest.mark.parametrize(("minutes", "done"), [(-1, 0), (0, 1)])
def test_today_begins_where_the_reader_lives(client, minutes, done) -> None:
    put_in(client, TERM, recall())
    client.post(
        "/ko/quizzes/review/",
        {**prompt_fields(client.get(REVIEW).content.decode()), "outcome": "not"},
    )
    seoul = timezone.localtime(timezone.now(), fixed(timedelta(hours=9)))
    begin = seoul.replace(hour=0, minute=0, second=0, microsecond=0)
    Review.objects.update(reviewed_at=begin + timedelta(minutes=minutes))
    assert client.get("/ko/quizzes/review/").context["done"] == done


def test_undo_asks_the_same_card_again(client) -> None:
    put_in(client, TERM)
    before = CardMemory.objects.values().get()
    sent = prompt_fields(client.get(REVIEW).content.decode())
    client.post(REVIEW, {**sent, "outcome": "not"})
    review = re.search(r'name="review" value="(\d+)"', client.get(REVIEW).content.decode())[1]
    assert client.post(f"{REVIEW}undo/", {"review": review}).status_code == 302
    assert CardMemory.objects.values().get() == before
    assert f'value="{TERM}"' in client.get(REVIEW).content.decode()
    assert client.post(f"{REVIEW}undo/", {"review": review}).status_code == 409


def test_an_answer_that_was_taken_back_says_so_and_stays_an_answer(client) -> None:
    put_in(client, OBJECTIVE)
    where = answer_card(client).headers["Location"]
    client.post(f"{REVIEW}undo/", {"review": str(Review.objects.get().pk)})
    assert "This answer was taken back" in client.get(where).content.decode()
    assert Answer.objects.count() == 1


def test_services_alternate(client) -> None:
    put_in(client, OBJECTIVE, recall())
    client.post(ADD, {"of": "term:topic", "card": "term:topic", "do": "add"})
    CardMemory.objects.filter(card="term:topic").update(due=timezone.now())
    answer_card(client)
    assert field(client.get(REVIEW).content.decode(), "card") == "term:topic"


def test_cards_that_left_the_course_wait_and_do_no_harm(client) -> None:
    put_in(client, TERM)
    CardMemory.objects.update(card="term:gone")
    assert client.get(REVIEW).status_code == 200
    assert "Nothing is in review yet" in client.get(REVIEW).content.decode()


HOSTILE = [
    {"card": "objective:none"},
    {"card": ""},
    {"item": "sqs/none"},
    {"item": "x" * 500},
    {"item": "sns/copies~3"},
    {"item": "sqs/received-how-often~999"},
    {"seen": "-1"},
    {"seen": ""},
    {"key": ""},
    {"key": "x" * 900},
    {"option": "nothing"},
    {"option": ["a"] * 40},
    {"confidence": "very"},
    {"language": "xx"},
    {"do": "burn"},
    {"ms": "soon"},
    {"struck": "nothing"},
]


@pytest.mark.parametrize("fields", HOSTILE, ids=str)
def test_what_no_page_sends_is_refused_and_changes_nothing(client, fields) -> None:
    put_in(client, OBJECTIVE)
    before = CardMemory.objects.values().get()
    assert answer_card(client, **fields).status_code == 400
    assert CardMemory.objects.values().get() == before
    assert (Review.objects.count(), Attempt.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"outcome": "maybe"}, 400),
        ({"seen": "9"}, 409),
        ({"key": "short"}, 400),
        ({"card": "x"}, 400),
    ],
)
def test_a_prompt_takes_only_what_its_page_sends(client, fields, status) -> None:
    put_in(client, TERM)
    sent = prompt_fields(client.get(REVIEW).content.decode())
    assert client.post(REVIEW, {**sent, "outcome": "knew", **fields}).status_code == status
    assert Review.objects.count() == 0


def test_pages_of_a_learner_are_kept_by_nobody_and_shown_to_nobody_else(client) -> None:
    put_in(client, OBJECTIVE)
    where = answer_card(client).headers["Location"].split("#")[0]
    stranger = Client()
    for address in (REVIEW, where, f"{REVIEW}plan/", f"{ADD}?of={TERM}"):
        answer = client.get(address)
        assert "no-store" in answer.headers["Cache-Control"], address
        assert "Decouple-Public" not in answer.headers
    assert stranger.get(where).status_code == 404
    assert stranger.post(where, {"miss": "fell"}).status_code == 404
    assert stranger.post(REVIEW, {"card": OBJECTIVE}).status_code == 404
    assert stranger.post(f"{REVIEW}undo/", {"review": "1"}).status_code == 404
    someone = Client()
    put_in(someone, TERM)
    assert someone.get(where).status_code == 404
    undone = someone.post(f"{REVIEW}undo/", {"review": str(Review.objects.get().pk)})
    assert undone.status_code == 409


def test_the_reason_of_a_miss_is_kept(client) -> None:
    put_in(client, OBJECTIVE)
    where = answer_card(client, correct=False).headers["Location"].split("#")[0]
    assert client.post(where, {"miss": "language"}).status_code == 200
    assert Answer.objects.get().miss == "language"
    assert client.post(where, {"miss": "bored"}).status_code == 400


def test_a_script_gets_the_part_alone(client) -> None:
    put_in(client, OBJECTIVE)
    answer = answer_card(client)
    part = client.get(answer.headers["Location"], headers={"Decouple-Part": "question"})
    assert part.content.decode().startswith("<article")


def test_what_pages_cost(client, django_assert_num_queries) -> None:
    put_in(client, OBJECTIVE, TERM)
    # learner, due cards, today's reviews, last review; answers to the objective's questions
    with django_assert_num_queries(5):
        client.get(REVIEW)
    answer_card(client)
    with django_assert_num_queries(4):
        client.get(REVIEW)


def test_misses_of_practice_and_exams_come_into_review(client) -> None:
    page = client.get("/en/quizzes/").content.decode()
    start = client.post(
        "/en/quizzes/", {"key": field(page, "key"), "number": "5", "topic": "sqs", "grade": "exam"}
    )
    base = start.headers["Location"].removesuffix("1/")
    attempt = Attempt.objects.get()
    for number, correct in ((1, False), (2, True)):
        item = bank()[attempt.questions[number - 1]["question"]]
        page = client.get(f"{base}{number}/").content.decode()
        sent = {name: field(page, name) for name in ("key", "seen", "language")}
        wrong = {"option": [o.id for o in item.options if not o.right][: item.choose]}
        given = right_of(item) if correct else wrong
        client.post(f"{base}{number}/", {**sent, "do": "check", **given})
    missed = bank()[attempt.questions[0]["question"]].objective
    row = CardMemory.objects.get()
    assert row.card == f"objective:{missed}"
    assert Review.objects.get().place == "practice"


# --- the plan ------------------------------------------------------------------------------------


def days_from_now(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_the_load_is_shown_before_a_plan_is_accepted(client, language) -> None:
    address = f"/{language}/quizzes/review/plan/"
    client.cookies["utc_offset"] = "0"  # else it may be tomorrow in Seoul
    page = client.get(address, {"exam_on": days_from_now(30), "topic": "sqs"})
    html = page.content.decode()
    days = page.context["load"]["rows"]
    assert len(days) == 30
    assert html.count('<th scope="row">') == 30, "the chart has its table"
    assert ExamPlan.objects.count() == 0
    accepted = client.post(address, {"exam_on": days_from_now(30), "topic": "sqs", "do": "accept"})
    assert accepted.status_code == 302
    expected = {key for key in cards() if key.startswith("objective:sqs.")}
    assert set(CardMemory.objects.values_list("card", flat=True)) == expected
    assert client.get(address).context["load"]["rows"][1:] == days[1:]
    assert client.post(address, {"do": "drop"}).status_code == 302
    assert ExamPlan.objects.count() == 0


@pytest.mark.parametrize(
    "day", ["", "soon", "2026-13-40", "1999-01-01", "9999-12-31", "x" * 999, "2027-1-1 "]
)
def test_a_day_that_cannot_be_is_refused(client, day) -> None:
    address = "/en/quizzes/review/plan/"
    shown = client.get(address, {"exam_on": day})
    assert shown.status_code == (200 if day == "" else 400)
    assert client.post(address, {"exam_on": day, "do": "accept"}).status_code == 400
    assert client.post(address, {"exam_on": days_from_now(0), "do": "accept"}).status_code == 400
    assert Learner.objects.count() == 0


@pytest.mark.parametrize("fields", [{"do": "x"}, {}, {"do": "accept", "topic": "x"}])
def test_a_plan_takes_only_what_its_page_sends(client, fields) -> None:
    sent = {"exam_on": days_from_now(9), **fields}
    assert client.post("/en/quizzes/review/plan/", sent).status_code == 400
    assert ExamPlan.objects.count() == 0


def test_what_scripts_are_told_counts_the_waiting_cards(client) -> None:
    assert client.get("/en/mine/").json()["due"] == 0
    put_in(client, OBJECTIVE, TERM)
    assert client.get("/en/mine/").json()["due"] == 2


def test_lessons_and_terms_stay_public_and_lead_to_their_cards(client) -> None:
    put_in(client, TERM)
    for path, of in ((f"lessons/{LESSON}/", LESSON), ("glossary/visibility-timeout/", TERM)):
        answer = client.get(f"/en/{path}")
        assert "Decouple-Public" in answer.headers
        assert f'href="/en/mine/review/?of={of}"' in answer.content.decode()


def test_the_other_languages_of_a_lessons_cards_are_about_the_same_lesson(client) -> None:
    page = client.get(f"{ADD}?of={LESSON}").content.decode()
    assert f'href="/ko/mine/review/?of={LESSON}"' in page

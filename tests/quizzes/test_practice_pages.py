"""Practice as plain forms, in three languages, without scripts."""

import re
from collections.abc import Mapping

import pytest
from django.test import Client

from studyapp.progress.models import Learner
from studyapp.quizzes.items import Item
from studyapp.quizzes.models import Answer, Attempt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def begin(client: Client, language: str = "en", **wish: object) -> str:
    """Start a set; the address below which its questions lie."""
    page = client.get(f"/{language}/quizzes/").content.decode()
    sent = {"key": field(page, "key"), "number": "5", **wish}
    answer = client.post(f"/{language}/quizzes/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].removesuffix("1/")


def right_of(item: Item) -> dict[str, object]:
    """The fields of the right answer."""
    if item.kind == "order":
        return {f"place-{id}": str(place) for place, id in enumerate(item.option_ids, 1)}
    if item.kind == "match":
        return {f"pair-{prompt.id}": prompt.answer for prompt in item.prompts}
    return {"option": sorted(item.right_ids)}


def send(client: Client, address: str, **fields: object):
    page = client.get(address).content.decode()
    held = {name: field(page, name) for name in ("key", "seen", "language")}
    return client.post(address, {**held, **fields})


def item_at(base: str, number: int, bank: Mapping[str, Item]) -> Item:
    attempt = Attempt.objects.get(pk=base.rstrip("/").split("/")[-1])
    return bank[attempt.questions[number - 1]["question"]]


def test_looking_at_the_form_makes_no_learner_and_asks_no_database(
    client: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/en/quizzes/")
    assert answer.status_code == 200
    assert "learner" not in answer.cookies
    assert Learner.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_set_is_worked_through_from_start_to_result(client, bank, language) -> None:
    base = begin(client, language)
    for number in range(1, 6):
        item = item_at(base, number, bank)
        answer = send(client, f"{base}{number}/", do="check", **right_of(item))
        assert answer.status_code == 302
        page = client.get(f"{base}{number}/").content.decode()
        assert 'data-result="right"' in page
        assert f'lang="{language}"' in page
    result = client.get(f"{base}result/").content.decode()
    assert Attempt.objects.get().score == {"right": 5, "total": 5}
    assert result.count('data-state="right"') == 5


@pytest.mark.parametrize(
    "wish",
    [
        {"topic": "choosing", "grade": "drill"},  # pairs
        {"topic": "sqs", "grade": "drill"},  # an order
        {"topic": "sqs", "grade": "simulated"},  # a knob and a typed number
    ],
)
def test_every_kind_of_question_can_be_answered_right_and_wrong(client, bank, wish) -> None:
    for correct in (True, False):
        learner = Client()
        base = begin(learner, **wish)
        total = len(Attempt.objects.get(pk=base.rstrip("/").split("/")[-1]).questions)
        for number in range(1, total + 1):
            item = item_at(base, number, bank)
            fields = right_of(item)
            if not correct and item.kind == "order":
                fields = {f"place-{id}": str(3 - n) for n, id in enumerate(item.option_ids)}
            elif not correct and item.kind == "match":
                fields = {f"pair-{prompt.id}": "z" for prompt in item.prompts}
            elif not correct:
                fields = {"option": [next(o.id for o in item.options if not o.right)]}
            assert send(learner, f"{base}{number}/", do="check", **fields).status_code == 302
            page = learner.get(f"{base}{number}/").content.decode()
            assert f'data-result="{"right" if correct else "wrong"}"' in page


def test_a_number_can_be_typed_instead_of_choosing(client, bank) -> None:
    base = begin(client, topic="sqs", grade="simulated")
    number = next(n for n in (1, 2) if item_at(base, n, bank).typed is not None)
    send(client, f"{base}{number}/", do="check", typed=" 2,0 ")
    assert Answer.objects.get().right is True
    assert "You typed 2.0." in client.get(f"{base}{number}/").content.decode()


def test_feedback_names_every_reason_the_belief_and_where_to_watch(client, bank) -> None:
    base = begin(client, topic="sqs", grade="simulated")
    number = next(n for n in (1, 2) if item_at(base, n, bank).form == "knob")
    send(client, f"{base}{number}/", do="check", option="10")
    page = client.get(f"{base}{number}/").content.decode()
    for value in ("10", "60", "120"):
        assert f"why {value}" in page
        assert f"/en/simulator/sqs/x/?k.t={value}" in page
    assert page.count("a belief") == 1, "the belief behind the own choice, and no other"
    assert "your choice" in page
    assert "not chosen" in page
    assert "/en/lessons/sqs/visibility-timeout/#hidden-after-receive" in page


def test_reasons_are_not_in_the_page_before_the_answer(client, bank) -> None:
    base = begin(client, number="20")
    for number in range(1, 21):
        page = client.get(f"{base}{number}/").content.decode()
        assert "why " not in page
        assert "data-verdict" not in page


def test_the_language_of_one_question_changes_in_place_with_the_same_order(client, bank) -> None:
    base = begin(client, topic="mq")
    english = client.get(f"{base}1/").content.decode()
    answer = send(client, f"{base}1/", option="c", **{"in": "vi"})
    assert answer.headers["Location"] == f"{base}1/?in=vi"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "(vi)" in page
    assert "(vi)" not in english
    order = re.compile(r'name="option" value="(\w)"')
    assert order.findall(page) == order.findall(english)
    assert re.search(r'value="c" checked', page), "what was chosen is kept"
    assert "Check" in page, "the interface stays in its language"


def test_too_few_options_are_kept_and_asked_for_in_words(client, bank) -> None:
    base = begin(client, number="40")
    number = next(n for n in range(1, 41) if item_at(base, n, bank).choose == 2)
    answer = send(client, f"{base}{number}/", do="check", option="a")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "This question wants 2 options" in page
    assert "(Choose TWO.)" in page
    assert re.search(r'value="a" checked', page)
    assert Answer.objects.get().checked_at is None


def test_flag_strike_out_confidence_and_the_reason_for_a_miss_are_kept(client, bank) -> None:
    base = begin(client, topic="mq")
    wrong = next(o.id for o in item_at(base, 1, bank).options if not o.right)
    send(client, f"{base}1/", do="flag")
    send(client, f"{base}1/", strike=wrong, flagged="yes")
    page = client.get(f"{base}1/").content.decode()
    assert 'aria-pressed="true"' in page
    assert f'name="struck" value="{wrong}"' in page
    count = item_at(base, 1, bank).choose
    chosen = [o.id for o in item_at(base, 1, bank).options if not o.right][:count]
    send(client, f"{base}1/", do="check", option=chosen, flagged="yes", confidence="sure")
    client.post(f"{base}1/", {"miss": "language"})
    row = Answer.objects.get()
    assert (row.flagged, row.confidence, row.miss) == (True, 3, "language")
    result = client.get(f"{base}result/").content.decode()
    assert "Sure, and wrong" in result


def test_what_was_wrong_unseen_or_flagged_can_be_asked_for(client, bank) -> None:
    base = begin(client, topic="mq")
    for number in range(1, 6):
        item = item_at(base, number, bank)
        wrong = [o.id for o in item.options if not o.right][: item.choose]
        chosen = wrong if number < 3 else sorted(item.right_ids)
        flag = "yes" if number == 4 else ""
        send(client, f"{base}{number}/", do="check", option=chosen, flagged=flag)
    asked = {
        show: {
            entry["question"]
            for entry in Attempt.objects.get(
                pk=begin(client, topic="mq", show=show, number="40", replace=_open(client))
                .rstrip("/")
                .split("/")[-1]
            ).questions
        }
        for show in ("wrong", "flagged", "unseen")
    }
    first = [item_at(base, number, bank).id for number in range(1, 6)]
    assert asked["wrong"] == set(first[:2])
    assert asked["flagged"] == {first[3]}
    assert asked["unseen"] == {id for id in bank if id.startswith("mq/")} - set(first)


def _open(client: Client) -> str:
    found = Attempt.objects.filter(finished_at=None).first()
    return found.pk if found else ""


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"show": "wrong"}, "No wrong answers are left"),
        ({"show": "flagged"}, "No question fits these choices"),
    ],
)
def test_nothing_left_says_so_and_makes_nothing(client, bank, wish, said) -> None:
    page = client.get("/en/quizzes/").content.decode()
    answer = client.post("/en/quizzes/", {"key": field(page, "key"), "number": "5", **wish})
    told = answer.content.decode()
    assert said in told
    assert 'href="/en/quizzes/">Mixed set</a>' in told
    assert Learner.objects.count() == 0


def test_an_open_set_is_offered_before_a_new_one_takes_its_place(client, bank) -> None:
    base = begin(client)
    page = client.get("/en/quizzes/").content.decode()
    assert f"{base}result/" in page
    key = field(page, "key")
    refused = client.post("/en/quizzes/", {"key": key, "number": "5"})
    assert refused.status_code == 409
    assert Attempt.objects.count() == 1
    client.post("/en/quizzes/", {"key": key, "number": "5", "replace": field(page, "replace")})
    assert Attempt.objects.filter(finish_reason="replaced").count() == 1


def test_a_script_gets_the_part_alone(client, bank) -> None:
    base = begin(client, topic="mq")
    item = item_at(base, 1, bank)
    page = client.get(f"{base}1/").content.decode()
    sent = {"key": field(page, "key"), "language": "en", "do": "check", **right_of(item)}
    answer = client.post(f"{base}1/", sent, headers={"Decouple-Part": "question"})
    part = answer.content.decode()
    assert answer.status_code == 200
    assert part.startswith("<article")
    assert 'data-result="right"' in part


def test_a_checked_answer_cannot_be_changed_afterwards(client, bank) -> None:
    base = begin(client, topic="mq")
    item = item_at(base, 1, bank)
    wrong = [o.id for o in item.options if not o.right][: item.choose]
    page = client.get(f"{base}1/").content.decode()
    sent = {"language": "en", "do": "check", "key": field(page, "key")}
    client.post(f"{base}1/", {**sent, "option": wrong})
    again = client.post(f"{base}1/", {**sent, "key": "another-tab.1", **right_of(item)})
    assert again.status_code == 409
    assert f"{base}result/" in again.content.decode()
    assert Answer.objects.get().right is False


def test_pages_of_a_learner_are_kept_by_nobody_and_shown_to_nobody_else(client, stranger) -> None:
    base = begin(client)
    for address in ("/en/quizzes/", f"{base}1/", f"{base}result/"):
        answer = client.get(address)
        assert "no-store" in answer.headers["Cache-Control"], address
        assert "private" in answer.headers["Cache-Control"]
        assert "Decouple-Public" not in answer.headers
    for address in (f"{base}1/", f"{base}result/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{base}1/", {"key": "tab-tab-tab.1"}).status_code == 404


HOSTILE = [
    {"option": "z"},
    {"option": ["a", "b", "c", "d"]},
    {"option": [f"o{n}" for n in range(150)]},
    {"key": ""},
    {"key": "x" * 900},
    {"language": "xx"},
    {"in": "xx"},
    {"confidence": "very"},
    {"ms": "-1"},
    {"ms": "1" * 40},
    {"ms": "٣"},
    {"at": "soon"},
    {"at": "9" * 15},
    {"seen": "x"},
    {"struck": "z"},
    {"strike": "z"},
    {"miss": "bored"},
    {"miss": "fell"},
    {"option": [], "typed": "2"},
]


@pytest.mark.parametrize("fields", HOSTILE, ids=str)
def test_what_no_page_sends_is_refused_and_changes_nothing(client, bank, fields) -> None:
    base = begin(client, topic="mq")
    sent = {"key": "tab-aaaaaaaa.1", "language": "en", "do": "check", "option": "a", **fields}
    assert client.post(f"{base}1/", sent).status_code == 400
    assert Answer.objects.count() == 0
    assert Attempt.objects.get().revision == 0


def test_four_hundred_fields_are_refused(client, bank) -> None:
    base = begin(client, topic="mq")
    sent = {"key": "tab-aaaaaaaa.1", "option": [str(n) for n in range(400)]}
    assert client.post(f"{base}1/", sent).status_code == 400
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("place", ["0/", "6/", "99999999999999999999/", "-1/", "x/"])
def test_places_outside_the_set_do_not_exist(client, bank, place) -> None:
    base = begin(client)
    assert client.get(f"{base}{place}").status_code == 404
    assert client.post(f"{base}{place}", {"key": "tab-aaaaaaaa.1"}).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"topic": "ec2"},
        {"number": "7"},
        {"number": "²"},
        {"show": "x"},
        {"grade": "x"},
        {"key": "k"},
    ],
)
def test_a_wish_that_the_form_does_not_offer_is_refused(client, fields) -> None:
    sent = {"key": "k" * 24, "number": "5", **fields}
    assert client.post("/en/quizzes/", sent).status_code == 400
    assert Attempt.objects.count() == 0
    assert Learner.objects.count() == 0


def test_what_pages_cost(client, bank, django_assert_num_queries) -> None:
    base = begin(client, topic="mq")
    with django_assert_num_queries(3):  # learner, attempt, answer
        client.get(f"{base}1/")
    item = item_at(base, 1, bank)
    sent = {"key": "tab-aaaaaaaa.1", "language": "en", "do": "check", **right_of(item)}
    # the learner, the four statements of a write, the test's savepoint
    with django_assert_num_queries(7):
        client.post(f"{base}1/", sent, headers={"Decouple-Part": "question"})


def test_more_options_than_wanted_are_shown_again_with_what_to_do(client, bank) -> None:
    base = begin(client, number="40")
    number = next(n for n in range(1, 41) if item_at(base, n, bank).choose == 2)
    answer = send(client, f"{base}{number}/", do="check", option=["a", "b", "d"], confidence="sure")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "No more than 2. Take one back first." in page
    assert sorted(re.findall(r'value="(\w)" checked', page)) == ["a", "b", "d"]
    assert 'value="sure" checked' in page
    assert Answer.objects.count() == 0

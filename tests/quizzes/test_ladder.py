"""From the own language to English under the clock: what each step shows, and that it is what is counted."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from studyapp.quizzes.bank import bank
from studyapp.quizzes.glosses import with_english_names, with_glosses
from studyapp.quizzes.ladder import LEVELS, Help, level_of, read_help
from studyapp.quizzes.models import Answer, Attempt
from studyapp.quizzes.recording import Malformed
from tests.quizzes.test_practice_pages import field, right_of

KOREAN = "대기열의 가시성 제한 시간을 늘립니다. 가시성 제한 시간은 <code>가시성 제한 시간</code>"


def test_a_term_gets_its_english_name_once_and_code_stays() -> None:
    named: set[str] = set()
    text = with_english_names(KOREAN, "ko", named)
    assert text.count("visibility timeout") == 1
    assert '제한 시간(<span lang="en">visibility timeout</span>)을' in text
    assert "<code>가시성 제한 시간</code>" in text
    assert "visibility-timeout" in named
    assert with_english_names("가시성 제한 시간", "ko", named) == "가시성 제한 시간"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hàng đợi thư chết (DLQ)", "vi"),
        ("chủ đề (topic)", "vi"),
        ("Amazon Data Firehose", "ko"),
        ("trì hoãn hàng đợiX", "vi"),
    ],
)
def test_what_says_its_english_name_already_or_is_no_term_stays(text: str, language: str) -> None:
    assert with_english_names(text, language, set()) == text


def test_terms_of_an_english_text_can_be_tapped() -> None:
    found: dict = {}
    text = with_glosses("Two queues and a dead-letter queue (DLQ), <em>long polling</em>.", found)
    assert list(found) == ["queue", "dead-letter-queue", "long-polling"]
    assert '<em><button type="button" class="gloss" popovertarget="gloss-long-polling">' in text
    assert with_glosses("<code>queue</code> subqueue", {}) == "<code>queue</code> subqueue"


@pytest.mark.parametrize(
    ("given", "level"),
    [
        (("practice", "terms", "ko", "ko", False), "terms"),
        (("practice", "terms", "en", "ko", False), ""),
        (("practice", "gloss", "en", "ko", False), "gloss"),
        (("practice", "english", "ko", "ko", False), ""),
        (("practice", "clock", "en", "vi", True), "clock"),
        (("practice", "", "ko", "ko", False), "own"),
        (("practice", "", "en", "ko", False), ""),
        (("exam", "", "en", "ko", True), "clock"),
        (("exam", "", "en", "ko", False), ""),
        (("exam", "", "ko", "ko", True), ""),
        (("practice", "unknown", "ko", "ko", False), "own"),
    ],
    ids=str,
)
def test_an_answer_counts_for_a_step_only_if_it_was_given_there(given, level) -> None:
    assert level_of(*given) == level


def test_a_level_that_the_page_does_not_offer_is_refused() -> None:
    assert read_help(QueryDict("")) == Help()
    for query in ("help=best", "help=clock&help_pace=untimed"):
        with pytest.raises(Malformed):
            read_help(QueryDict(query))


def begin(client, language: str, **wish: str) -> str:
    page = client.get(f"/{language}/quizzes/").content.decode()
    sent = {"key": field(page, "key"), "number": "5", "topic": "sqs", **wish}
    answer = client.post(f"/{language}/quizzes/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].removesuffix("1/")


pytestmark = pytest.mark.django_db


def test_the_form_offers_every_step_and_an_english_page_those_in_english(client) -> None:
    for language, levels in (("ko", LEVELS), ("en", LEVELS[2:])):
        page = client.get(f"/{language}/quizzes/").content.decode()
        for name in LEVELS:
            assert (f'name="help" value="{name}"' in page) is (name in levels)


@pytest.mark.parametrize("level", ["gloss", "english", "clock"])
def test_the_english_steps_are_english_until_the_answer(client, level) -> None:
    base = begin(client, "ko", help=level, grade="exam")
    for address in (f"{base}1/", f"{base}1/?in=ko"):
        page = client.get(address).content.decode()
        assert 'name="language" value="en"' in page
        assert 'name="in"' not in page
    pages = [client.get(f"{base}{n}/").content.decode() for n in range(1, 6)]
    assert any("popovertarget" in each for each in pages) is (level == "gloss")
    item = bank()[Attempt.objects.get().questions[0]["question"]]
    sent = {name: field(page, name) for name in ("key", "seen", "language")}
    client.post(f"{base}1/", {**sent, "do": "check", **right_of(item)})
    assert Answer.objects.get().language == "en"
    assert 'name="in" value="ko"' in client.get(f"{base}1/").content.decode(), "reasons in any"


def test_the_step_with_terms_speaks_the_own_language(client) -> None:
    base = begin(client, "ko", help="terms", number="40")
    pages = [client.get(f"{base}{n}/").content.decode() for n in range(1, 41)]
    assert all('name="language" value="ko"' in page for page in pages)
    assert any('(<span lang="en">' in page for page in pages)


@pytest.mark.parametrize(("pace", "minutes"), [("normal", 10), ("half", 15), ("double", 20)])
def test_the_clock_gives_two_minutes_each_or_more_and_then_ends_the_set(
    client, pace, minutes
) -> None:
    base = begin(client, "ko", help="clock", help_pace=pace)
    attempt = Attempt.objects.get()
    assert attempt.ends_at - attempt.started_at == timedelta(minutes=minutes)
    assert 'class="clock" data-remaining=' in client.get(f"{base}1/").content.decode()
    past = timezone.now() - timedelta(hours=1)
    Attempt.objects.update(
        started_at=past, ends_at=past + timedelta(minutes=minutes), started_boot="another"
    )
    assert client.get(f"{base}1/").headers["Location"] == f"{base}result/"
    assert Attempt.objects.get().finish_reason == "time"
    assert client.post(f"{base}1/", {"key": "tab-aaaaaaaa.1", "language": "en"}).status_code == 409


def test_other_sets_have_no_clock(client) -> None:
    base = begin(client, "ko", help="english")
    assert Attempt.objects.get().ends_at is None
    assert 'class="clock"' not in client.get(f"{base}1/").content.decode()

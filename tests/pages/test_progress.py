"""An anonymous learner: made when there is something to keep, carried as a file, forgotten on request."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studyapp.progress import carrying
from studyapp.progress.models import Learner, ReadingMark

pytestmark = pytest.mark.django_db

LESSON = "sqs/visibility-timeout"


def read(client: Client, lesson: str = LESSON, **fields: str) -> int:
    return client.post("/en/mine/reading/", {"lesson": lesson, "unit": "x", **fields}).status_code


def test_looking_around_makes_no_learner(client: Client) -> None:
    for path in ("/en/", "/en/lessons/", f"/en/lessons/{LESSON}/", "/en/mine/", "/en/progress/"):
        answer = client.get(path)
        assert "learner" not in answer.cookies, path
    assert Learner.objects.count() == 0


def test_the_first_place_kept_makes_the_learner(client: Client) -> None:
    assert read(client) == 204
    assert Learner.objects.count() == 1
    assert client.cookies["known"].value == "1"
    assert client.cookies["learner"]["httponly"]


def test_the_place_comes_back(client: Client) -> None:
    read(client, unit="hidden.2")
    mine = client.get("/ko/mine/").json()
    assert mine["continue"]["address"] == f"/ko/lessons/{LESSON}/#hidden.2"
    assert mine["started"] == [LESSON]
    assert mine["finished"] == []


def test_a_finished_lesson_stays_finished_and_the_next_one_is_offered(client: Client) -> None:
    read(client, finished="yes")
    read(client)
    mine = client.get("/en/mine/").json()
    assert mine["finished"] == [LESSON]
    assert mine["continue"]["address"].startswith("/en/lessons/sqs/when-messages-fail/")


def test_a_finish_can_be_taken_back(client: Client) -> None:
    read(client, finished="yes")
    read(client, finished="no")
    assert client.get("/en/mine/").json()["finished"] == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"lesson": "no/such"}, id="unknown lesson"),
        pytest.param({"lesson": LESSON, "unit": "a b<"}, id="no anchor"),
        pytest.param({"lesson": LESSON, "unit": "a" * 500}, id="too long"),
        pytest.param({"lesson": LESSON, "unit": "Hidden"}, id="could not be carried"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_place_that_does_not_exist_is_refused_and_makes_no_learner(
    client: Client, fields: dict[str, str]
) -> None:
    assert client.post("/en/mine/reading/", fields).status_code == 400
    assert Learner.objects.count() == 0


def test_taking_back_what_nobody_finished_makes_no_learner(client: Client) -> None:
    assert read(client, finished="no") == 204
    assert Learner.objects.count() == 0
    assert "learner" not in client.cookies


def test_another_site_cannot_keep_a_place() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/en/mine/reading/", {"lesson": LESSON}).status_code == 403


def test_a_forged_cookie_is_nobody(client: Client) -> None:
    read(client)
    other = Client()
    other.cookies["learner"] = client.cookies["learner"].value[:-2] + "xx"
    assert other.get("/en/mine/").json()["started"] == []


def test_export_and_import_carry_everything(client: Client) -> None:
    read(client, finished="yes")
    read(client, "sqs/fifo-queues", unit="b.3")
    text = client.get("/en/progress/export/").content.decode()
    other = Client()
    shown = other.post(
        "/en/progress/import/", {"file": SimpleUploadedFile("p.json", text.encode())}
    )
    assert shown.context["lessons"] == 2
    assert Learner.objects.count() == 1
    other.post("/en/progress/import/", {"text": text, "step": "confirm"})
    assert json.loads(other.get("/en/progress/export/").content) == json.loads(text)


def test_importing_twice_changes_nothing_the_second_time(client: Client) -> None:
    read(client)
    text = client.get("/en/progress/export/").content.decode()
    again = client.post("/en/progress/import/", {"text": text, "step": "confirm"})
    assert again.context["changed"] == 0
    assert ReadingMark.objects.count() == 1


def test_an_import_can_be_undone(client: Client) -> None:
    read(client)
    before = client.get("/en/progress/export/").content
    row = {"lesson": "sns/fan-out", "changed_at": "2026-01-01T00:00:00Z"}
    text = json.dumps({"product": "Decouple", "schema_version": 1, "reading": [row]})
    done = client.post("/en/progress/import/", {"text": text, "step": "confirm"})
    assert done.context["changed"] == 1
    client.post("/en/progress/import/", {"text": done.context["before"], "step": "undo"})
    assert client.get("/en/progress/export/").content == before


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("not json", id="not json"),
        pytest.param("[" * 100_000, id="very deep"),
        pytest.param("1" * 5000, id="endless number"),
        pytest.param("{}", id="no schema"),
        pytest.param('{"product":"Decouple","schema_version":9,"reading":[]}', id="later version"),
        pytest.param(
            '{"product":"Decouple","schema_version":1,"reading":[{"lesson":"../x"}]}', id="no id"
        ),
        pytest.param(
            '{"product":"Decouple","schema_version":1,"reading":[],"extra":1}', id="extra"
        ),
        pytest.param(
            '{"product":"Decouple","schema_version":1,"reading":[{"lesson":"a/b","changed_at":"2026-01-01"}]}',
            id="no time zone",
        ),
        pytest.param(
            '{"product":"Decouple","schema_version":1,"reading":[{"lesson":"a/b","changed_at":"9999-12-31T23:59:59-12:00"}]}',
            id="after the calendar",
        ),
        pytest.param(
            '{"product":"Decouple","schema_version":1,"reading":[{"lesson":"a/b","changed_at":"2026-01-01T00:00:00Z",'
            '"finished_at":"0001-01-01T00:00:00+12:00"}]}',
            id="before the calendar",
        ),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_loses_nothing(client: Client, text: str) -> None:
    read(client)
    answer = client.post("/en/progress/import/", {"text": text, "step": "confirm"})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()
    assert ReadingMark.objects.count() == 1


def lessons_file(service: str, count: int) -> str:
    rows = [
        {"lesson": f"{service}/n{n}", "changed_at": "2026-01-01T00:00:00Z"} for n in range(count)
    ]
    return json.dumps({"product": "Decouple", "schema_version": 1, "reading": rows})


def test_what_is_kept_always_fits_into_a_file(client: Client) -> None:
    full = {"text": lessons_file("a", carrying.LESSONS_MAX), "step": "confirm"}
    assert client.post("/en/progress/import/", full).status_code == 200
    before = client.get("/en/progress/export/").content
    one_more = {"text": lessons_file("b", 1), "step": "confirm"}
    assert client.post("/en/progress/import/", one_more).status_code == 400
    assert client.get("/en/progress/export/").content == before


def test_a_code_whose_progress_has_no_room_for_what_is_here_changes_nothing(client: Client) -> None:
    full = {"text": lessons_file("a", carrying.LESSONS_MAX), "step": "confirm"}
    client.post("/en/progress/import/", full)
    code = client.post("/en/progress/code/").context["code"]
    other = Client()
    read(other)
    assert other.post("/en/progress/recover/", {"code": code}).status_code == 400
    assert other.get("/en/mine/").json()["started"] == [LESSON]


def test_the_reason_of_a_refusal_is_short(client: Client) -> None:
    text = json.dumps({"product": "Decouple", "schema_version": 1, "reading": [], "k" * 9999: 1})
    answer = client.post("/en/progress/import/", {"text": text})
    assert len(answer.context["reason"]) <= 200


def test_bytes_that_are_no_text_are_refused(client: Client) -> None:
    file = SimpleUploadedFile("p.json", b"\xff\xfe\x00")
    assert client.post("/en/progress/import/", {"file": file}).status_code == 400


def test_a_recovery_code_opens_the_progress_elsewhere(client: Client) -> None:
    read(client)
    code = client.post("/en/progress/code/").context["code"]
    other = Client()
    read(other, "sns/fan-out")
    other.post("/en/progress/recover/", {"code": code.lower().replace("-", " ")})
    assert other.get("/en/mine/").json()["started"] == ["sns/fan-out", LESSON]


def test_a_new_code_replaces_the_old_one(client: Client) -> None:
    old = client.post("/en/progress/code/").context["code"]
    client.post("/en/progress/code/")
    assert Client().post("/en/progress/recover/", {"code": old}).status_code == 400


def test_the_code_itself_is_not_stored(client: Client) -> None:
    code = client.post("/en/progress/code/").context["code"]
    stored = Learner.objects.get().recovery_hash
    assert code.replace("-", "") not in stored
    assert len(stored) == 64


@pytest.mark.parametrize("code", ["", "x", "AAAAA-" * 5, "²" * 26])
def test_a_code_of_nobody_is_refused(client: Client, code: str) -> None:
    Learner.objects.create(key="k", created_at="2026-01-01T00:00:00Z")
    assert client.post("/en/progress/recover/", {"code": code}).status_code == 400


def test_forgetting_needs_the_word_and_then_deletes_every_row(client: Client) -> None:
    read(client)
    assert client.post("/en/progress/forget/", {"word": "yes"}).status_code == 400
    assert ReadingMark.objects.count() == 1
    client.post("/en/progress/forget/", {"word": " Forget "})
    assert Learner.objects.count() == 0
    assert ReadingMark.objects.count() == 0
    assert client.cookies["learner"].value == ""


def test_a_reader_without_scripts_marks_a_lesson_with_a_form(client: Client) -> None:
    page = client.get(f"/vi/lessons/{LESSON}/finished/")
    assert page.status_code == 200
    answer = client.post(
        "/vi/mine/reading/", {"lesson": LESSON, "finished": "yes", "then": "lesson"}
    )
    assert answer.headers["Location"] == f"/vi/lessons/{LESSON}/"
    assert client.get("/vi/mine/").json()["finished"] == [LESSON]


def test_the_export_of_nobody_is_an_empty_file_that_can_be_read(client: Client) -> None:
    text = client.get("/en/progress/export/").content.decode()
    assert carrying.read(text).reading == []

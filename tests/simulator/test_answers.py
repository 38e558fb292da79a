"""What an answer does, as a page and as a part of the page of a question."""

import html
import json
import re
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from studyapp.grading.evidence import answers_with_runs, case_of, question_of
from studyapp.simulator.telling import Teller
from tests.support.addresses import LANGUAGES, course

WATCHED = [
    f"{question.id}/{quote(answer, safe='')}"
    for question in course().questions.values()
    for answer in answers_with_runs(question)
]
DRAWN = [f"{id}~{seed}" for seed, id in enumerate(course().drawn, 30)]
WRONG = "sqs/slow-video-worker/turn-on-long-polling"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


# Each in one language, and every tenth in all three.
@pytest.mark.parametrize(
    ("place", "language"),
    [
        (place, language)
        for number, place in enumerate(WATCHED)
        for offset, language in enumerate(LANGUAGES)
        if number % 10 == 0 or number % len(LANGUAGES) == offset
    ],
)
def test_every_answer_with_a_run_can_be_watched(client: Client, place: str, language: str) -> None:
    part = text(client, f"/{language}/simulator/answers/{place}/part/")
    case = case_of(course(), *_split(place))
    assert case is not None
    sides = 1 if case.right is None else 2
    assert part.count("<sim-player") == sides
    assert part.count("data-leads") == 1
    assert part.count("data-follows") == sides - 1
    assert f'data-until="{case.stops_ms}"' in part
    assert f'data-from="{case.starts_ms}"' in part
    ids = re.findall(r' id="([^"]+)"', part)
    assert len(ids) == len(set(ids))


def _split(place: str) -> tuple[str, str]:
    question, _, answer = place.rpartition("/")
    return question, unquote(answer)


@pytest.mark.parametrize("id", DRAWN)
def test_drawn_answers_can_be_watched(client: Client, id: str) -> None:
    question = question_of(course(), id)
    assert question is not None
    for answer in answers_with_runs(question):
        page = text(client, f"/vi/simulator/answers/{id}/{answer}/")
        says = (
            course()
            .inline["vi"]
            .plain(next(option.text for option in question.options if option.id == answer)["vi"])
        )
        assert says in page
        assert "/vi/simulator/?" not in page
        assert f"{id}/{answer}/scene.json" in page
        scene = json.loads(client.get(f"/vi/simulator/answers/{id}/{answer}/scene.json").content)
        assert len(scene["say"]) == len(scene["steps"]) > 0


def test_both_runs_stop_where_it_is_decided_and_say_so(client: Client) -> None:
    page = text(client, f"/en/simulator/answers/{WRONG}/")
    assert "Stopped at 0:51, where it is decided." in page
    assert page.count('data-at="51000"') == 2
    assert (
        page.index("This answer")
        < page.index("Turn on long polling")
        < page.index("The right answer")
    )
    assert "Not reached." in page
    assert "Reached." in page.replace("Not reached.", "")
    assert "was handled 2 times" in page
    assert "finishes handling" in page


ASKED = {"event": "HandlingFinished", "where": (("by", "worker-b"), ("message", "order A"))}
MISSING = {
    "en": [
        "messages handled to the end (Busan, “order A”): 0 so far. It should be at least 2.",
        "messages handled to the end (Busan, “order A”): 0 before 0:40. It should be at least 2.",
        "messages that became visible (0:31, nth = 3): 4. It should be at most 1.",
        "messages that became visible (0:31, nth = 3): 4. There should be none.",
        "messages handled to the end (Busan, “order A”): none before 0:40. There should be at least one.",
    ],
    "ko": [
        "처리 완료 (Busan, “order A”): 지금까지 0번. 적어도 2번이어야 합니다.",
        "처리 완료 (Busan, “order A”): 0:40 전까지 0번. 적어도 2번이어야 합니다.",
        "메시지가 보이게 됨 (0:31, nth = 3): 4번. 많아야 1번이어야 합니다.",
        "메시지가 보이게 됨 (0:31, nth = 3): 4번. 한 번도 없어야 합니다.",
        "처리 완료 (Busan, “order A”): 0:40 전까지 없습니다. 적어도 한 번은 있어야 합니다.",
    ],
    "vi": [
        "Số lần xử lý xong (Busan, “order A”): đến nay là 0. Cần ít nhất 2.",
        "Số lần xử lý xong (Busan, “order A”) trước 0:40: 0. Cần ít nhất 2.",
        "Số lần thông điệp hiện ra (0:31, nth = 3): 4. Chỉ được nhiều nhất 1.",
        "Số lần thông điệp hiện ra (0:31, nth = 3): 4. Lẽ ra không được có.",
        "Trước 0:40 chưa có lần xử lý xong (Busan, “order A”) nào. Cần ít nhất một.",
    ],
}


@pytest.mark.parametrize("language", MISSING)
def test_what_is_missing_is_said_in_words_and_not_by_the_name_of_an_event(language) -> None:
    teller = Teller(course(), language, (), {"worker-b": "Busan"})
    visible = {"event": "MessageVisible", "where": (("at_ms", 31_000), ("nth", 3))}
    asked = [
        ("too-few-events", {**ASKED, "found": 0, "wanted": 2}),
        ("too-few-events-in-time", {**ASKED, "before_ms": 40_000, "found": 0, "wanted": 2}),
        ("too-many-events", {**visible, "found": 4, "wanted": 1}),
        ("unwanted-events", {**visible, "found": 4, "wanted": 0}),
        ("no-events-in-time", {**ASKED, "before_ms": 40_000, "found": 0, "wanted": 1}),
    ]
    said = [teller.missing(key, tuple(details.items())) for key, details in asked]
    assert said == MISSING[language]


NARROWED = {
    "en": [
        "messages that became visible as their delay ended (Busan, 1:10)",
        "buffers flushed as their size was reached (48 bytes)",
        "objects created in S3 (archive, 1.5 MB)",
        "objects created in S3 (0 bytes)",
        "enlargements of the group as its backlog was above the target (→ 6)",
        "messages handed out again by the broker (“order A”)",
        "answers to receives (worker-1)",
    ],
    "ko": [
        "지연 시간이 끝나 메시지가 보이게 됨 (Busan, 1:10)",
        "정해진 크기에 도달해 버퍼 비우기 (48바이트)",
        "S3 객체 생성 (archive, 1.5 MB)",
        "S3 객체 생성 (0바이트)",
        "백로그가 목표보다 커서 그룹 늘리기 (→ 6)",
        "브로커의 메시지 재전달 (“order A”)",
        "수신 요청의 응답 (worker-1)",
    ],
    "vi": [
        "lần thông điệp hiện ra vì hết thời gian trì hoãn (Busan, 1:10)",
        "lần bộ đệm được đẩy đi vì đủ kích thước (48 byte)",
        "đối tượng được tạo trong S3 (archive, 1,5 MB)",
        "đối tượng được tạo trong S3 (0 byte)",
        "lần nhóm tăng kích thước vì lượng tồn đọng cao hơn mục tiêu (→ 6)",
        "lần broker giao lại thông điệp (“order A”)",
        "phản hồi cho yêu cầu nhận (worker-1)",
    ],
}


@pytest.mark.parametrize("language", NARROWED)
def test_what_is_asked_for_is_said_without_keys_and_names_of_fields(language) -> None:
    teller = Teller(course(), language, (), {"reminders": "Busan"})
    asked: list[tuple[str, dict[str, object]]] = [
        ("MessageVisible", {"queue": "reminders", "reason": "delay-ended", "at_ms": 70_000}),
        ("BufferFlushed", {"reason": "buffer-size-reached", "size_bytes": 48}),
        ("ObjectCreated", {"bucket": "archive", "size_bytes": 1_500_000}),
        ("ObjectCreated", {"size_bytes": 0}),
        ("FleetScaled", {"reason": "backlog-above-target", "size": 6}),
        ("MessageDispatched", {"message": "order A", "redelivered": True}),
        ("MessagesReceived", {"by": "worker-1", "reason": ""}),
    ]
    said = [teller.occurrence(event, tuple(where.items())) for event, where in asked]
    assert said == NARROWED[language]


@pytest.mark.parametrize("place", WATCHED[::5])
def test_the_lab_shows_the_same_run(client: Client, place: str) -> None:
    part = text(client, f"/en/simulator/answers/{place}/part/")
    part = part.split('<section class="seen__side"')[1]
    scene = client.get(f"/en/simulator/answers/{place}/scene.json").content
    lab = re.search(r'href="(/en/simulator/(?!answers/)[^"]+)"', part)
    if lab is None:
        case = case_of(course(), *_split(place))
        assert case is not None
        assert case.own.play is not None
        did = {row["do"] for row in case.own.play.actions}
        assert not did <= set(case.own.file.allows), "only what the lab does not allow has no link"
        return
    address = lab[1]
    assert client.get(address).status_code == 200, "the one address of this run"
    path, _, query = address.partition("?")
    query = re.sub(r"(?:^|&)t=[0-9.]+", "", query)
    assert client.get(f"{path}scene.json?{query}").content == scene


@pytest.mark.parametrize(
    "place",
    [
        "sqs/nothing-here/x",
        "sqs/slow-video-worker/x",
        "sqs/extended-visibility~100/from-the-call",
        "sqs/slow-video-worker/%F0%9F%90%9B",
        f"{'a' * 300}/b/c",
    ],
)
@pytest.mark.parametrize("what", ["", "part/", "scene.json"])
def test_anything_else_is_not_found(client: Client, place: str, what: str) -> None:
    assert client.get(f"/en/simulator/answers/{place}/{what}").status_code == 404


def test_a_task_names_its_knob_and_value(client: Client) -> None:
    page = text(client, "/en/simulator/answers/sqs/set-the-timeout/30/part/")
    assert re.search(r"This answer:.*visibility timeout \(seconds\): 30<", page)
    page = text(client, "/ko/simulator/answers/kinesis/key-in-good-time/11000/part/")
    assert "11,000" in page


def test_a_prediction_goes_on_from_where_it_was_paused(client: Client) -> None:
    (key,) = course().questions["sqs/after-the-crash"].key
    part = text(client, f"/en/simulator/answers/sqs/after-the-crash/{key}/part/")
    assert 'data-from="10000"' in part
    assert 'data-until="40000"' in part

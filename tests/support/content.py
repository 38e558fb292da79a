"""A small course in which no rule finds anything, and ways to plant a fault in it.

The lesson holds one block of every kind. A test plants one fault and looks what `check_course` says.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from studyapp.course.library import Course, load
from studyapp.course.problem import Problem
from studyapp.course.rules import check_course

LESSON = "lessons/sqs/lending.md"
DRAWING = "lessons/sqs/lending.svg"
FACTS = "facts/sqs.md"
TERMS = "glossary/sqs.md"
SERVICES = "services/services.md"
SCENARIO = "scenarios/sqs/crash-before-delete.md"
TELLING = "telling/sqs.md"
ORDER = "course.toml"
TODAY = dt.date(2026, 11, 20)

_UNITS = """\
[count]
en = ["{n}", "{n}"]
ko = "{n}"
vi = "{n}"

[hour]
en = ["{n} hour", "{n} hours"]
ko = "{n}시간"
vi = "{n} giờ"
"""

_COURSE = """\
[[service]]
id = "sqs"
lessons = ["lending"]
"""

_POINTS = """\
[SQS-01]
topic = "the timeout"
verdict = "right"
in_notes = true

[SQS-02]
topic = "left out by the notes"
verdict = "omitted"
in_notes = false
"""

_RETIRED = """\
"lessons/sqs/lending#old-name" = "lessons/sqs/lending#hidden"
"""

_SERVICES = """\
## sqs
ko: Amazon SQS
en: Amazon SQS
vi: Amazon SQS

ko: 큐는 메시지를 맡아 둡니다.
en: A queue keeps messages.
vi: Hàng đợi giữ thông điệp.
"""

_FACTS = """\
+++
read = 2026-11-01
+++

# title
ko: Amazon SQS
en: Amazon SQS
vi: Amazon SQS

## fact: lease-max
value = 12
unit = "hour"
verdict = "right"
points = ["SQS-01"]
pages = ["https://docs.aws.amazon.com/sqs/lease"]
read = 2026-11-01

ko: 메시지는 최대 12시간 숨습니다.
en: A message stays hidden for at most 12 hours.
vi: Thông điệp bị ẩn nhiều nhất 12 giờ.

## fact: size-max
verdict = "outdated"
pages = ["https://docs.aws.amazon.com/sqs/size"]
read = 2026-11-01

ko: 메시지는 최대 1 MiB입니다.
en: A message holds at most 1 MiB.
vi: Thông điệp chứa nhiều nhất 1 MiB.

### exam
ko: 시험의 답은 256 KiB입니다.
en: The exam expects 256 KiB.
vi: Đề thi chờ câu trả lời 256 KiB.
"""

_TERMS = """\
## term: visibility-timeout
ipa = "ˌvɪzəˈbɪləti ˈtaɪmaʊt"
taught = "sqs/lending#hidden"
also = { ko = ["표시 제한 시간"], vi = [] }
never = { ko = ["가시 시간"], vi = [] }

ko: 가시성 제한 시간
en: visibility timeout
vi: thời gian ẩn

### meaning
ko: 받은 메시지가 숨어 있는 시간입니다.
en: The time in which a received message stays hidden.
vi: Khoảng thời gian thông điệp đã nhận bị ẩn.
"""

_DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 328 120">
  <rect class="queue" x="8" y="20" width="120" height="60" rx="8"/>
  <text class="label" data-label="queue" data-width="100" x="68" y="50" text-anchor="middle"/>
  <path class="edge" d="M130 50H300"/>
</svg>
"""

_LESSON_TOP = """\
+++
checked = 2026-11-01
sources = ["https://docs.aws.amazon.com/sqs/visibility"]
+++

# title
ko: 선물이 아니라 대출
en: A loan, not a gift
vi: Cho mượn chứ không cho hẳn

# summary
ko: 큐는 메시지를 잠시 빌려줍니다.
en: A queue lends its messages for a while.
vi: Hàng đợi cho mượn thông điệp trong một lúc.

## section: borrowed
ko: 메시지는 빌려 가는 것입니다
en: A message is borrowed
vi: Thông điệp chỉ được mượn

## hidden
points = ["SQS-01"]

ko: [가시성 제한 시간](term:visibility-timeout) 동안 메시지는 숨습니다.
en: During the [visibility timeout](term:visibility-timeout) the message is hidden.
vi: Trong [thời gian ẩn](term:visibility-timeout), thông điệp bị ẩn.

ko: 가장 긴 시간은 {sqs.lease-max}입니다.
en: The longest time is {sqs.lease-max}.
vi: Thời gian dài nhất là {sqs.lease-max}.

ko: `DeleteMessage`를 보내야 메시지가 지워지고, 기한은 14일입니다.
en: `DeleteMessage` deletes the message, and the limit is 14 days.
vi: `DeleteMessage` mới xóa thông điệp, và hạn là 14 ngày.

## figure: lending-desk
file = "lending.svg"

ko: 메시지가 큐에서 나와 소비자에게 갑니다.
en: A message leaves the queue and goes to a consumer.
vi: Thông điệp rời hàng đợi và đến bên nhận.

### label: queue
ko: 큐
en: queue
vi: hàng đợi

## list: three-steps
ko: 받기
en: receive
vi: nhận

### intro
ko: 순서는 이렇습니다.
en: The order is this.
vi: Thứ tự như sau.

## steps: by-hand
ko: 콘솔을 엽니다
en: Open the console
vi: Mở bảng điều khiển

## table: compared
ko: 큐
en: queue
vi: hàng đợi

ko: 순서
en: order
vi: thứ tự

### row: standard
ko: 표준
en: standard
vi: tiêu chuẩn

ko: 대체로
en: mostly
vi: đa phần

## code: in-code
ko: 받기와 지우기
en: Receiving and deleting
vi: Nhận và xóa

```bash
aws sqs list-queues
```

## note: beside
ko: [처음](lesson:sqs/lending#hidden)으로 돌아가 보십시오.
en: Go back to the [beginning](lesson:sqs/lending#hidden).
vi: Hãy quay lại [phần đầu](lesson:sqs/lending#hidden).

## exam-tip: in-the-exam
ko: 숫자를 외우십시오.
en: Learn the number by heart.
vi: Hãy thuộc con số.

## recall: how-long
ko: 얼마 동안 숨습니까?
en: How long does it stay hidden?
vi: Thông điệp bị ẩn bao lâu?

### answer
ko: 제한 시간 동안입니다.
en: As long as the timeout.
vi: Bằng thời gian chờ.

## recall: who-deletes
ko: 누가 지웁니까?
en: Who deletes it?
vi: Ai xóa?

### answer
ko: 소비자가 지웁니다.
en: The consumer does.
vi: Bên nhận xóa.

## mistake: gone-at-once
points = ["SQS-01"]

ko: 받으면 곧 지워집니다.
en: Receiving deletes the message at once.
vi: Nhận là xóa ngay.

### answer
ko: 받으면 숨을 뿐입니다.
en: Receiving hides it only.
vi: Nhận chỉ làm thông điệp ẩn đi.

## two-answers: size
fact = "sqs.size-max"

## demo: crash
scenario = "sqs/crash-before-delete"

ko: 소비자가 멈춥니다. 무엇이 보입니까?
en: The consumer crashes. What do you see?
vi: Bên nhận dừng lại. Bạn thấy gì?

### answer
ko: 메시지가 다시 나타납니다.
en: The message appears again.
vi: Thông điệp xuất hiện lại.

## section: at-the-library
ko: 도서관에서 보는 같은 일
en: The same thing at a library
vi: Điều tương tự ở thư viện
"""

_SCENARIO = """\
+++
ends_at_ms = 40000
lesson = "sqs/lending#hidden"
expect = [
  "A: sent 0s, received by worker-a 0s, visible again 30s",
  "in all: 1 QueueCreated, 1 MessageSent, 1 MessagesReceived, 1 MessageVisible",
]

[queues.orders]
visibility_timeout = 30

[[script]]
at_ms = 0
do = "sqs.SendMessage"
queue = "orders"
message_body = "A"

[[script]]
at_ms = 0
do = "sqs.ReceiveMessage"
by = "worker-a"
queue = "orders"

[knobs.timeout]
sets = "queues.orders.visibility_timeout"
values = [20, 30]
+++

# title
ko: 지우기 전에 멈추기
en: A crash before the delete
vi: Dừng trước khi xóa

# summary
ko: 메시지가 돌아옵니다.
en: The message comes back.
vi: Thông điệp quay lại.

## knob: timeout
ko: 숨는 시간
en: time hidden
vi: thời gian bị ẩn

## label: worker-a
ko: 일꾼
en: worker
vi: người làm

## moment: back-again
when = { event = "MessageVisible", where = { message = "A" } }

ko: 메시지가 다시 보입니다.
en: The message is visible again.
vi: Thông điệp hiện lại.

## gate: when-back
when = { event = "MessageVisible" }
lesson = "sqs/lending#hidden"

ko: 메시지는 언제 돌아옵니까?
en: When does the message come back?
vi: Khi nào thông điệp quay lại?

### option: after-the-timeout
correct = true

ko: 제한 시간이 끝나면
en: after the timeout
vi: sau thời gian chờ

ko: SQS는 시계만 봅니다.
en: SQS watches the clock only.
vi: SQS chỉ nhìn đồng hồ.

### option: at-once
ko: 곧바로
en: at once
vi: ngay lập tức

ko: SQS는 멈춤을 모릅니다.
en: SQS does not know of the crash.
vi: SQS không biết việc dừng.

### answer
ko: 제한 시간이 끝나면 돌아옵니다.
en: It comes back after the timeout.
vi: Nó quay lại sau thời gian chờ.

## goal: comes-back
test = "event-happens"
parameters = { event = "MessageVisible", where = { queue = "orders" } }
met = true

ko: 메시지를 돌아오게 하십시오.
en: Let the message come back.
vi: Hãy để thông điệp quay lại.
"""

_TELLING = """\
## event: message-sent
ko: {queue}: {message} 저장
en: {queue} stores {message}
vi: {queue} lưu {message}

## reason: visibility-timeout-ended
lesson = "sqs/lending#hidden"
fact = "sqs.lease-max"

ko: 제한 시간이 끝났습니다.
en: The timeout has ended.
vi: Thời gian chờ đã hết.
"""

_PARAGRAPH = """
## library-{n}
ko: 책을 빌린 사람은 정해진 시간 동안 그 책을 집에 두고 천천히 읽습니다.
en: A reader who borrows a book keeps it at home for a fixed time and reads it slowly.
vi: Người mượn sách giữ cuốn sách ở nhà trong một thời gian cố định và đọc thong thả.

ko: 시간이 지나면 도서관은 그 책을 다시 책장에 올려 모두에게 보여 줍니다.
en: When the time is over, the library puts the book back on the shelf for everyone to see.
vi: Khi thời gian kết thúc, thư viện đặt sách lại lên kệ để mọi người đều nhìn thấy.
"""

PARAGRAPHS = 16  # so that the lesson has more than 400 words in Korean, the shortest of the three


def write_course(folder: Path, paragraphs: int = PARAGRAPHS) -> Path:
    """The small valid course below `folder`; `paragraphs` decides the length of its lesson."""
    lesson = _LESSON_TOP + "".join(_PARAGRAPH.format(n=n) for n in range(1, paragraphs + 1))
    files = {
        "units.toml": _UNITS,
        ORDER: _COURSE,
        "points.toml": _POINTS,
        "retired.toml": _RETIRED,
        SERVICES: _SERVICES,
        FACTS: _FACTS,
        TERMS: _TERMS,
        DRAWING: _DRAWING,
        LESSON: lesson,
        SCENARIO: _SCENARIO,
        TELLING: _TELLING,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


Plant = Callable[[Path], None]  # puts a fault into a course folder


def swap(file: str, old: str, new: str) -> Plant:
    """Replace the first place where `old` stands; it is an error if it stands nowhere."""

    def plant(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        if old not in text:
            raise LookupError(f"{old!r} does not stand in {file}; the planted fault is none")
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return plant


def together(*plants: Plant) -> Plant:
    """Several faults, or one that needs several changes."""

    def plant(folder: Path) -> None:
        for each in plants:
            each(folder)

    return plant


def remove(file: str) -> Plant:
    """Take a file away."""
    return lambda folder: (folder / file).unlink()


def add(file: str, text: str) -> Plant:
    """Write a file that was not there, or put text at the end of one that was."""

    def plant(folder: Path) -> None:
        path = folder / file
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")

    return plant


def add_bytes(file: str, raw: bytes) -> Plant:
    """Put bytes at the end of a file."""

    def plant(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes() + raw)

    return plant


def line_of(folder: Path, file: str, text: str, last: bool = False) -> int:
    """The number of the first (or last) line that holds `text`; a newline in it is the line's end."""
    content = (folder / file).read_text(encoding="utf-8", errors="replace")
    found = [n for n, line in enumerate(content.split("\n"), 1) if text in f"{line}\n"]
    if not found:
        raise LookupError(f"{text!r} does not stand in {file}")
    return found[-1 if last else 0]


def checked(folder: Path, today: dt.date | None = None) -> list[Problem]:
    """Everything that the rules find in a folder."""
    return check_course(load(folder), today)


def small_course(folder: Path) -> Course:
    """The small valid course, loaded."""
    return load(write_course(folder))

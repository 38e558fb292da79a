"""Queues as they are now. Only applies write here."""

from collections import deque
from dataclasses import dataclass, field

from studyapp.engine.sqs.ages import Ages
from studyapp.engine.sqs.fairness import FairLine
from studyapp.engine.sqs.groups import FifoLine
from studyapp.engine.sqs.line import Line
from studyapp.engine.sqs.message import Message


@dataclass(slots=True)
class Waiter:
    """A long poll that waits for a message. `number` is the entry of its ReceiveWaiting."""

    number: int
    by: str
    message_count_max: int
    visibility_timeout_ms: int
    attempt_id: str | None = None


@dataclass(slots=True)
class Chances:
    """What is left to chance on a queue; see `chances.py`."""

    duplicate_per_mille: int
    reorder_per_mille: int
    sampled_nodes: int
    storage_nodes: int


@dataclass(slots=True)
class Totals:
    """What CloudWatch would have counted since the queue was made. `received` counts messages."""

    sent: int = 0
    sent_bytes: int = 0
    received: int = 0
    deleted: int = 0
    empty_receives: int = 0
    deduplicated: int = 0


@dataclass(slots=True)
class Rate:
    """Calls in the current second; a batch is one call, told by its cause."""

    second: int = -1
    calls: int = 0
    cause: int = -1


@dataclass(slots=True)
class Fifo:
    """What only a FIFO queue has.

    `remembered`: deduplication key to the number of the entry that stored the message; `memories` the same
    in order of time. `attempts`, `attempt_ages`: likewise for ReceiveRequestAttemptId. `delayed`: delayed
    messages in order. `group_sends`: sends by group in the second of `group_second`.
    """

    content_based: bool = False
    dedup_per_group: bool = False
    high_throughput: bool = False
    remembered: dict[str, int] = field(default_factory=dict)
    memories: deque[tuple[int, str]] = field(default_factory=deque)
    attempts: dict[str, int] = field(default_factory=dict)
    attempt_ages: deque[tuple[int, str, int]] = field(default_factory=deque)
    delayed: deque[Message] = field(default_factory=deque)
    sends: Rate = field(default_factory=Rate)
    receives: Rate = field(default_factory=Rate)
    deletes: Rate = field(default_factory=Rate)
    changes: Rate = field(default_factory=Rate)
    group_second: int = -1
    group_sends: dict[str, Rate] = field(default_factory=dict)


@dataclass(slots=True)
class MoveTask:
    """A redrive. `status`: RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED."""

    handle: str
    destination: str | None
    per_second: int | None
    started_ms: int
    to_move: int
    moved: int = 0
    status: str = "RUNNING"
    failure: str = ""


@dataclass(slots=True)
class Queue:
    """A queue: its attributes as AWS shows them and as numbers, its messages by id, who waits for one.

    `retention_alarm_ms` is when the one alarm for retention rings. `purged_ms` is -1 before the first purge.
    """

    name: str
    created_ms: int
    modified_ms: int
    fifo: Fifo | None
    line: Line | FairLine | FifoLine
    attributes: dict[str, str] = field(default_factory=dict)
    visibility_timeout_ms: int = 0
    wait_time_ms: int = 0
    delay_ms: int = 0
    retention_ms: int = 0
    message_size_max: int = 0
    max_receive_count: int = 0
    dead_letter_queue: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    in_flight: int = 0
    delayed: int = 0
    ages: Ages = field(default_factory=Ages)
    retention_alarm_ms: int = -1
    purged_ms: int = -1
    waiters: dict[int, Waiter] = field(default_factory=dict)
    chances: Chances | None = None
    totals: Totals = field(default_factory=Totals)
    move_tasks: dict[str, MoveTask] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class State:
    """Every queue by name, and when a deleted one was deleted."""

    __slots__ = ("deleted_ms", "queues")

    def __init__(self) -> None:
        self.queues: dict[str, Queue] = {}
        self.deleted_ms: dict[str, int] = {}

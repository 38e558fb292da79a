"""How a `lambda-poller` is set up, and what it knows between two steps (SQS-X31)."""

from dataclasses import dataclass, field

from studyapp.engine.calls import Texts
from studyapp.engine.limits.actors import (
    LAMBDA_BATCH_DEFAULT_MESSAGES,
    LAMBDA_BATCH_MAX_MESSAGES,
    LAMBDA_BATCH_MAX_MESSAGES_FIFO,
    LAMBDA_CONCURRENCY_MAX,
    LAMBDA_CONCURRENCY_MIN,
    LAMBDA_CONCURRENCY_START,
    LAMBDA_FUNCTION_MAX_SECONDS,
    LAMBDA_WINDOW_MAX_SECONDS,
    LAMBDA_WINDOW_MIN_SECONDS_ABOVE_TEN,
)
from studyapp.engine.limits.sqs import RECEIVE_MAX_MESSAGES
from studyapp.engine.sqs.events import Receipt


@dataclass(frozen=True, slots=True)
class LambdaPollerSettings:
    """`batch_size` messages at most go into one invocation; with `batching_window_ms` it gathers them for so
    long. An invocation takes `duration_ms`.

    At most `concurrency_max` run at once (0: Lambda's own limit). It begins with five; while all are busy, 300
    more each minute.

    A message whose body holds one of `fails_on` fails; so do `fails_per_mille` of a thousand invocations,
    with all their messages. `reports_item_failures`: ReportBatchItemFailures.
    """

    queue: str
    start_ms: int = 0
    batch_size: int = field(
        default=LAMBDA_BATCH_DEFAULT_MESSAGES,
        metadata={"min": 1, "max": LAMBDA_BATCH_MAX_MESSAGES},
    )
    batching_window_ms: int = field(default=0, metadata={"max": LAMBDA_WINDOW_MAX_SECONDS * 1000})
    concurrency_max: int = field(default=0, metadata={"max": LAMBDA_CONCURRENCY_MAX})
    duration_ms: int = field(
        default=1_000, metadata={"min": 1, "max": LAMBDA_FUNCTION_MAX_SECONDS * 1000}
    )
    fails_on: Texts = ()
    fails_per_mille: int = field(default=0, metadata={"max": 1000})
    reports_item_failures: bool = False

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        window_min_ms = LAMBDA_WINDOW_MIN_SECONDS_ABOVE_TEN * 1000
        if self.queue.endswith(".fifo"):
            if self.batch_size > LAMBDA_BATCH_MAX_MESSAGES_FIFO:
                return "batch_size", f"1 to {LAMBDA_BATCH_MAX_MESSAGES_FIFO} for a FIFO queue"
            if self.batching_window_ms:
                return "batching_window_ms", "0 for a FIFO queue"
        elif self.batch_size > RECEIVE_MAX_MESSAGES and self.batching_window_ms < window_min_ms:
            return "batching_window_ms", f"at least {window_min_ms} for batches above ten"
        if 0 < self.concurrency_max < LAMBDA_CONCURRENCY_MIN:
            return "concurrency_max", f"0, or {LAMBDA_CONCURRENCY_MIN} to {LAMBDA_CONCURRENCY_MAX}"
        if "" in self.fails_on:
            return "fails_on", "texts that are not empty"
        return None


@dataclass(slots=True)
class LambdaMemory:
    """`polls` wait for messages, `running` invocations, `capacity` of both together. `gathered`, from
    `queue`, waits for the batch to be full or for `due_ms`. `scaled_ms`: when the capacity last grew, -1
    before the first poll."""

    polls: int = 0
    running: int = 0
    capacity: int = LAMBDA_CONCURRENCY_START
    gathered: list[Receipt] = field(default_factory=list)
    queue: str = ""
    due_ms: int = -1
    scaled_ms: int = -1

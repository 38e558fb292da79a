"""How a `producer` is set up, what happens to it, and what it remembers."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from studyapp.engine.actors import schedule
from studyapp.engine.actors.settings import Numbers
from studyapp.engine.calls import Texts
from studyapp.engine.limits.firehose import BATCH_RECORDS_MAX
from studyapp.engine.limits.kinesis import PUT_RECORDS_MAX
from studyapp.engine.limits.sqs import BATCH_MAX_ENTRIES, DELAY_MAX_SECONDS, MESSAGE_SIZE_MAX_BYTES

_BATCH_MAX = {
    "sqs": BATCH_MAX_ENTRIES,
    "sns": BATCH_MAX_ENTRIES,
    "kinesis": PUT_RECORDS_MAX,
    "firehose": BATCH_RECORDS_MAX,
}
# More at one time is a mistake: it would be one decision without end.
AT_ONCE_MAX = 100_000


@dataclass(frozen=True)
class ProducerSettings:
    """What it sends, where to, and when.

    When: from `start_ms` until `stop_ms` (0: no such time) or until `count` messages were sent (0: no such
    number). `interval_ms` between two messages, or `rate_per_second`, or `burst_size` messages every
    `burst_every_ms`, or `phases` such as "10000:9/s, 20000:1/min" (see `schedule.py`): the last of these that
    is given holds.

    What: `body` with {n} (a number from 1) and {key}, filled up to `size_bytes`. `attributes`: message
    attributes as "city={key}" or "weight:Number=3". `keys`: message group ids, or partition keys, chosen in
    turn, at random, or at random by `key_weights`. Without keys a Kinesis record's key is its number.
    `deduplication_id`: with {n} and {key} too. `delay_seconds` -1 leaves the delay to the queue.

    `batch_size` above 1: it collects so many messages and sends them with the batch action. What is throttled
    is sent again, up to `retries` times, `retry_after_ms` later, and each time after twice that.
    """

    to: str = field(metadata={"choices": tuple(_BATCH_MAX)})
    target: str
    count: int = 0
    start_ms: int = 0
    stop_ms: int = 0
    interval_ms: int = field(default=1_000, metadata={"min": 1})
    rate_per_second: int = field(default=0, metadata={"max": AT_ONCE_MAX})
    burst_size: int = field(default=1, metadata={"min": 1, "max": AT_ONCE_MAX})
    burst_every_ms: int = 0
    phases: str = ""
    body: str = "message {n}"
    size_bytes: int = field(default=0, metadata={"max": 10 * MESSAGE_SIZE_MAX_BYTES})
    attributes: Texts = ()
    keys: Texts = ()
    key_choice: str = field(
        default="round-robin", metadata={"choices": ("round-robin", "random", "weights")}
    )
    key_weights: Numbers = ()
    deduplication_id: str = ""
    delay_seconds: int = field(default=-1, metadata={"min": -1, "max": DELAY_MAX_SECONDS})
    batch_size: int = field(default=1, metadata={"min": 1, "max": max(_BATCH_MAX.values())})
    retries: int = field(default=8, metadata={"max": 30})
    retry_after_ms: int = field(default=100, metadata={"min": 1, "max": 60_000})

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        if self.phases:
            try:
                phases = schedule.phases(self.phases)
            except ValueError as fault:
                return "phases", str(fault)
            if max(phase.amount for phase in phases) > AT_ONCE_MAX:
                return "phases", f"phases with rates up to {AT_ONCE_MAX}"
        if self.batch_size > _BATCH_MAX[self.to]:
            return "batch_size", f"1 to {_BATCH_MAX[self.to]}"
        if self.key_choice == "weights" and (
            len(self.key_weights) != len(self.keys) or not 0 < sum(self.key_weights) < 2**53
        ):
            return "key_weights", "one number for each key, not all 0"
        if any("=" not in text for text in self.attributes):
            return "attributes", "texts such as 'city=busan'"
        return None

    @cached_property
    def plain(self) -> bool:
        """It sends to a queue, one by one, nothing but bodies (see `beaten_path.py`)."""
        return (
            self.to == "sqs"
            and self.batch_size == 1
            and self.delay_seconds < 0
            and not (self.keys or self.attributes or self.deduplication_id)
        )

    @cached_property
    def target_parameter(self) -> tuple[str, str]:
        return "queue", self.target

    def schedule(self) -> tuple[schedule.Phase, ...]:
        if self.phases:
            return schedule.phases(self.phases)
        if self.burst_every_ms:
            return schedule.every(self.burst_every_ms, self.burst_size)
        if self.rate_per_second:
            return schedule.rate(self.rate_per_second)
        return schedule.every(self.interval_ms, 1)


class SendPlanned(NamedTuple):
    """Its next turns: when, and how many messages; `batch_size` in a call. It has sent `sent` so far, which is
    the number of the last one. reason: '' or 'changed' (its settings were; older plans no longer count)."""

    at_ms: int
    cause: int
    reason: str
    by: str
    sent: int
    batch_size: int
    turns: tuple[tuple[int, int], ...]


class SendRetryPlanned(NamedTuple):
    """These messages were throttled; it sends them again at `due_ms`. reason: that of the refusal, or
    'part-throttled' when only a part of a batch was."""

    at_ms: int
    cause: int
    reason: str
    by: str
    due_ms: int
    attempt: int
    numbers: tuple[int, ...]
    keys: tuple[str, ...]


class SendRetried(NamedTuple):
    """The retry (`cause`) was not throttled: everything of that call is through, or refused for good."""

    at_ms: int
    cause: int
    reason: str
    by: str
    attempt: int


class SendGivenUp(NamedTuple):
    """These messages were throttled too often and are lost. reason: 'retries-used-up'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    attempt: int
    numbers: tuple[int, ...]


class SendingEnded(NamedTuple):
    """It will send nothing new. reason: 'count-reached', 'schedule-ended' or 'stop-time-reached'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    sent: int


@dataclass(slots=True)
class ProducerMemory:
    """`planned`: the entry of the plan that counts. `retrying`: retries that are still to come."""

    planned: int = -1
    retrying: int = 0
    ended: bool = False


@dataclass(slots=True)
class ProducerRecords:
    """`sent`: how many messages it had sent, in all its lives, when it made its last plan, the entry `plan`."""

    sent: int = 0
    plan: int = -1

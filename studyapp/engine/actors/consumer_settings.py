"""How a `consumer` is set up, what it remembers, and what it keeps over a crash."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from studyapp.engine.calls import Texts
from studyapp.engine.limits.sqs import (
    RECEIVE_MAX_MESSAGES,
    VISIBILITY_TIMEOUT_MAX_SECONDS,
    WAIT_MAX_SECONDS,
)


@dataclass(frozen=True)
class ConsumerSettings:
    """How it asks, what it does, and what goes wrong. Seconds where SQS has seconds, else milliseconds.

    `wait_time_seconds`: 0 is short polling; after an empty answer it rests `poll_interval_ms`. Long polling
    asks again at once. -1 leaves `wait_time_seconds` and `visibility_timeout` to the queue.

    `handling_ms` plus 0 to `handling_jitter_ms` (drawn) for each message, one after the other.
    `extends_visibility`: after each half of the timeout it asks for the whole timeout anew.

    `deletes` false: it forgets to. `deletes_in_batch`: all together after the last of what it received.
    `delete_with` message-id: the classic mistake.
    `loses_delete_per_mille`: of a thousand messages so many are handled, but the delete gets lost.

    `fails_per_mille`: of a thousand so many fail. `fails_on`: a message whose body holds one of these texts
    always fails. `on_failure`: it leaves the message hidden until the timeout ends, crashes, or makes it
    visible at once.

    `crash_on_message`: it crashes with the nth message that it begins in all its lives: `crash_after_ms` into
    the handling, or (-1) when it is handled and not yet deleted. `restart_after_ms` after any crash it starts
    again; 0: it stays down.

    `idempotent`: it remembers, even over a crash, what it has handled (by message id, or by body), and only
    deletes what comes again.

    `forwards_to`: "queue:name" or "topic:name"; the body goes there when a message is handled, before the
    delete.
    """

    queue: str
    start_ms: int = 0
    wait_time_seconds: int = field(
        default=WAIT_MAX_SECONDS, metadata={"min": -1, "max": WAIT_MAX_SECONDS}
    )
    poll_interval_ms: int = field(default=1_000, metadata={"min": 1})
    batch_size: int = field(default=1, metadata={"min": 1, "max": RECEIVE_MAX_MESSAGES})
    visibility_timeout: int = field(
        default=-1, metadata={"min": -1, "max": VISIBILITY_TIMEOUT_MAX_SECONDS}
    )
    handling_ms: int = field(default=1_000, metadata={"min": 1})
    handling_jitter_ms: int = 0
    extends_visibility: bool = False
    deletes: bool = True
    deletes_in_batch: bool = False
    delete_with: str = field(
        default="receipt-handle", metadata={"choices": ("receipt-handle", "message-id")}
    )
    loses_delete_per_mille: int = field(default=0, metadata={"max": 1000})
    fails_per_mille: int = field(default=0, metadata={"max": 1000})
    fails_on: Texts = ()
    on_failure: str = field(
        default="leave", metadata={"choices": ("leave", "crash", "make-visible")}
    )
    crash_on_message: int = 0
    crash_after_ms: int = field(default=-1, metadata={"min": -1})
    restart_after_ms: int = 0
    idempotent: bool = False
    idempotent_by: str = field(default="message-id", metadata={"choices": ("message-id", "body")})
    forwards_to: str = ""

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        if self.forwards_to and not self.forwards_to.startswith(("queue:", "topic:")):
            return "forwards_to", "'queue:name' or 'topic:name'"
        if "" in self.fails_on:
            return "fails_on", "texts that are not empty"
        return None

    @cached_property
    def receive_parameters(self) -> tuple[tuple[str, Any], ...]:
        """What it gives to ReceiveMessage."""
        found: list[tuple[str, Any]] = [
            ("queue", self.queue),
            ("max_number_of_messages", self.batch_size),
        ]
        if self.wait_time_seconds >= 0:
            found.append(("wait_time_seconds", self.wait_time_seconds))
        if self.visibility_timeout >= 0:
            found.append(("visibility_timeout", self.visibility_timeout))
        return tuple(found)

    @cached_property
    def plain(self) -> bool:
        """It handles what it receives in the same time, forgets it and deletes it (see `beaten_path.py`)."""
        return (
            self.deletes
            and self.delete_with == "receipt-handle"
            and not (
                self.handling_jitter_ms
                or self.deletes_in_batch
                or self.fails_per_mille
                or self.fails_on
                or self.crash_on_message
                or self.idempotent
                or self.forwards_to
            )
        )


@dataclass(slots=True)
class ConsumerMemory:
    """`received`: the entry of the last MessagesReceived with messages; `left`: how many of these it has not
    dealt with. `handled`: receipt handles that wait for a delete in batch."""

    received: int = -1
    left: int = 0
    handled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ConsumerRecords:
    """What it keeps in a database: how many messages it began, and, if it is idempotent, which it handled."""

    started: int = 0
    handled: dict[str, int] = field(default_factory=dict)

"""Which message of a queue is the oldest: for retention, and for the age that CloudWatch shows."""

from collections import deque
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from studyapp.engine.limits.sqs import RECEIVES_UNTIL_BACK_OF_QUEUE
from studyapp.engine.sqs.line import SLACK
from studyapp.engine.sqs.message import GONE, Message


@dataclass(slots=True)
class Ages:
    """`stored`: messages sent to this queue, in order of sending. `carried`: those that came from another queue
    with an older time, as a heap of (sent_ms, sequence, message). `counted`: all, in order of arrival; their
    first is the one whose age CloudWatch shows, without those received three times (SQS-X30).

    Fronts are always true; what left from the middle is swept away later.
    """

    stored: deque[Message] = field(default_factory=deque)
    carried: list[tuple[int, int, Message]] = field(default_factory=list)
    counted: deque[Message] = field(default_factory=deque)

    def enter(self, message: Message) -> None:
        """A message came into the queue."""
        if message.sent_ms == message.entered_ms:
            self.stored.append(message)
        else:
            heappush(self.carried, (message.sent_ms, message.sequence, message))
        self.counted.append(message)

    def leave(self, remaining: int) -> None:
        """A message (state GONE) left; so many remain."""
        stored, carried = self.stored, self.carried
        while stored and stored[0].state == GONE:
            stored.popleft()
        while carried and carried[0][2].state == GONE:
            heappop(carried)
        counted = self.counted
        if counted and counted[0].state == GONE:
            self.worn_out()
        limit = 2 * remaining + SLACK
        if len(stored) > limit:
            self.stored = deque(each for each in stored if each.state != GONE)
        if len(carried) > limit:
            self.carried = [entry for entry in carried if entry[2].state != GONE]
            heapify(self.carried)
        if len(counted) > limit:
            self.counted = deque(each for each in counted if each.state != GONE)

    def worn_out(self) -> None:
        """A message was received: those received too often no longer count."""
        counted = self.counted
        while counted and (
            counted[0].state == GONE or counted[0].receives_here >= RECEIVES_UNTIL_BACK_OF_QUEUE
        ):
            counted.popleft()

    def oldest(self) -> Message | None:
        """The message with the oldest SentTimestamp."""
        if not self.carried:
            return self.stored[0] if self.stored else None
        first = self.carried[0][2]
        if self.stored and self.stored[0].sent_ms < first.sent_ms:
            return self.stored[0]
        return first

"""A naive model of SQS that follows the log event by event and says where each message must be.

It scans, keeps everything, and knows nothing of how the engine finds its messages.
"""

from dataclasses import dataclass, field
from typing import Any

from studyapp.engine.log import Called
from studyapp.engine.sqs import events
from studyapp.engine.sqs.message import DELAYED, IN_FLIGHT, VISIBLE
from studyapp.engine.sqs.metrics import metrics
from studyapp.engine.world import World

STATES = {DELAYED: "delayed", VISIBLE: "visible", IN_FLIGHT: "in flight"}
TWELVE_HOURS_MS = 43_200_000
FIVE_MINUTES_MS = 300_000


@dataclass
class Mail:
    message_id: str
    group: str | None
    sent_ms: int
    entered_ms: int
    state: str
    hidden_until_ms: int
    dead_letter_source: str = ""
    total: int = 0
    receives: int = 0
    handle: str = ""
    received_ms: int = -1


@dataclass
class Box:
    name: str
    settings: dict[str, int]
    target: str
    count: int
    mail: list[Mail] = field(default_factory=list)
    waiters: list[Any] = field(default_factory=list)
    sends: list[tuple[int, str]] = field(default_factory=list)

    @property
    def fifo(self) -> bool:
        return self.name.endswith(".fifo")

    def receivable(self) -> list[Mail]:
        """What a receive may give, in order within each group."""
        if not self.fifo:
            return [mail for mail in self.mail if mail.state == "visible"]
        found, closed = [], []
        for mail in self.mail:
            if mail.state != "visible":
                closed.append(mail.group)
            elif mail.group not in closed:
                found.append(mail)
        return found


class Naive:
    """Follows a world; `boxes` by name, and for each message that is gone its last place."""

    def __init__(self, world: World, boxes: list[Box]) -> None:
        self.world = world
        self.boxes = {box.name: box for box in boxes}
        self.gone: dict[str, str] = {}
        self.handles: dict[str, str] = {}
        self.read = len(world.log)
        self.steps = 0

    # Looking things up

    def find(self, box: Box, message_id: str) -> Mail:
        (mail,) = [mail for mail in box.mail if mail.message_id == message_id]
        return mail

    def holds(self, box: Box, message_id: str) -> bool:
        return any(mail.message_id == message_id for mail in box.mail)

    def take(self, box: Box, message_id: str, place: str = "") -> Mail:
        mail = self.find(box, message_id)
        box.mail.remove(mail)
        if place:
            assert message_id not in self.gone
            self.gone[message_id] = place
        return mail

    # Following the log

    def follow(self) -> None:
        """Check every new event, then that nothing is overdue and that the engine agrees."""
        while self.read < len(self.world.log):
            event = self.world.log[self.read]
            handler = getattr(self, type(event).__name__, None)
            if handler is not None:
                handler(event, self.read)
            self.read += 1
        self.nothing_overdue()
        self.engine_agrees()
        self.steps += 1

    def MessageSent(self, event: events.MessageSent, number: int) -> None:
        box = self.boxes[event.queue]
        assert event.message_id not in self.gone
        assert not any(self.holds(each, event.message_id) for each in self.boxes.values())
        if box.fifo:
            assert self.first_send(box, event.at_ms, event.deduplication_id) is None
            box.sends.append((event.at_ms, str(event.deduplication_id)))
        called = self.world.log[event.cause]
        assert isinstance(called, Called)
        delay = dict(called.parameters).get("delay_seconds")
        if delay is None or box.fifo:
            delay = box.settings["DelaySeconds"]
        assert event.visible_at_ms == event.at_ms + delay * 1000
        state = "delayed" if delay else "visible"
        box.mail.append(
            Mail(
                event.message_id,
                event.group,
                event.at_ms,
                event.at_ms,
                state,
                event.visible_at_ms,
            )
        )

    def first_send(self, box: Box, at_ms: int, identity: str | None) -> int | None:
        for sent_ms, known in box.sends:
            if known == identity and at_ms - sent_ms < FIVE_MINUTES_MS:
                return sent_ms
        return None

    def SendDeduplicated(self, event: events.SendDeduplicated, number: int) -> None:
        box = self.boxes[event.queue]
        assert self.first_send(box, event.at_ms, event.deduplication_id) is not None

    def MessageVisible(self, event: events.MessageVisible, number: int) -> None:
        mail = self.find(self.boxes[event.queue], event.message_id)
        if event.reason == "delay-ended":
            assert (mail.state, mail.hidden_until_ms) == ("delayed", event.at_ms)
        else:
            assert mail.state == "in flight"
            if event.reason == "visibility-timeout-ended":
                assert mail.hidden_until_ms == event.at_ms
        mail.state = "visible"

    def ReceiveWaiting(self, event: events.ReceiveWaiting, number: int) -> None:
        box = self.boxes[event.queue]
        assert box.receivable() == []
        box.waiters.append((number, event))

    def PollAbandoned(self, event: events.PollAbandoned, number: int) -> None:
        box = self.boxes[event.queue]
        (mine,) = [each for each in box.waiters if each[0] == event.waiting]
        assert mine[1].by == event.by
        box.waiters.remove(mine)

    def MessagesReceived(self, event: events.MessagesReceived, number: int) -> None:
        box = self.boxes[event.queue]
        request: Any = self.world.log[event.cause]
        if isinstance(request, events.ReceiveWaiting):
            count, timeout_ms = request.message_count_max, request.visibility_timeout_ms
            if event.receipts:
                assert box.waiters[0][0] == event.cause, "the longest waiting comes first"
            else:
                assert event.at_ms == request.deadline_ms
            box.waiters = [each for each in box.waiters if each[0] != event.cause]
        else:
            given = dict(request.parameters)
            count = given.get("max_number_of_messages", 1)
            timeout = given.get("visibility_timeout", box.settings["VisibilityTimeout"])
            timeout_ms = timeout * 1000
        if event.reason == "same-attempt":
            for message_id, handle, total, until_ms, _ in event.receipts:
                mail = self.find(box, message_id)
                assert (mail.state, mail.handle, mail.total) == ("in flight", handle, total)
                mail.hidden_until_ms = until_ms
            return
        receivable = box.receivable()
        assert len(event.receipts) == min(count, len(receivable))
        given_by_group: dict[str | None, list[str]] = {}
        for message_id, handle, total, until_ms, copy_stays in event.receipts:
            mail = self.find(box, message_id)
            assert mail in receivable
            assert not copy_stays
            assert handle not in self.handles
            assert total == mail.total + 1
            assert until_ms == event.at_ms + timeout_ms
            if box.target:
                assert mail.receives < box.count
            given_by_group.setdefault(mail.group, []).append(message_id)
            self.handles[handle] = box.name
            mail.state, mail.handle, mail.hidden_until_ms = "in flight", handle, until_ms
            mail.total, mail.receives, mail.received_ms = total, mail.receives + 1, event.at_ms
        if box.fifo:
            for group, given_ids in given_by_group.items():
                mine = [mail.message_id for mail in receivable if mail.group == group]
                assert given_ids == mine[: len(given_ids)], "in order, nothing left out"

    def MessageDeadLettered(self, event: events.MessageDeadLettered, number: int) -> None:
        box = self.boxes[event.queue]
        assert event.dead_letter_queue == box.target
        assert self.find(box, event.message_id) in box.receivable()
        mail = self.take(box, event.message_id)
        assert mail.receives == box.count
        mail.receives, mail.handle, mail.state = 0, "", "visible"
        mail.dead_letter_source = event.queue
        mail.entered_ms = event.at_ms
        if box.fifo:
            mail.sent_ms = event.at_ms
        self.boxes[box.target].mail.append(mail)

    def MessageDeleted(self, event: events.MessageDeleted, number: int) -> None:
        box = self.boxes[event.queue]
        mail = self.take(box, event.message_id, "deleted")
        assert mail.handle == event.receipt_handle
        assert mail.state == "in flight" or (mail.state == "visible" and not box.fifo)

    def DeleteIgnored(self, event: events.DeleteIgnored, number: int) -> None:
        box = self.boxes[event.queue]
        assert self.handles[event.receipt_handle] == event.queue
        if self.holds(box, event.message_id):
            assert event.reason == "received-again"
            assert self.find(box, event.message_id).handle != event.receipt_handle
        else:
            assert event.reason == "deleted-before"

    def VisibilityChanged(self, event: events.VisibilityChanged, number: int) -> None:
        box = self.boxes[event.queue]
        mail = self.find(box, event.message_id)
        assert mail.handle == event.receipt_handle
        assert event.at_ms < event.hidden_until_ms <= mail.received_ms + TWELVE_HOURS_MS
        assert mail.state == "in flight" or (mail.state == "visible" and not box.fifo)
        mail.state, mail.hidden_until_ms = "in flight", event.hidden_until_ms

    def MessageExpired(self, event: events.MessageExpired, number: int) -> None:
        box = self.boxes[event.queue]
        mail = self.take(box, event.message_id, "expired")
        assert mail.sent_ms + box.settings["MessageRetentionPeriod"] * 1000 <= event.at_ms

    def MessageRedriven(self, event: events.MessageRedriven, number: int) -> None:
        box, target = self.boxes[event.queue], self.boxes[event.destination]
        assert self.find(box, event.message_id) in box.receivable()
        mail = self.take(box, event.message_id, "moved")
        assert target.name == mail.dead_letter_source
        state = "delayed" if event.visible_at_ms > event.at_ms else "visible"
        until_ms = event.visible_at_ms
        target.mail.append(
            Mail(event.new_message_id, mail.group, event.at_ms, event.at_ms, state, until_ms)
        )

    def QueuePurged(self, event: events.QueuePurged, number: int) -> None:
        box = self.boxes[event.queue]
        assert event.message_count == len(box.mail)
        for mail in list(box.mail):
            self.take(box, mail.message_id, "purged")
        box.sends = []

    def QueueAttributesChanged(self, event: events.QueueAttributesChanged, number: int) -> None:
        box = self.boxes[event.queue]
        for name, text in event.attributes:
            box.settings[name] = int(text)
            if name == "DelaySeconds" and box.fifo:
                for mail in box.mail:
                    if mail.state == "delayed":
                        due_ms = mail.entered_ms + int(text) * 1000
                        mail.hidden_until_ms = max(due_ms, event.at_ms)

    # What must hold between two steps

    def nothing_overdue(self) -> None:
        now_ms = self.world.now_ms
        for box in self.boxes.values():
            for mail in box.mail:
                if mail.state != "visible":
                    assert mail.hidden_until_ms > now_ms
                assert mail.sent_ms + box.settings["MessageRetentionPeriod"] * 1000 > now_ms
            if box.waiters:
                assert box.receivable() == [], "nobody waits while there is something"
                assert all(event.deadline_ms > now_ms for _, event in box.waiters)

    def engine_agrees(self) -> None:
        for box in self.boxes.values():
            queue = self.world.sqs.queues[box.name]
            there = [
                (each.message_id, STATES[each.state], each.receipt_handle, each.receives_here)
                for each in queue.messages.values()
            ]
            mine = [(each.message_id, each.state, each.handle, each.receives) for each in box.mail]
            assert there == mine
            assert [number for number, _ in box.waiters] == list(queue.waiters)
            offered = [each.message_id for each in queue.line.first(len(mine) + 1)]
            assert sorted(offered) == sorted(each.message_id for each in box.receivable())
            shown = metrics(self.world, queue)
            states = [each.state for each in box.mail]
            assert shown[:3] == tuple(map(states.count, ("visible", "in flight", "delayed")))
            young = [each.entered_ms for each in box.mail if each.receives < 3]
            assert shown.age_of_oldest_ms == (self.world.now_ms - min(young) if young else 0)
            groups = {each.group for each in box.mail if each.state == "in flight"}
            assert shown.groups_in_flight == (len(groups) if box.fifo else 0)

"""Random walks: whatever is done, every message is in exactly one place, the one where the model has it."""

import json
import os
import random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from studyapp.engine.log import CallRefused
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.commands import hang_up
from studyapp.engine.sqs.events import MessageSent
from studyapp.engine.world import World
from tests.engine.sqs.naive import Box, Naive
from tests.support.worlds import same_world

ARN = "arn:aws:sqs:us-east-1:123456789012:"
QUEUES = ("orders", "dead", "orders.fifo", "dead.fifo")
WORKERS = ("ann", "bob", "cy")
TIMEOUTS = (None, None, 0, 1, 5, 30, 600)
WAITS = (0, 0, 5, 20)
STEPS_MS = (0, 1, 500, 1000, 5000, 20_000, 30_000, 60_000, 299_999, 3_600_000)
RETENTIONS = (60, 600, 345_600)
DELAYS = (0, 0, 5, 60)


class Walk:
    """A world of two queues with their dead-letter queues, followed by the model. Choices are whole numbers."""

    def __init__(self, seed: int, retention: int, delay: int, fair: bool) -> None:
        self.world = World(seed)
        self.fair = fair
        self.handles: list[tuple[str, str]] = []
        boxes = []
        for name in ("dead", "dead.fifo", "orders", "orders.fifo"):
            numbers = {
                "VisibilityTimeout": 10,
                "MessageRetentionPeriod": retention,
                "DelaySeconds": delay if name.startswith("orders") else 0,
            }
            attributes: dict[str, Any] = dict(numbers)
            target = ""
            if name.startswith("orders"):
                target = name.replace("orders", "dead")
                attributes["RedrivePolicy"] = json.dumps(
                    {"deadLetterTargetArn": ARN + target, "maxReceiveCount": 2}
                )
            if name.endswith(".fifo"):
                attributes["FifoQueue"] = "true"
            self.world.call("sqs.CreateQueue", "setup", queue_name=name, attributes=attributes)
            boxes.append(Box(name, numbers, target, 2))
        self.naive = Naive(self.world, boxes)
        self.sent = 0

    def call(self, action: str, by: str = "app", **parameters: Any) -> str:
        """Call and follow; returns the reason of a refusal, or ''."""
        reason = ""
        try:
            self.world.call(f"sqs.{action}", by, **parameters)
        except Refused as refusal:
            reason = refusal.reason
            assert isinstance(self.world.log[-1], CallRefused)
        self.world.advance_to(self.world.now_ms)  # what is due at this moment
        self._follow()
        return reason

    def _follow(self) -> None:
        before = self.naive.read
        self.naive.follow()
        for event in self.world.log[before:]:
            for receipt in getattr(event, "receipts", ()):
                self.handles.append((event.queue, receipt[1]))  # type: ignore[attr-defined]

    def send(self, fifo: int, who: int, identity: int, delay: int) -> None:
        queue = "orders.fifo" if fifo % 2 else "orders"
        if fifo < 6:
            queue = queue.replace("orders", "dead")
        self.sent += 1
        more: dict[str, Any] = {}
        if fifo % 2:
            more["message_group_id"] = f"g{who % 3}"
            more["message_deduplication_id"] = f"d{identity % 7 + self.sent // 6 * 7}"
        else:
            more["delay_seconds"] = (None, None, None, 0, 5, 900)[delay % 6]
            if self.fair and who % 4:
                more["message_group_id"] = f"t{who % 4}"
        assert not self.call("SendMessage", queue=queue, message_body="x", **more)

    def receive(self, queue: int, who: int, count: int, timeout: int, wait: int) -> None:
        name = QUEUES[queue % 4]
        more: dict[str, Any] = {}
        if name.endswith(".fifo") and wait % 3 == 0:
            more["receive_request_attempt_id"] = f"try-{count % 2}"
        assert not self.call(
            "ReceiveMessage",
            WORKERS[who % 3],
            queue=name,
            max_number_of_messages=(1, 1, 2, 3, 10)[count % 5],
            visibility_timeout=TIMEOUTS[timeout % len(TIMEOUTS)],
            wait_time_seconds=WAITS[wait % len(WAITS)],
            **more,
        )

    def _handle(self, which: int) -> tuple[str, str] | None:
        """One of the last receipts, or any."""
        if not self.handles:
            return None
        recent = self.handles[-4:] if which % 4 else self.handles
        return recent[which // 4 % len(recent)]

    def delete(self, which: int) -> None:
        known = self._handle(which)
        if known is None:
            return
        queue, handle = known
        box, message_id = self.naive.boxes[queue], handle.partition("-")[0]
        expected = ""
        if box.fifo and self.naive.holds(box, message_id):
            mail = self.naive.find(box, message_id)
            if mail.handle != handle or mail.state != "in flight":
                expected = "receipt-handle-expired"
        assert self.call("DeleteMessage", queue=queue, receipt_handle=handle) == expected
        if not expected and (not box.fifo or self.naive.gone.get(message_id)):
            assert not box.fifo or not self.naive.holds(box, message_id)

    def change(self, which: int, seconds: int) -> None:
        known = self._handle(which)
        if known is None:
            return
        queue, handle = known
        box, message_id = self.naive.boxes[queue], handle.partition("-")[0]
        wanted = (0, 0, 1, 10, 100, 43_200)[seconds % 6]
        if not self.naive.holds(box, message_id):
            expected = "message-not-available"
        else:
            mail = self.naive.find(box, message_id)
            if mail.handle != handle:
                expected = "receipt-handle-expired" if box.fifo else "message-not-in-flight"
            elif box.fifo and mail.state != "in flight":
                expected = "receipt-handle-expired"
            elif self.world.now_ms + wanted * 1000 > mail.received_ms + 43_200_000:
                expected = "visibility-beyond-twelve-hours"
            else:
                expected = ""
        given = {"receipt_handle": handle, "visibility_timeout": wanted}
        assert self.call("ChangeMessageVisibility", queue=queue, **given) == expected

    def advance(self, how_far: int) -> None:
        self.world.advance_to(self.world.now_ms + STEPS_MS[how_far % len(STEPS_MS)])
        self._follow()

    def settle(self, queue: int, what: int, value: int) -> None:
        name, choices = (
            ("MessageRetentionPeriod", RETENTIONS),
            ("DelaySeconds", DELAYS),
            ("VisibilityTimeout", (0, 10, 60)),
        )[what % 3]
        attributes = {name: choices[value % len(choices)]}
        self.world.call(
            "sqs.SetQueueAttributes", "app", queue=QUEUES[queue % 4], attributes=attributes
        )
        self.world.advance_to(self.world.now_ms)
        self._follow()

    def rarely(self, queue: int, what: int, who: int) -> None:
        choice = what % 8
        if choice == 0:
            reason = self.call("PurgeQueue", queue=QUEUES[queue % 4])
            assert reason in ("", "purge-in-progress")
        elif choice == 1:
            hang_up(self.world, WORKERS[who % 3])
            self._follow()
        elif choice == 2:
            reason = self.call("CancelMessageMoveTask", task_handle=f"t{who}")
            assert reason in ("", "move-task-not-found", "move-task-not-running")
        else:
            source = ARN + ("dead.fifo" if queue % 2 else "dead")
            rate = (None, 1, 100)[who % 3]
            given = {"source_arn": source, "max_number_of_messages_per_second": rate}
            assert self.call("StartMessageMoveTask", **given) in ("", "move-task-running")

    def end(self) -> None:
        """Every message that ever was is in one place; a replay ends in the same world."""
        waiting = [mail.message_id for box in self.naive.boxes.values() for mail in box.mail]
        assert len(waiting) == len(set(waiting))
        assert not set(waiting) & set(self.naive.gone)
        sent = [event.message_id for event in self.world.log if isinstance(event, MessageSent)]
        assert set(sent) <= set(waiting) | set(self.naive.gone)
        same_world(self.world)


SMALL = st.integers(0, 63)


class Machine(RuleBasedStateMachine):
    """The walk, with choices by Hypothesis, which looks for the shortest way to a fault."""

    walk: Walk

    @initialize(
        retention=st.sampled_from(RETENTIONS), delay=st.sampled_from(DELAYS), fair=st.booleans()
    )
    def begin(self, retention: int, delay: int, fair: bool) -> None:
        self.walk = Walk(1, retention, delay, fair)

    @rule(fifo=SMALL, who=SMALL, identity=SMALL, delay=SMALL)
    def send(self, fifo: int, who: int, identity: int, delay: int) -> None:
        self.walk.send(fifo, who, identity, delay)

    @rule(queue=SMALL, who=SMALL, count=SMALL, timeout=SMALL, wait=SMALL)
    def receive(self, queue: int, who: int, count: int, timeout: int, wait: int) -> None:
        self.walk.receive(queue, who, count, timeout, wait)

    @rule(which=SMALL)
    def delete(self, which: int) -> None:
        self.walk.delete(which)

    @rule(which=SMALL, seconds=SMALL)
    def change(self, which: int, seconds: int) -> None:
        self.walk.change(which, seconds)

    @rule(how_far=SMALL)
    def advance(self, how_far: int) -> None:
        self.walk.advance(how_far)

    @rule(queue=SMALL, what=SMALL, value=SMALL)
    def settle(self, queue: int, what: int, value: int) -> None:
        self.walk.settle(queue, what, value)

    @rule(queue=SMALL, what=SMALL, who=SMALL)
    def rarely(self, queue: int, what: int, who: int) -> None:
        self.walk.rarely(queue, what, who)

    def teardown(self) -> None:
        if hasattr(self, "walk"):
            self.walk.end()


Machine.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
TestMachine = Machine.TestCase

# How often each kind of step is taken.
WEIGHTS = {
    "send": 30,
    "receive": 30,
    "delete": 12,
    "change": 8,
    "advance": 16,
    "settle": 2,
    "rarely": 4,
}
CHOICES = {
    "send": 4,
    "receive": 5,
    "delete": 1,
    "change": 2,
    "advance": 1,
    "settle": 3,
    "rarely": 3,
}
# DECOUPLE_WALKS=20 walks twenty times as far.
WALKS, STEPS = 1_400 * int(os.environ.get("DECOUPLE_WALKS", "1")), 150


def walked(seed: int, steps: int = STEPS) -> Walk:
    """One walk, all of its choices from the seed."""
    chance = random.Random(seed)
    walk = Walk(seed, chance.choice(RETENTIONS), chance.choice(DELAYS), chance.random() < 0.3)
    names = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=steps)
    for name in names:
        getattr(walk, name)(*(chance.randrange(64) for _ in range(CHOICES[name])))
    walk.end()
    return walk


@pytest.mark.parametrize("part", range(4))
def test_many_walks_agree_with_the_naive_model(part: int) -> None:
    steps = sum(walked(seed).naive.steps for seed in range(part, WALKS, 4))
    assert steps >= 50_000, "all four parts together check at least 200,000 steps"


def test_walks_reach_every_place_and_every_kind_of_event() -> None:
    places: set[str] = set()
    kinds: set[str] = set()
    for seed in range(40):
        walk = walked(seed)
        places |= set(walk.naive.gone.values())
        kinds |= {type(event).__name__ for event in walk.world.log}
    assert places == {"deleted", "expired", "purged", "moved"}
    assert kinds >= {
        "MessageDeadLettered",
        "DeleteIgnored",
        "VisibilityChanged",
        "SendDeduplicated",
        "ReceiveWaiting",
        "PollAbandoned",
        "RetentionChecked",
        "MessageMoveTaskEnded",
        "CallRefused",
    }

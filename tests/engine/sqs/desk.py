"""A short way to work with queues in tests."""

from typing import Any

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessageSent, MessagesReceived, Receipt
from studyapp.engine.sqs.queue import Queue
from studyapp.engine.world import World
from tests.support.worlds import same_world


class Desk:
    """A world with one queue, `orders` (or `orders.fifo`), and calls to it; times in seconds."""

    def __init__(self, name: str = "orders", seed: int = 0, **attributes: Any) -> None:
        self.world = World(seed)
        self.name = name
        self.create(name, **attributes)

    def create(self, name: str, **attributes: Any) -> None:
        if name.endswith(".fifo"):
            attributes = {"FifoQueue": "true", **attributes}
        self.call("CreateQueue", queue_name=name, attributes=attributes)

    def call(self, action: str, by: str = "app", **parameters: Any) -> Any:
        return self.world.call(f"sqs.{action}", by, **parameters)

    def refused(self, action: str, **parameters: Any) -> str:
        with pytest.raises(Refused) as caught:
            self.call(action, **parameters)
        return caught.value.reason

    def send(self, body: str = "x", *, queue: str | None = None, **parameters: Any) -> MessageSent:
        sent = self.call("SendMessage", queue=queue or self.name, message_body=body, **parameters)
        assert isinstance(sent, MessageSent)
        return sent

    def fifo(self, body: str, group: str = "g", identity: str | None = None) -> MessageSent:
        return self.send(
            body, message_group_id=group, message_deduplication_id=identity or f"id-{body}"
        )

    def receive(
        self, count: int = 1, *, queue: str | None = None, by: str = "worker", **parameters: Any
    ) -> list[Receipt]:
        answer = self.call(
            "ReceiveMessage",
            by,
            queue=queue or self.name,
            max_number_of_messages=count,
            **parameters,
        )
        assert answer is not None
        return list(answer.receipts)

    def bodies(self, count: int = 10, **parameters: Any) -> list[str]:
        """The bodies of what a receive gets."""
        queue = self.state(parameters.get("queue"))
        known = {each.message_id: each.body for each in queue.messages.values()}
        return [known[receipt.message_id] for receipt in self.receive(count, **parameters)]

    def delete(self, receipt: Receipt, queue: str | None = None) -> None:
        self.call("DeleteMessage", queue=queue or self.name, receipt_handle=receipt.receipt_handle)

    def change(self, receipt: Receipt, seconds: int, queue: str | None = None) -> None:
        self.call(
            "ChangeMessageVisibility",
            queue=queue or self.name,
            receipt_handle=receipt.receipt_handle,
            visibility_timeout=seconds,
        )

    def at(self, seconds: float) -> None:
        self.world.advance_to(round(seconds * 1000))

    def state(self, queue: str | None = None) -> Queue:
        return self.world.sqs.queues[queue or self.name]

    def counts(self, queue: str | None = None) -> tuple[int, int, int]:
        """Visible, in flight, delayed."""
        it = self.state(queue)
        return len(it.messages) - it.in_flight - it.delayed, it.in_flight, it.delayed

    def last(self, kind: type) -> Any:
        return next(event for event in reversed(self.world.log) if type(event) is kind)

    def all(self, kind: type) -> list[Any]:
        return [event for event in self.world.log if type(event) is kind]

    def poll(self, by: str = "worker", wait: int = 20, **parameters: Any) -> None:
        """A long poll that finds nothing yet."""
        answer = self.call(
            "ReceiveMessage",
            by,
            **{"queue": self.name, "wait_time_seconds": wait, **parameters},
        )
        assert answer is None

    def answers(self, by: str = "worker") -> list[MessagesReceived]:
        return [event for event in self.all(MessagesReceived) if event.by == by]

    def check(self) -> None:
        same_world(self.world)

"""Families about SQS standard queues."""

from collections.abc import Sequence

from studyapp.course.numbers import Number
from studyapp.engine.actors.handling import HandlingFailed
from studyapp.engine.counters import REQUEST_STEP_BYTES
from studyapp.engine.log import Called, Event
from studyapp.engine.sqs.events import (
    MessageDeadLettered,
    MessageExpired,
    MessageSent,
    MessagesReceived,
    MessageVisible,
)
from studyapp.grading.drawn.family import (
    Amount,
    Data,
    Draws,
    Story,
    World,
    count_of,
    received,
    second_of,
    send,
)

DAY_S = 86_400


def _failing(
    timeout_s: int, handling_s: int, ends_s: int, on_failure: str = "leave", most: int = 0
) -> Data:
    """A worker that cannot handle the one message there is, and asks again each time."""
    queues: Data = {"orders": {"visibility_timeout": timeout_s}}
    if most:
        queues["failed"] = {}
        queues["orders"]["redrive_policy"] = {
            "dead_letter_queue": "failed",
            "max_receive_count": most,
        }
    worker = {
        "kind": "consumer", "queue": "orders", "handling_ms": 1000 * handling_s, "fails_on": ["bad"],
        "on_failure": on_failure,
    }  # fmt: skip
    return {
        "ends_at_ms": 1000 * ends_s, "queues": queues, "actors": {"worker": worker},
        "script": [send("orders", "bad order")],
    }  # fmt: skip


def received_how_often(draws: Draws) -> Story:
    """How often is a message received that fails every time?"""
    timeout = draws.between(20, 120, 20)
    handling = draws.between(timeout // 3, timeout // 2 - 1)
    watched = timeout * draws.between(5, 9) + timeout // 2
    here = _failing(timeout, handling, watched)
    return Story(
        {
            "timeout": Amount(timeout, "second"),
            "handling": Amount(handling, "second"),
            "watched": Amount(watched, "second"),
        },
        {
            "with-the-first": World(here, received()),
            "without-the-first": World(here, count_of(MessageVisible)),
            "after-each-failure": World(
                _failing(timeout, handling, watched, "make-visible"), received()
            ),
            "work-and-timeout": World(_failing(timeout + handling, handling, watched), received()),
        },
        "time",
    )


def when_dead_lettered(draws: Draws) -> Story:
    """When does a message that fails every time reach the dead-letter queue?"""
    timeout, most = draws.between(20, 90, 10), draws.between(2, 5)
    handling = draws.between(3, timeout // 2)
    ends = timeout * (most + 2)
    here = _failing(timeout, handling, ends, most=most)
    at_once = _failing(timeout, handling, ends, "make-visible", most)
    one_more = _failing(timeout, handling, ends, most=most + 1)
    return Story(
        {
            "timeout": Amount(timeout, "second"),
            "handling": Amount(handling, "second"),
            "most": Amount(most, "count"),
        },
        {
            "at-the-next-receive": World(here, second_of(MessageDeadLettered)),
            "at-the-last-failure": World(here, second_of(HandlingFailed, most)),
            "one-receive-later": World(one_more, second_of(MessageDeadLettered)),
            "without-waiting": World(at_once, second_of(MessageDeadLettered)),
        },
        "second",
    )


def extended_visibility(draws: Draws) -> Story:
    """When does a message reappear after ChangeMessageVisibility?"""
    timeout = draws.between(60, 300, 30)
    call = draws.between(10, timeout - 10, 10)
    more = draws.between(60, 600, 30)

    def world(timeout_s: int, change: bool) -> World:
        script: list[Data] = [
            send("videos", "video"),
            {"at_ms": 0, "do": "sqs.ReceiveMessage", "by": "worker", "queue": "videos"},
        ]
        if change:
            script.append(
                {
                    "at_ms": 1000 * call, "do": "sqs.ChangeMessageVisibility", "by": "worker",
                    "queue": "videos", "receipt_handle": "@receipt:worker", "visibility_timeout": more,
                }
            )  # fmt: skip
        data: Data = {
            "ends_at_ms": 1000 * (timeout + call + more + 1),
            "queues": {"videos": {"visibility_timeout": timeout_s}},
            "script": script,
        }
        return World(data, second_of(MessageVisible))

    return Story(
        {
            "timeout": Amount(timeout, "second"),
            "call": Amount(call, "second"),
            "more": Amount(more, "second"),
        },
        {
            "from-the-call": world(timeout, True),
            "from-the-receive": world(more, False),
            "added-to-the-timeout": world(timeout + more, False),
            "as-it-was": world(timeout, False),
        },
        "second",
    )


def timer_or_delay(draws: Draws) -> Story:
    """When can a message be received that has a timer of its own?"""
    delay, timer = draws.between(30, 600, 30), draws.between(15, 300, 15)

    def world(queue_s: int, message_s: int | None) -> World:
        own = {} if message_s is None else {"delay_seconds": message_s}
        data: Data = {
            "ends_at_ms": 1000 * (delay + timer + 1),
            "queues": {"reminders": {"delay_seconds": queue_s}},
            "actors": {"worker": {"kind": "consumer", "queue": "reminders"}},
            "script": [send("reminders", "reminder", more=own)],
        }

        def first(log: Sequence[Event]) -> Number:
            return next(
                event.at_ms // 1000
                for event in log
                if type(event) is MessagesReceived and event.receipts
            )

        return World(data, first)

    return Story(
        {"delay": Amount(delay, "second"), "timer": Amount(timer, "second")},
        {
            "own-timer": world(delay, timer),
            "delay-of-the-queue": world(delay, None),
            "one-after-the-other": world(delay + timer, None),
            "at-once": world(0, None),
        },
        "second",
    )


def empty_responses(draws: Draws) -> Story:
    """How many empty responses does a long poll collect before a message comes?"""
    wait = draws.between(5, 20)
    comes = wait * draws.between(2, 5) + draws.between(1, wait - 1)

    def data(wait_s: int, comes_s: int) -> Data:
        worker = {
            "kind": "consumer", "queue": "reminders", "wait_time_seconds": wait_s, "poll_interval_ms": 1000,
        }  # fmt: skip
        return {
            "ends_at_ms": 1000 * comes_s,
            "queues": {"reminders": {}},
            "actors": {"worker": worker},
            "script": [send("reminders", "reminder", comes_s)],
        }

    def empty(log: Sequence[Event]) -> Number:
        return sum(type(event) is MessagesReceived and not event.receipts for event in log)

    def asked(log: Sequence[Event]) -> Number:
        return sum(type(event) is MessagesReceived for event in log)

    return Story(
        {"wait": Amount(wait, "second"), "comes": Amount(comes, "second")},
        {
            "each-full-wait": World(data(wait, comes), empty),
            "each-request": World(data(wait, comes), asked),
            "each-second": World(data(0, comes), empty),
            "none-at-all": World(data(wait, wait - 1), empty),
        },
        "count",
    )


def days_left_after_the_move(draws: Draws) -> Story:
    """How long does a message stay in a standard dead-letter queue?"""
    waited = draws.between(1, 3)
    source = draws.between(waited + 1, 7)
    kept = draws.between(waited + 2, 14)

    def world(fifo: bool, kept_days: int) -> World:
        end = ".fifo" if fifo else ""
        own: Data = {"fifo_queue": True, "content_based_deduplication": True} if fifo else {}
        group: Data = {"message_group_id": "a"} if fifo else {}
        receive: Data = {"do": "sqs.ReceiveMessage", "by": "worker", "queue": f"orders{end}"}
        data: Data = {
            "ends_at_ms": 1000 * DAY_S * (waited + kept_days + 1),
            "queues": {
                f"orders{end}": {
                    **own,
                    "message_retention_period": DAY_S * source,
                    "redrive_policy": {"dead_letter_queue": f"failed{end}", "max_receive_count": 1},
                },
                f"failed{end}": {**own, "message_retention_period": DAY_S * kept_days},
            },
            "script": [
                send(f"orders{end}", "bad order", more=group),
                {**receive, "at_ms": 1000 * DAY_S * waited},
                {**receive, "at_ms": 1000 * DAY_S * waited + 31_000},
            ],
        }

        def days(log: Sequence[Event]) -> Number:
            moved = next(event.at_ms for event in log if type(event) is MessageDeadLettered)
            gone = next(event.at_ms for event in log if type(event) is MessageExpired)
            return round((gone - moved) / (1000 * DAY_S))

        return World(data, days)

    return Story(
        {
            "waited": Amount(waited, "day"),
            "source": Amount(source, "day"),
            "kept": Amount(kept, "day"),
        },
        {
            "from-the-send": world(False, kept),
            "from-the-move": world(True, kept),
            "as-in-the-source": world(False, source),
            "the-source-anew": world(True, source),
        },
        "day",
    )


def batch_bill(draws: Draws) -> Story:
    """How many requests are billed for messages that are sent in batches?"""
    size, batch = draws.between(70, 100, 5), draws.between(2, 5)
    messages = batch * draws.between(2, 5)

    def data(batch_size: int) -> Data:
        producer = {
            "kind": "producer", "to": "sqs", "target": "photos", "count": messages, "batch_size": batch_size,
            "size_bytes": 1024 * size, "interval_ms": 1000,
        }  # fmt: skip
        return {
            "ends_at_ms": 1000 * (messages + 2),
            "queues": {"photos": {}},
            "actors": {"shop": producer},
        }

    def calls(log: Sequence[Event]) -> Number:
        return sum(type(event) is Called and event.action.startswith("sqs.SendM") for event in log)

    def billed(log: Sequence[Event]) -> Number:
        sent: dict[int, int] = {}
        for event in log:
            if type(event) is MessageSent:
                sent[event.cause] = sent.get(event.cause, 0) + event.size_bytes
        return sum(-(-each // REQUEST_STEP_BYTES) for each in sent.values())

    return Story(
        {
            "messages": Amount(messages, "count"),
            "size": Amount(size, "KB"),
            "batch": Amount(batch, "count"),
        },
        {
            "by-payload-of-each-call": World(data(batch), billed),
            "by-calls": World(data(batch), calls),
            "by-messages": World(data(1), calls),
            "by-payload-of-each-message": World(data(1), billed),
        },
        "count",
    )

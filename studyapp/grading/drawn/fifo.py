"""Families about SQS FIFO queues."""

from studyapp.engine.sqs.events import MessageSent
from studyapp.grading.drawn.family import (
    Amount,
    Data,
    Draws,
    Story,
    World,
    count_of,
    received,
    send,
)

MINUTE_S = 60


def deduplication_window(draws: Draws) -> Story:
    """How many of several sends with one deduplication id are stored?"""
    minutes = [0]
    for _ in range(5):
        minutes.append(minutes[-1] + draws.of((2, 3, 4, 6, 7)))

    def world(at_minutes: list[int], own_ids: bool = False) -> World:
        script: list[Data] = []
        for n, minute in enumerate(at_minutes):
            id = f"order-7-{n}" if own_ids else "order-7"
            more = {"message_group_id": "orders", "message_deduplication_id": id}
            script.append(send("orders.fifo", "order 7", MINUTE_S * minute, more))
        data: Data = {
            "ends_at_ms": 1000 * MINUTE_S * (minutes[-1] + 1),
            "queues": {"orders.fifo": {"fifo_queue": True}},
            "script": script,
        }
        return World(data, count_of(MessageSent))

    # Who believes that each repeat starts the 5 minutes anew lets only those count that follow a long silence.
    after_silence = [
        now for before, now in zip([-9, *minutes], minutes, strict=False) if now - before >= 5
    ]
    return Story(
        {f"t{'abcdef'[n]}": Amount(minute, "count") for n, minute in enumerate(minutes)},
        {
            "from-the-first": world(minutes),
            "from-the-latest": world(after_silence),
            "for-ever": world([0] * len(minutes)),
            "not-at-all": world(minutes, own_ids=True),
        },
        "count",
    )


def blocked_group(draws: Draws) -> Story:
    """How many messages can another consumer receive while one of a group is in flight?"""
    north, south, west = draws.between(2, 5), draws.between(1, 4), draws.between(1, 4)
    groups = ["north"] * north + ["south"] * south + ["west"] * west

    def world(names: list[str], fifo: bool = True) -> World:
        queue = "buses.fifo" if fifo else "buses"
        script = [
            send(queue, f"{name} {n}", more={"message_group_id": name} if fifo else None)
            for n, name in enumerate(names)
        ]
        ask: Data = {"do": "sqs.ReceiveMessage", "queue": queue, "max_number_of_messages": 10}
        script.append({**ask, "at_ms": 1000, "by": "first", "max_number_of_messages": 1})
        script.append({**ask, "at_ms": 2000, "by": "second"})
        attributes = {"fifo_queue": True, "content_based_deduplication": True} if fifo else {}
        data: Data = {"ends_at_ms": 3000, "queues": {queue: attributes}, "script": script}
        return World(data, received("second"))

    return Story(
        {
            "north": Amount(north, "count"),
            "south": Amount(south, "count"),
            "west": Amount(west, "count"),
        },
        {
            "other-groups": world(groups),
            "one-of-each-group": world(["north"] * north + ["south", "west"]),
            "all-that-is-left": world(groups, fifo=False),
            "nothing": world(["north"] * len(groups)),
        },
        "message",
    )

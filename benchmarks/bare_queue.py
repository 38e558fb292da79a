"""The same queue and the same programs in SimPy: no log, no checks, no causes. Only the rules.

Arrival, handling, lost deletes, visibility timeout, redelivery, dead letters and, if wanted, long polls are those
of `benchmarks.engine`. Written as SimPy's guide does it, and neither slower nor quicker than that:

* The queue is a `Store`, each program a process.
* A long poll is `get | timeout`, like the guide's customers who run out of patience; a get that got nothing is
  cancelled. A timeout cannot be cancelled: one that is no longer needed is left to pass, as everybody does it.
* Each receive starts a process that waits for the visibility timeout and looks whether the message is still out.
  Our engine's alarms are left to ring in the same way when the message was deleted.
* Chance is Python's own `random`, as in the guide. Our engine draws from seed and place in the log, which takes
  longer: the two lose about as many deletes, not the same ones.

With `wait_ms` 0 a poll waits for ever: less work than our consumers have, shown as a second figure.
"""

import random
import time
from collections.abc import Generator
from importlib.util import find_spec
from typing import Any

VISIBILITY_TIMEOUT_MS = 30_000
RECEIVES_MAX = 5
LOST_DELETES_PER_MILLE = 100


def simpy_is_there() -> bool:
    return find_spec("simpy") is not None


class Message:
    __slots__ = ("deleted", "number", "receipt", "receives")

    def __init__(self, number: int) -> None:
        self.number = number
        self.receives = 0
        self.receipt = 0
        self.deleted = False


def producer(env: Any, queue: Any, messages: int, interval_ms: int) -> Generator[Any, Any, None]:
    for number in range(messages):
        yield env.timeout(interval_ms)
        queue.put(Message(number))


def visibility(env: Any, queue: Any, message: Message, receipt: int) -> Generator[Any, Any, None]:
    yield env.timeout(VISIBILITY_TIMEOUT_MS)
    if not message.deleted and message.receipt == receipt:
        queue.put(message)


def consumer(
    env: Any, queue: Any, lost: list[Message], done: list[Message], handling_ms: int, wait_ms: int,
    chance: random.Random,
) -> Generator[Any, Any, None]:  # fmt: skip
    while True:
        poll = queue.get()
        if wait_ms:
            yield poll | env.timeout(wait_ms)
            if not poll.triggered:
                poll.cancel()
                continue
            message = poll.value
        else:
            message = yield poll
        if message.receives >= RECEIVES_MAX:
            lost.append(message)
            continue
        message.receives += 1
        message.receipt += 1
        env.process(visibility(env, queue, message, message.receipt))
        yield env.timeout(handling_ms)
        if chance.randrange(1000) >= LOST_DELETES_PER_MILLE:
            message.deleted = True
            done.append(message)


def simpy_seconds(
    messages: int, interval_ms: int, handling_ms: int, end_ms: int, wait_ms: int
) -> float:
    """The processor time of one run. `wait_ms`: how long a poll waits; 0: for ever."""
    import simpy

    env = simpy.Environment()
    queue = simpy.Store(env)
    lost: list[Message] = []
    done: list[Message] = []
    chance = random.Random(1)
    env.process(producer(env, queue, messages, interval_ms))
    for _ in range(4):
        env.process(consumer(env, queue, lost, done, handling_ms, wait_ms, chance))
    begun = time.process_time()
    env.run(until=end_ms)
    took = time.process_time() - begun
    assert len(done) + len(lost) == messages
    return took

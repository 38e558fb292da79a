"""How fast the simulated world is: ratios within one run, on one core.

Times are processor time with the garbage collector off (as `timeit` does), the best of several rounds that
alternate between what is compared.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.bare_queue import simpy_is_there, simpy_seconds
from studyapp.engine.names import queue_arn
from studyapp.engine.world import World

MESSAGES = 20_000
HANDLING_MS = 350
ROUNDS = 5


@contextmanager
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def seconds(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def visibility_world(messages: int, interval_ms: int) -> World:
    """A producer, four consumers that lose one delete in ten, and a dead-letter queue after five receives."""
    world = World(1)
    world.call("sqs.CreateQueue", "setup", queue_name="lost")
    world.call(
        "sqs.CreateQueue",
        "setup",
        queue_name="orders",
        attributes={
            "VisibilityTimeout": "30",
            "RedrivePolicy": f'{{"deadLetterTargetArn":"{queue_arn("lost")}","maxReceiveCount":"5"}}',
        },
    )
    settings = {"to": "sqs", "target": "orders", "count": messages, "interval_ms": interval_ms}
    world.call("sim.AddActor", "setup", actor="shop", kind="producer", settings=settings)
    settings = {"queue": "orders", "handling_ms": HANDLING_MS, "loses_delete_per_mille": 100}
    for name in ("worker-a", "worker-b", "worker-c", "worker-d"):
        world.call("sim.AddActor", "setup", actor=name, kind="consumer", settings=settings)
    return world


def end_ms(messages: int, interval_ms: int) -> int:
    return max(messages * interval_ms, messages * HANDLING_MS // 3) + 600_000


def ours_seconds(messages: int, interval_ms: int) -> tuple[float, World]:
    world = visibility_world(messages, interval_ms)
    took = seconds(lambda: world.advance_to(end_ms(messages, interval_ms)))
    handled = world.sqs.queues["orders"].totals.deleted
    assert handled + len(world.sqs.queues["lost"].messages) == messages
    return took, world


def visibility_timeout() -> None:
    """The whole engine with its log against a bare model of the same queue in SimPy."""
    if not simpy_is_there():
        print("engine against SimPy: not run (simpy is not installed)")
    for name, messages, interval_ms, rounds in (
        ("consumers keep up", MESSAGES, 100, ROUNDS),
        ("a backlog", MESSAGES, 10, ROUNDS),
        ("a long backlog", 5 * MESSAGES, 1, 2),
    ):
        ours, bare, waiting = [], [], []
        with without_collector():
            for _ in range(rounds):
                took, world = ours_seconds(messages, interval_ms)
                ours.append(took)
                entries = len(world.log)
                del world
                gc.collect()
                if simpy_is_there():
                    end = end_ms(messages, interval_ms)
                    args = (messages, interval_ms, HANDLING_MS, end)
                    waiting.append(simpy_seconds(*args, wait_ms=20_000))
                    bare.append(simpy_seconds(*args, wait_ms=0))
                gc.collect()
        each = min(ours) / messages * 1e6
        print(
            f"visibility timeout, {name:18} {each:6.1f} us a message, {min(ours) / entries * 1e6:.2f} us"
            f" a log entry"
        )
        if bare:
            print(
                f"  SimPy takes {min(waiting) / min(ours):4.2f} x that with long polls of 20 s as here,"
                f" {min(bare) / min(ours):4.2f} x with consumers that wait for ever"
            )


def replaying() -> None:
    """Building a world from its log against living it."""
    with without_collector():
        live, world = ours_seconds(MESSAGES, 10)
        again = min(
            seconds(lambda: World.replay(world.seed, world.log, world.now_ms)) for _ in range(3)
        )
        text = world.written()
        written = seconds(world.written)
        loaded = seconds(lambda: World.load(text))
    print(
        f"replaying a log                  {live / again:6.1f} x as fast as living it; writing it"
        f" {written / live:.1f} x, loading it {loaded / live:.1f} x the time"
    )


def send(world: World) -> None:
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="order")


def cycle(world: World) -> None:
    """Send, receive and delete one message."""
    send(world)
    answer = world.call("sqs.ReceiveMessage", "worker", queue="orders")
    handle = answer.receipts[0].receipt_handle
    world.call("sqs.DeleteMessage", "worker", queue="orders", receipt_handle=handle)


def filled(waiting: int) -> World:
    world = World(1)
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    entries = [{"id": str(place), "message_body": "order"} for place in range(10)]
    for _ in range(waiting // 10):
        world.call("sqs.SendMessageBatch", "shop", queue="orders", entries=entries)
    return world


def waiting_messages(cycles: int = 3_000) -> None:
    """Whether the cost of a command depends on how many messages wait.

    All queues stand in one process and take turns: a process with much memory is slower at everything.
    """
    sizes = (1_000, 100_000, 1_000_000)
    with without_collector():
        worlds = {size: filled(size) for size in sizes}
        took = dict.fromkeys(sizes, float("inf"))
        for _ in range(ROUNDS):
            for size, world in worlds.items():
                took[size] = min(took[size], _cycles(world, cycles))
        worlds.clear()
    for size in sizes:
        print(
            f"send + receive + delete, {size:9,} waiting {took[size] * 1e6:6.1f} us,"
            f" {took[size] / took[sizes[0]]:5.2f} x the first"
        )


def _cycles(world: World, cycles: int) -> float:
    begun = time.process_time()
    for _ in range(cycles):
        cycle(world)
    return (time.process_time() - begun) / cycles


def memory(messages: int = 20_000) -> None:
    """What a waiting message takes beyond its body, its entries in the log included."""
    world = World(1)
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    gc.collect()
    tracemalloc.start()
    for number in range(messages):
        body = f"order {number}"
        world.call("sqs.SendMessage", "shop", queue="orders", message_body=body)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    bodies = sum(49 + len(f"order {number}") for number in range(messages))
    print(f"memory of a waiting message      {(taken - bodies) / messages:6.0f} bytes and its body")


def demo(events: int = 500) -> None:
    """A run as long as a demo in a lesson."""

    def run() -> World:
        world = visibility_world(events // 9, 200)
        while len(world.log) < events and (due_ms := world.next_due_ms()) is not None:
            world.advance_to(due_ms)
        return world

    took = min(seconds(run) for _ in range(50))
    print(f"a demo of {events} events             {took * 1000:6.2f} ms")


def engine() -> None:
    visibility_timeout()
    replaying()
    waiting_messages()
    memory()
    demo()


if __name__ == "__main__":
    engine()

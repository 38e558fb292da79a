"""What AWS leaves to chance on a standard queue (SQS-13, SQS-14, SQS-X18): off unless somebody sets it.

* A duplicate: SQS keeps copies of a message on several servers; one that missed the receive stays receivable
  behind the others, whatever is done with the first receipt.
* Reordering: a message is overtaken by one of the nine behind it.
* Sampling: each message lies on one storage node; a short poll asks some neighbouring nodes and does not see
  what lies on the others. A long poll asks all.

Everything is drawn from the run's seed, and what came of it stands in the event.
"""

from typing import TYPE_CHECKING

from studyapp.engine.chance import below
from studyapp.engine.limits.sqs import (
    REORDER_LOOK_AHEAD_MESSAGES,
    SAMPLE_LOOK_AHEAD_MESSAGES,
    STORAGE_NODES_MAX,
)
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import QueueChancesSet
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.message import Message
from studyapp.engine.sqs.queue import Chances, Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


def set_queue_chances(
    world: "World",
    by: str,
    *,
    queue: str,
    duplicate_per_mille: int = 0,
    reorder_per_mille: int = 0,
    sampled_nodes: int = 1,
    storage_nodes: int = 1,
) -> None:
    """How often, in a thousand receives of a message, it is duplicated or overtaken, and how many of its
    storage nodes a short poll asks. A FIFO queue neither duplicates nor reorders.

    Raises:
        Refused: queue-not-found or queue-chances-wrong.
    """
    target = queue_named(world, queue)
    highest = 1000 if target.fifo is None else 0
    for name, value, low, high in (
        ("duplicate_per_mille", duplicate_per_mille, 0, highest),
        ("reorder_per_mille", reorder_per_mille, 0, highest),
        ("storage_nodes", storage_nodes, 1, STORAGE_NODES_MAX),
        ("sampled_nodes", sampled_nodes, 1, storage_nodes),
    ):
        if not low <= value <= high:
            raise Refused("queue-chances-wrong", parameter=name, expected=f"{low} to {high}")
    world.record(
        QueueChancesSet(
            world.now_ms,
            world.cause,
            "",
            target.name,
            duplicate_per_mille,
            reorder_per_mille,
            sampled_nodes,
            storage_nodes,
        )
    )


def seen(world: "World", queue: Queue, chances: Chances, count: int, short: bool) -> list[Message]:
    """The messages that a receive finds, in the order in which it would get them.

    Draws; whoever calls this records an event afterwards.
    """
    if not short or chances.sampled_nodes == chances.storage_nodes:
        return queue.line.first(count + REORDER_LOOK_AHEAD_MESSAGES - 1)
    nodes = chances.storage_nodes
    first_node = world.below(nodes)
    found: list[Message] = []
    closed: dict[str, None] = {}
    for message in queue.line.first(SAMPLE_LOOK_AHEAD_MESSAGES):
        if queue.fifo is not None and message.group in closed:
            continue
        if (_node(world, message, nodes) - first_node) % nodes < chances.sampled_nodes:
            found.append(message)
        elif queue.fifo is not None:
            closed[message.group or ""] = None
    return found


def _node(world: "World", message: Message, nodes: int) -> int:
    return below(nodes, world.seed, message.sequence, 0)


def picked(
    world: "World", chances: Chances, offered: list[Message], count: int
) -> tuple[list[Message], list[bool], str]:
    """Which of the offered messages are given, of which a copy stays, and the reason for the event."""
    given: list[Message] = []
    copies: list[bool] = []
    overtaken = False
    for _ in range(min(count, len(offered))):
        place = 0
        reach = min(len(offered), REORDER_LOOK_AHEAD_MESSAGES)
        if (
            chances.reorder_per_mille
            and reach > 1
            and world.below(1000) < chances.reorder_per_mille
        ):
            place = 1 + world.below(reach - 1)
            overtaken = True
        given.append(offered.pop(place))
        copies.append(
            chances.duplicate_per_mille > 0 and world.below(1000) < chances.duplicate_per_mille
        )
    reasons = ["out-of-order"] * overtaken + ["copy-stays"] * any(copies)
    return given, copies, "-and-".join(reasons)

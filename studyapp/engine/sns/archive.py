"""Archive and replay on FIFO topics (SNS-X26).

A replay walks through the archive at its own pace and catches up with what is published meanwhile.
"""

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from studyapp.engine.sns.events import MessageReplayed, ReplayEnded, ReplayStarted
from studyapp.engine.sns.subscription_attributes import ReplayPolicy, cannot_replay
from studyapp.engine.sns.topic import Publication, Replay, Subscription, Topic

if TYPE_CHECKING:
    from studyapp.engine.world import World

_DAY_MS = 86_400_000


def begins_ms(topic: Topic, now_ms: int) -> int:
    """BeginningArchiveTime: nothing older can be replayed."""
    return max(topic.archive_since_ms, now_ms - topic.archive_days * _DAY_MS)


def check(world: "World", topic: Topic, policy: ReplayPolicy) -> None:
    """Whether this replay is possible now.

    Raises:
        Refused: replay-not-possible.
    """
    if not topic.fifo:
        raise cannot_replay("only FIFO topics can replay messages")
    if not topic.archive_days:
        raise cannot_replay("the topic has no ArchivePolicy")
    if not begins_ms(topic, world.now_ms) <= policy.from_ms <= world.now_ms:
        raise cannot_replay("StartingPoint must lie within the archive")
    if policy.until_ms > world.now_ms:
        raise cannot_replay("EndingPoint must not be in the future")


def start(world: "World", subscription: Subscription, policy: ReplayPolicy, cause: int) -> None:
    """Begin to replay; it replaces a replay that is under way."""
    world.record(
        ReplayStarted(
            world.now_ms,
            cause,
            "",
            subscription.topic,
            subscription.subscription,
            policy.from_ms,
            policy.until_ms,
        )
    )


def step(world: "World", name: str, number: int) -> None:
    """An alarm: the next message of the replay that began at entry `number`, or its end."""
    subscription = world.sns.subscriptions.get(name)
    if subscription is None or subscription.replay is None or subscription.replay.number != number:
        return
    topic = world.sns.topics[subscription.topic]
    following = _next(topic, subscription.replay, world.now_ms)
    if following is not None and topic.archive_days:
        world.record(
            MessageReplayed(
                world.now_ms, world.cause, "", topic.name, name, following.message_id, number
            )
        )
        return
    reason = "replay-completed" if subscription.replay.until_ms < 0 else "replay-completed-paused"
    if not topic.archive_days:
        reason = "archive-gone"
    world.record(ReplayEnded(world.now_ms, world.cause, reason, topic.name, name, number))


def _next(topic: Topic, replay: Replay, now_ms: int) -> Publication | None:
    archive = topic.archive
    if replay.cursor < 0:
        from_ms = max(replay.from_ms, begins_ms(topic, now_ms))
        place = bisect_left(archive, from_ms, topic.archive_start, key=_time)
    else:
        place = bisect_right(archive, replay.cursor, topic.archive_start, key=_number)
    if place == len(archive):
        return None
    following = archive[place]
    return following if replay.until_ms < 0 or following.published_ms <= replay.until_ms else None


def found(topic: Topic, message_id: str) -> Publication | None:
    """The archived message with this id, which is the number of its entry in the log."""
    place = bisect_left(topic.archive, int(message_id[1:]), key=_number)
    if place < len(topic.archive) and topic.archive[place].message_id == message_id:
        return topic.archive[place]
    return None


def _time(publication: Publication) -> int:
    return publication.published_ms


def _number(publication: Publication) -> int:
    return publication.number

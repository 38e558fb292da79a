"""A subscription that nobody confirms is forgotten (SNS-X20)."""

from typing import TYPE_CHECKING

from studyapp.engine.sns.events import SubscriptionDeleted

if TYPE_CHECKING:
    from studyapp.engine.world import World


def end_confirmation(world: "World", subscription: str) -> None:
    """An alarm: the token of a pending subscription is no longer valid."""
    waiting = world.sns.subscriptions.get(subscription)
    if waiting is not None and waiting.pending:
        world.record(
            SubscriptionDeleted(
                world.now_ms, world.cause, "not-confirmed-in-time", waiting.topic, subscription
            )
        )

"""Asking endpoints whether they want messages, and taking their answer (SNS-X20)."""

from typing import TYPE_CHECKING

from studyapp.engine.refusals import Refused
from studyapp.engine.sns import envelope
from studyapp.engine.sns.events import (
    ConfirmationRequested,
    EndpointReceived,
    SubscriptionConfirmed,
)
from studyapp.engine.sns.topic import Subscription
from studyapp.engine.sns.topics import topic_named

if TYPE_CHECKING:
    from studyapp.engine.world import World


def ask(world: "World", subscription: Subscription, cause: int) -> None:
    """Ask an endpoint to confirm. A mailbox that is up gets the question; it may answer at once."""
    asked = world.record(
        ConfirmationRequested(
            world.now_ms,
            cause,
            "",
            subscription.topic,
            subscription.subscription,
            subscription.protocol,
            subscription.endpoint,
            subscription.token,
        )
    )
    mailbox = world.sns.endpoints.get(subscription.address)
    if mailbox is None or mailbox.protocol != subscription.protocol:
        return
    if f"{subscription.protocol} {subscription.address}" in world.sns.outages:
        return
    message_id = f"m{len(world.log)}"
    received = world.record(
        EndpointReceived(
            world.now_ms,
            asked,
            "",
            mailbox.name,
            subscription.protocol,
            "SubscriptionConfirmation",
            subscription.topic,
            subscription.subscription,
            message_id,
            None,
            envelope.confirmation(subscription, message_id, world.now_ms),
        )
    )
    if mailbox.confirms:
        _confirm(world, subscription, received, "confirmed-by-endpoint", False)


def _confirm(
    world: "World", subscription: Subscription, cause: int, reason: str, authenticate: bool
) -> None:
    world.record(
        SubscriptionConfirmed(
            world.now_ms,
            cause,
            reason,
            subscription.topic,
            subscription.subscription,
            authenticate,
        )
    )


def confirm_subscription(
    world: "World",
    by: str,
    *,
    topic: str,
    token: str,
    authenticate_on_unsubscribe: bool = False,
) -> str:
    """ConfirmSubscription, with the token of ConfirmationRequested. Returns the subscription's id.

    Raises:
        Refused: topic-not-found, confirmation-token-invalid.
    """
    known = topic_named(world, topic)
    name = world.sns.tokens.get(token)
    subscription = world.sns.subscriptions.get(name or "")
    if subscription is None or subscription.topic != known.name:
        raise Refused("confirmation-token-invalid")
    if subscription.pending:
        _confirm(world, subscription, world.cause, "", authenticate_on_unsubscribe)
    return subscription.subscription

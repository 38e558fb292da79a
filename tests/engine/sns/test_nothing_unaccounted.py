"""Whatever happens: each message ends, for each subscription, in exactly one way, or is still under way."""

import random
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from studyapp.engine.limits.sns import DELIVERY_LATENCY_MS
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.events import (
    Delivered,
    DeliveryDeadLettered,
    DeliveryDropped,
    FilteredOut,
    Published,
    SubscriptionConfirmed,
    SubscriptionCreated,
    SubscriptionDeleted,
    TopicDeleted,
)
from studyapp.engine.world import World
from tests.engine.sns.fanout import dead_letters, new_queue, new_topic, subscribe
from tests.support.worlds import same_world

ENDS = (FilteredOut, Delivered, DeliveryDeadLettered, DeliveryDropped)
STANDARD, FIFO = "news", "news.fifo"
WEB = "https://shop.example/hook"
QUEUES = ("a", "b", "closed", "a.fifo", "b.fifo")
ENDPOINTS = (*QUEUES, WEB, "resize")
NUMBER = {"n": {"DataType": "Number", "StringValue": "1"}}


class Accounts:
    """A naive second opinion, out of the log alone: who should get what, and how it ended."""

    def __init__(self) -> None:
        self.topics: dict[str, list[str]] = {STANDARD: [], FIFO: []}
        self.owed: dict[tuple[str, str], int] = {}
        self.ends: Counter[tuple[str, str]] = Counter()
        self.turns: dict[tuple[str, str], list[int]] = {}
        self.seen = 0

    def read(self, world: World) -> None:
        for event in world.log[self.seen :]:
            self._one(event)
        self.seen = len(world.log)

    def _one(self, event: Any) -> None:
        kind = type(event)
        if kind is SubscriptionCreated and not event.pending or kind is SubscriptionConfirmed:
            self.topics[event.topic].append(event.subscription)
        elif kind is SubscriptionDeleted:
            if event.subscription in self.topics[event.topic]:
                self.topics[event.topic].remove(event.subscription)
        elif kind is TopicDeleted:
            self.topics[event.topic].clear()
        elif kind is Published:
            for subscription in self.topics[event.topic]:
                self.owed[event.message_id, subscription] = event.at_ms
        elif kind in ENDS:
            self.ends[event.message_id, event.subscription] += 1
            # What nobody waits for any more is dropped in any order.
            if kind is not FilteredOut and event.lane and event.reason != "subscription-gone":
                turn = self.turns.setdefault((event.subscription, event.lane), [])
                turn.append(int(event.message_id[1:]))


class Walk:
    """A world with two topics, seven endpoints and many things that go wrong. Every step is checked."""

    def __init__(self) -> None:
        self.world = World()
        self.accounts = Accounts()
        for topic in (STANDARD, FIFO):
            new_topic(topic, self.world)
        for queue in QUEUES:
            topic = FIFO if queue.endswith(".fifo") else STANDARD
            new_queue(self.world, queue, topic, is_open=queue != "closed")
        new_queue(self.world, "dead", STANDARD)
        new_queue(self.world, "dead.fifo", FIFO)
        self.world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https")
        self.world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
        for endpoint in ENDPOINTS:
            self.join(endpoint, None, False)

    def _do(self, action: str, **parameters: Any) -> None:
        with suppress(Refused):
            self.world.call(action, "walker", **parameters)

    def join(self, endpoint: str, policy: Any, has_dead_letters: bool) -> None:
        topic = _topic(endpoint)
        protocol = {WEB: "https", "resize": "lambda"}.get(endpoint, "sqs")
        more: dict[str, Any] = {} if policy is None else {"FilterPolicy": policy}
        if has_dead_letters:
            more["RedrivePolicy"] = dead_letters("dead.fifo" if topic == FIFO else "dead")
        with suppress(Refused):
            subscribe(self.world, endpoint, protocol, topic, **more)

    def leave(self, endpoint: str) -> None:
        self._do("sns.Unsubscribe", subscription=f"{_topic(endpoint)}/{endpoint}")

    def publish(self, has_number: bool, count: int) -> None:
        for _ in range(count):
            attributes = NUMBER if has_number else None
            self._do("sns.Publish", topic=STANDARD, message="m", message_attributes=attributes)

    def publish_in_order(self, group: str, identity: int, has_number: bool) -> None:
        self._do(
            "sns.Publish",
            topic=FIFO,
            message="m",
            message_group_id=group,
            message_deduplication_id=str(identity),
            message_attributes=NUMBER if has_number else None,
        )

    def turn(self, endpoint: str) -> None:
        """Down if it is up, up if it is down."""
        before = len(self.world.sns.outages)
        self._do("sim.TakeEndpointDown", endpoint=endpoint)
        if len(self.world.sns.outages) == before:
            self._do("sim.BringEndpointUp", endpoint=endpoint)

    def lose_queue(self, queue: str) -> None:
        self._do("sqs.DeleteQueue", queue=queue)

    def lose_topic(self, topic: str) -> None:
        self._do("sns.DeleteTopic", topic=topic)
        new_topic(topic, self.world)

    def wait(self, span_ms: int) -> None:
        self.world.advance_to(self.world.now_ms + span_ms)

    def check(self) -> None:
        self._messages_are_accounted_for()
        for turn in self.accounts.turns.values():
            assert turn == sorted(turn), "a group lost its order"
        state = self.world.sns
        filtering = sum(1 for each in state.subscriptions.values() if each.filter_policy)
        assert state.filter_policies == filtering
        assert filtering == sum(topic.filter_policies for topic in state.topics.values())
        assert all(lane for lane in state.lanes.values())

    def _messages_are_accounted_for(self) -> None:
        accounts, state = self.accounts, self.world.sns
        accounts.read(self.world)
        waiting = {(message, name) for message, name, _ in state.deliveries}
        open_count = 0
        for pair, at_ms in accounts.owed.items():
            ends = accounts.ends[pair]
            open_count += not ends
            if at_ms + DELIVERY_LATENCY_MS <= self.world.now_ms:
                assert ends + (pair in waiting) == 1, pair
            else:
                assert ends == 0
        assert set(accounts.ends) <= set(accounts.owed)
        assert sum(each.open for each in state.publications.values()) == open_count


def _topic(endpoint: str) -> str:
    return FIFO if endpoint.endswith(".fifo") else STANDARD


POLICIES = [None, {"n": [1]}, {"n": [{"exists": False}]}]
SPANS_MS = [1, 19, 20, 1_000, 30_000, 300_000]
a_span = st.sampled_from(SPANS_MS)
an_endpoint = st.sampled_from(ENDPOINTS)


class Machine(RuleBasedStateMachine):
    """Hypothesis looks for a short way into trouble."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk()

    @rule(has_number=st.booleans(), count=st.integers(1, 3), span_ms=a_span)
    def publish(self, has_number: bool, count: int, span_ms: int) -> None:
        self.walk.publish(has_number, count)
        self.walk.check()
        self.walk.wait(span_ms)

    @rule(
        group=st.sampled_from("xy"),
        identity=st.integers(0, 99),
        has_number=st.booleans(),
        span_ms=a_span,
    )
    def publish_in_order(self, group: str, identity: int, has_number: bool, span_ms: int) -> None:
        self.walk.publish_in_order(group, identity, has_number)
        self.walk.check()
        self.walk.wait(span_ms)

    @rule(endpoint=an_endpoint, span_ms=a_span)
    def turn(self, endpoint: str, span_ms: int) -> None:
        self.walk.turn(endpoint)
        self.walk.wait(span_ms)

    @rule(endpoint=an_endpoint, policy=st.sampled_from(POLICIES), has_dead_letters=st.booleans())
    def change(self, endpoint: str, policy: Any, has_dead_letters: bool) -> None:
        self.walk.leave(endpoint)
        self.walk.check()
        self.walk.join(endpoint, policy, has_dead_letters)

    @rule(queue=st.sampled_from(QUEUES), is_topic=st.booleans())
    def lose(self, queue: str, is_topic: bool) -> None:
        if is_topic:
            self.walk.lose_topic(_topic(queue))
        else:
            self.walk.lose_queue(queue)

    @invariant()
    def all_is_well(self) -> None:
        self.walk.check()

    def teardown(self) -> None:
        same_world(self.walk.world)


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestMachine = Machine.TestCase


@pytest.mark.parametrize("seed", range(40))
def test_long_walks_leave_nothing_unaccounted(seed):
    dice = random.Random(seed)
    walk = Walk()
    steps = {
        "publish": lambda: walk.publish(dice.random() < 0.5, dice.randint(1, 3)),
        "publish_in_order": lambda: walk.publish_in_order(
            dice.choice("xy"), dice.randrange(1_000), dice.random() < 0.5
        ),
        "turn": lambda: walk.turn(dice.choice(ENDPOINTS)),
        "wait": lambda: walk.wait(dice.choice(SPANS_MS)),
        "join": lambda: walk.join(
            dice.choice(ENDPOINTS), dice.choice(POLICIES), dice.random() < 0.5
        ),
        "leave": lambda: walk.leave(dice.choice(ENDPOINTS)),
        "lose_queue": lambda: walk.lose_queue(dice.choice(QUEUES)),
        "lose_topic": lambda: walk.lose_topic(dice.choice([STANDARD, FIFO])),
    }
    weights = (20, 30, 16, 30, 8, 4, 0.3, 0.5)
    for name in dice.choices(list(steps), weights, k=250):
        steps[name]()
        walk.check()
    same_world(walk.world)

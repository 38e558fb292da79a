"""Whatever happens: each message ends, for each subscription, in exactly one way, or is still under way."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

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
            if kind is not FilteredOut and event.lane:
                turn = self.turns.setdefault((event.subscription, event.lane), [])
                turn.append(int(event.message_id[1:]))


class Walk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.accounts = Accounts()
        self.sent = 0

    @initialize()
    def set_up(self) -> None:
        for topic in (STANDARD, FIFO):
            new_topic(topic, self.world)
        for queue in QUEUES:
            topic = FIFO if queue.endswith(".fifo") else STANDARD
            new_queue(self.world, queue, topic, is_open=queue != "closed")
        new_queue(self.world, "dead", STANDARD)
        new_queue(self.world, "dead.fifo", FIFO)
        self.world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https")
        self.world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
        for queue in ("a", "a.fifo"):
            self.join(queue, None, False)

    def _do(self, action: str, **parameters: Any) -> None:
        try:
            self.world.call(action, "walker", **parameters)
        except Refused:
            pass

    @rule(
        endpoint=st.sampled_from(ENDPOINTS),
        policy=st.sampled_from([None, {"n": [1]}, {"n": [{"exists": False}]}]),
        has_dead_letters=st.booleans(),
    )
    def join(self, endpoint: str, policy: Any, has_dead_letters: bool) -> None:
        topic = FIFO if endpoint.endswith(".fifo") else STANDARD
        protocol = {WEB: "https", "resize": "lambda"}.get(endpoint, "sqs")
        more: dict[str, Any] = {} if policy is None else {"FilterPolicy": policy}
        if has_dead_letters:
            more["RedrivePolicy"] = dead_letters("dead.fifo" if topic == FIFO else "dead")
        try:
            subscribe(self.world, endpoint, protocol, topic, **more)
        except Refused:
            pass

    @rule(endpoint=st.sampled_from(ENDPOINTS))
    def leave(self, endpoint: str) -> None:
        topic = FIFO if endpoint.endswith(".fifo") else STANDARD
        self._do("sns.Unsubscribe", subscription=f"{topic}/{endpoint}")

    @rule(has_number=st.booleans(), count=st.integers(1, 3))
    def publish(self, has_number: bool, count: int) -> None:
        for _ in range(count):
            self.sent += 1
            attributes = NUMBER if has_number else None
            text = str(self.sent)
            self._do("sns.Publish", topic=STANDARD, message=text, message_attributes=attributes)

    @rule(group=st.sampled_from("xyz"), identity=st.integers(0, 60), has_number=st.booleans())
    def publish_in_order(self, group: str, identity: int, has_number: bool) -> None:
        self._do(
            "sns.Publish",
            topic=FIFO,
            message="m",
            message_group_id=group,
            message_deduplication_id=str(identity),
            message_attributes=NUMBER if has_number else None,
        )

    @rule(endpoint=st.sampled_from(ENDPOINTS))
    def fail(self, endpoint: str) -> None:
        self._do("sim.TakeEndpointDown", endpoint=endpoint)

    @rule(endpoint=st.sampled_from(ENDPOINTS))
    def mend(self, endpoint: str) -> None:
        self._do("sim.BringEndpointUp", endpoint=endpoint)

    @rule(queue=st.sampled_from(QUEUES))
    def lose_queue(self, queue: str) -> None:
        self._do("sqs.DeleteQueue", queue=queue)

    @rule(topic=st.sampled_from([STANDARD, FIFO]))
    def lose_topic(self, topic: str) -> None:
        if self.sent % 7 == 3:
            self._do("sns.DeleteTopic", topic=topic)
            new_topic(topic, self.world)

    @rule(span_ms=st.sampled_from([1, 19, 20, 1_000, 30_000, 300_000]))
    def wait(self, span_ms: int) -> None:
        self.world.advance_to(self.world.now_ms + span_ms)

    @invariant()
    def every_message_is_accounted_for(self) -> None:
        accounts, state = self.accounts, self.world.sns
        accounts.read(self.world)
        waiting = {(message, name) for message, name, _ in state.deliveries}
        for pair, at_ms in accounts.owed.items():
            has_set_out = at_ms + 20 <= self.world.now_ms
            ends, is_open = accounts.ends[pair], pair in waiting
            if has_set_out:
                assert ends + is_open == 1, pair
            else:
                assert ends == 0
                assert pair[0] in state.publications
        assert set(accounts.ends) <= set(accounts.owed)
        open_count = sum(1 for pair in accounts.owed if not accounts.ends[pair])
        assert sum(each.open for each in state.publications.values()) == open_count

    @invariant()
    def groups_keep_their_order(self) -> None:
        for turn in self.accounts.turns.values():
            assert turn == sorted(turn)

    @invariant()
    def counts_are_true(self) -> None:
        state = self.world.sns
        topics = state.topics.values()
        assert state.filter_policies == sum(
            1 for each in state.subscriptions.values() if each.filter_policy
        )
        assert state.filter_policies == sum(topic.filter_policies for topic in topics)
        assert len(state.subscriptions) == sum(len(topic.subscriptions) for topic in topics)
        assert all(lane for lane in state.lanes.values())

    def teardown(self) -> None:
        if self.world.log:
            same_world(self.world)


Walk.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWalk = Walk.TestCase

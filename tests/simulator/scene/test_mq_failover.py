"""What the picture of ActiveMQ shows: who has the lock at which stage, lines that break and come back, messages that
stay in the store, and messages that do not."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from studyapp.engine.world import World
from studyapp.simulator.scene.activemq_block import ActiveBroker
from studyapp.simulator.scene.client_block import BrokerClient
from studyapp.simulator.scene.drawing import still
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.tokens import DEAD, GHOST, STALE, WAITS
from tests.engine.mq.activemq.active_worlds import broker_world, consume, do, send
from tests.simulator.scene.brokers import line_states, tokens
from tests.support.pictures import at, end_of, picture_of, run_of, states


@pytest.fixture(scope="module")
def crash() -> Scene:
    return picture_of(run_of("mq/active-crash").world)


def when(scene: Scene, at_ms: int) -> State:
    return scene.state(scene.step_at(at_ms))


def texts(scene: Scene, thing: str, attribute: str = "said") -> list[str]:
    """What stood at a thing, one after the other."""
    found: list[str] = []
    for state in states(scene):
        text = state.values.get((thing, attribute), "")
        if text and (not found or found[-1] != text):
            found.append(text)
    return found


def key_places(scene: Scene) -> list[str]:
    found: list[str] = []
    for state in states(scene):
        for token, look in state.looks.items():
            if scene.tokens[token].kind == "key" and (not found or found[-1] != look.place):
                found.append(look.place)
    return found


def look_of(scene: Scene, state: State, name: str, place: str) -> Any:
    """How the token of a message looks at a place."""
    return next(
        look
        for token, look in state.looks.items()
        if scene.tokens[token].name == name and look.place == place
    )


# The failover, stage by stage


def test_before_the_crash_everybody_is_connected_to_the_active_instance(crash: Scene):
    state = when(crash, 5_000)
    assert state.values["bakery/1", "state"] == "active"
    assert state.values["bakery/2", "state"] == "standby"
    for by in ("kitchen", "shop-a"):
        assert line_states(crash, state, by, "bakery") == {"1": "open", "2": "known"}
    assert line_states(crash, state, "shop-b", "bakery") == {"1": "open"}


def test_a_crash_breaks_every_line_at_once_and_the_clients_only_hear_nothing(crash: Scene):
    state = when(crash, 12_500)
    assert state.values["bakery/1", "state"] == "down"
    for by in ("kitchen", "shop-a", "shop-b"):
        assert line_states(crash, state, by, "bakery")["1"] == "broken"
        assert state.values[f"{by}/link", "text"] == "hears nothing"
    assert when(crash, 42_499).values["shop-a/link", "text"] == "hears nothing"
    assert when(crash, 42_500).values["shop-a/link", "text"] == "connection lost"


def test_the_key_stays_until_the_lock_lapses_lies_on_the_store_and_goes_to_the_other(crash: Scene):
    assert key_places(crash) == ["bakery/1-key", "bakery/key-free", "bakery/2-key"]
    held = [
        look.ring
        for token, look in when(crash, 20_000).looks.items()
        if crash.tokens[token].kind == "key"
    ]
    assert held == [(12_500, 42_500)]
    assert look_of(crash, when(crash, 42_500), "lock of the store", "bakery/key-free").ring is None


def test_each_stage_of_the_takeover_stands_on_the_instance(crash: Scene):
    assert texts(crash, "bakery/2") == [
        "standby",
        "asks for the lock: not free yet ×1",
        "asks for the lock: not free yet ×2",
        "asks for the lock: not free yet ×3",
        "has the lock, reads the journal",
        "journal read, opens its endpoint",
        "active",
    ]
    assert texts(crash, "bakery/1") == ["active", "crashed", "standby"]


def test_a_client_with_the_failover_transport_counts_its_tries_and_comes_back(crash: Scene):
    said = texts(crash, "shop-a/link")
    assert said[:2] == ["not connected", "connected to -1"]
    assert [text for text in said if text.startswith("tries again")] == [
        f"tries again ×{n}" for n in range(1, 10)
    ]
    assert said[-1] == "connected to -2"
    assert line_states(crash, when(crash, 50_000), "shop-a", "bakery") == {
        "1": "trying",
        "2": "trying",
    }
    assert line_states(crash, when(crash, 95_000), "shop-a", "bakery") == {
        "1": "known",
        "2": "open",
    }


def test_a_client_that_knows_one_endpoint_stays_down_and_its_sends_fail(crash: Scene):
    state = when(crash, 95_000)
    assert line_states(crash, state, "shop-b", "bakery") == {"1": "trying"}
    assert state.values["shop-b/link", "text"] == "-1 is silent ×5"
    assert state.values["shop-b/link", "failed"] == "failed sends: 3"


def test_clients_say_which_endpoints_they_know(crash: Scene):
    placed = crash.layouts[0].placed
    known = {}
    for by in ("kitchen", "shop-a", "shop-b"):
        block = placed[by].block
        assert isinstance(block, BrokerClient)
        known[by] = block.knows
    assert known == {"kitchen": "knows -1, -2", "shop-a": "knows -1, -2", "shop-b": "knows only -1"}


# Messages over a failover


def test_what_the_consumer_had_is_in_the_store_and_comes_again(crash: Scene):
    before, after = when(crash, 12_499), when(crash, 12_500)
    assert look_of(crash, before, "order A2", "bakery/lane-0").flags == GHOST
    assert look_of(crash, after, "order A2", "bakery/lane-0").flags == ""
    assert look_of(crash, after, "order A2", "kitchen/hands").flags == STALE
    assert at(crash, when(crash, 15_000), "kitchen/hands") == []
    again = look_of(crash, when(crash, 52_730), "order A2", "kitchen/hands")
    assert (again.flags, again.tally) == ("", 2)


def test_an_order_that_is_not_confirmed_stays_at_its_sender(crash: Scene):
    waits = when(crash, 30_000)
    assert look_of(crash, waits, "order A3", "shop-a/outbox").flags == ""
    assert look_of(crash, waits, "order B2", "shop-b/outbox").flags == ""
    taken = when(crash, 52_730)
    assert look_of(crash, taken, "order A3", "shop-a/outbox").flags == GHOST
    assert at(crash, when(crash, 52_742), "shop-a/outbox") == ["order A4"]
    assert at(crash, when(crash, 60_000), "shop-a/outbox") == []


def effects(scene: Scene, name: str) -> list[str]:
    return [
        travel.effect
        for step in scene.steps
        for token, _, travel in step.tokens
        if travel is not None and travel.effect and scene.tokens[token].name == name
    ]


def test_a_confirmation_takes_the_outline_at_the_sender_away(crash: Scene):
    # One token was the outline at the sender, the other the order itself, when it was acknowledged.
    assert effects(crash, "order A1") == ["deleted", "deleted"]


def test_a_failed_send_is_lost_at_its_sender_or_bounces(crash: Scene):
    assert effects(crash, "order B2") == ["lost"]
    assert effects(crash, "order B3") == ["refused"]


def test_what_is_not_persistent_lies_in_the_instance_and_is_lost_with_it():
    scene = picture_of(run_of("mq/persistent-or-not").world)
    before, after = when(scene, 6_499), when(scene, 6_500)
    assert at(scene, before, "bakery/1-shelf-0") == ["order B"]
    assert at(scene, before, "bakery/lane-0") == ["order A", "order C"]
    assert effects(scene, "order B") == ["lost"]
    assert at(scene, after, "bakery/1-shelf-0") == []
    assert at(scene, after, "bakery/lane-0") == ["order A", "order C"]


def test_a_message_that_is_handled_when_the_broker_stops_stays_in_the_hands_until_it_is_done():
    scene = picture_of(run_of("mq/persistent-or-not").world)
    assert look_of(scene, when(scene, 6_600), "order A", "kitchen/hands").flags == STALE
    assert at(scene, when(scene, 7_000), "kitchen/hands") == []


# Zones


def test_a_lost_zone_is_hatched_until_it_is_back_with_every_instance_in_it_down():
    scene = picture_of(run_of("mq/lost-zone").world)
    state = when(scene, 20_000)
    for broker in ("cake", "bread"):
        assert state.values[f"{broker}/zone-a", "state"] == "lost"
        assert state.values[f"{broker}/1", "state"] == "down"
        assert state.values[f"{broker}/1", "text"] == "zone is down"
    assert ("bread/zone-b", "state") not in state.values
    assert when(scene, 70_000).values["cake/zone-a", "state"] == ""


def test_only_the_shop_with_a_standby_goes_on_before_the_zone_is_back():
    scene = picture_of(run_of("mq/lost-zone").world)
    state = when(scene, 69_000)
    assert at(scene, state, "cake-shop/outbox") == ["cake order 2"]
    assert at(scene, state, "bread/lane-0") == ["bread order 1", "bread order 2", "bread order 3"]
    assert at(scene, when(scene, 90_000), "cake-shop/outbox") == []


def test_a_partition_breaks_lines_and_heals_them_when_it_is_short():
    world = broker_world()
    consume(world, "c")
    do(world, "sim.PartitionInstance", instance="1", duration_ms=5_000)
    world.advance_to(10_000)
    scene = picture_of(world)
    assert texts(scene, "b/1") == ["active", "no network", "active"]
    assert texts(scene, "c/link", "text")[-2:] == ["hears nothing", "connected to -1"]
    assert key_places(scene) == ["b/1-key"]
    ring = look_of(scene, end_of(world), "lock of the store", "b/1-key").ring
    assert ring is None


def test_a_single_instance_has_no_lock_to_hand_over():
    assert key_places(picture_of(run_of("mq/queue-and-topic").world)) == []


# Queues, topics, prefetch, redelivery


def test_a_queue_gives_its_message_to_one_and_a_topic_a_copy_to_each():
    scene = picture_of(run_of("mq/queue-and-topic").world)
    first, second = when(scene, 3_000), when(scene, 8_000)
    had = [tokens(scene, first, f"{by}/hands")["waits"] for by in ("caller-1", "caller-2")]
    assert had == [1, 0]
    for by in ("desk", "lab"):
        assert at(scene, second, f"{by}/hands") == ["closed on Monday"]
    assert tokens(scene, second, "clinic/1-shelf-0") == {GHOST: 2}
    assert end_of(run_of("mq/queue-and-topic").world).looks == {}


def test_where_a_broker_has_several_destinations_clients_say_which_they_use():
    placed = picture_of(run_of("mq/queue-and-topic").world).layouts[0].placed
    block = placed["lab"].block
    assert isinstance(block, BrokerClient)
    assert (block.says_what, list(block.uses.values())) == (True, ["topic closures"])


def test_a_durable_subscription_keeps_its_copies_in_the_store():
    world = broker_world(1)
    consume(world, "c", "news", destination_type="topic", subscription="daily")
    do(world, "Disconnect", "c")
    send(world, "one", "two", destination="news", destination_type="topic")
    scene = picture_of(world)
    state = end_of(world)
    block = scene.layouts[0].placed["b"].block
    assert isinstance(block, ActiveBroker)
    assert block.lanes == {"lane-0": "news → daily"}
    assert at(scene, state, "b/lane-0") == ["one", "two"]
    assert state.values["b/lane-0", "waiting"] == "2"


def test_a_message_for_a_topic_that_nobody_has_subscribed_to_is_lost_on_arrival():
    world = broker_world(1)
    send(world, "nobody", destination="news", destination_type="topic")
    assert effects(picture_of(world), "nobody") == ["lost"]


@pytest.mark.parametrize(("prefetch", "had"), [(1, 1), (3, 3), (1_000, 5)])
def test_the_consumer_holds_as_many_as_its_prefetch_allows(prefetch: int, had: int):
    world = broker_world(1)
    consume(world, "c", prefetch=prefetch)
    send(world, *(f"order {n}" for n in range(5)))
    scene, state = picture_of(world), end_of(world)
    assert tokens(scene, state, "c/hands")["waits"] == had
    assert tokens(scene, state, "b/lane-0") == {GHOST: had} | (
        {"waits": 5 - had} if had < 5 else {}
    )
    assert state.values["b/lane-0", "given"] == str(had)
    assert state.values.get(("c/hands", "more"), "") == (f"+{had - 2}" if had > 3 else "")


def test_a_poison_message_is_handed_over_seven_times_and_ends_in_the_red_lane():
    scene = picture_of(run_of("mq/poison-redelivery").world)
    waits = look_of(scene, when(scene, 2_600), "unknown part", "mechanic/hands")
    assert (waits.flags, waits.ring) == (WAITS, (2_500, 3_500))
    last = look_of(scene, when(scene, 11_400), "unknown part", "mechanic/hands")
    assert (last.flags, last.tally) == ("", 7)
    dead = look_of(scene, when(scene, 11_500), "unknown part", "garage/lane-1")
    assert dead.flags == DEAD
    block = scene.layouts[0].placed["garage"].block
    assert isinstance(block, ActiveBroker)
    assert block.dead == {"lane-1"}


def test_a_client_that_goes_takes_its_line_with_it_and_what_it_had_waits_again():
    world = broker_world(1)
    consume(world, "c")
    send(world, "order A")
    do(world, "Disconnect", "c")
    scene, state = picture_of(world), end_of(world)
    assert line_states(scene, state, "c", "b") == {"1": ""}
    assert state.values["c/link", "text"] == "not connected"
    assert look_of(scene, state, "order A", "b/lane-0").flags == ""


def test_a_busy_broker_makes_its_senders_wait_with_their_messages():
    world = broker_world(1)
    do(world, "sim.SetBrokerCapacity", messages_per_second=1)
    do(world, "Connect", "p")
    send(world, "one", "two", by="p")
    scene, state = picture_of(world), end_of(world)
    assert state.values["b/1", "second"] == "1 messages/s"
    assert state.values["p/link", "text"] == "waits for broker"
    assert at(scene, state, "p/outbox")[-1] == "two"
    assert look_of(scene, state, "one", "p/outbox").flags == GHOST


def test_many_messages_are_shown_in_few_steps_and_only_the_first_are_drawn():
    world = run_of("mq/traffic-spike").world
    scene = picture_of(world)
    assert len(scene.steps) < len(world.log) / 10
    drawn = max(
        sum(look.slot >= 0 and look.place.startswith("box-office") for look in state.looks.values())
        for state in states(scene)
    )
    assert drawn == 6  # and how many more there are
    assert end_of(world).values["box-office/lane-0", "waiting"] == "600"


def test_a_broker_that_is_deleted_leaves_nothing_behind():
    world = broker_world()
    consume(world, "c")
    send(world, "order A")
    do(world, "DeleteBroker")
    scene, state = picture_of(world), end_of(world)
    assert state.values["b", "there"] == "no"
    assert state.looks == {}
    assert line_states(scene, state, "c", "b") == {"1": "", "2": ""}


# The drawing


def drawn(world: World, at_ms: int, layout: int = 0) -> str:
    scene = picture_of(world)
    return still(scene, scene.layouts[layout], when(scene, at_ms))


@pytest.mark.parametrize("layout", [0, 1])
def test_state_is_on_the_parts_of_the_drawing(layout: int):
    picture = drawn(run_of("mq/active-crash").world, 20_000, layout)
    for part in (
        'data-thing="bakery/1" data-state="down"',
        'data-thing="bakery/2" data-state="standby"',
        'data-thing="shop-a&gt;bakery/1" data-state="broken"',
        'data-thing="shop-a&gt;bakery/2" data-state="known"',
        'data-thing="shop-a/link" data-state="broken"',
    ):
        assert part in picture
    assert "shop-b&gt;bakery/2" not in picture


def test_the_state_list_says_everything_in_words(crash: Scene):
    keys = [key for key, thing in crash.sentences if thing.partition("/")[0] == "bakery"]
    assert keys == ["broker-part", "broker-part", "store-lock", "lane", "holds"]
    clients: Sequence[str] = [thing for key, thing in crash.sentences if key == "client-link"]
    assert sorted(clients) == ["kitchen/link", "shop-a/link", "shop-b/link"]


@pytest.mark.parametrize("room_px", [None, 98])
def test_what_a_client_says_stands_below_its_name_line_by_line(room_px: float | None):
    client = BrokerClient("bank")
    client.knows, client.says_what = "knows endpoint b-1 and b-2", True
    client.uses["VirtualTopic.applications"] = "topic VirtualTopic.applications"
    drawing = client.shape(room_px, {}).drawing
    lines = re.findall(r'<text x="[^"]*" y="([^"]*)" class="drawing__[ln][^>]*>([^<]+)<', drawing)
    told = [text for _, text in lines]
    assert told[0] == "bank"
    assert told[3] == "topic"
    assert len(told) == 5
    heights = [float(y) for y, _ in lines]
    assert heights[0] >= 15
    assert all(below - above >= 14 for above, below in pairwise(heights)), lines

"""A scenario's data become a world, a script and knobs; every mistake is named with its place."""

import copy
from typing import Any

import pytest

from studyapp.engine.log import Called
from studyapp.engine.references import Unresolved, resolved
from studyapp.engine.scenario import Unfit, commands, queue_policy, read, run, start, with_knobs
from studyapp.engine.sqs.events import MessageSent, MessagesReceived, MessageVisible, QueueCreated
from studyapp.engine.world import World

STORY: dict[str, Any] = {
    "seed": 7,
    "ends_at_ms": 40_000,
    "queues": {
        "orders": {
            "visibility_timeout": 10,
            "redrive_policy": {"dead_letter_queue": "lost", "max_receive_count": 3},
        },
        "lost": {},
    },
    "script": [
        {"at_ms": 2_000, "do": "sqs.ReceiveMessage", "by": "worker-a", "queue": "orders"},
        {
            "at_ms": 0,
            "id": "send",
            "do": "sqs.SendMessage",
            "by": "shop",
            "queue": "orders",
            "message_body": "A",
        },
        {
            "at_ms": 3_000,
            "do": "sqs.DeleteMessage",
            "by": "worker-a",
            "queue": "orders",
            "receipt_handle": "@receipt:worker-a",
        },
    ],
    "knobs": {
        "timeout": {"sets": "queues.orders.visibility_timeout", "values": [5, 10]},
        "sent": {"sets": "script.send.at_ms", "min": 0, "max": 2_000, "step": 500},
    },
}


def a_story(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(STORY), **changes}


def test_the_setup_makes_the_queues_the_dead_letter_queue_first():
    world = start(read(a_story()))
    created = [event for event in world.log if type(event) is QueueCreated]
    assert [event.queue for event in created] == ["lost", "orders"]
    attributes = dict(created[1].attributes)
    assert attributes["VisibilityTimeout"] == "10"
    assert attributes["RedrivePolicy"] == (
        '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:lost","maxReceiveCount":3}'
    )


def test_the_script_runs_in_the_order_of_time_and_references_are_looked_up():
    result = run(read(a_story()))
    kinds = [type(event).__name__ for event in result.world.log if type(event) is not Called]
    assert kinds[2:] == ["MessageSent", "MessagesReceived", "MessageDeleted"]
    assert (result.surprises, result.too_long) == ((), False)
    assert result.world.now_ms == 40_000


def test_a_knob_changes_the_run_and_not_the_scenario():
    story = a_story(script=STORY["script"][:2])
    scenario = read(story)
    before = copy.deepcopy(story)
    visible = [
        event.at_ms
        for event in run(scenario, {"timeout": 5}).world.log
        if type(event) is MessageVisible
    ]
    assert visible == [7_000]
    assert story == before
    assert scenario.knobs["timeout"].default == 10


def test_a_name_with_a_dot_stands_in_quotes():
    story = a_story(
        queues={"orders.fifo": {"fifo_queue": True, "visibility_timeout": 10}, "orders": {}},
        knobs={"t": {"sets": 'queues."orders.fifo".visibility_timeout', "values": [10, 20]}},
    )
    world = start(with_knobs(read(story), {"t": 20}))
    assert world.sqs.queues["orders.fifo"].visibility_timeout_ms == 20_000


def test_a_knob_may_set_something_in_the_script():
    sent = [e for e in run(read(a_story()), {"sent": 1_500}).world.log if type(e) is MessageSent]
    assert [event.at_ms for event in sent] == [1_500]


def test_what_somebody_does_comes_after_the_script_of_the_same_time():
    extra = commands([{"at_ms": 2_000, "do": "sqs.ReceiveMessage", "by": "you", "queue": "orders"}])
    received = [
        event
        for event in run(read(a_story()), actions=extra).world.log
        if type(event) is MessagesReceived
    ]
    assert [(event.by, len(event.receipts)) for event in received] == [("worker-a", 1), ("you", 0)]


def test_a_command_that_ends_otherwise_than_the_story_says_is_a_surprise():
    script = [
        {"at_ms": 0, "do": "sqs.SendMessage", "queue": "gone", "message_body": "A"},
        {
            "at_ms": 1,
            "do": "sqs.SendMessage",
            "queue": "gone",
            "message_body": "A",
            "refused": "queue-not-found",
        },
        {
            "at_ms": 2,
            "do": "sqs.SendMessage",
            "queue": "lost",
            "message_body": "A",
            "refused": "queue-not-found",
        },
        {
            "at_ms": 3,
            "do": "sqs.DeleteMessage",
            "queue": "lost",
            "receipt_handle": "@receipt:nobody",
        },
    ]
    result = run(read(a_story(script=script, knobs={})))
    assert [(command.at_ms, outcome) for command, outcome in result.surprises] == [
        (0, "queue-not-found"),
        (2, "accepted"),
        (3, "nobody has received nothing yet"),
    ]


def test_a_run_whose_log_is_full_ends_and_says_so():
    result = run(read(a_story()), events_max=8)
    assert result.too_long
    assert len(result.world.log) == 8


def test_the_same_run_gives_the_same_bytes():
    assert run(read(a_story())).world.written() == run(read(a_story())).world.written()
    again = World.load(run(read(a_story())).world.written())
    assert again.written() == run(read(a_story())).world.written()


def test_a_queue_is_open_to_the_topics_it_subscribes_to():
    policy = queue_policy("orders", ["arn:aws:sns:us-east-1:123456789012:news"])
    assert '"Principal":{"Service":"sns.amazonaws.com"}' in policy
    assert '"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:news"' in policy


UNFIT: dict[str, tuple[dict[str, Any], tuple[Any, ...], str]] = {
    "no end": ({"ends_at_ms": None}, ("ends_at_ms",), "must be a whole number"),
    "an end that is text": ({"ends_at_ms": "1"}, ("ends_at_ms",), "must be a whole number"),
    "a seed below 0": ({"seed": -1}, ("seed",), "must be a whole number"),
    "queues as a list": ({"queues": []}, ("queues",), "write [queues.name] tables"),
    "a queue that is no table": ({"queues": {"orders": 3}}, ("queues", "orders"), "write a table"),
    "dead-letter queues in a circle": (
        {
            "queues": {
                "a": {"redrive_policy": {"dead_letter_queue": "b"}},
                "b": {"redrive_policy": {"dead_letter_queue": "a"}},
            },
            "knobs": {},
        },
        ("queues", "a"),
        "in a circle",
    ),
    "a redrive policy without a queue": (
        {"queues": {"orders": {"redrive_policy": {}}}, "knobs": {}},
        ("queues", "orders", "redrive_policy"),
        "dead_letter_queue",
    ),
    "a source that is none": (
        {"queues": {"orders": {"open_to": ["stream:x"]}}, "knobs": {}},
        ("queues", "orders", "open_to"),
        "open_to",
    ),
    "an unknown action": (
        {"script": [{"at_ms": 0, "do": "SendMessage"}], "knobs": {}},
        ("script", 0, "do"),
        "did you mean sqs.SendMessage?",
    ),
    "a command after the end": (
        {"script": [{"at_ms": 50_000, "do": "sqs.SendMessage"}], "knobs": {}},
        ("script", 0),
        "comes after the end",
    ),
    "a knob that leads nowhere": (
        {"knobs": {"x": {"sets": "queues.orders.delay", "values": [1]}}},
        ("knobs", "x", "sets"),
        "leads nowhere",
    ),
    "a knob that leads to a table": (
        {"knobs": {"x": {"sets": "queues.orders", "values": [1]}}},
        ("knobs", "x", "sets"),
        "no single value",
    ),
    "a knob without an own value": (
        {"knobs": {"x": {"sets": "queues.orders.visibility_timeout", "values": [1]}}},
        ("knobs", "x"),
        "none that the knob offers",
    ),
    "a knob with a list and a range": (
        {"knobs": {"x": {"sets": "seed", "values": [7], "min": 1, "max": 9}}},
        ("knobs", "x"),
        "either values",
    ),
    "a knob for an entry that is not": (
        {"knobs": {"x": {"sets": "script.gone.at_ms", "values": [1]}}},
        ("knobs", "x", "sets"),
        "no entry of script",
    ),
}


@pytest.mark.parametrize(("changes", "path", "says"), UNFIT.values(), ids=UNFIT)
def test_data_that_are_no_scenario_are_refused_with_their_place(
    changes: dict[str, Any], path: tuple[Any, ...], says: str
):
    with pytest.raises(Unfit) as fault:
        start(read(a_story(**changes)))
    assert fault.value.path == path
    assert says in fault.value.text


@pytest.mark.parametrize(
    ("name", "value"),
    [("timeout", 7), ("timeout", True), ("sent", 250), ("sent", 2_500), ("gone", 1)],
)
def test_a_knob_takes_only_what_it_offers(name: str, value: object):
    with pytest.raises(Unfit, match="cannot be set"):
        with_knobs(read(a_story()), {name: value})


def test_a_setup_that_the_world_refuses_is_named_with_its_reason():
    story = a_story(actors={"worker": {"kind": "robot"}})
    with pytest.raises(Unfit, match="unknown-actor-kind") as fault:
        start(read(story))
    assert fault.value.path == ("actors", "worker")


def test_a_reference_stands_for_fields_of_events_and_nothing_else():
    world = run(read(a_story())).world
    sent = next(event for event in world.log if type(event) is MessageSent)
    (received,) = (event for event in world.log if type(event) is MessagesReceived)
    handle = received.receipts[0][1]
    assert resolved(world, "@answer:worker-a:queue") == "orders"
    assert resolved(world, ["@message-id:A", {"x": "@receipt:worker-a"}]) == [
        sent.message_id,
        {"x": handle},
    ]
    assert resolved(world, "@nothing:of:ours") == "@nothing:of:ours"
    for nothing in (
        "@answer:worker-a:index",
        "@answer:worker-a:__class__",
        "@answer:",
        "@receipt:",
    ):
        with pytest.raises(Unresolved):
            resolved(world, nothing)


def test_names_in_subscriptions_may_be_arns():
    arn = "arn:aws:sqs:us-east-1:123456789012:orders"
    feed = {
        "topic": "arn:aws:sns:us-east-1:123456789012:news",
        "protocol": "sqs",
        "endpoint": arn,
        "dead_letter_queue": "arn:aws:sqs:us-east-1:123456789012:lost",
    }
    script = [{"at_ms": 0, "do": "sns.Publish", "topic": "news", "message": "A"}]
    story = a_story(topics={"news": {}}, subscriptions={"first": feed}, script=script, knobs={})
    sent = [event for event in run(read(story)).world.log if type(event) is MessageSent]
    assert [event.queue for event in sent] == ["orders"]

"""Forms: every action that a scenario allows can be filled in, and what comes of it is what the world takes."""

import json

import pytest
from django.conf import settings
from django.utils import translation

from studyapp.course.library import load
from studyapp.engine.references import resolved
from studyapp.engine.refusals import Refused
from studyapp.engine.scenario import Command, do, read, run
from studyapp.engine.world import ACTIONS, World
from studyapp.simulator import actions
from studyapp.simulator.code_panel import code_of
from studyapp.simulator.forms import (
    ACTIONS_WITH_FORM,
    CHOICE,
    LONG_TEXT,
    NUMBER,
    TEXT,
    ActionForm,
    BadInput,
    command_of,
    form_of,
    forms_of,
)

COURSE = load(settings.CONTENT_DIR)
# What the door says to values of the wrong kind; a form must never send any.
DOOR = {"unknown-action", "unknown-parameter", "missing-parameter", "wrong-type", "unknown-setting",
        "missing-setting", "wrong-setting", "unknown-actor-kind", "batch-entry-malformed"}  # fmt: skip


# Not every value goes with every other, and what changes nothing is not sent.
REFUSED_BY_FORMS = {
    ("sim.ChangeActor", "same"),
    ("sim.ChangeActor", "together"),
    ("sim.AddActor", "together"),
    ("sqs.SetQueueAttributes", "same"),
}


def filled(form: ActionForm, **changes: str) -> dict[str, str]:
    return {field.name: field.value for field in form.fields} | changes


def act(world: World, key: str, /, **changes: str) -> dict:
    """Fill in a form as a learner would, and do it. Returns the parameters."""
    form = form_of(key, world)
    parameters = command_of(form, filled(form, **changes))
    outcome = do(world, Command(world.now_ms, form.action, "you", parameters))
    assert outcome is None, f"{key}: {outcome}"
    return parameters


def test_every_action_that_a_scenario_allows_has_a_form():
    allowed = {action for file in COURSE.scenarios.values() for action in file.allows}
    assert allowed - ACTIONS_WITH_FORM == set()
    assert set(ACTIONS) >= ACTIONS_WITH_FORM


@pytest.mark.parametrize("name", sorted(COURSE.scenarios))
def test_forms_of_a_scenario_send_what_the_world_takes(name: str):
    """At its start, in the middle and at its end: with what stands in the form, and with every other choice."""
    file = COURSE.scenarios[name]
    scenario = read(file.data)
    world = run(scenario).world
    did = 0
    for at_ms in (0, scenario.ends_at_ms // 3, scenario.ends_at_ms):
        then = world.fork(at_ms)
        before = then.written()
        for action in file.allows:
            for form in forms_of(action, then):
                assert form == form_of(form.key, then)
                for values in every_choice(form) if form.is_possible else ():
                    did += sends_well(form, values, then)
        assert then.written() == before
    assert did > 0


def every_choice(form: ActionForm):
    yield filled(form)
    for field in form.fields:
        for choice in field.choices[:6]:
            yield filled(form, **{field.name: choice.value})
        if field.kind == NUMBER:
            yield filled(form, **{field.name: str(field.low)})
            yield filled(form, **{field.name: str(field.high)})


def sends_well(form: ActionForm, values: dict[str, str], world: World) -> bool:
    try:
        parameters = command_of(form, values)
    except BadInput as fault:
        if (form.action, fault.kind) in REFUSED_BY_FORMS:
            return False
        raise
    row = {"at_ms": world.now_ms, "do": form.action, **parameters}
    assert actions.read(actions.written(row)) == row
    given = {name: resolved(world, value) for name, value in parameters.items()}
    ACTIONS[form.action].checked(given)
    if form.action.startswith("sim.") is False:
        assert code_of(form.action, given, log=world.log) is not None
    copy = world.fork(world.now_ms)
    try:
        copy.call(form.action, "you", **given)
    except Refused as refusal:
        if refusal.reason in DOOR:
            raise
    return True


# From an empty board


def test_a_system_can_be_built_from_an_empty_board():
    world = World()
    act(world, "sns.CreateTopic", name="news")
    act(world, "sqs.CreateQueue", queue_name="dead")
    made = act(world, "sqs.CreateQueue", queue_name="orders", visibility_timeout="5",
               dead_letter_queue="dead", max_receive_count="2",
               open_to="arn:aws:sns:us-east-1:123456789012:news")  # fmt: skip
    assert json.loads(made["attributes"]["RedrivePolicy"])["maxReceiveCount"] == 2
    act(world, "sns.Subscribe", topic="news", endpoint="sqs orders", raw="yes",
        filter_policy='{"city": ["busan"]}')  # fmt: skip
    act(world, "sim.AddActor:consumer", actor="worker", queue="orders", handling_ms="200")
    act(world, "sns.Publish", message="hello", message_attributes="city=busan, kg=3")
    act(world, "sns.Publish", message="elsewhere", message_attributes="city=seoul")
    world.advance_to(5_000)
    kinds = [type(event).__name__ for event in world.log]
    assert kinds.count("HandlingFinished") == kinds.count("MessageDeleted") == 1
    assert kinds.count("FilteredOut") == 1


def test_streams_buckets_and_brokers_can_be_built_from_an_empty_board():
    world = World()
    act(world, "sim.AddStream", stream="clicks", shard_count="2", retention_period_hours="48")
    act(world, "s3.CreateBucket", bucket="archive")
    act(world, "firehose.CreateDeliveryStream", delivery_stream="loader", source="clicks",
        size_in_mbs="1", interval_in_seconds="5")  # fmt: skip
    act(world, "sim.AddActor:stream-reader", actor="reader", mode="fan-out")
    act(world, "sim.AddActor:kcl-worker", actor="worker")
    act(
        world, "sim.AddActor:producer", actor="app", target="kinesis/clicks", count="3", keys="a, b"
    )
    act(world, "mq.CreateBroker", broker_name="garage", engine="ACTIVEMQ/ACTIVE_STANDBY_MULTI_AZ")
    act(world, "mq.CreateBroker", broker_name="tickets", engine="RABBITMQ/CLUSTER_MULTI_AZ")
    act(
        world,
        "sim.AddActor:broker-consumer",
        actor="mechanic",
        broker="garage",
        destination="repairs",
    )
    act(
        world,
        "sim.AddActor:broker-producer",
        actor="shop",
        broker="garage",
        destination="repairs",
        count="2",
    )
    act(world, "mq.Send", broker="tickets", destination="seats", body="seat 1")
    world.advance_to(60_000)
    kinds = [type(event).__name__ for event in world.log]
    assert kinds.count("RecordPut") == 3
    assert kinds.count("ObjectCreated") > 0
    assert kinds.count("MessageAcknowledged") == 2
    assert kinds.count("MessageRouted") == 1


# One action after the other


def busy_queue() -> World:
    world = World()
    world.call(
        "sqs.CreateQueue", "setup", queue_name="orders", attributes={"VisibilityTimeout": "30"}
    )
    for body in ("order A", "order B", "order B"):
        world.call("sqs.SendMessage", "shop", queue="orders", message_body=body)
    world.call("sqs.ReceiveMessage", "worker", queue="orders", max_number_of_messages=3)
    return world


def test_a_lent_message_is_chosen_by_what_it_says():
    world = busy_queue()
    form = form_of("sqs.DeleteMessage", world)
    [field] = form.fields
    assert [choice.words for choice in field.choices] == ["order A (orders)"] + [
        "order B (orders)"
    ] * 2
    first, second, third = (command_of(form, {"message": each.value}) for each in field.choices)
    assert first == {"queue": "orders", "receipt_handle": "@receipt-of:order A"}
    # Two messages say the same: then only the handle tells which is meant.
    handles = {each.receipt_handle for each in world.sqs.queues["orders"].messages.values()}
    assert {second["receipt_handle"], third["receipt_handle"]} < handles
    assert second != third
    act(world, "sqs.DeleteMessage", message=field.choices[2].value)
    act(
        world, "sqs.ChangeMessageVisibility", message=field.choices[0].value, visibility_timeout="0"
    )
    kinds = [type(event).__name__ for event in world.log]
    assert (kinds.count("MessageDeleted"), kinds.count("MessageVisible")) == (1, 1)
    assert len(form_of("sqs.DeleteMessage", world).fields[0].choices) == 1


def test_without_a_lent_message_none_can_be_deleted():
    world = World()
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    assert not form_of("sqs.DeleteMessage", world).is_possible
    assert form_of("sqs.SendMessage", world).is_possible
    assert not form_of("sqs.SendMessage", World()).is_possible


def test_a_fifo_queue_asks_for_a_group_and_a_standard_queue_does_not():
    world = World()
    act(world, "sqs.CreateQueue", queue_name="plain")
    assert "message_group_id" not in filled(form_of("sqs.SendMessage", world))
    made = act(
        world, "sqs.CreateQueue", queue_name="seats", fifo="yes", content_based_deduplication="yes"
    )
    assert made["queue_name"] == "seats.fifo"
    assert "message_group_id" not in act(world, "sqs.SendMessage", queue="plain")
    assert act(world, "sqs.SendMessage", queue="seats.fifo")["message_group_id"] == "group-1"
    form = form_of("sqs.SendMessage", world)
    with pytest.raises(BadInput) as fault:
        command_of(form, filled(form, queue="seats.fifo", message_group_id=""))
    assert (fault.value.field.name, fault.value.kind) == ("message_group_id", "missing")


def test_programs_are_offered_for_what_can_be_done_with_them():
    world = busy_queue()
    act(world, "sim.AddActor:consumer", actor="a")
    act(world, "sim.AddActor:consumer", actor="b")
    act(world, "sim.CrashActor", actor="b")

    def offered(action: str) -> list[str]:
        return [choice.value for choice in form_of(action, world).fields[0].choices]

    assert (offered("sim.StartActor"), offered("sim.CrashActor"), offered("sim.StopActor")) == (
        ["b"],
        ["a"],
        ["a"],
    )


def test_only_what_was_changed_of_a_program_is_sent():
    world = busy_queue()
    act(world, "sim.AddActor:consumer", actor="a")
    changed = act(
        world, "sim.ChangeActor:a", handling_ms="5", fails_on="order A, order C", deletes=""
    )
    assert changed == {
        "actor": "a",
        "settings": {"handling_ms": 5, "fails_on": ["order A", "order C"], "deletes": False},
    }
    form = form_of("sim.ChangeActor:a", world)
    assert filled(form)["fails_on"] == "order A, order C"
    with pytest.raises(BadInput) as fault:
        command_of(form, filled(form))
    assert fault.value.kind == "same"


def test_a_shard_is_split_in_the_middle_and_neighbours_are_merged():
    world = World()
    act(world, "sim.AddStream", stream="clicks", shard_count="2")
    parts = act(world, "kinesis.SplitShard", shard="clicks/shardId-000000000001")
    low, high = 2**127, 2**128 - 1
    assert int(parts["new_starting_hash_key"]) == (low + high + 1) // 2
    world.advance_to(10_000)
    pairs = form_of("kinesis.MergeShards", world).fields[0].choices
    assert [each.words[-3:] for each in pairs] == ["002", "003"]
    act(world, "kinesis.MergeShards", shards=pairs[1].value)


def test_servers_and_zones_come_and_go():
    world = World()
    act(world, "mq.CreateBroker", broker_name="pair", engine="ACTIVEMQ/ACTIVE_STANDBY_MULTI_AZ")
    act(world, "mq.CreateBroker", broker_name="trio", engine="RABBITMQ/CLUSTER_MULTI_AZ")
    world.advance_to(1_000)
    assert act(world, "sim.CrashBroker", server="pair/1") == {"broker": "pair", "instance": "1"}
    act(world, "sim.RestoreBroker", server="pair/1")
    world.advance_to(100_000)
    act(world, "sim.PartitionInstance", server="pair/2", duration_ms="500")
    act(world, "sim.CrashNode", server="trio/3")
    act(world, "sim.RestoreNode", server="trio/3")
    world.advance_to(200_000)
    act(world, "sim.PartitionNode", server="trio/2")
    act(world, "sim.HealPartition", server="trio/2")
    act(world, "sim.LoseZone", zone="b")
    assert [each.value for each in form_of("sim.RestoreZone", world).fields[0].choices] == ["b"]
    act(world, "sim.RestoreZone")
    act(world, "sim.SetFailoverTimes", lock_lapse_ms="100")
    act(world, "sim.SetBrokerCapacity", messages_per_second="5")


def test_endpoints_and_destinations_go_down_and_come_up():
    world = World()
    act(world, "sim.AddEndpoint", endpoint="printer", protocol="lambda")
    act(world, "sns.CreateTopic", name="news")
    act(world, "sns.Subscribe", endpoint="lambda printer")
    act(world, "sim.TakeEndpointDown", endpoint="printer")
    assert not form_of("sim.TakeEndpointDown", world).is_possible
    act(world, "sim.BringEndpointUp", endpoint="printer")
    act(world, "s3.CreateBucket", bucket="archive")
    act(world, "firehose.CreateDeliveryStream", delivery_stream="loader")
    act(world, "firehose.PutRecord", data="x")
    assert act(world, "firehose.UpdateDestination", size_in_mbs="2", interval_in_seconds="60") == {
        "delivery_stream": "loader",
        "extended_s3_destination_update": {
            "buffering_hints": {"size_in_mbs": 2, "interval_in_seconds": 60}
        },
    }
    act(world, "sim.TakeDestinationDown")
    act(world, "sim.BringDestinationUp")


def test_the_use_of_a_key_is_denied_to_firehose_where_it_reads_an_encrypted_stream():
    world = World()
    act(world, "s3.CreateBucket", bucket="archive")
    for stream in ("open", "sealed"):
        world.call("sim.AddStream", "you", stream=stream, shard_count=1)
        act(world, "firehose.CreateDeliveryStream", delivery_stream=f"{stream}-loader",
            source=stream)  # fmt: skip
    world.call("sim.EncryptStream", "you", stream="sealed", key_id="alias/sealed")
    who = form_of("sim.SetKeyAccess", world).fields[1]
    assert [each.value for each in who.choices] == ["sealed-loader"]


def test_objects_tell_a_queue_that_is_open_to_the_bucket():
    world = World()
    act(world, "s3.CreateBucket", bucket="photos")
    act(world, "sqs.CreateQueue", queue_name="resize", open_to="arn:aws:s3:::photos")
    act(
        world, "s3.PutBucketNotificationConfiguration", destination="Queue resize", prefix="images/"
    )
    act(world, "s3.PutObject", key="images/1.jpg")
    act(world, "s3.PutObject", key="notes/1.txt")
    told = [event for event in world.log if type(event).__name__ == "ObjectNotificationSent"]
    # S3 tests the rule first.
    assert [event.key for event in told] == ["", "images/1.jpg"]


def test_a_redrive_starts_from_a_dead_letter_queue_and_can_be_cancelled():
    world = World()
    act(world, "sqs.CreateQueue", queue_name="dead")
    act(world, "sqs.CreateQueue", queue_name="orders", dead_letter_queue="dead", max_receive_count="1",
        visibility_timeout="1")  # fmt: skip
    for n in range(3):
        act(world, "sqs.SendMessage", queue="orders", message_body=f"order {n}")
    for _ in range(2):
        act(world, "sqs.ReceiveMessage", queue="orders", max_number_of_messages="10")
        world.advance_to(world.now_ms + 2_000)
    started = act(world, "sqs.StartMessageMoveTask", max_number_of_messages_per_second="1")
    assert started["source_arn"].endswith(":dead")
    act(world, "sqs.CancelMessageMoveTask")


def test_an_attribute_of_a_subscription_is_set():
    world = World()
    act(world, "sns.CreateTopic", name="news")
    act(world, "sqs.CreateQueue", queue_name="orders")
    act(world, "sns.Subscribe")
    parameters = act(
        world,
        "sns.SetSubscriptionAttributes",
        attribute_name="RedrivePolicy",
        attribute_value="orders",
    )
    assert parameters["subscription"] == "news/orders"
    assert json.loads(parameters["attribute_value"])["deadLetterTargetArn"].endswith(":orders")
    act(
        world,
        "sns.SetSubscriptionAttributes",
        attribute_name="FilterPolicy",
        attribute_value='{"a": ["b"]}',
    )
    act(
        world,
        "sns.SetSubscriptionAttributes",
        attribute_name="RawMessageDelivery",
        attribute_value="true",
    )
    act(world, "sns.Unsubscribe")


# Bad input

BAD = [
    ("sqs.SendMessage", {"queue": "nowhere"}, "queue", "choice"),
    ("sqs.SendMessage", {"queue": ""}, "queue", "missing"),
    ("sqs.SendMessage", {"message_body": ""}, "message_body", "missing"),
    ("sqs.SendMessage", {"message_body": "x" * 257}, "message_body", "long"),
    ("sqs.SendMessage", {"message_body": "\ud800"}, "message_body", "characters"),
    ("sqs.SendMessage", {"message_body": "a\0b"}, "message_body", "characters"),
    ("sqs.SendMessage", {"delay_seconds": "901"}, "delay_seconds", "number"),
    ("sqs.SendMessage", {"delay_seconds": "-1"}, "delay_seconds", "number"),
    ("sqs.SendMessage", {"delay_seconds": "1.5"}, "delay_seconds", "number"),
    ("sqs.SendMessage", {"delay_seconds": "٣"}, "delay_seconds", "number"),
    ("sqs.SendMessage", {"delay_seconds": "9" * 5000}, "delay_seconds", "number"),
    ("sqs.ReceiveMessage", {"max_number_of_messages": ""}, "max_number_of_messages", "missing"),
    ("sqs.CreateQueue", {"fifo": "perhaps"}, "fifo", "choice"),
    ("sqs.SetQueueAttributes", {}, "visibility_timeout", "same"),
    ("sqs.DeleteMessage", {"message": "m999"}, "message", "choice"),
    ("sns.Publish", {"message_attributes": "busan"}, "message_attributes", "pairs"),
    ("sns.Publish", {"message_attributes": "city=busan,"}, "message_attributes", "pairs"),
    ("sns.Subscribe", {"filter_policy": "{"}, "filter_policy", "json"),
    ("sns.Subscribe", {"filter_policy": "[" * 900}, "filter_policy", "json"),
    ("sns.Subscribe", {"filter_policy": "[1]"}, "filter_policy", "json"),
    ("sns.SetSubscriptionAttributes", {"attribute_value": "{"}, "attribute_value", "json"),
    ("sim.AddActor:consumer", {"handling_ms": "0"}, "handling_ms", "number"),
    ("sim.AddActor:consumer", {"actor": ""}, "actor", "missing"),
    ("sim.AddActor:consumer", {"actor": "x" * 61}, "actor", "long"),
    ("sim.AddActor:consumer", {"on_failure": "sing"}, "on_failure", "choice"),
    ("sim.LoseZone", {"zone": "d"}, "zone", "choice"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "changes", "name", "kind"), BAD)
def test_bad_input_is_named_with_its_field(key: str, changes: dict[str, str], name: str, kind: str):
    world = busy_queue()
    act(world, "sns.CreateTopic", name="news")
    act(world, "sns.Subscribe")
    form = form_of(key, world)
    with pytest.raises(BadInput) as fault:
        command_of(form, filled(form, **changes))
    assert (fault.value.field.name, fault.value.kind) == (name, kind)
    for language in ("en", "ko", "vi"):
        with translation.override(language):
            assert fault.value.field.words in fault.value.words


def test_what_a_browser_does_not_send_counts_as_empty():
    form = form_of("sqs.CreateQueue", World())
    assert command_of(form, {"queue_name": "orders"}) == {"queue_name": "orders"}
    with pytest.raises(BadInput, match="queue_name: missing"):
        command_of(form, {})


@pytest.mark.parametrize(
    "key",
    [
        "sqs.SendMassage",
        "sqs.SendMessage:x",
        "sim.AddActor:poet",
        "sim.ChangeActor:nobody",
        "",
        ":",
    ],
)
def test_there_is_no_form_for_what_there_is_not(key: str):
    with pytest.raises(KeyError):
        form_of(key, World())


# Words


def test_every_form_and_field_has_words_in_each_language():
    """Of a world with everything in it; AWS's own names are the same in all three."""
    world = busy_queue()
    act(world, "sim.AddActor:consumer", actor="a")
    forms = [form for action in ACTIONS_WITH_FORM for form in forms_of(action, world)]
    assert len({form.key for form in forms}) == len(forms)
    labels = {(form.action, form.label) for form in forms}
    assert {action for action, label in labels if not label and action.startswith("sim.")} == set()
    texts = {field.label for form in forms for field in form.fields}
    texts |= {form.label for form in forms if form.label}
    texts |= {
        each.label
        for form in forms
        for field in form.fields
        for each in field.choices
        if not each.is_code
    }
    for language in ("ko", "vi"):
        with translation.override(language):
            same = {text for text in texts if translation.gettext(text) == text}
        assert same <= {"FIFO", "broker", "bucket", "shard"}


def test_kinds_of_fields_are_those_that_templates_know():
    world = busy_queue()
    kinds = {
        field.kind
        for action in ACTIONS_WITH_FORM
        for form in forms_of(action, world)
        for field in form.fields
    }
    assert kinds == {TEXT, LONG_TEXT, NUMBER, CHOICE, "yes-no"}
    for action in ACTIONS_WITH_FORM:
        for form in forms_of(action, world):
            for field in form.fields:
                assert (field.kind == NUMBER) <= (field.low <= field.high)
                assert (field.kind in (TEXT, LONG_TEXT)) <= (len(field.value) <= field.high)
                assert len({each.value for each in field.choices}) == len(field.choices)

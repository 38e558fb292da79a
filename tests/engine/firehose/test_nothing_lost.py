"""Whatever happens, each record is in exactly one place: buffered, on its way, in one object, dropped by the
function, in the error output, in the backup bucket, or lost for a reason that is in the log."""

import random
from contextlib import suppress
from typing import Any

import pytest

from studyapp.engine.firehose.events import BatchDelivered, RecordBuffered
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.support.delivery_streams import add_stream, counted, happened, hints
from tests.support.worlds import same_world

WALKS = 40
STEPS = 40


def random_destination(dice: random.Random) -> dict[str, Any]:
    function = {
        "type": "Lambda",
        "dropped_containing": "debug",
        "failed_containing": "broken",
        "handling_ms": dice.choice([0, 700, 90_000]),
        "replaces": dice.choice(["", "order"]),
        "replaces_with": "ORDER",
    }
    processors = dice.choice([[], [function], [{"type": "AppendDelimiterToRecord"}, function]])
    return {
        "buffering_hints": hints(dice.choice([1, 2]), dice.choice([0, 60, 300])),
        "processing_configuration": {"processors": processors},
        "s3_backup_mode": dice.choice(["Enabled", "Disabled"]),
        "s3_backup_configuration": {"bucket_arn": dice.choice(["photos", "spare"])},
    }


def random_world(dice: random.Random) -> World:
    world = World(dice.randrange(1000))
    world.call("s3.CreateBucket", "setup", bucket="photos")
    world.call("s3.CreateBucket", "setup", bucket="spare")
    destination = random_destination(dice)
    if dice.random() < 0.6:
        add_stream(world, **destination)
        return world
    del destination["s3_backup_configuration"]
    destination["s3_backup_mode"] = dice.choice(["AllData", "FailedDataOnly"])
    destination["s3_configuration"] = {"bucket_arn": "spare"}
    destination["retry_options"] = {"duration_in_seconds": dice.choice([0, 30, 600])}
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream="clicks",
        http_endpoint_destination_configuration=destination,
    )
    return world


def random_step(world: World, dice: random.Random) -> None:
    step = dice.randrange(12)
    if step < 5:
        word = dice.choice(["order", "debug", "broken", "é" * 1000])
        text = f"{word} {dice.random()}" + "x" * dice.choice([0, 0, 200_000, 700_000])
        world.call("firehose.PutRecord", "shop", delivery_stream="clicks", record={"data": text})
    elif step < 7:
        records = [
            {"data": f"{dice.choice(['a', 'debug'])} {n}"} for n in range(dice.randrange(1, 9))
        ]
        world.call("firehose.PutRecordBatch", "shop", delivery_stream="clicks", records=records)
    elif step < 9:
        action = dice.choice(["sim.TakeDestinationDown", "sim.BringDestinationUp"])
        place = dice.choice(["destination", "backup"])
        with suppress(Refused):  # It was up or down already.
            world.call(action, "you", delivery_stream="clicks", place=place)
    elif step < 10 and world.firehose.delivery_streams["clicks"].settings.destination == "s3":
        world.call(
            "firehose.UpdateDestination",
            "you",
            delivery_stream="clicks",
            extended_s3_destination_update=random_destination(dice),
        )
    else:
        world.advance_to(world.now_ms + dice.choice([10, 3_000, 61_000, 400_000, 40_000_000]))


@pytest.mark.parametrize("seed", range(WALKS))
def test_no_record_is_lost_or_delivered_twice(seed: int):
    dice = random.Random(seed)
    world = random_world(dice)
    for _ in range(STEPS):
        random_step(world, dice)
        counted(world)
    same_world(world)
    for place in ("destination", "backup"):
        with suppress(Refused):
            world.call("sim.BringDestinationUp", "you", delivery_stream="clicks", place=place)
    world.advance_to(world.now_ms + 2_000_000)
    assert set(counted(world)) <= {
        "data",
        "dropped",
        "processing-failed",
        "delivery-failed",
        "lost",
    }
    assert objects_hold_what_was_delivered(world)
    same_world(world)


def objects_hold_what_was_delivered(world: World) -> bool:
    """Each object in S3 belongs to one delivery, and a data object has the texts of its records in order."""
    texts = {event.record_id: event.data for event in happened(world, RecordBuffered)}
    delivered = [event for event in happened(world, BatchDelivered) if event.bucket]
    objects = {
        (bucket.name, key): found.body
        for bucket in world.s3.buckets.values()
        for key, found in bucket.objects.items()
    }
    assert sorted(objects) == sorted((event.bucket, event.key) for event in delivered)
    for event in delivered:
        body = objects[event.bucket, event.key]
        assert len(body.encode()) == event.size_bytes
        if event.kind == "backup":
            assert body == "".join(texts[record_id] for record_id in event.record_ids)
        elif event.kind == "data":
            joined = "".join(texts[record_id] for record_id in event.record_ids)
            assert body.replace("\n", "").lower() == joined.lower()
    return True

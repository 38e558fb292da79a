"""A world with a bucket and a Firehose stream, and where each record of it is."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from studyapp.engine.firehose.events import (
    BatchDelivered,
    RecordBuffered,
    RecordsLost,
    RecordsTransformed,
)
from studyapp.engine.world import World

MB = 1024 * 1024


def a_world(seed: int = 1, **destination: Any) -> World:
    """Bucket 'photos', and the stream 'clicks' that delivers to it; `destination` are its settings."""
    world = World(seed)
    world.call("s3.CreateBucket", "setup", bucket="photos")
    world.call("s3.CreateBucket", "setup", bucket="spare")
    add_stream(world, **destination)
    return world


def add_stream(world: World, **destination: Any) -> None:
    settings = {"bucket_arn": "photos", **destination}
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream="clicks",
        extended_s3_destination_configuration=settings,
    )


def hints(size_mb: int, interval_seconds: int) -> dict[str, int]:
    return {"size_in_mbs": size_mb, "interval_in_seconds": interval_seconds}


def put(world: World, *texts: str) -> None:
    for text in texts:
        world.call("firehose.PutRecord", "shop", delivery_stream="clicks", record={"data": text})


def happened(world: World, kind: type) -> list[Any]:
    return [event for event in world.log if type(event) is kind]


def bodies(world: World, prefix: str = "", bucket: str = "photos") -> list[str]:
    """The bodies of the objects whose keys begin with `prefix`."""
    found = world.s3.buckets[bucket]
    return [found.objects[key].body for key in found.keys if key.startswith(prefix)]


def whereabouts(world: World) -> dict[str, list[str]]:
    """Where each record is, by what the log and the stream say: one place each, or something is wrong.

    Backups are copies and do not count.
    """
    places: dict[str, list[str]] = {
        event.record_id: [] for event in happened(world, RecordBuffered)
    }

    def note(ids: Iterable[str], place: str) -> None:
        for record_id in ids:
            places[record_id].append(place)

    for event in world.log:
        if type(event) is BatchDelivered and event.kind != "backup":
            note(event.record_ids, event.kind)
        elif type(event) is RecordsTransformed:
            note(event.dropped, "dropped")
        elif type(event) is RecordsLost and event.kind != "backup":
            note(event.record_ids, "lost")
    for stream in world.firehose.delivery_streams.values():
        note((record.record_id for record in stream.buffer.records), "buffer")
        for records in stream.batches.values():
            note((record.record_id for record in records), "function")
        for parcel in stream.parcels.values():
            if parcel.kind != "backup":
                note((record.record_id for record in parcel.records), "parcel")
    return places


def counted(world: World) -> dict[str, int]:
    """How many records are where; each in exactly one place."""
    places = whereabouts(world)
    assert {name: where for name, where in places.items() if len(where) != 1} == {}
    return dict(Counter(where[0] for where in places.values()))

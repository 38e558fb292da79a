"""Goals about Kinesis: is every record handled, and the order of each key kept?"""

from collections import Counter
from collections.abc import Iterator

from studyapp.engine.calls import Texts
from studyapp.engine.goals.verdict import Missing, View, missing
from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.reader_events import RecordHandled
from studyapp.engine.world import World


def every_record_handled(
    world: World, view: View, *, stream: str, readers: Texts = (), once: bool = False
) -> Iterator[Missing]:
    """Every record of the stream is handled: by each of `readers`, or (without them) by anybody.

    With `once`, no record is handled twice by the same reader, or (without readers) twice at all.
    """
    put = {
        (event.shard_id, event.sequence_number): event.data
        for event in world.log
        if type(event) is RecordPut and event.stream == stream
    }
    if not put:
        yield missing("nothing-put", stream=stream)
    handled = Counter(
        (event.by if readers else "", event.shard_id, event.sequence_number)
        for event in world.log
        if type(event) is RecordHandled and event.stream == stream
    )
    for reader in readers or ("",):
        for (shard_id, sequence_number), data in put.items():
            times = handled[reader, shard_id, sequence_number]
            if times == 0:
                yield missing("record-not-handled", message=data, by=reader or stream)
            elif once and times > 1:
                yield missing("record-handled-twice", message=data, by=reader or stream)


def order_per_key_kept(world: World, view: View, *, stream: str) -> Iterator[Missing]:
    """Each reader handles the records of each partition key in the order in which they were put.

    A record that is handled again after a crash breaks no order.
    """
    place: dict[tuple[str, str], int] = {}
    for number, event in enumerate(world.log):
        if type(event) is RecordPut and event.stream == stream:
            place[event.shard_id, event.sequence_number] = number
    last: dict[tuple[str, str], int] = {}
    handled: set[tuple[str, int]] = set()
    for event in world.log:
        if type(event) is not RecordHandled or event.stream != stream:
            continue
        number = place[event.shard_id, event.sequence_number]
        if (event.by, number) in handled:
            continue
        handled.add((event.by, number))
        key = (event.by, event.partition_key)
        if number < last.get(key, -1):
            yield missing("order-broken", message=event.data, group=event.partition_key)
        last[key] = max(number, last.get(key, -1))
    if not handled:
        yield missing("nothing-handled", queue=stream)

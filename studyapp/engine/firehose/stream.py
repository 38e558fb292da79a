"""Firehose streams as they are now. Only `changes.py` writes here."""

from dataclasses import dataclass, field

from studyapp.engine.firehose.settings import Settings


@dataclass(slots=True)
class Record:
    """A record that was taken and did not yet arrive anywhere."""

    record_id: str
    data: str
    size_bytes: int
    arrived_ms: int


@dataclass(slots=True)
class Buffer:
    """What waits for the buffer to be full or old enough. `number` counts buffers: an alarm that was set
    for an earlier one does nothing."""

    number: int = 0
    opened_ms: int = -1
    size_bytes: int = 0
    records: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Parcel:
    """What is written in one piece. `kind` see BatchDelivered. `began_ms`: when it was first tried."""

    parcel: str
    kind: str
    records: list[Record]
    oldest_ms: int
    began_ms: int
    attempts: int = 0


@dataclass(slots=True)
class Reader:
    """The place of the next record in a shard of the Kinesis stream. `planned`: a read is to come."""

    position: int = 0
    planned: bool = False


@dataclass(slots=True)
class DeliveryStream:
    """A Firehose stream. `number` is the entry that created it. `batches` are with the function.

    `billed_bytes`: what came in, each record rounded up to a multiple of 5 KB (FH-07).
    """

    name: str
    number: int
    created_ms: int
    settings: Settings
    version: int = 1
    destination_down: bool = False
    backup_down: bool = False
    put_fails_percent: int = 0
    billed_bytes: int = 0
    buffer: Buffer = field(default_factory=Buffer)
    batches: dict[str, list[Record]] = field(default_factory=dict)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)


class State:
    """Every Firehose stream by name, and which of them read a Kinesis stream."""

    __slots__ = ("delivery_streams", "readers_of")

    def __init__(self) -> None:
        self.delivery_streams: dict[str, DeliveryStream] = {}
        self.readers_of: dict[str, list[str]] = {}

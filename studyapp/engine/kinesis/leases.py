"""Leases: which worker of an application reads which shard, and how far it has got (KDS-X17).

AWS keeps them in a DynamoDB table that the Kinesis Client Library makes for each application. A lease is
renewed all the time by its owner; here nothing is written for a renewal, and the time at which a dead owner's
leases run out follows from when it died.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Lease:
    """The right to read one shard.

    `sequence_number` is the checkpoint: everything up to it was handled. `handled` is the last record that
    the owner has handled, which nobody else knows before a checkpoint.
    """

    shard_id: str
    owner: str = ""
    owner_life: int = 0
    owner_before: str = ""
    sequence_number: str = ""
    handled: str = ""
    ended: bool = False
    owner_switches: int = 0


@dataclass(slots=True)
class LeaseTable:
    """The leases of one application. `workers`: the running ones, with the life they joined in."""

    application: str
    stream: str
    start_position: str
    created_ms: int
    workers: dict[str, int] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)

"""A Kinesis stream as the source: Firehose reads each shard once per second while something is new."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import React

if TYPE_CHECKING:
    from studyapp.engine.world import World


def read_shard(world: "World", name: str, number: int, shard: str) -> None:
    """The time for the next read of a shard has come."""


REACT: React = {}

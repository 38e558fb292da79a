"""Kinesis Data Streams: records stay in order in shards, and any number of readers go through them."""

from studyapp.engine.kinesis.changes import APPLY
from studyapp.engine.kinesis.commands import ACTIONS
from studyapp.engine.kinesis.reader_ends import REACT
from studyapp.engine.kinesis.stream import State

__all__ = ["ACTIONS", "APPLY", "REACT", "State"]

"""Amazon Data Firehose: collects records and delivers them in batches, mostly to S3."""

from studyapp.engine.firehose.changes import APPLY
from studyapp.engine.firehose.commands import ACTIONS
from studyapp.engine.firehose.refusals import REASONS
from studyapp.engine.firehose.source import REACT
from studyapp.engine.firehose.stream import State

__all__ = ["ACTIONS", "APPLY", "REACT", "REASONS", "State"]

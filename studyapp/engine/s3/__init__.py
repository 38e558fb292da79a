"""A small Amazon S3: buckets, objects, and the events that S3 tells queues, topics and functions."""

from studyapp.engine.s3.bucket import State
from studyapp.engine.s3.changes import APPLY
from studyapp.engine.s3.commands import ACTIONS
from studyapp.engine.s3.notifications import REACT
from studyapp.engine.s3.refusals import REASONS

__all__ = ["ACTIONS", "APPLY", "REACT", "REASONS", "State"]

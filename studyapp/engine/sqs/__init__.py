"""Amazon SQS: queues that hide a received message for a while and forget it only when told to."""

from studyapp.engine.sqs.changes import APPLY
from studyapp.engine.sqs.commands import ACTIONS, REACT
from studyapp.engine.sqs.queue import State

__all__ = ["ACTIONS", "APPLY", "REACT", "State"]

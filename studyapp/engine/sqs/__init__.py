"""Amazon SQS: queues that hide a received message for a while and forget it only when told to."""

from studyapp.engine.calls import Apply
from studyapp.engine.sqs import message_changes, move_tasks, queue_changes
from studyapp.engine.sqs.commands import ACTIONS, REACT
from studyapp.engine.sqs.queue import State
from studyapp.engine.sqs.refusals import REASONS

APPLY: Apply = {**queue_changes.APPLY, **message_changes.APPLY, **move_tasks.APPLY}

__all__ = ["ACTIONS", "APPLY", "REACT", "REASONS", "State"]

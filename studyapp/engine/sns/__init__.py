"""Amazon SNS: topics that push each message to every subscriber and keep none."""

from studyapp.engine.sns.changes import APPLY
from studyapp.engine.sns.commands import ACTIONS, REACT
from studyapp.engine.sns.refusals import REASONS
from studyapp.engine.sns.topic import State

__all__ = ["ACTIONS", "APPLY", "REACT", "REASONS", "State"]

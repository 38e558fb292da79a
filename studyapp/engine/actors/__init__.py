"""Actors: programs that live in the world and act by themselves, configured by data."""

from studyapp.engine.actors.changes import APPLY
from studyapp.engine.actors.commands import ACTIONS
from studyapp.engine.actors.kinds import KINDS, REACT
from studyapp.engine.actors.refusals import REASONS
from studyapp.engine.actors.state import State

__all__ = ["ACTIONS", "APPLY", "KINDS", "REACT", "REASONS", "State"]

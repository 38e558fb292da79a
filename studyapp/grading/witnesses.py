"""From what a file says of a moment to what the engine looks for."""

from studyapp.course.schema import When
from studyapp.engine.witness import Witness


def witness_of(when: When) -> Witness:
    """The event, or the time, that a moment, a prediction or a question speaks of."""
    return Witness(when.event, when.where, when.nth, when.at_ms)

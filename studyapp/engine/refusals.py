"""Why the world says no: one exception, and the list of reasons with the words AWS uses for them.

The engine raises `Refused("queue-not-found", queue="orders")` and knows no HTTP; whoever speaks AWS's
protocols looks the reason up here. A test finds a reason that is raised and not listed, or listed and
never raised.
"""

from typing import Any, NamedTuple

from studyapp.engine.log import plain


class Refusal(NamedTuple):
    """How AWS says it. `code` is the modelled error name (the exception class of an SDK), `query_code` the
    code of the older Query protocol where it differs. `message` has {placeholders} named by the details."""

    code: str
    http_status: int
    message: str
    query_code: str = ""


class Refused(Exception):
    """A command that AWS would answer with an error. Nothing has changed. Details may be anything: what a log
    cannot hold is named in words that it can."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason, details)
        self.reason = reason
        self.details: tuple[tuple[str, Any], ...] = tuple(
            (name, _detail(value)) for name, value in details.items()
        )


def _detail(value: Any) -> Any:
    try:
        return plain(value)
    except (TypeError, ValueError, RecursionError):
        return unicode(value) if isinstance(value, str) else type(value).__name__


def unicode(text: str) -> str:
    """The text with escapes for what is no Unicode, such as half of a surrogate pair."""
    return text.encode(errors="backslashreplace").decode()


# Reasons that any action may give. Each service keeps its own list in `<service>/refusals.py`.
GENERAL: dict[str, Refusal] = {
    "unknown-action": Refusal("InvalidAction", 400, "The action {action} is not valid."),
    "unknown-parameter": Refusal("ValidationException", 400, "Unknown parameter: {parameter}"),
    "missing-parameter": Refusal(
        "MissingRequiredParameterException",
        400,
        "The request must contain the parameter {parameter}.",
        "MissingParameter",
    ),
    "wrong-type": Refusal(
        "ValidationException", 400, "The parameter {parameter} must be {expected}."
    ),
    "too-many-entries-in-log": Refusal(
        "LimitExceededException", 400, "The run has become too long."
    ),
}

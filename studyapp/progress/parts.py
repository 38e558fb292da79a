"""What other packages keep of a learner: shown on the progress page, carried in the file, moved with a code.

`progress` knows no questions. Who keeps something of a learner registers a part when the process starts, in the
`ready` of its application.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from studyapp.progress.models import Learner


@dataclass(frozen=True, slots=True)
class Added:
    """What a file brought to a part: how many rows are new, and how many were left out, by the name of the reason."""

    rows: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `name` stands in files of learners for ever.

    `export` gives plain data; `read` checks what a file holds and raises ValueError, so that `merge` gets
    checked data only. `merge` adds and says what came of it; `replace` undoes it: what came from a file and is
    not in this data goes. `adopt` moves what cannot be carried from one learner to another.
    """

    name: str
    template: str
    panel: Callable[[Learner, datetime], Mapping[str, Any]]
    export: Callable[[Learner], Any]
    read: Callable[[Any], Any]
    merge: Callable[[Learner, Any], Added]
    replace: Callable[[Learner, Any], None]
    adopt: Callable[[Learner, Learner], None]


_registered: dict[str, Part] = {}


def register(part: Part) -> None:
    _registered[part.name] = part


def parts() -> Mapping[str, Part]:
    """Every registered part by name."""
    return _registered

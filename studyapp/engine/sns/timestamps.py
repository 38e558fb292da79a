"""Times that somebody gives SNS as text: `2026-01-01T00:00:00.000Z` is 0 ms. See `engine/dates.py`."""

import re
from datetime import UTC, datetime, timedelta

from studyapp.engine.dates import START

_WRITTEN = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,3}))?Z",
    re.ASCII,
)


def read(text: str) -> int | None:
    """The virtual time that a text of this form names; None for any other text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    milliseconds = int((found[7] or "").ljust(3, "0"))
    return (moment - START) // timedelta(milliseconds=1) + milliseconds

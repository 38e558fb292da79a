"""Virtual time as dates, for what AWS writes with a date: event times, object keys, timestamps."""

from datetime import UTC, datetime, timedelta

# What 0 ms is. Any fixed moment would do; this one is easy to read.
START = datetime(2026, 1, 1, tzinfo=UTC)
_LAST_MS = int((datetime(9999, 12, 31, tzinfo=UTC) - START).total_seconds()) * 1000


def date(at_ms: int) -> datetime:
    """The virtual moment as a date in UTC; after the year 9999 it stays there."""
    return START + timedelta(milliseconds=min(at_ms, _LAST_MS))


def iso(at_ms: int) -> str:
    """As AWS writes it in events: 2026-01-01T00:00:05.250Z."""
    return date(at_ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"

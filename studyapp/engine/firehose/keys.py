"""Where Firehose puts what it writes in S3: `<prefix>2026/01/01/00/<stream>-<version>-<date>-<id>`."""

import re

from studyapp.engine.dates import date
from studyapp.engine.refusals import Refused

_EXPRESSION = re.compile(r"!\{([a-zA-Z]+):([^{}]*)\}")
_DATE_PARTS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_DATE_PART = re.compile("|".join(_DATE_PARTS))

PREFIX_LENGTH_MAX = 1024


def check_prefix(prefix: str) -> None:
    """A custom prefix may use `!{timestamp:yyyy/MM/dd/HH}`, `!{firehose:error-output-type}` and
    `!{firehose:random-string}`.

    Raises:
        Refused: firehose-prefix-wrong.
    """
    if len(prefix) > PREFIX_LENGTH_MAX or "!{" in _EXPRESSION.sub("", prefix):
        raise Refused("firehose-prefix-wrong", prefix=prefix[:80])
    for space, value in _EXPRESSION.findall(prefix):
        if space == "timestamp" or (
            space == "firehose" and value in ("error-output-type", "random-string")
        ):
            continue
        raise Refused("firehose-prefix-wrong", prefix=prefix[:80])


def object_key(
    prefix: str, kind: str, delivery_stream: str, version: int, oldest_ms: int, number: int
) -> str:
    """The key of an object. Its date is the arrival of the oldest record in it. Errors go below their kind,
    unless the prefix says otherwise; a prefix without a date gets one."""
    moment = date(oldest_ms)

    def evaluated(found: "re.Match[str]") -> str:
        space, value = found.groups()
        if space == "timestamp":
            return _DATE_PART.sub(lambda part: moment.strftime(_DATE_PARTS[part.group()]), value)
        return kind if value == "error-output-type" else f"{number:011x}"

    folder = _EXPRESSION.sub(evaluated, prefix)
    if kind not in ("data", "backup") and "!{firehose:error-output-type}" not in prefix:
        folder += f"{kind}/"
    if "!{timestamp:" not in prefix:
        folder += moment.strftime("%Y/%m/%d/%H/")
    stamp = moment.strftime("%Y-%m-%d-%H-%M-%S")
    return f"{folder}{delivery_stream}-{version}-{stamp}-00000000-0000-4000-8000-{number:012x}"

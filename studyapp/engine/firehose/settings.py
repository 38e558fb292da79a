"""How a Firehose stream is set up: AWS's configuration structures, read into plain settings.

The function that transforms records is configured as data. Its processor has, beside AWS's `Parameters`,
these settings of the simulator's own:

| setting | meaning |
| --- | --- |
| `DroppedContaining` | records with this text in them become Dropped |
| `FailedContaining` | records with this text in them become ProcessingFailed |
| `Replaces`, `ReplacesWith` | what is Ok is returned with one text in place of another |
| `HandlingMs` | how long the function needs for a batch |
"""

from typing import Any, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.firehose.keys import check_prefix
from studyapp.engine.limits import firehose as limits
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.structures import Fields

DIRECT_PUT = "DirectPut"
KINESIS = "KinesisStreamAsSource"


class Settings(NamedTuple):
    """Everything that is set. `destination` is "s3" or the kind of another destination.

    `backup`: source records are written to `backup_bucket` as well (for other destinations than S3, all
    data). `retry_seconds` does not count for S3, which is retried for a day.
    """

    type: str
    source_stream: str
    destination: str
    bucket: str
    prefix: str
    error_prefix: str
    size_mb: int
    interval_seconds: int
    retry_seconds: int
    backup: bool
    backup_bucket: str
    backup_prefix: str
    delimiter: str
    function: bool
    dropped_containing: str
    failed_containing: str
    replaces: str
    replaces_with: str
    handling_ms: int


class Kind(NamedTuple):
    """What may be set for a kind of destination (FH-X02): sizes in MB, intervals and retries in seconds."""

    size_max: int
    size_default: int
    interval_max: int
    interval_default: int
    retry_default: int


KINDS = {
    "s3": Kind(
        limits.SIZE_MAX_MB,
        limits.SIZE_DEFAULT_MB,
        limits.INTERVAL_MAX_SECONDS,
        limits.INTERVAL_DEFAULT_SECONDS,
        0,
    ),
    "redshift": Kind(128, 5, 900, 300, limits.RETRY_REDSHIFT_DEFAULT_SECONDS),
    "amazonopensearchservice": Kind(100, 5, 900, 300, limits.RETRY_DEFAULT_SECONDS),
    "splunk": Kind(5, 5, 60, 60, limits.RETRY_DEFAULT_SECONDS),
    "http_endpoint": Kind(
        64, 5, 900, limits.INTERVAL_HTTP_DEFAULT_SECONDS, limits.RETRY_DEFAULT_SECONDS
    ),
}

_BACKUP_MODES = {
    "Disabled": False,
    "Enabled": True,
    "FailedDataOnly": False,
    "FailedDocumentsOnly": False,
    "FailedEventsOnly": False,
    "AllData": True,
    "AllDocuments": True,
    "AllEvents": True,
}

_EMPTY = Settings(
    DIRECT_PUT, "", "s3", "", "", "", 0, 0, 0, False, "", "", "", False, "", "", "", "", 0
)


def read_settings(
    kind: str, given: Pairs, type: str, source_stream: str, before: Settings | None = None
) -> Settings:
    """The settings of a destination configuration, or of an update of what was `before`.

    Raises:
        Refused: wrong-type, missing-parameter, unknown-parameter, firehose-value-out-of-range,
            firehose-prefix-wrong, firehose-processor-unknown, firehose-backup-mode-wrong.
    """
    known = KINDS[kind]
    start = before or _EMPTY._replace(
        type=type,
        source_stream=source_stream,
        destination=kind,
        size_mb=known.size_default,
        interval_seconds=known.interval_default,
        retry_seconds=known.retry_default,
    )
    fields = Fields(given, "DestinationConfiguration")
    fields.text("RoleARN", "")
    found: dict[str, Any] = {}
    if kind == "s3":
        found |= _bucket(fields, start)
        backup = fields.fields("S3BackupConfiguration")
    else:
        _endpoint(fields)
        retry = fields.fields("RetryOptions")
        found["retry_seconds"] = _range(
            "DurationInSeconds",
            retry.whole("DurationInSeconds", start.retry_seconds),
            0,
            limits.RETRY_MAX_SECONDS,
        )
        retry.done()
        backup = fields.fields("S3Configuration")
    found |= _buffering(fields, known, start)
    found |= _backup(fields, backup, found.get("bucket", ""), start)
    if "ProcessingConfiguration" in fields:
        found |= _processing(fields.fields("ProcessingConfiguration"))
    fields.done()
    return start._replace(**found)


def _bucket(fields: Fields, start: Settings) -> dict[str, Any]:
    name = short(fields.text("BucketARN", start.bucket or None))
    prefix = fields.text("Prefix", start.prefix)
    error_prefix = fields.text("ErrorOutputPrefix", start.error_prefix)
    fields.text("CompressionFormat", "UNCOMPRESSED")
    check_prefix(prefix)
    check_prefix(error_prefix)
    return {"bucket": name, "prefix": prefix, "error_prefix": error_prefix}


def _endpoint(fields: Fields) -> None:
    """Where another destination is; here all of them are one place that is up or down."""
    endpoint = fields.fields("EndpointConfiguration")
    for name in ("Url", "Name", "AccessKey"):
        endpoint.text(name, "")
    endpoint.done()
    for name in ("ClusterJDBCURL", "DomainARN", "IndexName", "HECEndpoint", "HECToken"):
        fields.text(name, "")


def _buffering(fields: Fields, known: Kind, start: Settings) -> dict[str, Any]:
    hints = fields.fields("BufferingHints")
    if ("SizeInMBs" in hints) != ("IntervalInSeconds" in hints):
        raise Refused("firehose-hints-incomplete")
    size = _range(
        "SizeInMBs", hints.whole("SizeInMBs", start.size_mb), limits.SIZE_MIN_MB, known.size_max
    )
    interval = _range(
        "IntervalInSeconds",
        hints.whole("IntervalInSeconds", start.interval_seconds),
        limits.INTERVAL_MIN_SECONDS,
        known.interval_max,
    )
    hints.done()
    return {"size_mb": size, "interval_seconds": interval}


def _backup(fields: Fields, backup: Fields, bucket: str, start: Settings) -> dict[str, Any]:
    mode = fields.text("S3BackupMode", "AllData" if start.backup else "Disabled")
    if mode not in _BACKUP_MODES:
        raise Refused("firehose-backup-mode-wrong", mode=mode[:80])
    place = short(backup.text("BucketARN", start.backup_bucket or bucket))
    prefix = backup.text("Prefix", start.backup_prefix)
    backup.text("RoleARN", "")
    hints = backup.fields("BufferingHints")
    hints.whole("SizeInMBs", limits.SIZE_DEFAULT_MB)
    _range(
        "IntervalInSeconds",
        hints.whole("IntervalInSeconds", limits.INTERVAL_DEFAULT_SECONDS),
        limits.INTERVAL_OF_BACKUP_MIN_SECONDS,
        limits.INTERVAL_MAX_SECONDS,
    )
    hints.done()
    backup.done()
    check_prefix(prefix)
    if not place:
        raise Refused("missing-parameter", parameter="S3Configuration.BucketARN")
    return {"backup": _BACKUP_MODES[mode], "backup_bucket": place, "backup_prefix": prefix}


def _processing(fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {
        "delimiter": "",
        "function": False,
        "dropped_containing": "",
        "failed_containing": "",
        "replaces": "",
        "replaces_with": "",
        "handling_ms": 0,
    }
    enabled = fields.flag("Enabled", True)
    for row in fields.rows("Processors"):
        kind = row.text("Type")
        if kind == "Lambda":
            read = _function(row)
        elif kind == "AppendDelimiterToRecord":
            read = {"delimiter": "\n"}
        else:
            raise Refused("firehose-processor-unknown", processor=kind[:80])
        for parameter in row.rows("Parameters"):
            name, value = parameter.text("ParameterName"), parameter.text("ParameterValue")
            if kind == "AppendDelimiterToRecord" and name == "Delimiter":
                read["delimiter"] = value.replace("\\n", "\n")
            parameter.done()
        row.done()
        if enabled:
            found |= read
    fields.done()
    return found


def _function(row: Fields) -> dict[str, Any]:
    return {
        "function": True,
        "dropped_containing": row.text("DroppedContaining", ""),
        "failed_containing": row.text("FailedContaining", ""),
        "replaces": row.text("Replaces", ""),
        "replaces_with": row.text("ReplacesWith", ""),
        "handling_ms": _range(
            "HandlingMs", row.whole("HandlingMs", 0), 0, limits.FUNCTION_TIME_MAX_MS
        ),
    }


def _range(name: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise Refused("firehose-value-out-of-range", name=name, value=value, low=low, high=high)
    return value

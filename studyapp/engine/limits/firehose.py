"""Numbers of Amazon Data Firehose. Each fact has its record in content/facts/firehose.md."""

SIZE_MIN_MB = 1
SIZE_MAX_MB = 128
SIZE_DEFAULT_MB = 5
BYTES_PER_MB = 1024 * 1024

INTERVAL_MIN_SECONDS = 0
INTERVAL_MAX_SECONDS = 900
INTERVAL_DEFAULT_SECONDS = 300
# The lower bound of S3 backup buffers, and the default of HTTP endpoints (FH-09, FH-X02).
INTERVAL_OF_BACKUP_MIN_SECONDS = 60
INTERVAL_HTTP_DEFAULT_SECONDS = 60

RECORD_SIZE_MAX_BYTES = 1000 * 1024
BATCH_RECORDS_MAX = 500
BATCH_SIZE_MAX_BYTES = 4 * 1024 * 1024

RETENTION_MS = 24 * 3_600_000
RETRY_MAX_SECONDS = 7200
RETRY_REDSHIFT_DEFAULT_SECONDS = 3600
RETRY_DEFAULT_SECONDS = 300

FUNCTION_TIME_MAX_MS = 5 * 60_000
PRICE_UNIT_BYTES = 5 * 1024

LIST_DEFAULT = 10
LIST_MAX = 10_000
NAME_LENGTH_MAX = 64

# How a Kinesis stream is read: once per second and shard (FH-X08).
READ_EVERY_MS = 1000

ZERO_BUFFERING_MS = 5_000
RETRY_FIRST_GAP_MS = 5_000
RETRY_GAP_MAX_MS = 300_000

FACTS: dict[str, int] = {
    "firehose.interval-default": INTERVAL_DEFAULT_SECONDS,
    "firehose.interval-min": INTERVAL_MIN_SECONDS,
    "firehose.interval-max": INTERVAL_MAX_SECONDS,
    "firehose.interval-old": INTERVAL_OF_BACKUP_MIN_SECONDS,
    "firehose.size-default": SIZE_DEFAULT_MB,
    "firehose.size-min": SIZE_MIN_MB,
    "firehose.size-max": SIZE_MAX_MB,
    "firehose.retry-retention": RETENTION_MS // 3_600_000,
    "firehose.lambda-time-max": FUNCTION_TIME_MAX_MS // 60_000,
    "firehose.price-unit": PRICE_UNIT_BYTES // 1024,
    "firehose.record-size-max": RECORD_SIZE_MAX_BYTES // 1024,
    "firehose.batch-max": BATCH_RECORDS_MAX,
    "firehose.redshift-retry-default": RETRY_REDSHIFT_DEFAULT_SECONDS,
    "firehose.redshift-retry-max": RETRY_MAX_SECONDS,
}

ASSUMED: dict[str, str] = {
    "ZERO_BUFFERING_MS": "FH-09 says that an interval of 0 delivers in a few seconds",
    "RETRY_FIRST_GAP_MS": "FH-X05 says that delivery is retried, not how often",
    "RETRY_GAP_MAX_MS": "the gap doubles up to here; no page names one",
    "RETRY_DEFAULT_SECONDS": "FH-X05 gives the range 0 to 7,200 s; 300 s is the API's default for HTTP",
}

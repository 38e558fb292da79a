"""Numbers of what works around the services: Lambda's pollers (SQS-X31), CloudWatch, Auto Scaling."""

LAMBDA_BATCH_DEFAULT_MESSAGES = 10
LAMBDA_BATCH_MAX_MESSAGES = 10_000
LAMBDA_BATCH_MAX_MESSAGES_FIFO = 10
LAMBDA_WINDOW_MAX_SECONDS = 300
LAMBDA_WINDOW_MIN_SECONDS_ABOVE_TEN = 1
LAMBDA_CONCURRENCY_START = 5
LAMBDA_CONCURRENCY_ADDED_PER_MINUTE = 300
LAMBDA_CONCURRENCY_MAX = 1_250
LAMBDA_FUNCTION_MAX_SECONDS = 900
LAMBDA_STREAM_BATCH_DEFAULT_RECORDS = 100
LAMBDA_STREAM_BATCH_MAX_RECORDS = 10_000
LAMBDA_STREAM_POLL_MS = 1_000
METRIC_PERIOD_SECONDS = 60

# Not documented: see ASSUMED.
LAMBDA_CONCURRENCY_MIN = 2
LAMBDA_IDLE_POLLS = 5
LAMBDA_STREAM_RETRY_MS = 1_000
INSTANCE_START_SECONDS = 60
SCALE_IN_COOLDOWN_SECONDS = 300

FACTS: dict[str, int] = {}

ASSUMED: dict[str, str] = {
    "LAMBDA_CONCURRENCY_MIN": "The least that maximum concurrency can be set to; from the API model, not from"
    " the ledger.",
    "LAMBDA_IDLE_POLLS": "How many long polls wait while nothing is to do is not documented; as many as the"
    " batches with which Lambda starts.",
    "LAMBDA_STREAM_RETRY_MS": "How soon a failed batch of a stream is tried again is not documented.",
    "INSTANCE_START_SECONDS": "From launch to in service an instance needs one to some minutes; a scenario may"
    " set it.",
    "SCALE_IN_COOLDOWN_SECONDS": "The default cooldown of an Auto Scaling group; target tracking itself waits"
    " for many low readings before it scales in.",
}

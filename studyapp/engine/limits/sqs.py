"""Numbers of Amazon SQS, as AWS publishes them, and the few that had to be assumed."""

VISIBILITY_TIMEOUT_MIN_SECONDS = 0
VISIBILITY_TIMEOUT_DEFAULT_SECONDS = 30
VISIBILITY_TIMEOUT_MAX_SECONDS = 43_200
RETENTION_MIN_SECONDS = 60
RETENTION_DEFAULT_SECONDS = 345_600
RETENTION_MAX_SECONDS = 1_209_600
DELAY_DEFAULT_SECONDS = 0
DELAY_MAX_SECONDS = 900
WAIT_DEFAULT_SECONDS = 0
WAIT_MAX_SECONDS = 20
MESSAGE_SIZE_MAX_BYTES = 1_048_576
MESSAGE_SIZE_SETTING_MIN_BYTES = 1_024
BATCH_SIZE_MAX_BYTES = 1_048_576

RECEIVE_MAX_MESSAGES = 10
RECEIVE_DEFAULT_MESSAGES = 1
BATCH_MAX_ENTRIES = 10
BATCH_ENTRY_ID_MAX_CHARACTERS = 80
ATTRIBUTES_MAX_PER_MESSAGE = 10
ATTRIBUTE_NAME_MAX_CHARACTERS = 256
GROUP_ID_MAX_CHARACTERS = 128
RECEIPT_HANDLE_MAX_CHARACTERS = 1_024
LIST_MAX_RESULTS = 1_000

IN_FLIGHT_MAX_STANDARD = 120_000
IN_FLIGHT_MAX_FIFO = 120_000
FIFO_LOOK_AHEAD_MESSAGES = 120_000
FIFO_CALLS_PER_SECOND = 300
FIFO_HIGH_THROUGHPUT_CALLS_PER_SECOND = 70_000
FIFO_GROUP_CALLS_PER_SECOND = 300
DEDUPLICATION_INTERVAL_SECONDS = 300
RECEIVE_ATTEMPT_VALID_SECONDS = 300

RECEIVE_COUNT_MIN = 1
RECEIVE_COUNT_MAX = 1_000
REDRIVE_ALLOW_SOURCES_MAX = 10
MOVE_TASK_MAX_PER_SECOND = 500
MOVE_TASK_MAX_HOURS = 36
MOVE_TASKS_MAX_ACTIVE = 100
MOVE_TASKS_LIST_MAX = 10

NAME_MAX_CHARACTERS = 80
NAME_BLOCKED_AFTER_DELETE_SECONDS = 60
PURGE_INTERVAL_SECONDS = 60
POLICY_MAX_BYTES = 8_192
DATA_KEY_REUSE_MIN_SECONDS = 60
DATA_KEY_REUSE_DEFAULT_SECONDS = 300
DATA_KEY_REUSE_MAX_SECONDS = 86_400
TAGS_MAX_PER_QUEUE = 50

# A message received this often without deletion goes to the back of a standard queue and is left out of
# the age of the oldest message (SQS-X30).
RECEIVES_UNTIL_BACK_OF_QUEUE = 3

# Not documented: see ASSUMED.
REORDER_LOOK_AHEAD_MESSAGES = 10
SAMPLE_LOOK_AHEAD_MESSAGES = 200
STORAGE_NODES_MAX = 100

FACTS: dict[str, int] = {
    "sqs.retention-min": RETENTION_MIN_SECONDS // 60,
    "sqs.retention-default": RETENTION_DEFAULT_SECONDS // 86_400,
    "sqs.retention-max": RETENTION_MAX_SECONDS // 86_400,
    "sqs.message-size-max": MESSAGE_SIZE_MAX_BYTES // 1_048_576,
    "sqs.message-size-max-exact": MESSAGE_SIZE_MAX_BYTES,
    "sqs.receive-max": RECEIVE_MAX_MESSAGES,
    "sqs.batch-max": BATCH_MAX_ENTRIES,
    "sqs.attributes-max": ATTRIBUTES_MAX_PER_MESSAGE,
    "sqs.visibility-timeout-default": VISIBILITY_TIMEOUT_DEFAULT_SECONDS,
    "sqs.visibility-timeout-min": VISIBILITY_TIMEOUT_MIN_SECONDS,
    "sqs.visibility-timeout-max": VISIBILITY_TIMEOUT_MAX_SECONDS // 3600,
    "sqs.wait-default": WAIT_DEFAULT_SECONDS,
    "sqs.wait-max": WAIT_MAX_SECONDS,
    "sqs.delay-default": DELAY_DEFAULT_SECONDS,
    "sqs.delay-max": DELAY_MAX_SECONDS // 60,
    "sqs.in-flight-max": IN_FLIGHT_MAX_STANDARD,
    "sqs.fifo-in-flight-max": IN_FLIGHT_MAX_FIFO,
    "sqs.fifo-calls": FIFO_CALLS_PER_SECOND,
    "sqs.fifo-messages-batched": FIFO_CALLS_PER_SECOND * BATCH_MAX_ENTRIES,
    "sqs.fifo-high-throughput-calls": FIFO_HIGH_THROUGHPUT_CALLS_PER_SECOND,
    "sqs.fifo-high-throughput-messages": FIFO_HIGH_THROUGHPUT_CALLS_PER_SECOND * BATCH_MAX_ENTRIES,
    "sqs.fifo-group-rate": FIFO_GROUP_CALLS_PER_SECOND,
    "sqs.fifo-look-ahead": FIFO_LOOK_AHEAD_MESSAGES,
    "sqs.dedup-interval": DEDUPLICATION_INTERVAL_SECONDS // 60,
    "sqs.receive-count-min": RECEIVE_COUNT_MIN,
    "sqs.receive-count-max": RECEIVE_COUNT_MAX,
    "sqs.redrive-allow-sources-max": REDRIVE_ALLOW_SOURCES_MAX,
    "sqs.redrive-rate-max": MOVE_TASK_MAX_PER_SECOND,
    "sqs.name-length-max": NAME_MAX_CHARACTERS,
    "sqs.delete-wait": NAME_BLOCKED_AFTER_DELETE_SECONDS,
    "sqs.data-key-reuse-default": DATA_KEY_REUSE_DEFAULT_SECONDS,
    "sqs.policy-size-max": POLICY_MAX_BYTES,
}

ASSUMED: dict[str, str] = {
    "REORDER_LOOK_AHEAD_MESSAGES": "Best-effort ordering has no documented reach; a message is overtaken by"
    " at most the nine behind it.",
    "SAMPLE_LOOK_AHEAD_MESSAGES": "How many messages a storage node offers to a short poll is not documented;"
    " the first 200 are looked at, so that the cost of a call stays flat.",
    "STORAGE_NODES_MAX": "The number of servers behind a queue is not documented; a scenario may choose 1 to 100.",
    "MOVE_TASKS_LIST_MAX": "From the API model of ListMessageMoveTasks; the guide gives no figure.",
    "TAGS_MAX_PER_QUEUE": "A recommendation of the guide, not a refusal that was recorded.",
}

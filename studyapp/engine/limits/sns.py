"""Numbers of Amazon SNS. Ledger ids stand beside the numbers that have no record in `content/facts`."""

# Topics and subscriptions

TOPICS_MAX = 100_000
FIFO_TOPICS_MAX = 1_000
SUBSCRIPTIONS_MAX = 12_500_000
FIFO_SUBSCRIPTIONS_MAX = 100
LARGE_MESSAGE_SUBSCRIPTIONS_MAX = 100
# SNS-11
FIREHOSE_SUBSCRIPTIONS_MAX = 5
PENDING_SUBSCRIPTIONS_MAX = 5_000
CONFIRMATION_SECONDS = 2 * 86_400
FILTER_POLICIES_PER_TOPIC_MAX = 200
# SNS-X17
FILTER_POLICIES_PER_ACCOUNT_MAX = 10_000
# SNS-X38
TOPIC_POLICY_BYTES_MAX = 30 * 1024
TAGS_MAX = 50
DISPLAY_NAME_LENGTH_MAX = 100
PAGE_SIZE = 100

# Messages

MESSAGE_BYTES_DEFAULT = 256 * 1024
MESSAGE_BYTES_LIMIT_MIN = 1_024
MESSAGE_BYTES_LIMIT_MAX = 1024 * 1024
BATCH_ENTRIES_MAX = 10
# SNS-X24: "less than 100 characters long".
SUBJECT_LENGTH_BELOW = 100
# SNS-X28
SMS_LENGTH_MAX = 1_600
RAW_ATTRIBUTES_MAX = 10
DEDUPLICATION_SECONDS = 5 * 60

# SNS-X04, in N. Virginia, where this world is.
PUBLISH_PER_SECOND_MAX = 30_000
FIFO_MESSAGES_PER_SECOND_MAX = 3_000
FIFO_BYTES_PER_SECOND_MAX = 20_000_000
FIFO_GROUP_MESSAGES_PER_SECOND_MAX = 300

ARCHIVE_DAYS_MIN = 1
ARCHIVE_DAYS_MAX = 365

# Retries (SNS-X10 to SNS-X12). The first attempt counts.

MANAGED_AT_ONCE = 3
MANAGED_PRE_BACKOFF = 2
MANAGED_BACKOFF = 10
MANAGED_POST_BACKOFF = 100_000
MANAGED_DELAY_MIN_SECONDS = 1
MANAGED_DELAY_MAX_SECONDS = 20
MANAGED_ATTEMPTS = MANAGED_AT_ONCE + MANAGED_PRE_BACKOFF + MANAGED_BACKOFF + MANAGED_POST_BACKOFF

PEOPLE_AT_ONCE = 0
PEOPLE_PRE_BACKOFF = 2
PEOPLE_BACKOFF = 10
PEOPLE_POST_BACKOFF = 38
PEOPLE_DELAY_MIN_SECONDS = 10
PEOPLE_DELAY_MAX_SECONDS = 600
PEOPLE_ATTEMPTS = PEOPLE_AT_ONCE + PEOPLE_PRE_BACKOFF + PEOPLE_BACKOFF + PEOPLE_POST_BACKOFF

HTTP_RETRIES_DEFAULT = 3
HTTP_RETRIES_MAX = 100
HTTP_DELAY_DEFAULT_SECONDS = 20
HTTP_DELAY_MAX_SECONDS = 3_600
HTTP_POLICY_SECONDS_MAX = 3_600

# Assumed

DELIVERY_LATENCY_MS = 20
REPLAY_START_MS = 1_000
REPLAY_STEP_MS = 10

FACTS: dict[str, int] = {
    "sns.topics-max": TOPICS_MAX,
    "sns.fifo-topics-max": FIFO_TOPICS_MAX,
    "sns.subscriptions-max": SUBSCRIPTIONS_MAX,
    "sns.fifo-subscriptions-max": FIFO_SUBSCRIPTIONS_MAX,
    "sns.message-size-default": MESSAGE_BYTES_DEFAULT // 1024,
    "sns.message-size-max": MESSAGE_BYTES_LIMIT_MAX // 1024**2,
    "sns.batch-max": BATCH_ENTRIES_MAX,
    "sns.managed-retry-attempts": MANAGED_ATTEMPTS,
    "sns.managed-retry-days": MANAGED_POST_BACKOFF * MANAGED_DELAY_MAX_SECONDS // 86_400,
    "sns.people-retry-attempts": PEOPLE_ATTEMPTS,
    "sns.people-retry-hours": PEOPLE_POST_BACKOFF * PEOPLE_DELAY_MAX_SECONDS // 3_600,
    "sns.http-retries-default": HTTP_RETRIES_DEFAULT,
    "sns.http-retry-delay-default": HTTP_DELAY_DEFAULT_SECONDS,
    "sns.http-retries-max": HTTP_RETRIES_MAX,
    "sns.http-policy-total-max": HTTP_POLICY_SECONDS_MAX,
    "sns.confirmation-days": CONFIRMATION_SECONDS // 86_400,
    "sns.filter-policies-per-topic-max": FILTER_POLICIES_PER_TOPIC_MAX,
    "sns.dedup-interval": DEDUPLICATION_SECONDS // 60,
    "sns.fifo-messages": FIFO_MESSAGES_PER_SECOND_MAX,
    "sns.fifo-throughput": FIFO_BYTES_PER_SECOND_MAX // 1_000_000,
    "sns.fifo-group-rate": FIFO_GROUP_MESSAGES_PER_SECOND_MAX,
    "sns.fifo-high-throughput": PUBLISH_PER_SECOND_MAX,
    "sns.archive-min": ARCHIVE_DAYS_MIN,
    "sns.archive-max": ARCHIVE_DAYS_MAX,
    "sns.raw-attributes-max": RAW_ATTRIBUTES_MAX,
}

ASSUMED: dict[str, str] = {
    "DELIVERY_LATENCY_MS": (
        "SNS says only that it delivers at once. One short time for all endpoints, so that publishing"
        " and arriving can be told apart."
    ),
    "REPLAY_START_MS": "A replay is 'Pending' first (SNS-X26); for how long is not said.",
    "REPLAY_STEP_MS": "The pace of a replay is not said; each message has a moment of its own.",
}

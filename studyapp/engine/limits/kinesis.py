"""Kinesis Data Streams in numbers. Sources: the fact ledger (KDS-..) and the service's API model.

AWS writes MB and MiB for one and the same limit; its API model and the arithmetic of records of 1 MiB fit
binary units, so a shard takes in 1,048,576 bytes per second here.
"""

KIB = 1024
MIB = 1024 * 1024
GIB = 1024 * MIB
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

# A stream (KDS-10, KDS-X15, KDS-X16)
STREAM_NAME_MAX = 128
STREAMS_CREATING_MAX = 5
ON_DEMAND_STREAMS_MAX = 50
RETENTION_DEFAULT_HOURS = 24
RETENTION_MIN_HOURS = 24
RETENTION_MAX_HOURS = 8_760
SHARDS_PER_ACCOUNT_MAX = 20_000
SHARDS_PER_STREAM_MAX = 10_000
UPDATE_SHARD_COUNT_PER_DAY_MAX = 10
MODE_CHANGES_PER_DAY_MAX = 2
ENCRYPTION_CHANGES_PER_DAY_MAX = 25

# A record (KDS-13, KDS-17, KDS-X04, KDS-X02)
PARTITION_KEY_MAX = 256
RECORD_DEFAULT_KIB = 1_024
RECORD_MIN_KIB = 1_024
RECORD_MAX_KIB = 10_240
PUT_RECORDS_MAX = 500
PUT_RECORDS_MAX_BYTES = 10 * MIB
HASH_KEYS = 2**128

# A shard, per second (KDS-15, KDS-24)
SHARD_WRITE_BYTES = MIB
SHARD_WRITE_RECORDS = 1_000
SHARD_READ_BYTES = 2 * MIB
SHARD_READ_CALLS = 5
SHARD_ITERATOR_CALLS = 5

# GetRecords and iterators (KDS-X06, KDS-X07)
GET_RECORDS_MAX = 10_000
GET_RECORDS_MAX_BYTES = 10 * MIB
ITERATOR_LIFE_MS = 300_000
ITERATOR_TEXT_MAX = 512
LIST_SHARDS_MAX = 1_000
LIST_CONSUMERS_MAX = 100
LIST_TOKEN_LIFE_MS = 300_000

# Enhanced fan-out (KDS-25, KDS-X09, KDS-45)
FAN_OUT_CONSUMERS_MAX = 20
FAN_OUT_CONSUMERS_ADVANTAGE_MAX = 50
FAN_OUT_CONSUMERS_CREATING_MAX = 5
FAN_OUT_BYTES = 2 * MIB
FAN_OUT_LATENCY_MS = 70
SUBSCRIPTION_LIFE_MS = 300_000
SUBSCRIBE_AGAIN_AFTER_MS = 5_000

# On-demand (KDS-33, KDS-34)
ON_DEMAND_START_SHARDS = 4
ON_DEMAND_WRITE_MAX_BYTES = 10 * GIB
ON_DEMAND_WRITE_MAX_ELSEWHERE_BYTES = 200 * MIB
ON_DEMAND_SPLIT_ABOVE_BYTES = 500_000
ON_DEMAND_SCALING_MS = 15 * 60_000
ON_DEMAND_PEAK_FACTOR = 2

# The Kinesis Client Library and Lambda (KDS-X17, KDS-X23)
KCL_FAILOVER_MS = 10_000
LAMBDA_PARALLEL_MAX = 10

# Cost (KDS-30)
PUT_PAYLOAD_UNIT_BYTES = 25 * KIB

# What nobody documents
STREAM_CREATING_MS = 5_000
STREAM_UPDATING_MS = 5_000
STREAM_DELETING_MS = 5_000
CONSUMER_CREATING_MS = 5_000
TRIM_EVERY_MS = 60_000
MEASURE_EVERY_MS = 60_000

ASSUMED: dict[str, str] = {
    "STREAM_CREATING_MS": "CreateStream is asynchronous; AWS speaks of seconds and gives no figure",
    "STREAM_UPDATING_MS": "a split or merge takes 'a few seconds'; larger updates take minutes on AWS",
    "STREAM_DELETING_MS": "DeleteStream is asynchronous; no figure",
    "CONSUMER_CREATING_MS": "a registered consumer is CREATING first; no figure",
    "TRIM_EVERY_MS": "memory of expired records is freed once a minute; readers never see them",
    "MEASURE_EVERY_MS": "on-demand traffic is measured minute by minute, like the metrics of a stream",
}

FACTS: dict[str, int] = {
    "kinesis.retention-default": RETENTION_DEFAULT_HOURS,
    "kinesis.retention-max": RETENTION_MAX_HOURS // 24,
    "kinesis.record-size-default": RECORD_DEFAULT_KIB // 1024,
    "kinesis.record-size-max": RECORD_MAX_KIB // 1024,
    "kinesis.partition-key-max": PARTITION_KEY_MAX,
    "kinesis.shard-write": SHARD_WRITE_BYTES // MIB,
    "kinesis.shard-write-records": SHARD_WRITE_RECORDS,
    "kinesis.shard-read": SHARD_READ_BYTES // MIB,
    "kinesis.shard-read-calls": SHARD_READ_CALLS,
    "kinesis.get-records-max": GET_RECORDS_MAX,
    "kinesis.get-records-size-max": GET_RECORDS_MAX_BYTES // MIB,
    "kinesis.put-records-max": PUT_RECORDS_MAX,
    "kinesis.iterator-life": ITERATOR_LIFE_MS // 60_000,
    "kinesis.fan-out-consumers-max": FAN_OUT_CONSUMERS_MAX,
    "kinesis.fan-out-consumers-advantage": FAN_OUT_CONSUMERS_ADVANTAGE_MAX,
    "kinesis.fan-out-latency": FAN_OUT_LATENCY_MS,
    "kinesis.shared-latency": 1_000 // SHARD_READ_CALLS,
    "kinesis.on-demand-start-write": ON_DEMAND_START_SHARDS * SHARD_WRITE_BYTES // MIB,
    "kinesis.on-demand-start-read": ON_DEMAND_START_SHARDS * SHARD_READ_BYTES // MIB,
    "kinesis.on-demand-write-max": ON_DEMAND_WRITE_MAX_BYTES // GIB,
    "kinesis.on-demand-write-max-elsewhere": ON_DEMAND_WRITE_MAX_ELSEWHERE_BYTES // MIB,
    "kinesis.lambda-parallel-max": LAMBDA_PARALLEL_MAX,
    "kinesis.kcl-failover-time": KCL_FAILOVER_MS // 1_000,
}

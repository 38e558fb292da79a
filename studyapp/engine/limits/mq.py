"""Numbers of Amazon MQ and of ActiveMQ on it, as published, and those that had to be assumed.

RabbitMQ's own stand in `rabbitmq.py`.
"""

from studyapp.engine.limits.rabbitmq import CLUSTER_NODES as CLUSTER_NODES

# Amazon MQ

ACTIVE_STANDBY_INSTANCES = 2
# MQ-X03
BROKERS_MAX_PER_REGION = 200
CONNECTIONS_MAX = 2_000
BROKER_NAME_MAX_CHARACTERS = 50
# MQ-X07: "about 5 minutes".
REBOOT_MS = 300_000

# ActiveMQ: the engine's defaults

# AMQ-X01: the failover transport.
RECONNECT_FIRST_MS = 10
RECONNECT_FACTOR = 2
RECONNECT_MAX_MS = 30_000
# AMQ-X02, AMQ-X03
LOCK_ATTEMPT_EVERY_MS = 10_000
INACTIVITY_MAX_MS = 30_000
# AMQ-X05, AMQ-X06
REDELIVERIES_MAX = 6
REDELIVERY_DELAY_MS = 1_000
DEAD_LETTER_QUEUE = "ActiveMQ.DLQ"
# AMQ-X08
PREFETCH_QUEUE = 1_000
PREFETCH_DURABLE_TOPIC = 100
PREFETCH_TOPIC = 32_766

# Not documented: see ASSUMED.
LOCK_LAPSE_MS = 30_000
PLANNED_FAILOVER_MS = 5_000
JOURNAL_RECOVERY_MS = 1_000
REPLACEMENT_MS = REBOOT_MS
CONFIRM_EFS_MS = 12
CONFIRM_EBS_MS = 2
DESTINATION_NAME_MAX_CHARACTERS = 255
PREFETCH_MAX = 1_000_000
TIME_TO_LIVE_MAX_MS = 2_000_000_000
RETRY_MAX_MS = 3_600_000
TIMES_MAX_MS = 86_400_000
CAPACITY_MAX_PER_SECOND = 1_000_000

FACTS: dict[str, int] = {
    "mq.active-instances": ACTIVE_STANDBY_INSTANCES,
    "mq.reconnect-first": RECONNECT_FIRST_MS,
    "mq.reconnect-max": RECONNECT_MAX_MS // 1000,
    "mq.lock-poll": LOCK_ATTEMPT_EVERY_MS // 1000,
    "mq.inactivity": INACTIVITY_MAX_MS // 1000,
    "mq.redeliveries": REDELIVERIES_MAX,
    "mq.redelivery-delay": REDELIVERY_DELAY_MS,
    "mq.prefetch-queue": PREFETCH_QUEUE,
    "mq.prefetch-durable-topic": PREFETCH_DURABLE_TOPIC,
    "mq.prefetch-topic": PREFETCH_TOPIC,
}

ASSUMED: dict[str, str] = {
    "LOCK_LAPSE_MS": (
        "Amazon MQ gives no figure for how long the lock of a dead instance lasts; about 30 s is usual for NFSv4."
    ),
    "PLANNED_FAILOVER_MS": "MQ-X07 says 'only a few seconds'.",
    "JOURNAL_RECOVERY_MS": (
        "Nothing is documented but that a long journal takes longer; 1 s keeps an unplanned failover near 40 s."
    ),
    "REPLACEMENT_MS": "Nothing says when a lost instance is back; as long as a reboot takes.",
    "CONFIRM_EFS_MS": "MQ-X02: roughly 80 persistent messages per second one after the other.",
    "CONFIRM_EBS_MS": "MQ-X02: roughly 500 persistent messages per second one after the other.",
    "DESTINATION_NAME_MAX_CHARACTERS": "No limit is documented; enough for any name.",
    "PREFETCH_MAX": "A bound for settings; the engine has none.",
    "TIME_TO_LIVE_MAX_MS": "A bound for settings; the engine has none.",
    "RETRY_MAX_MS": "A bound for the simulator's own setting.",
    "TIMES_MAX_MS": "A bound for the simulator's own settings.",
    "CAPACITY_MAX_PER_SECOND": "A bound for the simulator's own setting.",
}

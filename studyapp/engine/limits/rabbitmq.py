"""Numbers of RabbitMQ on Amazon MQ, as of version 4.3."""

# Documented

CLUSTER_NODES = 3
DELIVERY_LIMIT = 20
ACKNOWLEDGEMENT_TIMEOUT_MINUTES = 30
# RMQ-X13: defaults of a 4.x broker.
MESSAGE_SIZE_MAX_BYTES = 512 * 1024
CONSUMERS_PER_CHANNEL_MAX = 10
# MQ-X07: "about 5 minutes", for the whole broker.
REBOOT_MS = 300_000
# AMQP 0-9-1: names and keys are short strings.
NAME_MAX_BYTES = 255
PREFETCH_MAX = 65_535

# Assumed

ELECTION_MS = 3_000
CATCH_UP_MS = 2_000
CLUSTER_NODE_RESTART_MS = REBOOT_MS // CLUSTER_NODES
PUBLISH_HOLD_MAX_MS = 10_000
RECOVERY_FIRST_MS = 1_000
RECOVERY_FACTOR = 2
RECOVERY_MAX_MS = 30_000
TIMES_MAX_MS = 86_400_000

FACTS: dict[str, int] = {
    "mq.rabbit-nodes": CLUSTER_NODES,
    "mq.rabbit-delivery-limit": DELIVERY_LIMIT,
    "mq.rabbit-ack-timeout": ACKNOWLEDGEMENT_TIMEOUT_MINUTES,
}

ASSUMED: dict[str, str] = {
    "ELECTION_MS": "RMQ-X03 says 'normally within a few seconds'; 3 s lies within that.",
    "CATCH_UP_MS": "RMQ-X03 says only that a returning follower catches up from its log.",
    "CLUSTER_NODE_RESTART_MS": "MQ-X07 gives about 5 minutes for a reboot; three nodes one by one.",
    "PUBLISH_HOLD_MAX_MS": (
        "RMQ-X03 says that publishes wait or are negatively confirmed, and not when; longer than an"
        " election, so that an election alone refuses nothing."
    ),
    "RECOVERY_FIRST_MS": (
        "RMQ-X10 says that clients must have automatic recovery; how long they wait is a matter of the library."
    ),
    "RECOVERY_FACTOR": "As RECOVERY_FIRST_MS; as the failover transport of ActiveMQ does.",
    "RECOVERY_MAX_MS": "As RECOVERY_FIRST_MS; as the failover transport of ActiveMQ does.",
    "TIMES_MAX_MS": "A bound for the simulator's own settings.",
}

"""Every family of drawn questions, by the name of its words in `content/drawn/`."""

from collections.abc import Mapping

from studyapp.grading.drawn import brokers, fifo, queues, streams, topics
from studyapp.grading.drawn.family import Family

FAMILIES: Mapping[str, Family] = {
    "sqs/received-how-often": queues.received_how_often,
    "sqs/when-dead-lettered": queues.when_dead_lettered,
    "sqs/extended-visibility": queues.extended_visibility,
    "sqs/timer-or-delay": queues.timer_or_delay,
    "sqs/empty-responses": queues.empty_responses,
    "sqs/days-left-after-the-move": queues.days_left_after_the_move,
    "sqs/batch-bill": queues.batch_bill,
    "sqs/deduplication-window": fifo.deduplication_window,
    "sqs/blocked-group": fifo.blocked_group,
    "sns/filter-matches": topics.filter_matches,
    "sns/copies": topics.copies,
    "kinesis/which-shard": streams.which_shard,
    "kinesis/hot-key": streams.hot_key,
    "firehose/when-a-batch-leaves": streams.when_a_batch_leaves,
    "mq/who-is-back": brokers.who_is_back,
}

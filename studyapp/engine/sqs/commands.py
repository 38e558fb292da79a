"""The actions of SQS by name, and what other services use of it."""

from studyapp.engine.calls import Actions, React, action
from studyapp.engine.sqs.batches import (
    change_message_visibility_batch,
    delete_message_batch,
    send_message_batch,
)
from studyapp.engine.sqs.chances import set_queue_chances
from studyapp.engine.sqs.events import (
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageRedriven,
    MessageSent,
    MessageVisible,
)
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.move_tasks import (
    cancel_message_move_task,
    list_message_move_tasks,
    start_message_move_task,
)
from studyapp.engine.sqs.permissions import add_permission, remove_permission
from studyapp.engine.sqs.queues import (
    create_queue,
    delete_queue,
    get_queue_attributes,
    get_queue_url,
    list_dead_letter_source_queues,
    list_queue_tags,
    list_queues,
    purge_queue,
    set_queue_attributes,
    tag_queue,
    untag_queue,
)
from studyapp.engine.sqs.receipts import change_message_visibility, delete_message
from studyapp.engine.sqs.receiving import (
    hang_up,
    receive_message,
    wake_waiter,
    wake_waiter_of_dead_letters,
    wake_waiter_of_destination,
)
from studyapp.engine.sqs.sending import accept, send_message

ACTIONS: Actions = {
    "sqs.AddPermission": action(add_permission),
    "sqs.CancelMessageMoveTask": action(cancel_message_move_task),
    "sqs.ChangeMessageVisibility": action(change_message_visibility),
    "sqs.ChangeMessageVisibilityBatch": action(change_message_visibility_batch),
    "sqs.CreateQueue": action(create_queue),
    "sqs.DeleteMessage": action(delete_message),
    "sqs.DeleteMessageBatch": action(delete_message_batch),
    "sqs.DeleteQueue": action(delete_queue),
    "sqs.GetQueueAttributes": action(get_queue_attributes),
    "sqs.GetQueueUrl": action(get_queue_url),
    "sqs.ListDeadLetterSourceQueues": action(list_dead_letter_source_queues),
    "sqs.ListMessageMoveTasks": action(list_message_move_tasks),
    "sqs.ListQueues": action(list_queues),
    "sqs.ListQueueTags": action(list_queue_tags),
    "sqs.PurgeQueue": action(purge_queue),
    "sqs.ReceiveMessage": action(receive_message),
    "sqs.RemovePermission": action(remove_permission),
    "sqs.SendMessage": action(send_message),
    "sqs.SendMessageBatch": action(send_message_batch),
    "sqs.SetQueueAttributes": action(set_queue_attributes),
    "sqs.StartMessageMoveTask": action(start_message_move_task),
    "sqs.TagQueue": action(tag_queue),
    "sqs.UntagQueue": action(untag_queue),
    "sim.SetQueueChances": action(set_queue_chances),
}

# After these a message may be receivable that was not: a long poll that waits gets it.
REACT: React = {
    MessageSent: wake_waiter,
    MessageVisible: wake_waiter,
    MessageDeleted: wake_waiter,
    MessageExpired: wake_waiter,
    MessageDeadLettered: wake_waiter_of_dead_letters,
    MessageRedriven: wake_waiter_of_destination,
}

__all__ = ["ACTIONS", "REACT", "accept", "hang_up", "queue_named"]

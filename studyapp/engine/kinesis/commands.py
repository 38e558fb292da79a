"""The actions of Kinesis Data Streams, and what only the simulator can do to a stream."""

from studyapp.engine.calls import Actions, action
from studyapp.engine.kinesis import (
    fan_out,
    put_actions,
    read_actions,
    shard_actions,
    stream_actions,
    stream_settings,
    traffic,
)

ACTIONS: Actions = {
    "kinesis.CreateStream": action(stream_actions.create_stream),
    "kinesis.DeleteStream": action(stream_actions.delete_stream),
    "kinesis.DescribeStreamSummary": action(stream_actions.describe_stream_summary),
    "kinesis.ListStreams": action(stream_actions.list_streams),
    "kinesis.IncreaseStreamRetentionPeriod": action(
        stream_settings.increase_stream_retention_period
    ),
    "kinesis.DecreaseStreamRetentionPeriod": action(
        stream_settings.decrease_stream_retention_period
    ),
    "kinesis.UpdateMaxRecordSize": action(stream_settings.update_max_record_size),
    "kinesis.UpdateStreamMode": action(stream_settings.update_stream_mode),
    "kinesis.StartStreamEncryption": action(stream_settings.start_stream_encryption),
    "kinesis.StopStreamEncryption": action(stream_settings.stop_stream_encryption),
    "kinesis.ListShards": action(shard_actions.list_shards),
    "kinesis.SplitShard": action(shard_actions.split_shard),
    "kinesis.MergeShards": action(shard_actions.merge_shards),
    "kinesis.UpdateShardCount": action(shard_actions.update_shard_count),
    "kinesis.PutRecord": action(put_actions.put_record),
    "kinesis.PutRecords": action(put_actions.put_records),
    "kinesis.GetShardIterator": action(read_actions.get_shard_iterator),
    "kinesis.GetRecords": action(read_actions.get_records),
    "kinesis.RegisterStreamConsumer": action(fan_out.register_stream_consumer),
    "kinesis.DeregisterStreamConsumer": action(fan_out.deregister_stream_consumer),
    "kinesis.DescribeStreamConsumer": action(fan_out.describe_stream_consumer),
    "kinesis.ListStreamConsumers": action(fan_out.list_stream_consumers),
    "kinesis.SubscribeToShard": action(fan_out.subscribe_to_shard),
    "sim.AddStream": action(stream_actions.add_stream),
    "sim.SetStreamPeak": action(stream_settings.set_stream_peak),
    "sim.EncryptStream": action(stream_settings.encrypt_stream),
    "sim.SetKeyAccess": action(stream_settings.set_key_access),
    "sim.PutRecordsOfSize": action(traffic.put_records_of_size),
}

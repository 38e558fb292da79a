"""The texts of pictures with streams: Kinesis Data Streams, who reads them, Firehose."""

from django.utils.translation import gettext as _


def stream_words() -> dict[str, str]:
    """See `picture.words`."""
    return {
        "stream": _("{name}: {about}"),
        "stream-with-rate": _("{name}: {about}, {rate}"),
        "open-shards": _("open shards: {n}"),
        "on-demand": _("on-demand"),
        "encrypted": _("encrypted"),
        "creating": _("being created"),
        "updating": _("being changed"),
        "scaling": _("shards will be split"),
        "deleting": _("being deleted"),
        "shard": _("shard {n}"),
        "shard-hot": _("hot shard {n}"),
        "shard-closed": _("shard {n}, closed"),
        "shard-holds": _("{name}, {label}, records: {kept}"),
        "shard-rate": _("{rate} of 1 MB/s, records: {kept}"),
        "shard-kept": _("records: {kept}"),
        "stream-rate": _("{rate} of {limit} MB/s come in, thrown back: {refused}"),
        "some-records": _("records"),
        "hash-keys": _("hash keys"),
        "cursor": _("{reader} in {shard}: read {read} of {kept}"),
        "reader": _("{name}: {state}, {behind}"),
        "behind": _("{n} s behind"),
        "up-to-date": _("up to date"),
        "reads-nothing": _("reads nothing"),
        "own-pipe": _("own pipe: 2 MB/s"),
        "leases": _("leases"),
        "lease": _("lease of shard {n}"),
        "checkpoint": _("checkpoint"),
        "read-throttled": _("read throttled"),
        "no-key": _("may not use the key"),
        "not-ready": _("waiting for the stream"),
        "cannot-handle": _("cannot handle a record"),
        # Firehose
        "tray": _("{name}: {size} of {size-max} MB in the buffer, records: {records}"),
        "tray-short": _("records: {records}"),
        "size-of": _("{size} of {size-max} MB"),
        "buffer-size": _("size"),
        "buffer-interval": _("interval"),
        "buffer-size-reached": _("the size came first"),
        "buffer-interval-passed": _("the interval came first"),
        "zero-buffering": _("without buffering"),
        "transformation": _("function"),
        "to-write": _("to write"),
        "batch": _("batch of {n}"),
        "destination": _("{name}, batches: {batches}"),
    }

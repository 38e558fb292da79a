"""The texts of pictures with topics, buckets, groups of workers and functions, in the reader's language."""

from django.utils.translation import gettext as _


def topic_words() -> dict[str, str]:
    """{names} are attributes of a thing; see `picture.words`."""
    return {
        # Groups of workers, functions
        "fleet": _("{name}: {ready} of {size} instances in service"),
        "auto-scaling-group": _("Auto Scaling group"),
        "fleet-short": _("{ready} of {size} in service"),
        "backlog-short": _("backlog per instance: {each}"),
        "backlog-target": _("target: {target}"),
        "fleet-backlog": _("{name}: backlog per instance {each}, target {target}"),
        "pollers": _("pollers: {polls}"),
        "function-running": _("running: {running}"),
        "function-pollers": _("{name}: pollers waiting: {polls}"),
        "function": _("{name}: running: {running}"),
        # Topics, subscriptions and where they lead; buckets
        "sns-topic": _("{name}: topic, keeps no messages"),
        "topic-note": _("keeps no messages"),
        "archive": _("{name}: messages in the archive: {archived}"),
        "archive-short": _("archive: {archived}"),
        "replaying": _("replaying"),
        "subscription": _("subscription {name}: {said}"),
        "rule": _("rule {name}: {said}"),
        "nothing-waits": _("nothing waits"),
        "attempt": _("attempt {n}"),
        "retries": _("retries"),
        "and": _("and"),
        "or": _("or"),
        "raw": _("raw message"),
        "envelope": _("in a JSON envelope"),
        "queue-policy-denies": _("not allowed"),
        "queue-not-found": _("queue is gone"),
        "function-not-found": _("function is gone"),
        "delivery-stream-not-found": _("stream is gone"),
        "raw-attributes-too-many": _("too many attributes"),
        "mailbox": _("{name}: {received} received, {state}"),
        "mailbox-received": _("{received} received"),
        "up": _("up"),
        "down": _("down"),
        "removed": _("removed"),
        "protocol-http": _("HTTP endpoint"),
        "protocol-https": _("HTTPS endpoint"),
        "protocol-email": _("email address"),
        "protocol-email-json": _("email address (JSON)"),
        "protocol-sms": _("phone (SMS)"),
        "protocol-lambda": _("Lambda function"),
        "protocol-application": _("mobile push"),
        "bucket": _("{name}: objects: {objects}"),
        "bucket-short": _("objects: {objects}"),
    }

"""What stands in the picture of a broker and of who uses it, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def broker_words() -> dict[str, str]:
    """The texts of the pictures of Amazon MQ. See `picture.words`."""
    return {
        # Parts of a broker
        "zone": _("Availability Zone {n}"),
        "zone-short": _("AZ {n}"),
        "instance": _("instance {n}"),
        "node": _("node {n}"),
        "endpoint": _("endpoint {n}"),
        "one-endpoint": _("RabbitMQ, one endpoint"),
        "store-shared": _("one store for both: Amazon EFS"),
        "store-efs": _("store: Amazon EFS"),
        "store-ebs": _("store: Amazon EBS"),
        "lane-short": _("{waiting} waiting, {given} given out"),
        "in-memory": _("memory"),
        "topic": _("topic {n}"),
        # What an instance does
        "active": _("active"),
        "standby": _("standby"),
        "starts": _("starts"),
        "asks-for-lock": _("asks for the lock:"),
        "not-free-yet": _("not free yet ×{n}"),
        "has-lock": _("has the lock,"),
        "reads-journal": _("reads the journal"),
        "journal-read": _("journal read,"),
        "opens-endpoint": _("opens its endpoint"),
        "zone-is-down": _("zone is down"),
        "rebooting": _("rebooting"),
        "lost-the-lock": _("lost the lock"),
        "no-network": _("no network"),
        "takes-per-second": _("{n} messages/s"),
        "lock": _("lock of the store"),
        "lock-short": _("lock"),
        "free": pgettext("lock", "free"),
        # What a node and a quorum queue do
        "running": _("running"),
        "is-behind": _("is behind"),
        "catching-up": _("catching up"),
        "cut-off": _("cut off"),
        "crown": _("leader of {n}"),
        "queue-works": _("{queue}: {n} of {all} copies, majority"),
        "queue-elects": _("{queue}: {n} of {all}, elects a leader"),
        "queue-stops": _("{queue}: {n} of {all}, no majority, stops"),
        "queue-on-node": _("{queue}: on one node only"),
        "memory-alarm": _("memory alarm"),
        # Clients
        "knows": _("knows {n}"),
        "knows-only": _("knows only {n}"),
        "not-connected": _("not connected"),
        "connected-to": _("connected to {n}"),
        "on-node": _("on node {n}"),
        "hears-nothing": _("hears nothing"),
        "connection-lost": _("connection lost"),
        "tries-again": _("tries again ×{n}"),
        "does-not-answer": _("{endpoint} is silent ×{n}"),
        "waits-for-broker": _("waits for broker"),
        "no-confirm-yet": _("no confirm yet"),
        "sends-failed": _("failed sends: {n}"),
        # In words
        "broker-part": _("{name}, {label}: {said}"),
        "store-lock": _("{name}, lock of the store: {lock}"),
        "lane": _("{name}, {label}: {waiting} waiting, {given} given out"),
        "queue-state": _("{name}, {text}"),
        "client-link": _("{name}: {said}"),
    }

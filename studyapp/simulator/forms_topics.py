"""Forms for the actions of SNS, and for the endpoints that topics deliver to."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from studyapp.engine.names import queue_arn, short
from studyapp.engine.scenario import attribute
from studyapp.engine.sns.destinations import MAILBOXES, key
from studyapp.engine.world import World
from studyapp.simulator.code_panel_structures import role_arn
from studyapp.simulator.forms_parts import (
    NAME,
    SUBSCRIPTION,
    TOPIC,
    ActionForm,
    Choice,
    Filled,
    Maker,
    Wrong,
    choice,
    chosen,
    form,
    long_text,
    new_name,
    number,
    of_one,
    text,
    yes_no,
)
from studyapp.simulator.forms_queues import MESSAGE, group_fields, with_group

FILTER_POLICY = _("filter policy (JSON)")
ENDPOINT = _("endpoint")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def topics(world: World) -> list[str]:
    return list(world.sns.topics)


def _message_attributes(written: str) -> dict[str, dict[str, str]]:
    """'city=busan, kg=3' as message attributes; what looks like a number is one."""
    found = {}
    for pair in written.split(","):
        name, equals, value = (each.strip() for each in pair.partition("="))
        if not (name and equals and value):
            raise Wrong("message_attributes", "pairs")
        kind = "Number" if _NUMBER.fullmatch(value) else "String"
        found[name] = {"data_type": kind, "string_value": value}
    return found


def publish(world: World) -> ActionForm:
    names = topics(world)
    fields = [
        choice("topic", TOPIC, names),
        text("message", MESSAGE, "my message"),
        text("message_attributes", _("attributes (city=busan, kg=3)"), required=False),
        *group_fields(names, world),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        if "message_attributes" in filled:
            given = _message_attributes(filled["message_attributes"])
            filled = {**filled, "message_attributes": given}
        return with_group(filled, "topic")

    return form("sns.Publish", fields, build)


def create_topic(world: World) -> ActionForm:
    fields = [new_name("name", NAME, "my-topic", topics(world)), yes_no("fifo", _("FIFO"))]

    def build(filled: Filled) -> dict[str, Any]:
        name = re.sub(r"\.fifo$", "", filled["name"])
        if not filled["fifo"]:
            return {"name": name}
        return {"name": f"{name}.fifo", "attributes": {"FifoTopic": "true"}}

    return form("sns.CreateTopic", fields, build)


# Subscriptions


def _endpoints(world: World) -> list[Choice]:
    """Everything that can subscribe, as 'protocol endpoint'."""
    known = [("sqs", name) for name in world.sqs.queues]
    known += [("firehose", name) for name in world.firehose.delivery_streams]
    known += [(mailbox.protocol, name) for name, mailbox in world.sns.endpoints.items()]
    return [Choice(key(protocol, name), f"{name} ({protocol})") for protocol, name in known]


def _json(name: str, written: str) -> str:
    try:
        if isinstance(json.loads(written), dict):
            return written
    except (ValueError, RecursionError):
        pass
    raise Wrong(name, "json")


def subscribe(world: World) -> ActionForm:
    fields = [
        choice("topic", TOPIC, topics(world)),
        chosen("endpoint", ENDPOINT, _endpoints(world)),
        yes_no("raw", _("raw message delivery")),
        long_text("filter_policy", FILTER_POLICY),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        protocol, _space, endpoint = filled["endpoint"].partition(" ")
        attributes = {}
        if filled["raw"]:
            attributes["RawMessageDelivery"] = "true"
        if "filter_policy" in filled:
            attributes["FilterPolicy"] = _json("filter_policy", filled["filter_policy"])
        if protocol == "firehose":
            attributes["SubscriptionRoleArn"] = role_arn("sns-to-firehose")
        found = {"topic": filled["topic"], "protocol": protocol, "endpoint": endpoint}
        return {**found, **({"attributes": attributes} if attributes else {})}

    return form("sns.Subscribe", fields, build)


def subscriptions(world: World) -> list[str]:
    """As 'topic/endpoint', which holds in a run with other knobs too."""
    return [f"{each.topic}/{each.address}" for each in world.sns.subscriptions.values()]


_SETTABLE = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")


def set_subscription_attributes(world: World) -> ActionForm:
    policies = [each.filter_policy for each in world.sns.subscriptions.values()]
    policy = next(filter(None, policies), '{"city": ["busan"]}')
    fields = [
        choice("subscription", SUBSCRIPTION, subscriptions(world)),
        choice("attribute_name", _("attribute"), _SETTABLE),
        long_text("attribute_value", _("value (JSON, true or false, or a queue)"), policy),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        name, value = filled["attribute_name"], filled.get("attribute_value", "")
        if name == "RedrivePolicy" and value and not value.startswith("{"):
            value = attribute({"deadLetterTargetArn": queue_arn(short(value))})
        if name in ("FilterPolicy", "RedrivePolicy") and value:
            _json("attribute_value", value)
        return {**filled, "attribute_value": value}

    return form("sns.SetSubscriptionAttributes", fields, build)


# Endpoints


def add_endpoint(world: World) -> ActionForm:
    fields = [
        new_name("endpoint", NAME, "my-function", world.sns.endpoints),
        choice("protocol", _("protocol"), MAILBOXES),
    ]
    return form("sim.AddEndpoint", fields, label=_("Add an endpoint"))


def _reached(world: World) -> list[tuple[str, str]]:
    """(protocol, name) of everything that a topic delivers to, and of every endpoint."""
    found = [(each.protocol, each.address) for each in world.sns.subscriptions.values()]
    found += [(mailbox.protocol, name) for name, mailbox in world.sns.endpoints.items()]
    return list(dict.fromkeys(found))


def take_endpoint_down(world: World) -> ActionForm:
    names = [name for kind, name in _reached(world) if key(kind, name) not in world.sns.outages]
    fields = [
        choice("endpoint", ENDPOINT, names),
        number("http_status", _("HTTP status (empty: no answer)"), 300, 599),
    ]
    return form("sim.TakeEndpointDown", fields, label=_("Take an endpoint down"))


def bring_endpoint_up(world: World) -> ActionForm:
    names = [name for kind, name in _reached(world) if key(kind, name) in world.sns.outages]
    fields = [choice("endpoint", ENDPOINT, names)]
    return form("sim.BringEndpointUp", fields, label=_("Bring an endpoint up"))


FORMS: Mapping[str, Maker] = {
    "sns.Publish": publish,
    "sns.CreateTopic": create_topic,
    "sns.DeleteTopic": of_one("sns.DeleteTopic", TOPIC, topics),
    "sns.Subscribe": subscribe,
    "sns.Unsubscribe": of_one("sns.Unsubscribe", SUBSCRIPTION, subscriptions),
    "sns.SetSubscriptionAttributes": set_subscription_attributes,
    "sim.AddEndpoint": add_endpoint,
    "sim.TakeEndpointDown": take_endpoint_down,
    "sim.BringEndpointUp": bring_endpoint_up,
}

"""What an endpoint gets: the JSON envelope around a message, or the message as it is (SNS-X08, SNS-X09).

Signatures are markers: nobody in the world checks them.
"""

import json
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from studyapp.engine.dates import iso
from studyapp.engine.names import REGION, topic_arn
from studyapp.engine.sns.topic import Publication, Subscription

SIGNATURE = "simulated-signature"
_SIGNING_CERT_URL = f"https://sns.{REGION}.amazonaws.com/SimpleNotificationService-simulated.pem"
_SIGNED = f'  "Signature" : "{SIGNATURE}",\n  "SigningCertURL" : "{_SIGNING_CERT_URL}",\n'


# All copies of a message bear the same time.
_time = lru_cache(maxsize=64)(iso)


def subscription_arn(topic: str, subscription: str) -> str:
    return f"{topic_arn(topic)}:{subscription}"


def unsubscribe_url(subscription: Subscription) -> str:
    arn = subscription_arn(subscription.topic, subscription.subscription)
    return f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}"


def attribute_values(publication: Publication) -> tuple[tuple[str, str, str], ...]:
    """(name, data type, value) of each message attribute, as SQS has them.

    They go along with plain messages only, not with those of MessageStructure json (SNS-X23).
    """
    if publication.bodies:
        return ()
    return tuple((name, fields[0][1], fields[1][1]) for name, fields in publication.attributes)


def raw(publication: Publication, subscription: Subscription) -> str:
    return publication.body_for(subscription.protocol)


def notification(
    publication: Publication, subscription: Subscription, replay: int, signature_version: str
) -> str:
    """The JSON that SQS, HTTP/S, Firehose and email-json get, in AWS's own layout.

    Written by hand: this is the longest text that a delivery makes.
    """
    is_fifo = bool(publication.sequence_number)
    parts = [
        '{\n  "Type" : "Notification",\n  "MessageId" : "',
        publication.message_id,
        f'",\n  "SequenceNumber" : "{publication.sequence_number}' if is_fifo else "",
        f'",\n  "TopicArn" : "{topic_arn(subscription.topic)}",\n',
    ]
    if publication.subject is not None:
        parts.append(f'  "Subject" : {_quoted(publication.subject)},\n')
    parts.append(f'  "Message" : {_quoted(publication.body_for(subscription.protocol))},\n')
    parts.append(f'  "Timestamp" : "{_time(publication.published_ms)}",\n')
    if not is_fifo:
        parts.append(f'  "SignatureVersion" : "{signature_version}",\n{_SIGNED}')
    parts.append(f'  "UnsubscribeURL" : "{unsubscribe_url(subscription)}"')
    attributes = _attributes(publication) if publication.attributes else None
    if attributes:
        parts.append(f',\n  "MessageAttributes" : {json.dumps(attributes, ensure_ascii=False)}')
    if replay:
        parts.append(',\n  "Replayed" : true')
    parts.append("\n}")
    return "".join(parts)


def invocation(publication: Publication, subscription: Subscription, signature_version: str) -> str:
    """The event that a Lambda function is invoked with."""
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn(subscription.topic, subscription.subscription),
        "Sns": {
            "Type": "Notification",
            "MessageId": publication.message_id,
            "TopicArn": topic_arn(subscription.topic),
            "Subject": publication.subject,
            "Message": publication.body_for("lambda"),
            "Timestamp": iso(publication.published_ms),
            "SignatureVersion": signature_version,
            "Signature": SIGNATURE,
            "SigningCertUrl": _SIGNING_CERT_URL,
            "UnsubscribeUrl": unsubscribe_url(subscription),
            "MessageAttributes": _attributes(publication, of_lambda=True),
        },
    }
    return json.dumps({"Records": [record]}, ensure_ascii=False, separators=(",", ":"))


def confirmation(subscription: Subscription, message_id: str, at_ms: int) -> str:
    """The JSON with which SNS asks an endpoint to confirm."""
    arn = topic_arn(subscription.topic)
    url = f"https://sns.{REGION}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={arn}"
    return _written(
        {
            "Type": "SubscriptionConfirmation",
            "MessageId": message_id,
            "Token": subscription.token,
            "TopicArn": arn,
            "Message": (
                f"You have chosen to subscribe to the topic {arn}.\n"
                "To confirm the subscription, visit the SubscribeURL included in this message."
            ),
            "SubscribeURL": f"{url}&Token={subscription.token}",
            "Timestamp": iso(at_ms),
            "SignatureVersion": "1",
            "Signature": SIGNATURE,
            "SigningCertURL": _SIGNING_CERT_URL,
        }
    )


def _attributes(publication: Publication, of_lambda: bool = False) -> dict[str, dict[str, str]]:
    """Lambda gets String.Array and Number as String (SNS-X25)."""
    return {
        name: {
            "Type": "String" if of_lambda and not kind.startswith("Binary") else kind,
            "Value": value,
        }
        for name, kind, value in attribute_values(publication)
    }


def _written(fields: dict[str, Any]) -> str:
    """In AWS's own layout: a line for each field."""
    lines = (
        f'  "{name}" : {json.dumps(value, ensure_ascii=False)}' for name, value in fields.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}"

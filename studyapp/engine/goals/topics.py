"""Goals about SNS: did the right messages arrive?"""

from collections import Counter
from collections.abc import Iterator

from studyapp.engine.calls import Texts
from studyapp.engine.goals.verdict import Missing, View, missing
from studyapp.engine.names import short
from studyapp.engine.sns.events import Delivered
from studyapp.engine.world import World


def arrived(
    world: World, view: View, *, endpoint: str, messages: Texts, topic: str | None = None
) -> Iterator[Missing]:
    """SNS delivered exactly these messages to the endpoint (a queue, a function, a mailbox), in any order."""
    wanted = _name(endpoint)
    found = Counter(
        view.body_of.get(event.message_id, event.message_id)
        for event in world.log
        if type(event) is Delivered
        and _name(event.endpoint) == wanted
        and (topic is None or event.topic == topic)
    )
    for body in Counter(messages) - found:
        yield missing("not-delivered", message=body, endpoint=endpoint)
    for body in found - Counter(messages):
        yield missing("delivered-too-much", message=body, endpoint=endpoint)


def _name(endpoint: str) -> str:
    """A queue, function or stream may be named by its ARN; addresses of people and pages stay whole."""
    return short(endpoint) if endpoint.startswith("arn:") else endpoint

"""Any value in any action ends in an event or a refusal, and every refusal has AWS's words."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.calls import Entries, Pairs, Texts
from studyapp.engine.log import of_kind
from studyapp.engine.mq import rabbitmq, refusals
from studyapp.engine.mq.rabbitmq.refusals import REASONS
from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.world import ACTIONS, World
from tests.engine.mq.rabbitmq.rabbit_worlds import broker_world, do
from tests.support.worlds import same_world

NAMES = sorted(rabbitmq.ACTIONS) + [
    "mq.Connect",
    "mq.Disconnect",
    "mq.Send",
    "mq.Subscribe",
    "mq.Acknowledge",
    "mq.Reject",
    "mq.RebootBroker",
    "mq.DeleteBroker",
    "mq.CreateBroker",
    "sim.LoseZone",
    "sim.RestoreZone",
]
ARGUMENTS = st.dictionaries(
    st.sampled_from(
        (
            "x-queue-type",
            "x-delivery-limit",
            "x-message-ttl",
            "x-max-length",
            "x-overflow",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-match",
            "kind",
        )
    ),
    st.sampled_from(
        (0, 1, 2, -1, 5000, "", "q", "r", "any", "classic", "reject-publish", None, True, (1, 2))
    ),
    max_size=3,
)
TEXTS = st.one_of(
    st.sampled_from(
        ("q", "r", "t", "x", "", "amq.fanout", "amq.topic", "1", "2", "a", "quorum", "classic")
    ),
    st.sampled_from(
        ("direct", "fanout", "topic", "headers", "stream", "#", "*.q", "topic", "queue")
    ),
    st.text(max_size=5),
    st.just("é" * 200),
)
WRONG = st.one_of(st.none(), st.booleans(), st.floats(), st.binary(max_size=3), st.just([1]))
LIKELY: dict[Any, st.SearchStrategy[Any]] = {
    int: st.one_of(
        st.integers(-2, 40), st.sampled_from((500, 5_000, 65_535, 65_536, 2**63 - 1, 2**70))
    ),
    str: TEXTS,
    bool: st.booleans(),
    Pairs: ARGUMENTS,
    Entries: st.just([]),
    Texts: st.just(["a", "b", "c"]),
}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, str, dict[str, Any], int]:
    """An action, a caller, parameters that are often possible, and a time to wait before."""
    name = draw(st.sampled_from(NAMES))
    given: dict[str, Any] = {}
    for parameter, kind in ACTIONS[name].parameters.items():
        if parameter in ACTIONS[name].required or draw(st.booleans()):
            odd = draw(st.integers(0, 30)) == 0
            given[parameter] = draw(WRONG if odd else LIKELY[kind])
    if "broker" in given and draw(st.integers(0, 20)):
        given["broker"] = "b"
    if name == "mq.CreateBroker":
        given = {"broker_name": "b", "engine_type": "RABBITMQ"}
    by = draw(st.sampled_from(("p", "c", "d")))
    return name, by, given, draw(st.sampled_from((0, 0, 0, 1, 700, 4_000, 40_000)))


@settings(max_examples=250)
@given(st.lists(calls(), max_size=40))
def test_any_value_ends_in_an_event_or_a_refusal(
    steps: list[tuple[str, str, dict[str, Any], int]],
) -> None:
    world = broker_world()
    do(world, "QueueDeclare", queue="q")
    do(world, "QueueDeclare", queue="r", queue_type="classic", durable=False)
    for name, by, given_parameters, wait_ms in steps:
        world.advance_to(world.now_ms + wait_ms)
        parameters = dict(given_parameters)
        if "delivery_tag" in parameters and "b" in world.mq.rabbitmq.brokers:
            connection = world.mq.rabbitmq.brokers["b"].connections.get(by)
            if connection is not None and connection.deliveries:
                parameters["delivery_tag"] = next(iter(connection.deliveries))
        try:
            world.call(name, by, **parameters)
        except Refused as refusal:
            reason = refusal.reason
            assert reason in REASONS or reason in GENERAL or reason in refusals.REASONS
            _words(refusal)
    same_world(world)


def _words(refusal: Refused) -> None:
    reasons = {**GENERAL, **refusals.REASONS, **REASONS}
    reasons[refusal.reason].message.format(**dict(refusal.details))


def test_every_reason_is_used_and_every_refusal_has_its_reason() -> None:
    folder = Path(rabbitmq.__file__).parent
    code = "".join(
        file.read_text() for file in sorted(folder.glob("*.py")) if file.name != "refusals.py"
    )
    for reason in REASONS:
        assert f'Refused("{reason}"' in code or f'Refused(\n            "{reason}"' in code, reason


def test_kinds_of_events_have_names_of_their_own() -> None:
    from studyapp.engine.world import _APPLY, EVENTS

    assert len(EVENTS) == len(_APPLY)
    assert of_kind([], int) == []
    assert isinstance(World(1), World)

"""Any value in any action ends in an event or a refusal, and every refusal has its words."""

import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.calls import Entries, Pairs, Texts
from studyapp.engine.mq import activemq, commands, zones
from studyapp.engine.mq.refusals import REASONS
from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.world import ACTIONS
from tests.engine.mq.activemq.active_worlds import broker_world
from tests.support.worlds import same_world

NAMES = sorted((*activemq.ACTIONS, *commands.ACTIONS, *zones.ACTIONS))
TEXTS = st.one_of(
    st.sampled_from(("q", "t", "b", "", "1", "2", "-1", "b-2", "a", "c", "s", "queue", "topic")),
    st.sampled_from(("ACTIVEMQ", "RABBITMQ", "SINGLE_INSTANCE", "EFS", "client", "transacted")),
    st.sampled_from(("VirtualTopic.T", "Consumer.A.VirtualTopic.T", "ActiveMQ.DLQ", "x" * 300)),
    st.text(max_size=5),
)
WRONG = st.one_of(st.none(), st.booleans(), st.floats(), st.binary(max_size=3), st.just([1]))
LIKELY: dict[Any, st.SearchStrategy[Any]] = {
    int: st.one_of(
        st.integers(-2, 60), st.sampled_from((500, 30_000, 10**6, 2**31, 2**63 - 1, 2**70))
    ),
    str: TEXTS,
    bool: st.booleans(),
    Pairs: st.just({}),
    Entries: st.just([]),
    Texts: st.sampled_from((["a"], ["a", "b"], ["subnet-c", "b"], [])),
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
    by = draw(st.sampled_from(("p", "c", "d")))
    return name, by, given, draw(st.sampled_from((0, 0, 0, 1, 12, 4_000, 40_000)))


@settings(max_examples=300)
@given(st.lists(calls(), max_size=40))
def test_any_value_ends_in_an_event_or_a_refusal(
    steps: list[tuple[str, str, dict[str, Any], int]],
) -> None:
    world = broker_world()
    for name, by, parameters, wait_ms in steps:
        world.advance_to(world.now_ms + wait_ms)
        try:
            world.call(name, by, **parameters)
        except Refused as refusal:
            reasons = {**GENERAL, **REASONS}
            reasons[refusal.reason].message.format(**dict(refusal.details))
    same_world(world)


def test_every_reason_is_used() -> None:
    folder = Path(activemq.__file__).parents[1]
    files = [*folder.glob("*.py"), *(folder / "activemq").glob("*.py")]
    code = "".join(file.read_text() for file in sorted(files) if file.name != "refusals.py")
    used = set(re.findall(r'Refused\(\s*"([a-z0-9-]+)"', code))
    assert used == set(REASONS)

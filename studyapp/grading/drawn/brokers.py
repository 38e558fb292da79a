"""Families about Amazon MQ."""

from collections.abc import Sequence

from studyapp.course.numbers import Number
from studyapp.engine.log import Event
from studyapp.engine.mq.events import Connected, ConnectionLost
from studyapp.grading.drawn.family import Amount, Data, Draws, Story, World


def who_is_back(draws: Draws) -> Story:
    """How many clients work again after the active instance has crashed?"""
    knowing, others = draws.between(1, 6), draws.between(1, 6)

    def world(with_transport: int, without: int) -> World:
        client: Data = {
            "kind": "broker-producer", "broker": "shop", "destination": "orders",
            "interval_ms": 20_000, "retry_ms": 10_000,
        }  # fmt: skip
        data: Data = {
            "ends_at_ms": 90_000,
            "brokers": {
                "shop": {"engine_type": "ACTIVEMQ", "deployment_mode": "ACTIVE_STANDBY_MULTI_AZ"}
            },
            "actors": {
                **{f"with-{n}": {**client, "failover": True} for n in range(with_transport)},
                **{
                    f"without-{n}": {**client, "failover": False, "endpoint": "-1"}
                    for n in range(without)
                },
            },
            "script": [{"at_ms": 12_500, "do": "sim.CrashBroker", "by": "fate", "broker": "shop"}],
        }

        def connected(log: Sequence[Event]) -> Number:
            now: dict[str, bool] = {}
            for event in log:
                if type(event) in (Connected, ConnectionLost):
                    now[event.by] = type(event) is Connected  # type: ignore[attr-defined]
            return sum(now.values())

        return World(data, connected)

    return Story(
        {"knowing": Amount(knowing, "count"), "others": Amount(others, "count")},
        {
            "with-the-transport": world(knowing, others),
            "everyone": world(knowing + others, 0),
            "nobody": world(0, knowing + others),
            "without-the-transport": world(others, knowing),
        },
        "client",
    )

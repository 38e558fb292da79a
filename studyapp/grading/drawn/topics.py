"""Families about SNS."""

from studyapp.engine.actors.handling import HandlingFinished
from studyapp.engine.sqs.events import MessageSent
from studyapp.grading.drawn.family import Amount, Data, Draws, Story, World, count_of


def filter_matches(draws: Draws) -> Story:
    """How many messages pass a filter policy with two keys?"""
    limit = draws.between(3, 9)
    both, city_only, weight_only, neither = (draws.between(1, 4) for _ in range(4))
    parcels = [("busan", 0)] * both + [("busan", 1)] * city_only
    parcels += [("seoul", 0)] * weight_only + [("seoul", 1)] * neither

    city, light = '"city": ["busan"]', f'"kg": [{{"numeric": ["<=", {limit}]}}]'
    policies = {
        "both-keys": f"{{{city}, {light}}}",
        "either-key": f'{{"$or": [{{{city}}}, {{{light}}}]}}',
        "first-key": f"{{{city}}}",
        "all-messages": "",
    }

    def world(policy: str) -> World:
        subscription: Data = {"topic": "parcels", "protocol": "sqs", "endpoint": "light"}
        if policy:
            subscription["filter_policy"] = policy
        script: list[Data] = [
            {
                "at_ms": 1000 * n, "do": "sns.Publish", "by": "office", "topic": "parcels", "message": f"parcel {n}",
                "message_attributes": {
                    "city": {"data_type": "String", "string_value": town},
                    "kg": {"data_type": "Number", "string_value": str(limit - 1 + 3 * heavy)},
                },
            }
            for n, (town, heavy) in enumerate(parcels, 1)
        ]  # fmt: skip
        data: Data = {
            "ends_at_ms": 1000 * (len(parcels) + 2),
            "topics": {"parcels": {}},
            "queues": {"light": {}},
            "subscriptions": {"light": subscription},
            "script": script,
        }
        return World(data, count_of(MessageSent, queue="light"))

    return Story(
        {
            "limit": Amount(limit, "count"),
            "both": Amount(both, "count"),
            "city_only": Amount(city_only, "count"),
            "weight_only": Amount(weight_only, "count"),
            "neither": Amount(neither, "count"),
        },
        {name: world(policy) for name, policy in policies.items()},
        "message",
    )


def copies(draws: Draws) -> Story:
    """How often is work done when a topic feeds several queues with several workers each?"""
    messages, queues, workers = draws.between(3, 9), draws.between(2, 4), draws.between(2, 5)

    def world(queue_count: int, worker_count: int) -> World:
        names = [f"queue-{n}" for n in range(queue_count)]
        data: Data = {
            "ends_at_ms": 60_000,
            "topics": {"orders": {}},
            "queues": {name: {} for name in names},
            "subscriptions": {
                name: {"topic": "orders", "protocol": "sqs", "endpoint": name} for name in names
            },
            "actors": {
                f"{name}-worker-{n}": {"kind": "consumer", "queue": name}
                for name in names
                for n in range(worker_count)
            },
            "script": [
                {"at_ms": 1000 * n, "do": "sns.Publish", "by": "shop", "topic": "orders", "message": f"order {n}"}
                for n in range(messages)
            ],
        }  # fmt: skip
        return World(data, count_of(HandlingFinished))

    return Story(
        {
            "messages": Amount(messages, "count"),
            "queues": Amount(queues, "count"),
            "workers": Amount(workers, "count"),
        },
        {
            "once-for-each-queue": world(queues, workers),
            "once-for-each-worker": world(queues * workers, 1),
            "once": world(1, queues * workers),
            "once-for-each-worker-of-a-queue": world(workers, 1),
        },
        "time",
    )

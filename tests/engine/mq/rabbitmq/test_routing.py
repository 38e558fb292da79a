"""Exchanges: which queues get a message (RMQ-X01)."""

from typing import Any

import pytest

from studyapp.engine.mq.rabbitmq.routing import headers_match, topic_matches
from tests.engine.mq.rabbitmq.rabbit_worlds import ME, broker_world, do, kinds, waiting
from tests.support.worlds import same_world


@pytest.mark.parametrize(
    ("pattern", "key", "matches"),
    [
        ("orders.paid", "orders.paid", True),
        ("orders.paid", "orders.sent", False),
        ("orders.*", "orders.paid", True),
        ("orders.*", "orders", False),
        ("orders.*", "orders.paid.eu", False),
        ("*.paid", "orders.paid", True),
        ("*", "orders", True),
        ("*", "orders.paid", False),
        ("*", "", False),
        ("*.*", "orders.paid", True),
        ("orders.*.eu", "orders.paid.eu", True),
        ("orders.*.eu", "orders..eu", True),
        ("orders.*.eu", "orders.eu", False),
        ("#", "", True),
        ("#", "orders", True),
        ("#", "orders.paid.eu", True),
        ("orders.#", "orders", True),
        ("orders.#", "orders.paid.eu", True),
        ("orders.#", "ordersx", False),
        ("#.eu", "eu", True),
        ("#.eu", "orders.paid.eu", True),
        ("#.eu", "orders.paid.us", False),
        ("orders.#.eu", "orders.eu", True),
        ("orders.#.eu", "orders.paid.express.eu", True),
        ("orders.#.eu", "orders.paid.express.us", False),
        ("#.paid.#", "orders.paid.eu", True),
        ("#.paid.#", "paid", True),
        ("#.paid.#", "orders.sent.eu", False),
        ("*.#", "", False),
        ("*.#", "orders", True),
        ("#.*", "orders.paid", True),
        ("#.#", "", True),
        ("", "", True),
        ("", "orders", False),
        ("orders*", "orders1", False),
        ("or#", "orders", False),
        (".".join(["#"] * 60), ".".join(["a"] * 60), True),
    ],
)
def test_a_topic_pattern_matches_words(pattern: str, key: str, matches: bool) -> None:
    assert topic_matches(pattern, key) is matches


@pytest.mark.parametrize(
    ("arguments", "headers", "matches"),
    [
        ({"kind": "book", "eu": True}, {"kind": "book", "eu": True, "more": 1}, True),
        ({"kind": "book", "eu": True}, {"kind": "book"}, False),
        ({"x-match": "any", "kind": "book", "eu": True}, {"kind": "book"}, True),
        ({"x-match": "any", "kind": "book"}, {"kind": "toy"}, False),
        ({"kind": None}, {"kind": "anything"}, True),
        ({"kind": None}, {}, False),
        ({"eu": True}, {"eu": 1}, False),
        ({"x-kind": "book"}, {}, True),
        ({"x-match": "all-with-x", "x-kind": "book"}, {}, False),
        ({"x-match": "any-with-x", "x-kind": "book"}, {"x-kind": "book"}, True),
        ({"x-match": "any"}, {"kind": "book"}, False),
        ({}, {}, True),
    ],
)
def test_a_headers_binding_compares_headers(
    arguments: dict[str, Any], headers: dict[str, Any], matches: bool
) -> None:
    assert headers_match(tuple(arguments.items()), tuple(headers.items())) is matches


@pytest.mark.parametrize(
    ("exchange_type", "bindings", "key", "expected"),
    [
        ("direct", {"q": "paid", "r": "sent"}, "paid", ["q"]),
        ("direct", {"q": "paid", "r": "paid"}, "paid", ["q", "r"]),
        ("direct", {"q": "paid"}, "paid.eu", []),
        ("fanout", {"q": "paid", "r": "sent"}, "neither", ["q", "r"]),
        ("topic", {"q": "orders.#", "r": "*.paid"}, "orders.paid", ["q", "r"]),
        ("topic", {"q": "orders.#", "r": "*.paid"}, "orders", ["q"]),
        ("topic", {"q": "a.*", "r": "b.*"}, "c.d", []),
    ],
)
def test_an_exchange_gives_each_message_to_the_queues_bound_for_it(
    exchange_type: str, bindings: dict[str, str], key: str, expected: list[str]
) -> None:
    world = broker_world()
    do(world, "ExchangeDeclare", exchange="x", exchange_type=exchange_type)
    for queue, routing_key in bindings.items():
        do(world, "QueueDeclare", queue=queue)
        do(world, "QueueBind", queue=queue, exchange="x", routing_key=routing_key)
    do(world, "BasicPublish", exchange="x", routing_key=key, body="hello")
    assert [queue for queue in bindings if waiting(world, queue) == ["hello"]] == expected
    same_world(world)


def test_two_bindings_of_one_queue_give_it_one_copy() -> None:
    world = broker_world()
    do(world, "ExchangeDeclare", exchange="x", exchange_type="topic")
    do(world, "QueueDeclare", queue="q")
    do(world, "QueueBind", queue="q", exchange="x", routing_key="#")
    do(world, "QueueBind", queue="q", exchange="x", routing_key="orders.*")
    do(world, "BasicPublish", exchange="x", routing_key="orders.paid", body="hello")
    assert waiting(world) == ["hello"]


def test_a_headers_exchange_looks_at_headers_and_not_at_the_key() -> None:
    world = broker_world()
    do(world, "ExchangeDeclare", exchange="x", exchange_type="headers")
    do(world, "QueueDeclare", queue="q")
    do(world, "QueueBind", queue="q", exchange="x", arguments={"kind": "book"})
    do(world, "BasicPublish", exchange="x", routing_key="kind", body="no")
    do(world, "BasicPublish", exchange="x", headers={"kind": "book"}, body="yes")
    assert waiting(world) == ["yes"]
    same_world(world)


def test_the_exchange_without_a_name_knows_every_queue_by_its_name() -> None:
    world = broker_world()
    do(world, "QueueDeclare", queue="q")
    do(world, "BasicPublish", routing_key="q", body="hello")
    assert waiting(world) == ["hello"]


def test_a_message_that_no_queue_wants_is_dropped_without_a_word() -> None:
    world = broker_world()
    do(world, "BasicPublish", exchange="amq.fanout", body="hello")
    (event,) = kinds(world, "MessageUnroutable")
    assert (event.returned, event.body) == (False, "hello")
    assert kinds(world, "PublishConfirmed") == []


def test_a_mandatory_message_that_no_queue_wants_comes_back_and_is_confirmed() -> None:
    world = broker_world()
    do(world, "ConfirmSelect")
    do(world, "BasicPublish", exchange="amq.topic", routing_key="a", body="x", mandatory=True)
    (event,) = kinds(world, "MessageUnroutable")
    assert (event.returned, event.by) == (True, ME)
    (confirm,) = kinds(world, "PublishConfirmed")
    assert (confirm.reason, confirm.message_id) == ("unroutable", event.message_id)


def test_an_unbound_queue_gets_nothing_more() -> None:
    world = broker_world()
    do(world, "QueueDeclare", queue="q")
    do(world, "QueueBind", queue="q", exchange="amq.fanout", routing_key="a")
    do(world, "QueueUnbind", queue="q", exchange="amq.fanout", routing_key="a")
    do(world, "BasicPublish", exchange="amq.fanout", routing_key="a", body="hello")
    assert waiting(world) == []
    same_world(world)


def test_a_deleted_queue_takes_its_bindings_and_messages_along() -> None:
    world = broker_world()
    do(world, "QueueDeclare", queue="q")
    do(world, "QueueBind", queue="q", exchange="amq.fanout")
    do(world, "BasicPublish", exchange="amq.fanout", body="one")
    assert do(world, "QueueDelete", queue="q") == 1
    do(world, "BasicPublish", exchange="amq.fanout", body="two")
    assert len(kinds(world, "MessageUnroutable")) == 1
    same_world(world)

"""Which questions a wish brings, how they are mixed, and that chance is the seed's."""

from collections import Counter

import pytest

from studyapp.quizzes.selection import (
    DOMAIN_WEIGHTS,
    History,
    Wish,
    choose,
    exam_form,
    interleave,
    matching,
    option_order,
    pool_needed,
    shares,
)
from tests.quizzes.samples import choice, order

ITEMS = [
    choice(
        f"{service}/q{n}",
        grade=("exam", "drill", "simulated")[n % 3],
        difficulty=n % 3 + 1,
        domain=n % 4 + 1,
    )
    for service in ("sqs", "sns", "kinesis", "mq")
    for n in range(30)
]
NOBODY = History()


def ids(items):
    return [item.id for item in items]


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(services=frozenset({"sqs"})), lambda item: item.service == "sqs"),
        (Wish(grades=frozenset({"drill", "exam"})), lambda item: item.grade != "simulated"),
        (Wish(difficulties=frozenset({3})), lambda item: item.difficulty == 3),
        (Wish(shown="unseen"), lambda item: item.id not in ("sqs/q1", "mq/q2")),
        (Wish(shown="wrong"), lambda item: item.id == "mq/q2"),
        (Wish(shown="flagged"), lambda item: item.id == "sqs/q1"),
        (Wish(), lambda item: True),
    ],
)
def test_a_wish_lets_through_what_it_names_and_nothing_else(wish, fits):
    history = History(frozenset({"sqs/q1", "mq/q2"}), frozenset({"mq/q2"}), frozenset({"sqs/q1"}))
    assert ids(matching(ITEMS, wish, history)) == [i.id for i in ITEMS if fits(i)]


def test_the_same_seed_gives_the_same_set_and_another_seed_another():
    assert ids(choose(ITEMS, Wish(), NOBODY, "a")) == ids(choose(ITEMS, Wish(), NOBODY, "a"))
    assert ids(choose(ITEMS, Wish(), NOBODY, "a")) != ids(choose(ITEMS, Wish(), NOBODY, "b"))


def test_services_alternate_and_no_objective_follows_itself():
    chosen = choose(ITEMS, Wish(number=20), NOBODY, "seed")
    assert len(set(ids(chosen))) == 20
    assert Counter(item.service for item in chosen) == {"sqs": 5, "sns": 5, "kinesis": 5, "mq": 5}
    assert all(a.service != b.service for a, b in zip(chosen, chosen[1:], strict=False))


def test_a_small_pool_gives_what_it_has():
    assert len(choose(ITEMS[:3], Wish(number=20), NOBODY, "seed")) == 3
    assert choose([], Wish(), NOBODY, "seed") == []


def test_among_equals_what_was_never_seen_comes_first():
    seen = History(seen=frozenset(ids(ITEMS[:25])))
    chosen = choose(ITEMS[:30], Wish(number=5), seen, "seed")
    assert set(ids(chosen)) == set(ids(ITEMS[25:30]))


def test_families_take_turns():
    items = [choice(f"sqs/q{n}", family="one" if n < 20 else f"other-{n}") for n in range(24)]
    chosen = choose(items, Wish(number=5), NOBODY, "seed")
    assert sum(item.family == "one" for item in chosen) == 1


def test_one_long_line_is_spread_between_the_others():
    items = [choice(f"sqs/q{n}") for n in range(4)] + [choice(f"sns/q{n}") for n in range(3)]
    assert [i.service for i in interleave(items)] == ["sqs", "sns"] * 3 + ["sqs"]


def test_an_exam_is_offered_only_by_a_bank_of_three_forms():
    exam_grade = [item for item in ITEMS if item.grade == "exam"]
    assert pool_needed(20) == 60
    assert pool_needed(65) == 195
    many = [choice(f"sqs/q{n}", domain=n % 4 + 1) for n in range(60)]
    assert len(exam_grade) == 40
    assert exam_form(ITEMS, 20, (), "seed") is None
    assert exam_form(many[:59], 20, (), "seed") is None
    form = exam_form(many, 20, (), "seed")
    assert form is not None
    assert len(set(ids(form))) == 20
    assert Counter(item.domain for item in form) == {1: 6, 2: 5, 3: 5, 4: 4}


def test_a_small_domain_gives_half_of_what_it_has_so_that_forms_differ():
    many = [choice(f"sqs/q{n}", domain=1 if n < 5 else 2) for n in range(60)]
    forms = [exam_form(many, 20, (), f"seed {n}") or [] for n in range(20)]
    for form in forms:
        assert len(set(ids(form))) == 20
        assert sum(item.domain == 1 for item in form) == 3
    assert {id for form in forms for id in ids(form) if id in ids(many[:5])} == set(ids(many[:5]))


def test_no_question_stands_in_every_form():
    many = [choice(f"{'mq' if n == 0 else 'sqs'}/q{n}", domain=n % 4 + 1) for n in range(60)]
    forms = [set(ids(exam_form(many, 20, (), f"seed {n}") or [])) for n in range(40)]
    assert set.intersection(*forms) == set()
    assert set.union(*forms) == set(ids(many))


def test_places_by_weight_add_up():
    for number in range(1, 100):
        assert sum(shares(number, DOMAIN_WEIGHTS).values()) == number
    assert shares(50, DOMAIN_WEIGHTS) == {1: 15, 2: 13, 3: 12, 4: 10}


def test_options_have_one_order_for_each_attempt():
    item = choice("sqs/one", choose=3)
    orders = {tuple(option_order(item, f"attempt {n}")) for n in range(50)}
    assert option_order(item, "x") == option_order(item, "x")
    assert len(orders) > 20
    assert all(sorted(order) == sorted(item.option_ids) for order in orders)


def test_what_has_an_order_of_its_own_is_not_shuffled():
    assert option_order(choice("sqs/knob", shuffles=False), "x") == ["a", "b", "c", "d"]


def test_steps_are_never_in_their_right_order_at_first():
    steps = order("sqs/steps")
    orders = {tuple(option_order(steps, f"attempt {n}")) for n in range(200)}
    assert len(orders) == 5
    assert steps.option_ids not in orders

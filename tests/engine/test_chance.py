"""Chance comes from the seed and the place alone."""

from studyapp.engine.chance import below, draw


def test_the_same_seed_place_and_turn_draw_the_same():
    assert [draw(7, place, 0) for place in range(5)] == [draw(7, place, 0) for place in range(5)]


def test_seeds_places_and_turns_draw_differently():
    drawn = [draw(s, p, t) for s in range(10) for p in range(10) for t in range(10)]
    assert len(set(drawn)) == 1000


def test_draws_are_spread_evenly():
    counts = [0] * 10
    for place in range(20_000):
        counts[below(10, 1, place, 0)] += 1
    assert all(1_850 < count < 2_150 for count in counts)


def test_the_numbers_are_those_of_always():
    """A change here would change every recorded run."""
    drawn = [below(1_000, 1, place, 0) for place in range(6)]
    assert drawn == [158, 636, 615, 123, 669, 401]

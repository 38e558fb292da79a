"""Randomness without a state: a draw depends on the seed, the place in the log and the turn.

So a world that was saved, loaded or forked goes on drawing what it would have drawn. What was drawn is
written into the event; replaying never draws. The mixing is SplitMix64 (Steele, Lea, Flood 2014).
"""

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def draw(seed: int, place: int, turn: int) -> int:
    """A number of 64 bits: two rounds of mixing, the first of seed and place, the second with the turn.

    Written out, because actors draw at every step.
    """
    value = (seed * _GOLDEN + place + 1) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    value = ((value ^ (value >> 31)) + (turn + 1) * _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def below(limit: int, seed: int, place: int, turn: int) -> int:
    """A number from 0 to `limit` - 1. The bias is under one in 2**40 for the limits used here."""
    return draw(seed, place, turn) % limit

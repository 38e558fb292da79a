"""From counts to what may be said: intervals, and the scaled number that is ours and not AWS's."""

import math
from dataclasses import dataclass

_Z = 1.959964  # 95 %
LOWEST, HIGHEST, PASS_LINE = 100, 1000, 720
# Below this many answers a share says too little to be spoken of.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def wilson(right: int, total: int) -> Interval:
    """The 95 % interval of Wilson for a share; from 0 to 1 when there is nothing to judge by."""
    if not total:
        return Interval(0.0, 1.0)
    share, z2 = right / total, _Z**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def scaled(share: float) -> int:
    """100 to 1000 in a straight line. AWS does not publish its formula; this one is ours."""
    return round(LOWEST + (HIGHEST - LOWEST) * share)

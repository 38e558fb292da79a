"""Messages as tokens: six shapes that are told apart without colour, and keep their look for life."""

from dataclasses import dataclass, field

# Circle, triangle, square, diamond, hexagon, pentagon: paths around 0,0 for a token of 26 pixels.
SHAPES = (
    "M0-12a12 12 0 1 1 0 24a12 12 0 1 1 0-24z",
    "M0-14L14 11H-14z",
    "M-11-11H11V11H-11z",
    "M0-15L14 0L0 15L-14 0z",
    "M-7-12H7L14 0L7 12H-7L-14 0z",
    "M0-13L13-3L8 12H-8L-13-3z",
    # From here on signs: see SIGNS.
    "M0-4L7 8H-7z",
    "M-11-9H11V9H-11z",
    "M-1-12H1V-1H-1zM1-12H9L6-9L9-6H1z",
    "M0-12a12 12 0 1 1 0 24a12 12 0 1 1 0-24zM0-7V0L5 3",
    "M-12-11H12V10H-12zM-12-6H12",
    "M0-7a7 7 0 1 1 0 14a7 7 0 1 1 0-14zM-4 0H4M1-3L4 0L1 3",
    "M0-3a3 3 0 1 1 0 6a3 3 0 1 1 0-6z",
    "M-13-9H10V10H-13zM-10-12H13V7",
    "M-7-6a6 6 0 1 0 0 12a6 6 0 0 0 5.7-4.2H3V6H7V1.8H10V5H13V-1.8H-1.3A6 6 0 0 0-7-6z"
    "M-7-2a2 2 0 1 1 0 4a2 2 0 1 1 0-4z",
    "M-11 8L-13-6L-6 0L0-10L6 0L13-6L11 8z",
)
# Kinds of signs and their shape: a reader's place, a lease, a checkpoint, an interval, a batch, a call that reads,
# a point on a number line, several records in one, the lock of a store, the leader of a queue.
SIGNS = {
    "cursor": 6,
    "lease": 7,
    "checkpoint": 8,
    "clock": 9,
    "batch": 10,
    "call": 11,
    "spot": 12,
    "records": 13,
    "key": 14,
    "crown": 15,
}
RING_RADIUS = 18

# What a token can look like beside its shape. One letter each, so that a step stays small.
GHOST = "g"  # its place in the queue while it is in flight
DELAYED = "d"
LOCKED = "l"  # may not be received while another of its group is in flight
TWICE = "u"  # a duplicate
DEAD = "x"  # in a dead-letter queue
STALE = "s"  # somebody still works with it although it is no longer theirs
REPLICA = "r"  # a copy of what the leader of a queue has
WAITS = "w"  # the ring counts until it may be received, not until it comes back


@dataclass(slots=True)
class Token:
    """`number` is its place in the scene; `shape` one of SHAPES; `mark` what stands on it, at most three letters;
    `name` what people call it. `kind` is 'message', or a sign that moves: one of SIGNS."""

    number: int
    shape: int
    mark: str
    name: str
    kind: str = "message"


@dataclass(slots=True)
class Look:
    """Where a token is and how it looks, after a step. `slot` is -1 where there is no room to draw it. The ring
    runs from one time to the other, both in virtual milliseconds. `tally` counts receives."""

    place: str = ""
    slot: int = -1
    ring: tuple[int, int] | None = None
    tally: int = 0
    flags: str = ""


@dataclass(slots=True)
class Travel:
    """How a token came to its new place, or left: from `origin` where it was nowhere before; `effect` how it ends
    ('deleted', 'expired', 'filtered', 'refused', 'lost', 'merged'), on its way `toward` a place, of which it goes
    `reach` per cent."""

    origin: str = ""
    effect: str = ""
    toward: str = ""
    reach: int = 100


@dataclass(slots=True)
class Entry:
    """A token as the board keeps it."""

    token: Token
    look: Look = field(default_factory=Look)
    gone: bool = False


def mark_of(name: str, number: int) -> str:
    """What stands on a token: the last word of its name if that is short (order A1 -> A1), else its number."""
    last = name.split(" ")[-1].strip(".,:;!?'\"") if name else ""
    if 0 < len(last) <= 2 and last.isascii() and last.isprintable():
        return last
    return str(number)


def tally_path(count: int) -> str:
    """One to five strokes under a token; from six on a figure is written instead."""
    return "".join(f"M{(n - (count - 1) / 2) * 4:g} 17v5" for n in range(count))

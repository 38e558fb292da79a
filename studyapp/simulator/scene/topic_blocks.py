"""The things of SNS: a topic is a diamond that keeps nothing, a subscription has a sign on its line where there is
something to say, and mailboxes are where messages arrive that go to no queue."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from studyapp.simulator.scene.blocks import (
    HAND,
    TOKEN,
    Block,
    Grid,
    Shape,
    bound_text,
    box,
    heading,
    in_lines,
)
from studyapp.simulator.scene.text import fitted, in_two_lines, label, svg, width_of

# What a line of a sign may take, in pixels; longer ones end with an ellipsis. Where three blocks stand in a row, each
# line has less room and may take two.
SIGN_TEXT_PX, TIGHT_TEXT_PX = 140, 86
LINE_PX = 15


class Topic(Block):
    """A diamond. A message is in it for a moment, then there is a copy for each subscription. What a FIFO topic
    archives lies in a row below."""

    kind = "topic"
    service = "sns"
    column = 1
    rooms: ClassVar[Mapping[str, int]] = {"heart": 3, "archive": 4}
    told = ("heart", "archive")

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.archives = False

    def start(self) -> dict[str, str]:
        return {"archived": "0", "replay": ""} if self.archives else {}

    def sentences(self) -> Sequence[tuple[str, str]]:
        said = [("sns-topic", self.id), ("holds", f"{self.id}/heart")]
        if self.archives:
            said += [("archive", self.id), ("holds", f"{self.id}/archive")]
        return said

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        note = words["topic-note"]
        width = min(room_px or 400, max(124.0, width_of(note, 12) + 4))
        middle, top, high, half = width / 2, 22.0, 72.0, min(width / 2 - 1, 62)
        drawing = label(self.name, middle, 15, width)
        drawing += svg(
            "path",
            class_="drawing__box drawing__box--service",
            d=f"M{middle:g} {top:g}l{half:g} {high / 2:g}l{-half:g} {high / 2:g}l{-half:g} {-high / 2:g}z",
            stroke_linejoin="round",
        )
        y = top + high / 2
        places = {"heart": Grid(middle - 26, y, 26, 26, 3, (1, 0, 2)), "door": Grid(middle, y)}
        bottom = top + high
        if not self.archives:
            drawing += label(note, middle, bottom + 16, width, 12, class_="drawing__note")
            return Shape(width, bottom + 22, places, drawing)
        columns = max(2, int((width - 8) // (TOKEN + 4)))
        left = (width - columns * (TOKEN + 4)) / 2 + (TOKEN + 4) / 2
        drawing += bound_text(self.bound(words, "archive-short"), middle, bottom + 16)
        drawing += svg(
            "rect", class_="drawing__lane", x=2, y=bottom + 22, width=width - 4, height=36, rx=6
        )
        drawing += bound_text(f"{{{self.id}.replay}}", middle, bottom + 72)
        drawing += bound_text(
            f"{{{self.id}/archive.more}}", width - 4, bottom + 16, class_="drawing__more"
        )
        places["archive"] = Grid(left, bottom + 40, columns=columns)
        return Shape(width, bottom + 78, places, drawing)


class SubscriptionSign(Block):
    """What stands on the line of a subscription: the conditions of its filter policy, what it puts around a
    message, and a tray in which a message waits for the next attempt. Messages that the filter policy stops come
    as far as the place 'tag'."""

    kind = "subscription"
    service = "sns"

    def __init__(self, id: str, endpoint: str) -> None:
        super().__init__(id)
        self.stands_on = endpoint
        # The words that say what stands here: 'subscription' or 'rule'.
        self.said_as = "subscription"
        # How much it ever has to show: lines, and the lines that they take where there is less room.
        self.lines = self.tight_lines = 0
        self.text_px = 0.0
        self.tray = False
        self.why = False
        self.tight_whys = 0
        self.tray_room = 1

    def write(self, lines: Sequence[str]) -> list[tuple[str, str]]:
        """Let it show these lines from now on. Returns the attributes to set for it."""
        shown = [fitted(line, SIGN_TEXT_PX, 12) for line in lines]
        tight = _tight(lines)
        self.lines = max(self.lines, len(shown))
        self.tight_lines = max(self.tight_lines, len(tight))
        self.text_px = max([self.text_px, *(width_of(line, 12) for line in shown)])
        shown += [""] * (self.lines - len(shown))
        tight += [""] * (self.tight_lines - len(tight))
        return [
            *((f"line-{n}", line) for n, line in enumerate(shown)),
            *((f"tight-{n}", line) for n, line in enumerate(tight)),
        ]

    def explain(self, reason: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
        """Let it say why an attempt failed; '' for nothing any more. Returns the attributes to set for it."""
        tight = _tight([words[reason]]) if reason else []
        self.why = self.why or bool(reason)
        self.tight_whys = max(self.tight_whys, len(tight))
        tight += [""] * (self.tight_whys - len(tight))
        return [("why", reason), *((f"tight-why-{n}", line) for n, line in enumerate(tight))]

    def room(self, place: str) -> int:
        return self.tray_room if place == "wait" else 1

    def tells(self, place: str) -> bool:
        return place == "wait"

    def start(self) -> dict[str, str]:
        return {"said": "nothing-waits", "attempt": "retries", "why": "", "condition": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        return [(self.said_as, self.id), ("holds", f"{self.id}/wait")]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = 66.0 if self.tray else 40.0
        if self.tray:
            width = max(width, self.tray_room * HAND + 8)
        if self.lines:
            width = max(width, self.text_px + 14)
        if self.tray or self.why:
            width = max(width, width_of(self._widest_text(words), 12) + 12)
        is_tight = room_px is not None and width > room_px
        width = min(width, room_px or width)
        middle = width / 2
        lines = [f"line-{n}" for n in range(self.lines)]
        whys = ["why"] * self.why
        if is_tight:
            lines = [f"tight-{n}" for n in range(self.tight_lines)]
            whys = [f"tight-why-{n}" for n in range(self.tight_whys)]
        texts, y = "", 4.0
        said = [(name, "drawing__condition") for name in lines]
        for name, class_ in [*said, *((name, "drawing__why") for name in whys)]:
            y += LINE_PX
            texts += bound_text(f"{{{self.id}.{name}}}", middle, y - 3, class_=class_)
        places = {}
        if self.tray:
            y += LINE_PX
            texts += bound_text(f"{{{self.id}.attempt}}", middle, y - 3)
            texts += bound_text(
                f"{{{self.id}/wait.more}}", width - 6, y - 3, class_="drawing__more"
            )
            left = middle - (self.tray_room - 1) * HAND / 2
            places["wait"] = Grid(left, y + 24, HAND, HAND, self.tray_room)
            y += 62
        height = y + 6
        places["tag"] = Grid(-16, height / 2) if room_px is None else Grid(middle, -16)
        places["door"] = Grid(middle, height / 2)
        sides = box(width, height, 6, class_="drawing__sign")
        return Shape(width, height, places, sides + texts)

    def _widest_text(self, words: Mapping[str, str]) -> str:
        texts = [words["attempt"].replace("{n}", "00"), words["retries"]] if self.tray else []
        if self.why:
            texts += [words[key] for key in WHY if key in words]
        return max(texts, key=lambda text: width_of(text, 12), default="")


def _tight(lines: Sequence[str]) -> list[str]:
    """These lines where there is little room: each in one or in two."""
    return [part for line in lines for part in in_two_lines(line, TIGHT_TEXT_PX, 12)]


# Why an attempt failed, where the line says it; the other reasons are those of an endpoint that is down.
WHY = (
    "queue-policy-denies",
    "queue-not-found",
    "function-not-found",
    "delivery-stream-not-found",
    "raw-attributes-too-many",
)


class Mailbox(Block):
    """An endpoint that is no queue: a web server, an e-mail address, a phone, a function."""

    kind = "mailbox"
    column = 2
    rooms: ClassVar[Mapping[str, int]] = {"inbox": 4}
    told = ("inbox",)

    def __init__(self, id: str, protocol: str, name: str = "") -> None:
        super().__init__(id, name)
        self.protocol = protocol

    def start(self) -> dict[str, str]:
        return {"received": "0", "state": "up"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        return [("mailbox", self.id), ("holds", f"{self.id}/inbox")]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = min(room_px or 148, 160)
        kind = words.get(f"protocol-{self.protocol}", self.protocol)
        name, y = heading(fitted(self.name, width - 10, 13), width, width - 8, kind)
        columns = min(4, int((width - 8) // (TOKEN + 4)))
        rows = -(-4 // columns)
        states = in_lines(
            [self.bound(words, "mailbox-received"), f"{{{self.id}.state}}"], width - 8
        )
        top = y + 24
        bottom = top + rows * (TOKEN + 4)
        height = bottom + 6 + 14 * len(states)
        left = width / 2 - (columns - 1) * (TOKEN + 4) / 2
        drawing = box(width, height, 4, class_="drawing__box") + name
        drawing += svg(
            "path",
            class_="drawing__crash",
            d=f"M14 {top:g}L{width - 14:g} {bottom:g}M{width - 14:g} {top:g}L14 {bottom:g}",
        )
        for n, line in enumerate(states):
            drawing += bound_text(line, width / 2, bottom + 12 + 14 * n, class_="drawing__state")
        drawing += bound_text(f"{{{self.id}/inbox.more}}", width - 8, 17, class_="drawing__more")
        places = {
            "inbox": Grid(left, top + (TOKEN + 4) / 2, columns=columns),
            "door": Grid(8, height / 2),
        }
        return Shape(width, height, places, drawing)

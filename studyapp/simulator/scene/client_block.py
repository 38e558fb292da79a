"""Programs that use a broker: what they hold, what they know of the broker, and how their connection is."""

from collections.abc import Mapping, Sequence

from studyapp.simulator.scene.blocks import TOKEN, Block, Grid, Shape, bound_text, box
from studyapp.simulator.scene.text import in_two_lines, label, svg

_NATURAL_PX = 124.0


class BrokerClient(Block):
    """A program with a connection to a broker. What it has sent without a confirmation stays in its outbox; what
    the broker pushed lies in its hands until it is acknowledged. `knows` says which endpoints it knows, `uses`
    which destinations."""

    kind = "client"
    column = 0

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.sends = False
        self.receives = False
        self.knows = ""
        # What it sends to or consumes, by destination; said where its broker has several.
        self.uses: dict[str, str] = {}
        self.says_what = False

    def room(self, place: str) -> int:
        return 3

    def tells(self, place: str) -> bool:
        return place in ("hands", "outbox")

    def start(self) -> dict[str, str]:
        return {"state": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        link = f"{self.id}/link"
        if not self.receives:
            return [("client-link", link), ("holds", f"{self.id}/outbox")]
        found = [("worker", self.id), ("holds", f"{self.id}/hands"), ("client-link", link)]
        return [*found, ("holds", f"{self.id}/outbox")] if self.sends else found

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = min(room_px or _NATURAL_PX, _NATURAL_PX)
        lines = len(in_two_lines(self.name, width - 10, 13))
        y = 4.0 + 15 * lines
        drawing = label(self.name, width / 2, y, width - 10)
        what = ", ".join(self.uses.values()) if self.says_what else ""
        for note in filter(None, (self.knows, what)):
            y += 15 * len(in_two_lines(note, width - 8, 12))
            drawing += label(note, width / 2, y, width - 8, 12, class_="drawing__note")
        places: dict[str, Grid] = {}
        step = min(TOKEN + 10.0, (width - 34) / 2)
        rows = ["hands"] if self.receives else []
        rows += ["outbox"] if self.sends or not self.receives else []
        for place in rows:
            y += 25
            places[place] = Grid(width / 2 - step, y, step, columns=3)
            more = "{" + self.id + "/" + place + ".more}"
            drawing += bound_text(more, width - 5, y + 5, class_="drawing__more")
            y += 14
        if self.receives:
            y += 31  # below the figure of a ring
            drawing += bound_text(f"{{{self.id}.state}}", width / 2, y, class_="drawing__state")
        link = f"{self.id}/link"
        y += 16
        text = bound_text("{" + link + ".text}", width / 2, y, class_="client__link")
        if self.sends or not self.receives:
            y += 15
            text += bound_text("{" + link + ".failed}", width / 2, y, class_="client__failed")
        drawing += svg("g", text, class_="client", data_thing=link)
        height = y + 10
        crash = (
            f"M14 24L{width - 14:.0f} {height - 24:.0f}M{width - 14:.0f} 24L14 {height - 24:.0f}"
        )
        drawing += svg("path", class_="drawing__crash", d=crash)
        places["door"] = Grid(width / 2, height / 2)
        return Shape(width, height, places, box(width, height, class_="drawing__box") + drawing)

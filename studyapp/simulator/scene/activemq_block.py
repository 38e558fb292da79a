"""ActiveMQ: one or two instances above one store. What is persistent lies in the store, in a lane for each queue and
durable subscription; what is not lies in the instance."""

from collections.abc import Mapping, Sequence
from html import escape

from studyapp.simulator.scene.blocks import Block, Grid, Shape, bound_text, box
from studyapp.simulator.scene.broker_block import LANE_PX, cross, disk, filled_in, lane, zone
from studyapp.simulator.scene.text import fitted, in_two_lines, label, svg
from studyapp.simulator.scene.wires import headroom

PAIR_PX, SINGLE_PX = 300, 260
_TITLE_PX = 126.0
# From the upper edge: the endpoints, the instances.
_ENDPOINT_Y, _INSTANCE_Y = 40.0, 58.0
_KEY_Y, _WITH_KEY_PX, _PLAIN_PX, _SHELF_PX = 74.0, 114.0, 58.0, 56.0


class ActiveBroker(Block):
    """A broker. `instances` are (name, zone); `storage` is 'EFS' or 'EBS'."""

    kind = "activemq"
    service = "mq"
    column = 2
    alone = True

    def __init__(self, id: str, instances: Sequence[tuple[str, str]], storage: str) -> None:
        super().__init__(id)
        self.instances = tuple(instances)
        self.storage = storage
        # Lanes of the store and shelves of an instance's memory, with what they are called.
        self.lanes: dict[str, str] = {}
        self.shelves: dict[str, str] = {}
        self.dead: set[str] = set()

    @property
    def is_pair(self) -> bool:
        return len(self.instances) > 1

    def room(self, place: str) -> int:
        if place.startswith("lane"):
            return 8 if self.is_pair else 7
        return 2 if self.is_pair else 6

    def tells(self, place: str) -> bool:
        return place.startswith("lane") or "-shelf" in place

    def sentences(self) -> Sequence[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for name, _ in self.instances:
            found.append(("broker-part", f"{self.id}/{name}"))
            for shelf in self.shelves:
                found.append(("holds", f"{self.id}/{name}-{shelf}"))
        if self.is_pair:
            found.append(("store-lock", f"{self.id}/store"))
        for each in self.lanes:
            found += [("lane", f"{self.id}/{each}"), ("holds", f"{self.id}/{each}")]
        return found

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = float(PAIR_PX if self.is_pair else SINGLE_PX)
        frame_y = headroom(len(self.wires))
        top = frame_y + 15 * (len(in_two_lines(self.name, _TITLE_PX, 13)) - 1)
        shelves_px = 62 + _SHELF_PX * len(self.shelves) if self.shelves else 0.0
        instance_px = max(_WITH_KEY_PX if self.is_pair else _PLAIN_PX, shelves_px)
        band_y, store_y = top + 48, top + _INSTANCE_Y + instance_px + 32
        store_px = 34.0 + LANE_PX * len(self.lanes) + 10
        height = store_y + store_px + 10
        band_px = _INSTANCE_Y - 48 + instance_px + 24
        if self.storage == "EBS":  # the volume is in the zone of its instance
            band_px = height - band_y - 6
        gap = 6.0
        count = len(self.instances)
        band_width = (width - 16 - gap * (count - 1)) / count
        places: dict[str, Grid] = {}
        anchors: dict[str, tuple[float, float]] = {}
        frame = box(width, height - frame_y, 16, class_="drawing__box drawing__box--service")
        drawing = svg("g", frame, transform=f"translate(0 {frame_y:.0f})")
        title_x = width / 2 if self.is_pair else 176.0
        drawing += label(self.name, title_x, top + 19, _TITLE_PX)
        drawing += label("ActiveMQ", title_x, top + 34, _TITLE_PX, 12, class_="drawing__note")
        for n, (name, zone_name) in enumerate(self.instances):
            x = 8 + n * (band_width + gap)
            title = filled_in(words, "zone", n=zone_name)
            drawing += zone(f"{self.id}/zone-{zone_name}", title, x, band_y, band_width, band_px)
            drawing += self._instance(
                name, x + 6, top, band_width - 12, instance_px, store_y, words, places, anchors
            )
        drawing += self._store(8.0, store_y, width - 16, store_px, words, places)
        places["door"] = Grid(width / 2, top + 20)
        places["key-free"] = Grid(width - 30, store_y + 22)
        return Shape(width, height, places, drawing, anchors, frame_y)

    def _instance(
        self,
        name: str,
        x: float,
        top: float,
        width: float,
        height: float,
        store_y: float,
        words: Mapping[str, str],
        places: dict[str, Grid],
        anchors: dict[str, tuple[float, float]],
    ) -> str:
        thing = f"{self.id}/{name}"
        y, middle = top + _INSTANCE_Y, x + width / 2
        socket_px = 92.0
        socket_x = middle - socket_px / 2 if self.is_pair else x
        inner = svg(
            "path",
            class_="server__stem",
            d=f"M{x + 10:.0f} {y + height:.0f}V{store_y + 5:.0f}",
        )
        inner += svg(
            "rect",
            class_="server__socket",
            x=socket_x,
            y=top + _ENDPOINT_Y,
            width=socket_px,
            height=24,
            rx=5,
        )
        inner += svg("rect", class_="server__box", x=x, y=y, width=width, height=height, rx=8)
        for n, (shelf, title) in enumerate(self.shelves.items()):
            shelf_x = x + 46 if self.is_pair else x + 6
            shelf_px = width - 50 if self.is_pair else width - 12
            shelf_y = y + 57 + n * _SHELF_PX
            inner += lane(f"{thing}-{shelf}", title, shelf_x, shelf_y, shelf_px, "")
            places[f"{name}-{shelf}"] = Grid(
                shelf_x + 18, shelf_y + 31, columns=2 if self.is_pair else 6
            )
        inner += cross(x, y, width, height)
        endpoint = escape(fitted(filled_in(words, "endpoint", n=f"-{name}"), socket_px, 12))
        inner += svg(
            "text",
            endpoint,
            class_="server__endpoint",
            x=socket_x + socket_px / 2,
            y=top + _ENDPOINT_Y + 13,
            font_size=12,
        )
        inner += label(filled_in(words, "instance", n=name), middle, y + 18, width - 8)
        inner += bound_text("{" + thing + ".text}", middle, y + 34, class_="server__text")
        inner += bound_text("{" + thing + ".second}", middle, y + 49, class_="server__text")
        if self.is_pair:
            inner += self._slot(x + 24, y + _KEY_Y, "" if self.shelves else words["lock-short"])
        places[f"{name}-key"] = Grid(x + 24, y + _KEY_Y)
        places[f"{name}-socket"] = Grid(socket_x + socket_px / 2, top + _ENDPOINT_Y)
        anchors[name] = (socket_x + socket_px / 2, top + _ENDPOINT_Y)
        return svg("g", inner, class_="server server--instance", data_thing=thing)

    def _slot(self, x: float, y: float, text: str) -> str:
        """Where the key of the lock may be, and what it is."""
        slot = svg("circle", class_="server__slot", cx=x, cy=y, r=15)
        if text:
            slot += svg(
                "text", escape(text), class_="server__lock", x=x + 25, y=y + 4, font_size=12
            )
        return slot

    def _store(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        words: Mapping[str, str],
        places: dict[str, Grid],
    ) -> str:
        key = "store-shared" if self.is_pair else f"store-{self.storage.lower()}"
        inner = disk(x, y, width, height)
        text_px = width - 60 if self.is_pair else width - 16
        text_x = x + 12 + text_px / 2 if self.is_pair else x + width / 2
        inner += label(words[key], text_x, y + 27, text_px, 12, class_="store__name")
        columns = 8 if self.is_pair else 7
        for n, (place, title) in enumerate(self.lanes.items()):
            lane_y = y + 34 + n * LANE_PX
            inner += lane(
                f"{self.id}/{place}",
                title,
                x + 6,
                lane_y,
                width - 12,
                words["lane-short"],
                place in self.dead,
            )
            places[place] = Grid(x + 24, lane_y + 31, columns=columns)
        return svg("g", inner, class_="store", data_thing=f"{self.id}/store")

"""RabbitMQ: nodes side by side, each with a disk of its own. A quorum queue has a copy on the disk of each member; the
crown stands on the node that leads it."""

from collections.abc import Mapping, Sequence
from html import escape

from studyapp.simulator.scene.blocks import Block, Grid, Shape, bound_text, box
from studyapp.simulator.scene.broker_block import LANE_PX, cross, disk, filled_in, lane, zone
from studyapp.simulator.scene.text import fitted, label, svg, width_of
from studyapp.simulator.scene.wires import headroom

CLUSTER_PX, SINGLE_PX = 300.0, 200.0
_ZONE_Y, _NODE_Y, _NODE_PX, _HELD_PX, _STATUS_PX = 10.0, 18.0, 44.0, 36.0, 24.0


class ClusterBroker(Block):
    """A broker. `nodes` are (name, zone)."""

    kind = "rabbitmq"
    service = "mq"
    column = 2
    alone = True

    def __init__(self, id: str, nodes: Sequence[tuple[str, str]]) -> None:
        super().__init__(id)
        self.nodes = tuple(nodes)
        # Queues: what they are called, on which nodes they are, and which have copies that agree by a majority.
        self.queues: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.on: dict[str, set[str]] = {}
        self.quorum: set[str] = set()
        # Whether messages ever had to wait for a leader.
        self.holds = False

    @property
    def is_cluster(self) -> bool:
        return len(self.nodes) > 1

    def room(self, place: str) -> int:
        if place.endswith("-crowns"):
            return 3
        return 2 if place.endswith("-held") else 3 if self.is_cluster else 5

    def tells(self, place: str) -> bool:
        return not place.endswith("-crowns")

    def sentences(self) -> Sequence[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for name, _ in self.nodes:
            found.append(("broker-part", f"{self.id}/{name}"))
            for queue in self.queues:
                if name in self.on[queue]:
                    found.append(("holds", f"{self.id}/{name}-{queue}"))
        return found + [("queue-state", f"{self.id}/{queue}") for queue in self.queues]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = CLUSTER_PX if self.is_cluster else SINGLE_PX
        top = headroom(len(self.wires))
        node_px = _NODE_PX + (_HELD_PX if self.holds else 0)
        disk_y = top + _NODE_Y + node_px + 8
        disk_px = 20.0 + LANE_PX * max(len(self.queues), 1) + 18
        zone_px = disk_y + disk_px + 24 - (top + _ZONE_Y)
        status_y = top + _ZONE_Y + zone_px + 8
        height = status_y + _STATUS_PX * len(self.queues) + 42
        places: dict[str, Grid] = {}
        anchors: dict[str, tuple[float, float]] = {}
        frame = box(width, height - top, 2, class_="drawing__box drawing__box--service")
        drawing = svg("g", frame, transform=f"translate(0 {top:.0f})")
        count = len(self.nodes)
        gap = 6.0
        band = (width - 16 - gap * (count - 1)) / count
        for n, (name, zone_name) in enumerate(self.nodes):
            x = 8 + n * (band + gap)
            title = filled_in(words, "zone-short" if self.is_cluster else "zone", n=zone_name)
            drawing += zone(f"{self.id}/zone-{zone_name}", title, x, top + _ZONE_Y, band, zone_px)
            drawing += self._node(
                name, x + 4, top + _NODE_Y, band - 8, node_px, disk_y, disk_px, words, places
            )
            anchors[name] = (x + band / 2, top + _NODE_Y)
        for n, queue in enumerate(self.queues):
            drawing += self._status(queue, 8, status_y + n * _STATUS_PX, width - 16)
        drawing += label(self.name, width / 2, height - 22, width - 20)
        note = words["one-endpoint"] if self.is_cluster else "RabbitMQ"
        drawing += label(note, width / 2, height - 8, width - 20, 12, class_="drawing__note")
        places["door"] = Grid(width / 2, top + _NODE_Y)
        return Shape(width, height, places, drawing, anchors, top)

    def _node(
        self,
        name: str,
        x: float,
        y: float,
        width: float,
        height: float,
        disk_y: float,
        disk_px: float,
        words: Mapping[str, str],
        places: dict[str, Grid],
    ) -> str:
        thing = f"{self.id}/{name}"
        inner = svg(
            "path",
            class_="server__stem",
            d=f"M{x + width / 2:.0f} {y + height:.0f}V{disk_y + 6:.0f}",
        )
        inner += svg("path", class_="server__box", d=_cut_corners(x, y, width, height))
        inner += cross(x, y, width, height)
        title = escape(fitted(filled_in(words, "node", n=name), width - 38, 13))
        inner += svg(
            "text", title, class_="drawing__label node__name", x=x + 9, y=y + 18, font_size=13
        )
        inner += bound_text("{" + thing + ".text}", x + width / 2, y + 36, class_="server__text")
        places[f"{name}-crowns"] = Grid(x + width - 12, y, -14, columns=3)
        places[f"{name}-held"] = Grid(x + width / 2 - 16, y + _NODE_PX + 14, columns=2)
        inner += disk(x, disk_y, width, disk_px)
        inner += svg(
            "text",
            "Amazon EBS",
            class_="drawing__note",
            x=x + width / 2,
            y=disk_y + disk_px - 10,
            font_size=12,
        )
        for n, (queue, queue_title) in enumerate(self.queues.items()):
            if name not in self.on[queue]:
                continue
            lane_y = disk_y + 17 + n * LANE_PX
            if width_of(queue_title, 12) > width - 16:
                queue_title = self.ids[queue]
            inner += lane(f"{thing}-{queue}", queue_title, x + 1, lane_y, width - 2, "")
            columns = 3 if self.is_cluster else 5
            step = (width - 6) / 3 if self.is_cluster else 32.0
            places[f"{name}-{queue}"] = Grid(x + 4 + step / 2, lane_y + 31, step, columns=columns)
        return svg("g", inner, class_="server server--node", data_thing=thing)

    def _status(self, queue: str, x: float, y: float, width: float) -> str:
        """Whether a queue works: how many of its copies are together and agree."""
        thing = f"{self.id}/{queue}"
        inner = svg("rect", class_="quorum__box", x=x, y=y, width=width, height=20, rx=3)
        inner += bound_text("{" + thing + ".text}", x + width / 2, y + 14, class_="quorum__text")
        return svg("g", inner, class_="quorum", data_thing=thing)


def _cut_corners(x: float, y: float, width: float, height: float, cut: float = 9) -> str:
    right, bottom = x + width, y + height
    return (
        f"M{x + cut:.0f} {y:.0f}H{right - cut:.0f}L{right:.0f} {y + cut:.0f}V{bottom - cut:.0f}"
        f"L{right - cut:.0f} {bottom:.0f}H{x + cut:.0f}L{x:.0f} {bottom - cut:.0f}V{y + cut:.0f}z"
    )

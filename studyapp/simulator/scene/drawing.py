"""The picture at a step, as SVG: what stands still, and the tokens where they are.

The player in `static/js/simulator/` draws the same at any other step; a test compares the two.
"""

import re
from collections.abc import Mapping
from html import escape

from studyapp.simulator.scene import wires
from studyapp.simulator.scene.board import Edge
from studyapp.simulator.scene.layout import WIDE_PX, Layout, path
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.text import svg
from studyapp.simulator.scene.tokens import RING_RADIUS, SHAPES, Look, Token, tally_path

_BOUND = re.compile(r"\{([^{}]+)\}")
_BIND = re.compile(r'(data-bind="([^"]*)"[^>]*)> <')
_CIRCLE = 2 * 3.141592653589793 * RING_RADIUS


def filled(bind: str, values: Mapping[tuple[str, str], str], words: Mapping[str, str]) -> str:
    """A bound text with its attributes put in; a value that is a key of the words is said in words."""

    def value(found: re.Match[str]) -> str:
        thing, _, attribute = found.group(1).rpartition(".")
        text = values.get((thing, attribute), "")
        return words.get(text, text)

    return _BOUND.sub(value, bind)


def still(scene: Scene, layout: Layout, state: State, of: str = "") -> str:
    """Edges and blocks, their texts filled as they are in this state; clients' lines lie above the blocks."""
    parts = [
        svg(
            "path",
            class_=f"drawing__edge drawing__edge--{edge.kind}",
            data_thing=edge.id,
            d=path(layout, edge),
            marker_end=f"url(#{_arrow(layout, of)})",
        )
        for edge in scene.edges
        if edge.kind != "line" and edge.start in layout.placed and edge.end in layout.placed
    ]
    for placed in layout.placed.values():
        block = placed.block
        drawing = svg(
            "g",
            placed.shape.drawing,
            class_=f"thing thing--{block.kind}"
            + (f" thing--{block.service}" if block.service else ""),
            data_thing=block.id,
            transform=f"translate({placed.x:.0f} {placed.y:.0f})",
        )
        parts.append(drawing)
    parts += [_wire(layout, edge) for edge in scene.edges if edge.kind == "line"]
    return _with_values("".join(parts), scene, state)


def _wire(layout: Layout, edge: Edge) -> str:
    """A client's line, and the zigzag that shows when it is broken."""
    if edge.start not in layout.placed or edge.end.partition("/")[0] not in layout.placed:
        return ""
    corners = wires.points(layout, edge)
    tear = wires.tear(corners, layout.width)
    line = svg("path", class_="wire", d=wires.path(corners))
    gap = svg("path", class_="wire__gap", d=tear)
    return svg(
        "g",
        line + gap + svg("path", class_="wire__tear", d=tear),
        class_="drawing__wire",
        data_thing=edge.id,
    )


_THING = re.compile(r'data-thing="([^"]*)"')


def _with_values(drawing: str, scene: Scene, state: State) -> str:
    """Bound texts filled, and attributes of things written on their elements as data-*."""
    by_thing: dict[str, str] = {}
    for (thing, attribute), text in state.values.items():
        if attribute in SHOWN and text:
            by_thing[thing] = by_thing.get(thing, "") + f' data-{attribute}="{escape(text)}"'

    def with_attributes(found: re.Match[str]) -> str:
        return found.group(0) + by_thing.get(_unescaped(found.group(1)), "")

    def with_words(found: re.Match[str]) -> str:
        words = filled(_unescaped(found.group(2)), state.values, scene.words)
        return f"{found.group(1)}>{escape(words) or ' '}<"

    return _BIND.sub(with_words, _THING.sub(with_attributes, drawing))


def _unescaped(text: str) -> str:
    return (
        text.replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace("&#x27;", "'")
        .replace("&quot;", '"')
    )


# Attributes that stand on elements, for the style sheet; the others only fill texts.
SHOWN = frozenset({"there", "ends", "state", "locked", "lead", "level"})


def token(
    token: Token, look: Look, x: float, y: float, at_ms: int, words: Mapping[str, str]
) -> str:
    """A token where it is."""
    inner = ""
    if look.ring is not None:
        begin, end = look.ring
        left = min(max(end - at_ms, 0), max(end - begin, 1)) / max(end - begin, 1)
        inner += svg("circle", class_="token__track", r=RING_RADIUS)
        inner += svg(
            "circle",
            class_="token__ring",
            r=RING_RADIUS,
            stroke_dasharray=f"{_CIRCLE:.1f}",
            stroke_dashoffset=f"{_CIRCLE * (1 - left):.1f}",
            transform="rotate(-90)",
        )
        seconds = words["seconds"].replace("{n}", str(-(-max(end - at_ms, 0) // 1000)))
        inner += svg("text", escape(seconds), class_="token__left", y=31)
    inner += svg("path", class_="token__twice", d=SHAPES[token.shape])
    inner += svg("path", class_="token__shape", d=SHAPES[token.shape])
    if token.mark:
        inner += svg("text", escape(token.mark), class_="token__mark", y=4)
    if look.tally > 5:
        inner += svg("text", f"×{look.tally}", class_="token__tally", y=24)
    elif look.tally > 1 and look.ring is None:
        inner += svg("path", class_="token__strokes", d=tally_path(look.tally))
    return svg(
        "g",
        inner,
        class_=f"token token--{token.kind} token--s{token.shape}",
        data_token=token.number,
        data_flags=" ".join(look.flags) or None,
        transform=f"translate({x:.1f} {y:.1f})",
    )


def tokens(scene: Scene, layout: Layout, state: State) -> str:
    """Every token that can be seen, where it is in this state."""
    parts = []
    for number, look in state.looks.items():
        grid = layout.grid(look.place) if look.place and look.slot >= 0 else None
        if grid is not None:
            x, y = grid.at(look.slot)
            parts.append(token(scene.tokens[number], look, x, y, state.at_ms, scene.words))
    return "".join(parts)


def _broad(layout: Layout) -> str:
    """A wide picture of many columns needs more room before its letters are large enough."""
    return " drawing--broad" if layout.name == "wide" and layout.width > WIDE_PX else ""


def _arrow(layout: Layout, of: str) -> str:
    """The id of the head of lines: one of its own for each picture of a page."""
    return f"arrow-{layout.name}-{of}" if of else f"arrow-{layout.name}"


def picture(scene: Scene, layout: Layout, state: State, label: str, of: str = "") -> str:
    """The whole picture, with a sentence for those who do not see it. `of` tells it from other pictures of the
    same page."""
    arrow = svg(
        "marker",
        svg("path", class_="drawing__arrow", d="M0 0L8 4L0 8z"),
        id=_arrow(layout, of),
        viewBox="0 0 8 8",
        refX=7,
        refY=4,
        markerWidth=7,
        markerHeight=7,
        orient="auto",
    )
    inner = svg("defs", arrow) + still(scene, layout, state, of)
    inner += svg("g", tokens(scene, layout, state) or " ", class_="drawing__tokens")
    return svg(
        "svg",
        inner,
        class_=f"drawing drawing--{layout.name}{_broad(layout)}",
        viewBox=f"0 0 {layout.width:.0f} {layout.height:.0f}",
        width=f"{layout.width:.0f}",
        height=f"{layout.height:.0f}",
        role="img",
        aria_label=label,
        data_layout=layout.name,
    )

"""What the pictures of both engines of Amazon MQ are made of: bands of Availability Zones, disks, lanes."""

from collections.abc import Mapping
from html import escape

from studyapp.simulator.scene.blocks import bound_text
from studyapp.simulator.scene.text import fitted, svg

LANE_PX = 58
_HATCH_PX = 14


def filled_in(words: Mapping[str, str], key: str, **values: object) -> str:
    """The words of a key with their {names} replaced."""
    text = words[key]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def zone(thing: str, title: str, x: float, y: float, width: float, height: float) -> str:
    """A band with its name at the lower right, and the hatching that shows that the zone is lost."""
    inner = svg("rect", class_="zone__band", x=x, y=y, width=width, height=height, rx=6)
    inner += svg("path", class_="zone__hatch", d=_hatching(x, y, width, height))
    text = escape(fitted(title, width - 10, 12))
    inner += svg("text", text, class_="zone__name", x=x + width - 6, y=y + height - 8, font_size=12)
    return svg("g", inner, class_="zone", data_thing=thing)


def _hatching(x: float, y: float, width: float, height: float) -> str:
    """Lines from lower left to upper right, cut at the edges of a band."""
    parts = []
    reach = _HATCH_PX
    while reach < width + height:
        x1, y1 = (x, y + reach) if reach <= height else (x + reach - height, y + height)
        x2, y2 = (x + reach, y) if reach <= width else (x + width, y + reach - width)
        parts.append(f"M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}")
        reach += _HATCH_PX
    return "".join(parts)


def disk(x: float, y: float, width: float, height: float, depth: float = 7) -> str:
    """A cylinder: something that keeps what is written on it."""
    half = width / 2
    body = (
        f"M{x:.0f} {y + depth:.0f}a{half:.1f} {depth:.0f} 0 0 1 {width:.0f} 0V{y + height - depth:.0f}"
        f"a{half:.1f} {depth:.0f} 0 0 1 {-width:.0f} 0z"
    )
    rim = f"M{x:.0f} {y + depth:.0f}a{half:.1f} {depth:.0f} 0 0 0 {width:.0f} 0"
    return svg("path", class_="disk", d=body) + svg("path", class_="disk__rim", d=rim)


def cross(x: float, y: float, width: float, height: float) -> str:
    """Crossed out, where the style sheet shows it."""
    right, bottom = x + width - 8, y + height - 8
    left, top = x + 8, y + 8
    d = f"M{left:.0f} {top:.0f}L{right:.0f} {bottom:.0f}M{right:.0f} {top:.0f}L{left:.0f} {bottom:.0f}"
    return svg("path", class_="server__cross", d=d)


def lane(
    thing: str, title: str, x: float, y: float, width: float, counts: str, is_dead: bool = False
) -> str:
    """A destination: its name and counts, and the room for its tokens below them."""
    more = " lane--dead" if is_dead else ""
    inner = svg("rect", class_="drawing__lane", x=x, y=y, width=width, height=LANE_PX - 4, rx=6)
    name_px = width - 12 if not counts else width * 0.42
    text = escape(fitted(title, name_px, 12))
    inner += svg("text", text, class_="lane__name", x=x + 6, y=y + 13, font_size=12)
    if counts:
        inner += bound_text(
            counts.replace("{", "{" + thing + "."), x + width - 6, y + 13, class_="lane__count"
        )
    inner += bound_text(
        "{" + thing + ".more}", x + width - 6, y + 34, class_="drawing__more", font_size=12
    )
    return svg("g", inner, class_="lane" + more, data_thing=thing)

"""Drawings without words: an SVG file whose labels are filled in the reader's language.

Geometry stands in the file, looks come from classes of the stylesheet, words from the lesson. The
server breaks a label into lines by estimated widths, because SVG text does not wrap by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

SHAPES = frozenset(
    ("svg", "g", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text")
)
ATTRIBUTES = frozenset(
    (
        *("viewBox", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "d", "points"),
        *("width", "height", "transform", "class", "data-label", "data-width", "text-anchor"),
    )
)
CLASSES = frozenset(
    (
        *("thing", "queue", "topic", "stream", "firehose", "broker", "dlq", "store"),
        *("ghost", "zone", "off", "lock", "tick", "ring", "ring-track", "bar", "bar-fill"),
        *("edge", "dashed", "bad", "head", "label", "label-strong", "label-small"),
        *("m-a", "m-b", "m-c", "m-d", "m-e", "m-f", "on-a", "on-b", "on-c", "on-d", "on-e", "on-f"),
    )
)
_VIEW_BOX = re.compile(r"^0 0 328 (\d+(?:\.\d+)?)$")
HEIGHT_MAX = 360
WIDTH = 328
_MARGIN = 2.0

# Estimated advance widths for 1 px of font size, on the safe side of common system fonts.
_WIDE, _UPPER, _DIGIT, _LOWER, _NARROW, _SPACE = 0.98, 0.68, 0.58, 0.545, 0.32, 0.28


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing read from its file. `faults` are pairs of rule and text."""

    root: Element | None
    labels: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]

    @property
    def height(self) -> float:
        found = _VIEW_BOX.match(self.root.get("viewBox", "")) if self.root is not None else None
        return float(found.group(1)) if found else 0.0


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _number(element: Element, attribute: str, otherwise: float) -> float | None:
    """The value of an attribute, `otherwise` if it is not there, None if it is no number."""
    try:
        return float(element.get(attribute, otherwise))
    except ValueError:
        return None


def read_figure(text: str) -> Figure:
    """Read an SVG file; never raises, faults are in the answer."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as fault:
        return Figure(None, (), (("F02", f"the drawing is not XML: {fault}"),))
    faults: list[tuple[str, str]] = []
    labels: list[str] = []
    found = _VIEW_BOX.match(root.get("viewBox", ""))
    if not found or float(found.group(1)) > HEIGHT_MAX:
        faults.append(("F02", f'viewBox must be "0 0 {WIDTH} H" with H at most {HEIGHT_MAX}'))
    for element in root.iter():
        name = _name(element)
        if name not in SHAPES:
            faults.append(("F02", f"<{name}> is not allowed in a drawing"))
        for attribute in element.attrib:
            if attribute not in ATTRIBUTES:
                faults.append(("F02", f"attribute {attribute!r} is not allowed on <{name}>"))
        for word in element.get("class", "").split():
            if word not in CLASSES:
                faults.append(("F02", f"class {word!r} is not known to figure.css"))
        if (element.text or "").strip() or (element.tail or "").strip():
            faults.append(("F01", "a drawing holds no words; use data-label"))
        if name == "text":
            label = element.get("data-label")
            if label is None:
                faults.append(("F01", "<text> needs data-label"))
            else:
                labels.append(label)
            for attribute in ("x", "y", "data-width"):
                if _number(element, attribute, 0.0) is None:
                    faults.append(("F02", f"{attribute} of <text> must be a number"))
    return Figure(root, tuple(dict.fromkeys(labels)), tuple(dict.fromkeys(faults)))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Estimated width of a text in px."""
    total = 0.0
    for character in text:
        if ord(character) > 0x2FFF or "\u1100" <= character <= "\u11ff":
            total += _WIDE
        elif character == " ":
            total += _SPACE
        elif character.isdigit():
            total += _DIGIT
        elif character in "ilj.,:;'|!()[]/-Iftr":
            total += _NARROW
        elif character in "mwMW@%":
            total += 0.86
        elif character.isupper():
            total += _UPPER
        else:
            total += _LOWER
    return total * size * (1.06 if bold else 1.0)


def _style(element: Element) -> tuple[float, bool]:
    classes = element.get("class", "").split()
    size = 12.0 if "label-small" in classes else 13.0
    return size, "label-strong" in classes


def wrap(text: str, width: float, size: float, bold: bool) -> list[str]:
    """Break a text into lines of at most `width` px, at spaces; a word that is too long stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _lines(element: Element, text: str) -> list[str]:
    size, bold = _style(element)
    width = _number(element, "data-width", 0.0)
    return wrap(text, width, size, bold) if width else [text]


def label_faults(figure: Figure, labels: Mapping[str, str]) -> list[str]:
    """Labels that leave the drawing or their place, in one language."""
    faults = []
    if figure.root is None or not figure.height:
        return []  # F02 has said so
    for element in figure.root.iter():
        label = element.get("data-label")
        if _name(element) != "text" or label is None or label not in labels:
            continue
        size, bold = _style(element)
        lines = _lines(element, labels[label])
        widest = max(text_width(line, size, bold) for line in lines)
        room = _number(element, "data-width", WIDTH)
        x, y = _number(element, "x", 0.0), _number(element, "y", 0.0)
        if room is None or x is None or y is None:
            continue  # F02 has said so
        anchor = element.get("text-anchor", "start")
        left = x - {"start": 0.0, "middle": widest / 2, "end": widest}.get(anchor, 0.0)
        if widest > room + 1:
            faults.append(f"label {label!r} needs {widest:.0f} px, its place has {room:.0f}")
        elif element.get("transform") is None and (
            left < -_MARGIN or left + widest > WIDTH + _MARGIN
        ):
            faults.append(
                f"label {label!r} leaves the drawing: {left:.0f} to {left + widest:.0f} px"
            )
        half = (len(lines) - 1) * (size + 3) / 2
        if y - half - size < -_MARGIN or y + half > figure.height + _MARGIN:
            faults.append(f"label {label!r} leaves the drawing above or below")
    return faults


def draw(figure: Figure, labels: Mapping[str, str], title: str, language: str) -> str:
    """The drawing as HTML, with its words in one language. `title` describes it in one sentence."""
    if figure.root is None:
        return ""
    view_box = figure.root.get("viewBox", "")
    inner = "".join(_draw(child, labels) for child in figure.root)
    return (
        f'<svg class="figure__drawing" viewBox={quoteattr(view_box)} role="img" '
        f"lang={quoteattr(language)} aria-label={quoteattr(title)}>{inner}</svg>"
    )


def _draw(element: Element, labels: Mapping[str, str]) -> str:
    name = _name(element)
    if name not in SHAPES:
        return ""
    attributes = {
        name: value
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and not name.startswith("data-")
    }
    if name == "text":
        return _draw_label(element, attributes, labels)
    inner = "".join(_draw(child, labels) for child in element)
    return (
        f"<{name}{_written(attributes)}>{inner}</{name}>"
        if inner
        else f"<{name}{_written(attributes)}/>"
    )


def _draw_label(element: Element, attributes: dict[str, str], labels: Mapping[str, str]) -> str:
    lines = _lines(element, labels.get(element.get("data-label", ""), ""))
    if len(lines) == 1:
        return f"<text{_written(attributes)}>{escape(lines[0])}</text>"
    size, _ = _style(element)
    step = size + 3
    top = (_number(element, "y", 0.0) or 0.0) - (len(lines) - 1) * step / 2
    x = quoteattr(attributes.get("x", "0"))
    spans = "".join(
        f'<tspan x={x} y="{top + n * step:g}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    return f"<text{_written(attributes)}>{spans}</text>"


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())

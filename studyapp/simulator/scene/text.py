"""Text in drawings: how wide it is, and how to make it fit. SVG does not wrap."""

from html import escape

# Widths of sans-serif letters in em. Estimates, on the wide side, so that nothing is clipped.
_NARROW = frozenset("iljtfrI.,:;|'!()[]/ -")
_WIDE = frozenset("mwMWQOGCD@%—…")


def width_of(text: str, size_px: float) -> float:
    """About how wide a line of text is, in pixels."""
    return sum(map(_em, text)) * size_px


def _em(letter: str) -> float:
    if letter >= "\u1100" and not "\u1e00" <= letter <= "\u1fff":
        return 1.0  # Hangul and other square scripts; U+1E00 to U+1EFF are Vietnamese letters
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.88
    return 0.68 if letter.isupper() else 0.57


def fitted(text: str, width_px: float, size_px: float) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if width_of(text, size_px) <= width_px:
        return text
    room = width_px - width_of("…", size_px)
    kept = ""
    for letter in text:
        room -= _em(letter) * size_px
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def in_two_lines(text: str, width_px: float, size_px: float) -> tuple[str, ...]:
    """The text in one line, or in two where that shows more of it."""
    if width_of(text, size_px) <= width_px:
        return (text,)
    words = text.split(" ")
    for place in range(len(words) - 1, 0, -1):
        first = " ".join(words[:place])
        if width_of(first, size_px) <= width_px:
            return first, fitted(" ".join(words[place:]), width_px, size_px)
    return (fitted(text, width_px, size_px),)


def svg(name: str, content: str = "", /, **attributes: object) -> str:
    """An SVG element. `class_` is class, `data_thing` is data-thing; None leaves an attribute out; numbers are
    written short."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _short(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def label(text: str, x: float, y: float, width_px: float, size_px: int = 13, **more: object) -> str:
    """A centred label of at most two lines, its last line at `y`."""
    lines = in_two_lines(text, width_px, size_px)
    more = {"class_": "drawing__label", "font_size": size_px, **more}
    return "".join(
        svg("text", escape(line), x=x, y=y - (len(lines) - 1 - n) * (size_px + 2), **more)
        for n, line in enumerate(lines)
    )

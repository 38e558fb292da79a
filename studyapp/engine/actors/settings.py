"""Settings of actors: frozen dataclasses whose fields say what may be given.

`field(default=1, metadata={"min": 1, "max": 10})` for numbers (0 is the least unless `min` says otherwise);
`{"choices": ("long", "short")}` for words. A field without a default is required. Kinds: int, str, bool,
`Texts` (a list of text) and `Numbers` (a list of whole numbers, 0 or more). A settings class may have a method
`problem()` that looks at the settings together and answers None or (setting, what is expected).
"""

import dataclasses
from typing import Any

from studyapp.engine.calls import Pairs, Texts
from studyapp.engine.refusals import Refused

# A list of whole numbers.
Numbers = tuple[int, ...]

# Rests, handling times and the like: more than this is a mistake. Also keeps times within 64 bits.
DURATION_MAX_MS = 366 * 86_400_000
NUMBER_MAX = 2**53

_KINDS: dict[Any, str] = {
    int: "a whole number",
    str: "text",
    bool: "true or false",
    Texts: "a list of text",
    Numbers: "a list of whole numbers",
}


def read_settings(kind: type, given: Pairs, before: Any = None) -> Any:
    """The settings of an actor: what was given, else what was `before`, else the default.

    Raises:
        Refused: unknown-setting, missing-setting or wrong-setting, which names what is expected.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}
    values = {} if before is None else {name: getattr(before, name) for name in fields}
    for name, value in given:
        if name not in fields:
            raise Refused("unknown-setting", setting=name[:80], known=", ".join(fields))
        _check(fields[name], value)
        values[name] = value
    for name, field in fields.items():
        if (
            name not in values
            and field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING
        ):
            raise Refused("missing-setting", setting=name)
    settings = kind(**values)
    look = getattr(settings, "problem", None)
    problem = look() if look is not None else None
    if problem is not None:
        raise Refused("wrong-setting", setting=problem[0], expected=problem[1])
    return settings


def written_settings(settings: Any) -> tuple[tuple[str, Any], ...]:
    """Settings as pairs of name and value, all of them: for events."""
    return tuple(
        (field.name, getattr(settings, field.name)) for field in dataclasses.fields(settings)
    )


def _check(field: "dataclasses.Field[Any]", value: Any) -> None:
    wanted = field.type
    if wanted == Texts:
        fits = isinstance(value, tuple) and all(type(each) is str for each in value)
    elif wanted == Numbers:
        fits = isinstance(value, tuple) and all(
            type(each) is int and 0 <= each <= NUMBER_MAX for each in value
        )
    else:
        fits = type(value) is wanted
    if not fits:
        raise Refused("wrong-setting", setting=field.name, expected=_KINDS[wanted])
    if wanted is int:
        low = field.metadata.get("min", 0)
        high = field.metadata.get(
            "max", DURATION_MAX_MS if field.name.endswith("_ms") else NUMBER_MAX
        )
        if not low <= value <= high:
            raise Refused("wrong-setting", setting=field.name, expected=f"{low} to {high}")
    choices = field.metadata.get("choices")
    if choices and value not in choices:
        raise Refused("wrong-setting", setting=field.name, expected=" or ".join(choices))

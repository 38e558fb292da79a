"""Settings of actors: frozen dataclasses whose fields say what may be given.

`field(default=1, metadata={"min": 1, "max": 10})` for numbers; `{"choices": ("long", "short")}` for words.
A field without a default is required. Kinds: int, str, bool, and `Texts` (a list of text).
"""

import dataclasses
from typing import Any

from studyapp.engine.calls import Pairs, Texts
from studyapp.engine.refusals import Refused

_KINDS: dict[Any, str] = {
    int: "a whole number",
    str: "text",
    bool: "true or false",
    Texts: "a list of text",
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
    return kind(**values)


def _check(field: "dataclasses.Field[Any]", value: Any) -> None:
    wanted = field.type
    if wanted == Texts:
        fits = isinstance(value, tuple) and all(type(each) is str for each in value)
    else:
        fits = type(value) is wanted
    if not fits:
        raise Refused("wrong-setting", setting=field.name, expected=_KINDS[wanted])
    low, high = field.metadata.get("min", 0), field.metadata.get("max")
    if wanted is int and (value < low or (high is not None and value > high)):
        expected = f"at least {low}" if high is None else f"{low} to {high}"
        raise Refused("wrong-setting", setting=field.name, expected=expected)
    choices = field.metadata.get("choices")
    if choices and value not in choices:
        raise Refused("wrong-setting", setting=field.name, expected=" or ".join(choices))

"""The one door for commands: names and kinds of parameters are checked before an action sees them.

An action is a function `(world, by, *, parameters...)`. Its annotations say what may be given:
`int`, `str`, `bool`, `Pairs` (a mapping: name to plain value), `Entries` (a list of mappings), `Texts`
(a list of text), each with `| None` and a default where AWS has one. Everything arrives as plain, frozen
values; the action itself checks ranges and meaning.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from studyapp.engine.log import plain
from studyapp.engine.refusals import Refused, unicode
from studyapp.engine.shapes import shape

if TYPE_CHECKING:
    from studyapp.engine.world import World

# A mapping as it arrives in an action: (name, value) in the order given.
Pairs = tuple[tuple[str, Any], ...]
# A list of mappings, such as the entries of a batch.
Entries = tuple[Pairs, ...]
# A list of text.
Texts = tuple[str, ...]

_WORDS: dict[Any, str] = {
    int: "a whole number",
    str: "text",
    bool: "true or false",
    Pairs: "a mapping of names to values",
    Entries: "a list of mappings",
    Texts: "a list of text",
}
_SIMPLE = (int, str, bool)


@dataclass(frozen=True, slots=True)
class Action:
    """A command that the world knows, with the kinds of its parameters."""

    run: Callable[..., Any]
    parameters: Mapping[str, Any]
    required: tuple[str, ...]

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as plain values; what was given as None counts as not given.

        Raises:
            Refused: unknown-parameter, missing-parameter or wrong-type.
        """
        kinds = self.parameters
        checked = {}
        for name, value in given.items():
            if value is None:
                continue
            kind = kinds.get(name)
            if kind is None:
                raise Refused("unknown-parameter", parameter=unicode(str(name))[:80])
            if type(value) is kind:
                if kind is str and not value.isascii():
                    check_text(name, value)
                elif kind is int and not -(2**63) <= value < 2**63:
                    raise Refused("wrong-type", parameter=name, expected="a number of 64 bits")
            elif kind in _SIMPLE:
                raise Refused("wrong-type", parameter=name, expected=_WORDS[kind])
            else:
                value = _compound(name, value, kind)
            checked[name] = value
        for name in self.required:
            if name not in checked:
                raise Refused("missing-parameter", parameter=name)
        return checked


def check_text(name: str, value: Any) -> None:
    """Whether this is text that a log can hold.

    Raises:
        Refused: wrong-type.
    """
    if type(value) is not str:
        raise Refused("wrong-type", parameter=name, expected=_WORDS[str])
    try:
        value.encode()
    except UnicodeEncodeError as fault:
        raise Refused(
            "wrong-type", parameter=name, expected="text of Unicode characters"
        ) from fault


def _compound(name: str, value: Any, kind: Any) -> Any:
    try:
        frozen = plain(value)
    except (TypeError, ValueError, RecursionError) as fault:
        raise Refused("wrong-type", parameter=name, expected=_WORDS[kind]) from fault
    is_list = not isinstance(value, Mapping)
    if not shape(kind)(frozen) or not (is_list or kind == Pairs):
        raise Refused("wrong-type", parameter=name, expected=_WORDS[kind])
    return frozen


def action(run: Callable[..., Any]) -> Action:
    """What may be given to a function, read from its signature.

    Raises:
        TypeError: for an annotation that the door cannot check.
    """
    kinds, required = {}, []
    parameters = list(inspect.signature(run, eval_str=False).parameters.values())
    for parameter in parameters[2:]:
        kind = parameter.annotation
        if kind not in _WORDS:
            kind = next((each for each in get_args(kind) if each in _WORDS), None)
        if kind is None:
            raise TypeError(f"{run.__qualname__}: the door cannot check {parameter}")
        kinds[parameter.name] = kind
        if parameter.default is inspect.Parameter.empty:
            required.append(parameter.name)
    return Action(run, kinds, tuple(required))


Actions = Mapping[str, Action]
Apply = Mapping[type, Callable[["World", Any, int], None]]
React = Mapping[type, Callable[["World", Any, int], None]]

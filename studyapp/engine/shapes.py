"""Whether a plain value, such as a log holds, has the shape that an annotation describes."""

from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Check = Callable[[Any], bool]


@cache
def shape(annotation: Any) -> Check:
    """Tells whether a value fits `int`, `str`, `bool`, `None`, `Any`, tuples and unions of those. A NamedTuple
    stands for a tuple of its fields.

    Raises:
        TypeError: for any other annotation.
    """
    if annotation is Any:
        return lambda value: True
    if annotation in (int, str, bool, NoneType):
        return lambda value: type(value) is annotation
    if get_origin(annotation) in (Union, UnionType):
        choices = tuple(map(shape, get_args(annotation)))
        return lambda value: any(check(value) for check in choices)
    if get_origin(annotation) is tuple:
        return _tuple(get_args(annotation))
    if hasattr(annotation, "_fields"):
        return _tuple(tuple(get_type_hints(annotation).values()))
    raise TypeError(f"{annotation} has no shape that can be checked")


def _tuple(parts: tuple[Any, ...]) -> Check:
    if parts[1:] == (...,):
        each = shape(parts[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    checks = tuple(map(shape, parts))
    return lambda value: (
        isinstance(value, tuple)
        and len(value) == len(checks)
        and all(check(part) for check, part in zip(checks, value, strict=True))
    )

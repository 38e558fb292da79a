"""Nested parameters: an AWS structure as it arrives in an action, frozen into pairs.

Names may be written as AWS does (`SizeInMBs`) or in snake_case (`size_in_mbs`).
"""

from collections.abc import Iterator
from typing import Any

from studyapp.engine.calls import Pairs
from studyapp.engine.refusals import Refused
from studyapp.engine.shapes import shape

_is_mapping = shape(Pairs)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


class Fields:
    """One structure. Each reader names the field in AWS's spelling and says what it may be.

    Raises:
        Refused: wrong-type, missing-parameter; `done` raises unknown-parameter for what nobody read.
    """

    __slots__ = ("_path", "_unread", "_values")

    def __init__(self, value: Any, path: str) -> None:
        self._path = path
        if not _is_mapping(value):
            raise Refused("wrong-type", parameter=path, expected="a mapping of names to values")
        self._values = {_folded(name): each for name, each in value}
        self._unread = {_folded(name): name for name, _ in value}

    def __contains__(self, name: str) -> bool:
        return self._values.get(_folded(name)) is not None

    def _take(self, name: str) -> Any:
        self._unread.pop(_folded(name), None)
        return self._values.get(_folded(name))

    def _plain(self, name: str, kind: type, expected: str, default: Any) -> Any:
        value = self._take(name)
        if value is None:
            if default is None:
                raise Refused("missing-parameter", parameter=f"{self._path}.{name}")
            return default
        if type(value) is not kind:
            raise Refused("wrong-type", parameter=f"{self._path}.{name}", expected=expected)
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Required if there is no default."""
        return str(self._plain(name, str, "text", default))

    def whole(self, name: str, default: int | None = None) -> int:
        """Required if there is no default."""
        return int(self._plain(name, int, "a whole number", default))

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Required if there is no default."""
        return bool(self._plain(name, bool, "true or false", default))

    def fields(self, name: str) -> "Fields":
        """A structure; an empty one if it is not given."""
        value = self._take(name)
        return Fields(() if value is None else value, f"{self._path}.{name}")

    def rows(self, name: str) -> "Iterator[Fields]":
        """A list of structures; none if it is not given."""
        path = f"{self._path}.{name}"
        for place, row in enumerate(self._list(name, path, "a list of mappings")):
            yield Fields(row, f"{path}[{place}]")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of text; none if it is not given."""
        path = f"{self._path}.{name}"
        values = self._list(name, path, "a list of text")
        if not all(type(each) is str for each in values):
            raise Refused("wrong-type", parameter=path, expected="a list of text")
        return values

    def _list(self, name: str, path: str, expected: str) -> tuple[Any, ...]:
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, tuple):
            raise Refused("wrong-type", parameter=path, expected=expected)
        return value

    def done(self) -> None:
        """Everything that is known has been read."""
        for name in self._unread.values():
            raise Refused("unknown-parameter", parameter=f"{self._path}.{name}"[:80])

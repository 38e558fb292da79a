"""For every test: debug settings, and no way out to the network."""

import os
import socket
from typing import Any

os.environ["DECOUPLE_DEBUG"] = "yes"  # before Django reads its settings

HERE = ("127.0.0.1", "::1")
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class NoNetwork(Exception):
    """A test tried to reach another machine."""


def _refuse_others(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and address[0] not in HERE:
        raise NoNetwork(f"tests stay on this machine; something wanted to reach {address!r}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _refuse_others(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _refuse_others(self, address)
    return _connect_ex(self, address)


def pytest_configure() -> None:
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]

"""The suite runs without a network, and would notice if something wanted one."""

import socket

import pytest

from tests.conftest import NoNetwork


def test_another_machine_cannot_be_reached():
    with socket.socket() as client, pytest.raises(NoNetwork):
        client.connect(("192.0.2.1", 443))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_this_machine_can_be_reached(host: str):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        server = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with server, socket.create_connection(server.getsockname()[:2], timeout=5) as client:
        assert client.getpeername()[0] == host

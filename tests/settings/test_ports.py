"""Ports for tests: handed out once, never one that the machine may pick for somebody's connection (tests/ports.py)."""

import socket
from itertools import count

import pytest

from tests import ports


def test_a_port_is_handed_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again for the same stretch, as another process may: those in hand and one that is listened on are passed over."""
    begin = next(ports._next) % (ports.WIDTH // 2)
    monkeypatch.setattr(ports, "_next", count(begin))
    mine = [ports.free_port() for _one in range(3)]
    low, high = (int(word) for word in ports.PICKED.read_text().split()) if ports.PICKED.exists() else (49_152, 65_535)
    assert len(set(mine)) == 3 and not any(low <= port <= high for port in mine)
    with socket.create_server(("127.0.0.1", max(mine) + 1)):
        monkeypatch.setattr(ports, "_next", count(begin))
        assert ports.free_port() > max(mine) + 1

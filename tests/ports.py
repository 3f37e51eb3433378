"""Ports of this machine for tests that start a server and must know its address before.

A port that the machine picks (0) is one that it may give to somebody else's connection before the server is there. These lie outside
of that range, and who is handed one has it until its process ends: its twin in UDP, which nobody else wants, is held as the sign.
"""

import os
import socket
from itertools import count
from pathlib import Path

PICKED = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST, WIDTH = 10_000, 20_000
_held: list[socket.socket] = []
# Each process begins somewhere else, so that they seldom meet.
_next = count(os.getpid() * 101)


def first_port() -> int:
    """Where a stretch begins in which the machine picks no ports; elsewhere than on Linux they are picked further up."""
    low, high = (int(word) for word in PICKED.read_text().split()) if PICKED.exists() else (49_152, 65_535)
    return LOWEST if low >= LOWEST + WIDTH else min(high, 65_535 - WIDTH)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on and that nobody else is handed."""
    first = first_port()
    for _try in range(WIDTH):
        port = first + next(_next) % WIDTH
        if _is_free(port):
            return port
    raise RuntimeError(f"no free port between {first} and {first + WIDTH}")


def _is_free(port: int) -> bool:
    sign = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sign.bind(("127.0.0.1", port))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        sign.close()
        return False
    _held.append(sign)
    return True

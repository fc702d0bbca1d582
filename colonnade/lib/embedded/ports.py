"""Ports on loopback for the parts: chosen once, remembered, moved only when somebody else took one."""

import random
import socket
from collections.abc import Iterable

# Below the range that Linux hands out for outgoing connections, so that none of those takes a remembered port.
FIRST, LAST = 20_000, 32_000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        # The servers set this too: a port whose last connections are still winding down counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(size: int, remembered: int | None = None, taken: Iterable[int] = ()) -> int:
    """The first of `size` free ports in a row: the remembered ones if they are free, else others at random."""
    if remembered and all(is_free(remembered + offset) for offset in range(size)):
        return remembered
    spoken_for = set(taken)
    while True:
        first = random.SystemRandom().randrange(FIRST, LAST - size)
        row = range(first, first + size)
        if not spoken_for.intersection(row) and all(is_free(port) for port in row):
            return first

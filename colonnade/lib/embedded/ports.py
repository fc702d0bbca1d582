"""Ports on loopback for the parts: chosen once, remembered, moved only when somebody else took one."""

import errno
import random
import socket
from collections.abc import Iterable

# Below the range that Linux hands out for outgoing connections, so that none of those takes a remembered port.
FIRST, LAST = 20_000, 32_000
# A browser takes `localhost` for both; a stranger on the other address would answer in our place.
LOOPBACK = ("127.0.0.1", "::1")


def bind_error(host: str, port: int) -> int:
    """Why nobody could listen there now, as an errno; 0 when one could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # The servers set this too: a port whose last connections are still winding down counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        # A machine without IPv6 has nobody listening on it either.
        if family == socket.AF_INET6 and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            return 0
        return error.errno or errno.EINVAL
    return 0


def is_free(port: int) -> bool:
    return not any(bind_error(host, port) for host in LOOPBACK)


def choose(size: int, remembered: int = 0, taken: Iterable[int] = ()) -> int:
    """The first of `size` free ports in a row: the remembered ones if they are free, else others at random."""
    spoken_for = set(taken)
    first = remembered or _random_first(size)
    while not all(port not in spoken_for and is_free(port) for port in range(first, first + size)):
        first = _random_first(size)
    return first


def _random_first(size: int) -> int:
    return random.SystemRandom().randrange(FIRST, LAST - size)

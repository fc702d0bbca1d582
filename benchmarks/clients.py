"""Load, from Python alone, so that it runs wherever Colonnade does.

`flood` keeps many connections busy from one thread and only counts the bytes that come back, all answers being of one
length: some ten times faster than the servers it asks, and it says how busy it was. `visit_in_turn` is for pages that
take milliseconds.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    host: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {self.host}", *(f"{k}: {v}" for k, v in self.headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer_length(port: int, request: Request) -> int:
    """Bytes of one answer, headers and all. Raises if it is no 200."""
    with socket.create_connection((HERE, port), timeout=10) as connection:
        connection.sendall(request.raw())
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{request.path} answered {head.splitlines()[0].decode()}")
        length = _length(head)
        while len(body) < length:
            body += connection.recv(65536)
        return len(head) + 4 + len(body)


@dataclass(frozen=True)
class Flood:
    rate: float  # requests answered a second
    client_busy: float  # part of its time that the client worked rather than waited: well below 1, or it is the limit


def flood(port: int, request: Request, *, seconds: float, connections: int = 32) -> Flood:
    """Each connection asks again as soon as its answer is there."""
    length, raw = answer_length(port, request), request.raw()
    missing: dict[socket.socket, int] = {}
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = socket.create_connection((HERE, port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ)
            connection.sendall(raw)
            missing[connection] = length
        began, worked = time.perf_counter(), time.process_time()
        received = _pump(selector, missing, raw, length, began + seconds)
        took, worked = time.perf_counter() - began, time.process_time() - worked
    for connection in missing:
        connection.close()
    return Flood(received / length / took, worked / took)


def _pump(
    selector: selectors.BaseSelector, missing: dict[socket.socket, int], raw: bytes, length: int, end: float
) -> int:
    buffer = bytearray(1 << 18)
    received = 0
    while time.perf_counter() < end:
        for key, _ in selector.select(1):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            count = connection.recv_into(buffer)
            if not count:
                raise SystemExit("The server closed a connection under load.")
            received += count
            missing[connection] -= count
            if missing[connection] <= 0:
                missing[connection] += length
                connection.sendall(raw)
    return received


def visit_in_turn(port: int, requests: Sequence[Request], *, users: int, seconds: float) -> list[float]:
    """Each user asks again as soon as the answer is there. Milliseconds of every answer; raises if one is no 200.

    From one thread: twenty threads of a client would fight the server for its cores, and the wait for their turn would
    be counted as the server's.
    """
    took: list[float] = []
    with selectors.DefaultSelector() as selector:
        for number in range(users):
            user = _User(requests[number % len(requests)], socket.create_connection((HERE, port), timeout=30))
            selector.register(user.connection, selectors.EVENT_READ, user)
            user.ask()
        end = time.perf_counter() + seconds
        while selector.get_map():
            for key, _ in selector.select(30):
                user = key.data
                if not user.hear():
                    continue
                took.append((time.perf_counter() - user.began) * 1000)
                if time.perf_counter() < end:
                    user.ask()
                else:
                    selector.unregister(user.connection)
                    user.connection.close()
    return took


class _User:
    """One connection, with one question on its way at a time."""

    def __init__(self, request: Request, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.connection = connection

    def ask(self) -> None:
        self.began, self._heard, self._missing = time.perf_counter(), b"", -1
        self.connection.sendall(self.request.raw())

    def hear(self) -> bool:
        """Take what has come; whether that was the rest of the answer. Raises if it is no 200."""
        piece = self.connection.recv(1 << 18)
        if not piece:
            raise SystemExit("The server closed a connection under load.")
        if self._missing < 0:
            self._heard += piece
            head, found, body = self._heard.partition(b"\r\n\r\n")
            if not found:
                return False
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{self.request.path} answered {head.splitlines()[0].decode()}")
            self._missing = _length(head) - len(body)
        else:
            self._missing -= len(piece)
        return self._missing <= 0


def _length(head: bytes) -> int:
    """Bytes of the body that follows."""
    return next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]

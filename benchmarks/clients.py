"""Load, from Python alone, so that it runs wherever Colonnade does.

`flood` keeps many connections busy from one thread and only counts the bytes that come back, all answers being of one
length: some ten times faster than the servers it asks, and it says how busy it was. `visit_in_turn` is for pages that
take milliseconds.
"""

import http.client
import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
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
    """Each user asks again as soon as the answer is there. Milliseconds of every answer; raises if one is no 200."""
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(users) as pool:
        jobs = [pool.submit(_user, port, requests[number % len(requests)], end) for number in range(users)]
        return [took for job in jobs for took in job.result()]


def _user(port: int, request: Request, end: float) -> list[float]:
    connection = http.client.HTTPConnection(HERE, port, timeout=30)
    took: list[float] = []
    while not took or time.perf_counter() < end:
        began = time.perf_counter()
        connection.request("GET", request.path, headers={"Host": request.host, **request.headers})
        response = connection.getresponse()
        response.read()
        took.append((time.perf_counter() - began) * 1000)
        if response.status != 200:
            raise SystemExit(f"{request.path} answered {response.status}")
    connection.close()
    return took


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]

"""Visitors of a WSGI application, and an application that counts whom it had to serve."""

import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from colonnade.pages.outer_cache.opt_in import FILLING, TTL_HEADER


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return next(value for header, value in self.headers if header.lower() == name.lower())

    def __contains__(self, name: str) -> bool:
        return any(header.lower() == name.lower() for header, _ in self.headers)

    @property
    def text(self) -> str:
        return self.body.decode()


def visit(
    application: Any, host: str, path: str = "/", *, method: str = "GET", query: str = "", **headers: str
) -> Answer:
    """One request as a server hands it over. Headers as in WSGI: `HTTP_COOKIE="…"`."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started[:] = [int(status.split()[0]), headers]

    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host,
        "SERVER_NAME": host, "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, **headers,
    }  # fmt: skip
    chunks: Iterable[bytes] = application(environ, start_response)
    try:
        return Answer(started[0], started[1], b"".join(chunks))
    finally:
        getattr(chunks, "close", lambda: None)()


@dataclass
class Application:
    """Answers with what `answer` says; counts how often the cache asked, and how often somebody came through."""

    answer: Callable[[dict[str, Any]], tuple[str, list[tuple[str, str]], bytes]]
    takes: float = 0.0  # seconds
    filled: int = 0
    passed: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)
    _counting: Any = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with self._counting:
            self.seen.append(environ)
            self.filled += bool(environ.get(FILLING))
            self.passed += not environ.get(FILLING)
        time.sleep(self.takes)
        status, headers, body = self.answer(environ)
        start_response(status, headers)
        return [body]


def page(body: bytes = b"<p>A page.</p>" * 100, *more: tuple[str, str], status: str = "200 OK", ttl: float = 60) -> Any:
    """What a publicly cached view answers."""
    headers = [("Content-Type", "text/html; charset=utf-8"), (TTL_HEADER, str(ttl)), *more]
    return lambda environ: (status, headers, body)

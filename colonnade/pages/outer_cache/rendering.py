"""Rendering a page for everybody: a request of our own to the application, and what it answers."""

import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from colonnade.pages.outer_cache.opt_in import FILLING, TTL_HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


OK = "200 OK"


@dataclass(frozen=True)
class Rendering:
    """A whole answer: `status` is WSGI's ("200 OK"); `ttl` in seconds if its view lets it be kept."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    ttl: float | None = None

    @property
    def failed(self) -> bool:
        return self.status.startswith("5")

    @property
    def sets_cookie(self) -> bool:
        return any(name.lower() == "set-cookie" for name, _ in self.headers)

    @property
    def may_be_kept(self) -> bool:
        return self.ttl is not None and self.status == OK and not self.sets_cookie


def render(application: "WSGIApplication", host: str, path: str) -> Rendering:
    """Ask the application for the page as somebody would of whom nothing is known. Raises what it raises."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started[:] = [(status, headers)]

    chunks: Iterable[bytes] = application(_environment(host, path), start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()  # Django ends the request here: connections go back
    status, headers = started[0]
    ttl = next((float(value) for name, value in headers if name == TTL_HEADER), None)
    return Rendering(status, [pair for pair in headers if pair[0] != TTL_HEADER], body, ttl)


def _environment(host: str, path: str) -> dict[str, Any]:
    """A request that holds nothing of a visitor's: what it renders is fit for all of them."""
    scheme, usual = ("https", 443) if settings.TLS else ("http", 80)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(settings.PUBLIC_PORT),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host if usual == settings.PUBLIC_PORT else f"{host}:{settings.PUBLIC_PORT}",
        "HTTP_ACCEPT": "text/html, */*;q=0.1",
        "HTTP_X_FORWARDED_PROTO": scheme,  # Django looks at it only where a proxy ends TLS
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        FILLING: True,
    }

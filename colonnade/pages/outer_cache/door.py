"""The WSGI layer itself: whom it answers, with what, and who renders when there is nothing to answer with."""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.db import Error

from colonnade.pages.outer_cache.opt_in import is_public
from colonnade.pages.outer_cache.page import Page, Version
from colonnade.pages.outer_cache.rendering import OK, Rendering, render
from colonnade.pages.outer_cache.shelf import Key, Shelf
from colonnade.pages.outer_cache.versions import Versions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

PATIENCE = 15.0  # seconds to wait for another's rendering before asking the application oneself
REVALIDATION_PAUSE = 30.0  # seconds in which a page past its time is rendered in the background at most once
_UNCHANGED = "304 Not Modified"


class _Flight:
    """A rendering under way; those who want the same page of the same version wait for it."""

    def __init__(self) -> None:
        self.done = Event()
        self.result: Page | Rendering | None = None  # None: ask the application yourself
        self.failed = False  # a former page is better than what there is


class OuterCache:
    def __init__(
        self, application: "WSGIApplication", *, versions: Versions | None = None, shelf: Shelf | None = None
    ) -> None:
        self.application = application
        self.versions = versions or Versions()
        if shelf is None:
            shelf = Shelf(most_pages=settings.PUBLIC_CACHE_PAGES, most_bytes=settings.PUBLIC_CACHE_BYTES)
        self.shelf = shelf
        self._flights: dict[tuple[Key, Version], _Flight] = {}
        self._boarding = Lock()
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="revalidation")
        # A message waiting in a cookie is shown by the next page, so that page must be the person's own.
        self._personal = (f"{settings.SESSION_COOKIE_NAME}=", "messages=")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self._is_anybody(environ):
            host = environ.get("HTTP_HOST", "").partition(":")[0].lower().rstrip(".")
            key = (host, environ["PATH_INFO"])
            answer = self._answer(key, environ)
            if isinstance(answer, Page):
                return _send(answer, environ, start_response)
            if answer is not None:
                start_response(answer.status, answer.headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
        return self.application(environ, start_response)

    def _is_anybody(self, environ: "WSGIEnvironment") -> bool:
        """Whether nothing in the request tells its sender from any other visitor."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
            return False
        if "HTTP_AUTHORIZATION" in environ:
            return False
        cookies = environ.get("HTTP_COOKIE")
        return not cookies or not any(name in cookies for name in self._personal)

    def _answer(self, key: Key, environ: "WSGIEnvironment") -> Page | Rendering | None:
        page: Page | None = self.shelf.get(key)
        if page is None and not _may_fill(key, environ):
            return None
        try:
            version = self.versions.current(key[0])
        except Error:
            return None  # Django says so with its own words
        if version is None:
            return None
        if page is None or page.version != version:
            return self._rendered(key, version, page)
        now = time.monotonic()
        page.used_at = now
        if now > page.fresh_until:
            page.fresh_until = now + REVALIDATION_PAUSE
            self._background.submit(self._rendered, key, version, page)
        return page

    def _rendered(self, key: Key, version: Version, stale: Page | None) -> Page | Rendering | None:
        """Render, or wait for whoever is at it. `stale` goes out if the application fails."""
        with self._boarding:
            flight = self._flights.get((key, version))
            is_pilot = flight is None
            if flight is None:
                flight = self._flights[key, version] = _Flight()
        if is_pilot:
            try:
                self._fly(flight, key, version, stale)
            finally:
                with self._boarding:
                    del self._flights[key, version]
                flight.done.set()
        else:
            flight.done.wait(PATIENCE)
        if flight.failed and stale is not None and stale.version[0] == version[0]:
            return stale  # of this school still, if not of this hour
        return flight.result

    def _fly(self, flight: _Flight, key: Key, version: Version, stale: Page | None) -> None:
        page: Page | None = self.shelf.get(key)
        if page is not None and page is not stale and page.version == version:
            flight.result = page  # another flight brought it between our look at the shelf and our boarding
            return
        try:
            rendering = render(self.application, *key)
        except Exception:
            logger.exception("Rendering %s%s for the public cache failed", *key)
            flight.failed = True
            return
        flight.failed = rendering.failed
        if rendering.may_be_kept:
            flight.result = page = Page(rendering, version=version, now=time.monotonic())
            self.shelf.put(key, page)
            return
        if not rendering.failed:
            self.shelf.remove(key)  # there is no such page any more
        # An answer that sets a cookie is for one person; nobody gets another's.
        flight.result = None if rendering.sets_cookie else rendering


def _may_fill(key: Key, environ: "WSGIEnvironment") -> bool:
    host, path = key
    if path.startswith(settings.STATIC_URL):
        return False  # the most frequent by far, and never ours
    urlconf = settings.PLATFORM_URLCONF if host == settings.PLATFORM_HOST else settings.ROOT_URLCONF
    return is_public(get_path_info(environ), urlconf)


def _send(page: Page, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None and _matches(asked, page.etag):
        start_response(_UNCHANGED, page.unchanged_headers[:])
        return []
    packed = page.packed
    if packed is not None and _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        start_response(OK, page.packed_headers[:])
        body = packed
    else:
        start_response(OK, page.plain_headers[:])
        body = page.body
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def _matches(asked: str, etag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110, 13.1.2)."""
    if asked == etag:
        return True
    opaque = etag.removeprefix("W/")
    return any(tag.strip() in ("*", etag, opaque) for tag in asked.split(","))


def _accepts_gzip(header: str) -> bool:
    if "gzip" not in header:
        return False
    if "q=0" not in header:
        return True
    weights: dict[str, Any] = {}
    for item in header.split(","):
        name, _, weight = item.partition(";")
        weights[name.strip()] = weight.strip().removeprefix("q=").strip("0.") if weight else "1"
    return bool(weights.get("gzip"))

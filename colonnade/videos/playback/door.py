"""The WSGI layer that serves `/v/…`: signature, grant, object. No Django request, no database."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections

from colonnade.lib.objects import NoSuchObject, NoSuchRange, Stored, Unchanged, media
from colonnade.lib.problems import Forbidden, NotFound, Problem, Unexpected, problem_json, problem_of
from colonnade.lib.tenancy import naming_tenant
from colonnade.tenants.models import tenant_of_host
from colonnade.videos.playback.address import Address, playback_keys, read_address
from colonnade.videos.playback.grants import may_stream, may_watch
from colonnade.videos.playback.places import whose_place
from colonnade.videos.secrecy import KEY_FILE, key_of
from colonnade.videos.storage import CONTENT_TYPES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

HOSTS_KNOWN_FOR = 30.0  # seconds: a school that moves to another host is served at the old one so much longer
MOST_HOSTS = 10_000
# Bytes: any segment. Granian sends what it is given whole while its thread goes on; an iterator holds the thread for as
# long as the viewer takes. Tried with 64 MB: 8 slow readers stopped a server of 2 threads by chunks, not by wholes.
WHOLE_BELOW = 16 * 1024**2

SEGMENT = ".m4s"
# Seconds. An address at the store is of one object, for whoever holds it, and outlives its slot by the grace: a right
# that ends, ends at the door with the next segment, and for those already given out within this time.
SLOT = 300
GRACE = 60

_ONE_RANGE = re.compile(r"bytes=(?:[0-9]{1,15}-[0-9]{0,15}|-[0-9]{1,15})")
_IMMUTABLE = "private, max-age=31536000, immutable"  # a segment's bytes never change under its name
_CHANGING = "private, no-cache"
_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),  # no other site shows a school's pictures
]


def school_of(host: str) -> UUID | None:
    """From the database. Outside a Django request, so a connection that broke meanwhile is let go here."""
    close_old_connections()
    tenant = tenant_of_host(host)
    return tenant.pk if tenant else None


class Playback:
    """Answers `/v/…` itself and hands everything else to the application."""

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        school_of: Callable[[str], UUID | None] = school_of,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.application = application
        self.school_of = school_of
        self.clock = clock
        self._hosts: dict[str, tuple[UUID, float]] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith("/v/"):
            return self.application(environ, start_response)
        try:
            return self._serve(path, environ, start_response)
        except Unchanged:
            etag = environ["HTTP_IF_NONE_MATCH"]
            start_response("304 Not Modified", [*_HEADERS, ("ETag", etag), ("Cache-Control", _cache_control(path))])
            return []
        except Exception as error:
            return _refuse(error, environ, start_response)

    def _serve(self, path: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise _NotAllowed
        address = read_address(path)
        if address is None or address.tenant_id != self._tenant_id(environ.get("HTTP_HOST", "")):
            raise NotFound("There is no video at this address.")
        with naming_tenant(address.tenant_id):
            self._admit(address, environ)
            if address.file.endswith(f"/{KEY_FILE}"):
                return _hand_key(address, environ, start_response)
            if _is_left_to_the_store(address, environ):
                return self._send_on(address, start_response)
            try:
                stored = _open(address, environ)
            except NoSuchObject as error:
                raise NotFound("This part of the video is not there. Reload the page.") from error
            except NoSuchRange as error:
                raise _BeyondTheEnd from error
        return _send(stored, path, environ, start_response)

    def _admit(self, address: Address, environ: "WSGIEnvironment") -> None:
        """Raises Forbidden, TooManyStreams. The signature comes first: without it nothing is asked of the cache."""
        if not address.is_signed_by(playback_keys()):
            raise Forbidden("This address is not valid. Open the video from its lecture.")
        if address.expiry <= self.clock():
            raise Forbidden("This address has expired. Reload the lecture's page to go on.")
        if address.file.endswith(SEGMENT):
            may = may_stream(address.tag, address.video_id, whose=whose_place(environ), now=self.clock())
        else:
            may = may_watch(address.tag, address.video_id)
        if not may:
            raise Forbidden("This video is not open to you any more. Reload the lecture's page to see why.")

    def _send_on(self, address: Address, start_response: "StartResponse") -> Iterable[bytes]:
        """To the store, which then does the work; the same address for a slot, so that the browser knows it again."""
        now = int(self.clock())
        begin = now - now % SLOT
        url = media().public_url(_path(address), at=datetime.fromtimestamp(begin, UTC), seconds=SLOT + GRACE)
        keep = ("Cache-Control", f"private, max-age={begin + SLOT - now}")
        start_response("307 Temporary Redirect", [("Location", url), keep, ("Content-Length", "0")])
        return []

    def _tenant_id(self, netloc: str) -> UUID | None:
        host = netloc.partition(":")[0].lower().rstrip(".")
        now = time.monotonic()
        tenant_id, until = self._hosts.get(host, (None, 0.0))
        if now < until:
            return tenant_id
        tenant_id = self.school_of(host)
        if tenant_id is None:
            return None
        if len(self._hosts) >= MOST_HOSTS:
            self._hosts.clear()
        self._hosts[host] = (tenant_id, now + HOSTS_KNOWN_FOR)
        return tenant_id


class _NotAllowed(Problem):
    status = 405
    code = "method-not-allowed"
    title = "That cannot be done here"

    def __init__(self) -> None:
        super().__init__("Videos can only be read.")
        self.headers["Allow"] = "GET, HEAD"


class _BeyondTheEnd(Problem):
    status = 416
    code = "range-not-satisfiable"
    title = "There is no such part"

    def __init__(self) -> None:
        super().__init__("The file ends before the range that was asked for.")


def _hand_key(address: Address, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """What the segments of an edition are encrypted with: from the database, once each time that a player starts."""
    close_old_connections()
    key = key_of(address.video_id, address.file.removesuffix(f"/{KEY_FILE}"))
    if key is None:
        raise NotFound("This part of the video is not there. Reload the page.")
    kind, size = ("Content-Type", "application/octet-stream"), ("Content-Length", str(len(key)))
    start_response("200 OK", [*_HEADERS, kind, size, ("Cache-Control", "private, no-store")])
    return [key] if environ["REQUEST_METHOD"] == "GET" else []


def _path(address: Address) -> str:
    return f"videos/{address.video_id}/{address.file}"


def _is_left_to_the_store(address: Address, environ: "WSGIEnvironment") -> bool:
    """Segments, which are nearly all of the bytes. What comes before the first of them is spared the second journey.

    A player that cannot reach the store asks for them `?through=app`.
    """
    segment = address.file.endswith(SEGMENT) and environ["REQUEST_METHOD"] == "GET"
    return segment and settings.PLAYBACK_REDIRECTS and environ.get("QUERY_STRING") != "through=app"


def _open(address: Address, environ: "WSGIEnvironment") -> Stored:
    """Raises NoSuchObject, Unchanged, NoSuchRange."""
    path = _path(address)
    body = environ["REQUEST_METHOD"] == "GET"
    known, wanted = environ.get("HTTP_IF_NONE_MATCH", ""), environ.get("HTTP_RANGE", "")
    if not body or not _ONE_RANGE.fullmatch(wanted):  # whatever else is asked for is answered whole, as RFC 9110 allows
        wanted = ""
    stored = media().open(path, byte_range=wanted, known_etag=known, body=body)
    if stored.content_range and environ.get("HTTP_IF_RANGE", stored.etag) != stored.etag:
        stored.close()  # the asker has a part of something else
        return media().open(path)
    return stored


def _send(stored: Stored, path: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    headers = [
        *_HEADERS,
        ("Content-Type", CONTENT_TYPES[PurePosixPath(path).suffix]),
        ("Content-Length", str(stored.size)),
        ("ETag", stored.etag),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", _cache_control(path)),
    ]
    if environ["REQUEST_METHOD"] == "GET" and stored.size <= WHOLE_BELOW:
        body: Iterable[bytes] = [b"".join(stored.chunks)]  # before the status: a store that breaks off is a 503 yet
    else:
        body = _Stream(stored)
    if stored.content_range:
        start_response("206 Partial Content", [*headers, ("Content-Range", stored.content_range)])
    else:
        start_response("200 OK", headers)
    return body


class _Stream:
    """Chunks that free their connection even when the viewer goes away in the middle."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored

    def __iter__(self) -> Iterator[bytes]:
        return self.stored.chunks

    def close(self) -> None:
        self.stored.close()


def _cache_control(path: str) -> str:
    return _CHANGING if path.endswith(".m3u8") else _IMMUTABLE


def _refuse(error: Exception, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    problem = problem_of(error)
    if problem is None:
        logger.exception("Serving %s failed", environ["PATH_INFO"])
        problem = Unexpected("The video could not be read. Reload the page, and write to us if it stays.")
    response = problem_json(problem)
    headers = [*_HEADERS, *response.items(), *problem.headers.items(), ("Cache-Control", "no-store")]
    headers.append(("Content-Length", str(len(response.content))))
    start_response(f"{response.status_code} {response.reason_phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]

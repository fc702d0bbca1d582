"""The WSGI layer that takes heartbeats: the most frequent request of all, and always the same few things to be done.

It answers what is plain and hands the rest to Django as it came: strangers, staff who preview, what cannot be read,
what cannot have been watched. So every rule and every refusal is said in one place, and this one knows the usual case
alone.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from http.cookies import CookieError, SimpleCookie
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings
from pydantic import ValidationError

from colonnade.learning.door.batches import Batches, Told
from colonnade.learning.door.people import People, Person, person_of
from colonnade.learning.door.writing import write
from colonnade.learning.schemas import Heartbeat

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH = re.compile(r"/learn/[-\w]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/progress/")
MOST_BYTES = 64 * 1024
MOST_ARRIVING = (
    16  # bodies at a time, of the server's 64 threads: a heartbeat comes in one piece, unless somebody means ill
)


class Heartbeats:
    """Takes `POST /learn/…/progress/`; everything else is the application's."""

    def __init__(self, application: "WSGIApplication", *, take: Callable[..., Any]) -> None:
        """`take` runs a function in a thread that has connections to the database."""
        self.application = application

        def ask(host: str, session_key: str) -> Person | None:
            person: Person | None = take(person_of, host, session_key)
            return person

        def commit(batch: Sequence[Told]) -> None:
            take(write, batch)

        self._reading = BoundedSemaphore(MOST_ARRIVING)
        self._people = People(ask)
        self._batches = Batches(commit)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        found = environ["REQUEST_METHOD"] == "POST" and _PATH.fullmatch(environ["PATH_INFO"])
        if not found:
            return self.application(environ, start_response)
        answer = self._answer(environ, UUID(found[1]))
        if answer is None:
            return self.application(environ, start_response)
        body = orjson.dumps(answer)
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK", headers)
        return [body]

    def _answer(self, environ: "WSGIEnvironment", lecture_id: UUID) -> dict[str, Any] | None:
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isdecimal() and 0 < int(length) <= MOST_BYTES and _is_own_page(environ)):
            return None
        session_key = _session_key(environ.get("HTTP_COOKIE", ""))
        person = self._people.at(_host(environ), session_key) if session_key else None
        if person is None:
            return None
        if not self._reading.acquire(blocking=False):
            return None  # they dawdle: the turns behind have their own bound, and together they leave threads to others
        try:
            body = environ["wsgi.input"].read(int(length))
        finally:
            self._reading.release()
        environ["wsgi.input"] = BytesIO(body)  # Django may have to read it, too
        try:
            beat = Heartbeat.model_validate_json(body)
        except ValidationError:
            return None
        return self._batches.put(Told(*person, lecture_id, beat))


def _is_own_page(environ: "WSGIEnvironment") -> bool:
    """Whether a page of this very host asks: browsers say where a POST comes from, and no page can lie about it.

    The token besides is what Django asks for; a request without one is Django's to refuse.
    """
    scheme = "https" if settings.TLS else "http"
    own = environ.get("HTTP_ORIGIN") == f"{scheme}://{environ.get('HTTP_HOST', '')}"
    return own and bool(environ.get("HTTP_X_CSRFTOKEN"))


def _host(environ: "WSGIEnvironment") -> str:
    host: str = environ.get("HTTP_HOST", "")
    return host.partition(":")[0].lower()


def _session_key(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""

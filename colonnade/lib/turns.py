"""A WSGI layer that lets few requests at a time into Python's work, each only once it has arrived whole.

Python works on one thing at a time, so requests that share it finish late together; in turns the first is done first.
And whoever sends slowly, or stops sending, waits in a thread that costs nothing, rather than in one of the few that
hold database connections: see `tests/lib/test_turns.py`.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from colonnade.lib.problems import Invalid, Problem, Unavailable, problem_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
T = TypeVar("T")

MOST_BYTES = 32 * 1024**2  # of a body: pictures at most, as videos and archives go straight to the object store
_IN_MEMORY = 1024**2
_AT_A_TIME = 64 * 1024


class Turns:
    """At most `at_once` requests are worked on, `arriving` more may be sending their bodies; GET needs no such place.

    Answers are taken whole, so that a slow reader holds no turn either.
    """

    def __init__(self, application: "WSGIApplication", *, at_once: int, arriving: int = 32) -> None:
        self.application = application
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="turn")
        self._places = BoundedSemaphore(arriving)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with SpooledTemporaryFile[bytes](_IN_MEMORY) as body:
            try:
                self._receive(environ, body)
            except Problem as problem:
                return _refuse(problem, start_response)
            return [self.take(self._answer, environ, start_response)]

    def take(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result, or what it raises, after a turn in one of the threads that hold connections."""
        return self._pool.submit(function, *args, **kwargs).result()

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> bytes:
        chunks = self.application(environ, start_response)
        try:
            return b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()  # Django lets go of its connections here, so it happens in the same thread

    def _receive(self, environ: "WSGIEnvironment", body: "SpooledTemporaryFile[bytes]") -> None:
        declared = environ.get("CONTENT_LENGTH") or ""
        if declared not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ:
            if not self._places.acquire(blocking=False):
                raise Unavailable("Too many uploads are under way here. Try again in a few seconds.")
            try:
                size = _read(environ, body, declared)
            finally:
                self._places.release()
            environ["CONTENT_LENGTH"] = str(size)  # a chunked body has a length now, too
        environ["wsgi.input"] = body


class _TooLarge(Problem):
    status = 413
    code = "too-large"
    title = "That is too large"


def _read(environ: "WSGIEnvironment", body: "SpooledTemporaryFile[bytes]", declared: str) -> int:
    """Bytes written into `body`, which is at its start again. Raises Problem if they are too many or too few."""
    too_large = _TooLarge(f"What was sent is larger than {MOST_BYTES // 1024**2} MB.")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise too_large
    source = environ["wsgi.input"]
    while chunk := source.read(_AT_A_TIME):
        body.write(chunk)
        if body.tell() > MOST_BYTES:
            raise too_large
    size = body.tell()
    if declared.isdecimal() and size < int(declared):
        raise Invalid("The request broke off before its end. Send it again.")  # half a form is no form
    body.seek(0)
    return size


def _refuse(problem: Problem, start_response: "StartResponse") -> Iterable[bytes]:
    response = problem_json(problem)
    headers = [*response.items(), *problem.headers.items(), ("Content-Length", str(len(response.content)))]
    start_response(f"{response.status_code} {response.reason_phrase}", headers)
    return [response.content]

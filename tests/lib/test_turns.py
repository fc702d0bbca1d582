"""Few requests at a time are worked on, whole ones only."""

from collections.abc import Iterable
from io import BytesIO
from threading import Barrier, Event, Lock, Thread, current_thread
from typing import Any

import orjson
import pytest

from colonnade.lib import turns
from colonnade.lib.turns import Turns

PATIENCE = 20.0  # seconds


class Echo:
    """Answers with the body it was sent; remembers who worked and whether the answer was closed."""

    def __init__(self) -> None:
        self.workers: set[str] = set()
        self.closed_by: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.workers.add(current_thread().name)
        start_response("200 OK", [])
        return _Answer(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)), self)


class _Answer:
    def __init__(self, body: bytes, echo: Echo) -> None:
        self.body, self.echo = body, echo

    def __iter__(self) -> Any:
        return iter([self.body[:3], self.body[3:]])

    def close(self) -> None:
        self.echo.closed_by.append(current_thread().name)


class SlowBody:
    """Gives nothing until it is told to."""

    def __init__(self, body: bytes) -> None:
        self.body, self.asked, self.go_on = BytesIO(body), Event(), Event()

    def read(self, size: int) -> bytes:
        self.asked.set()
        assert self.go_on.wait(PATIENCE)
        return self.body.read(size)


def ask(application: Any, body: Any = b"", **environ: str) -> tuple[str, bytes]:
    stream = BytesIO(body) if isinstance(body, bytes) else body
    if isinstance(body, bytes) and body and "HTTP_TRANSFER_ENCODING" not in environ:
        environ.setdefault("CONTENT_LENGTH", str(len(body)))
    answered: list[str] = []
    given = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": stream, **environ}
    chunks = application(given, lambda status, headers: answered.append(status))
    return answered[0], b"".join(chunks)


def test_a_body_arrives_as_it_was_sent_also_in_chunks_without_a_length() -> None:
    application = Turns(Echo(), at_once=1)
    assert ask(application, b"all of it") == ("200 OK", b"all of it")
    assert ask(application, b"in chunks", HTTP_TRANSFER_ENCODING="chunked") == ("200 OK", b"in chunks")
    assert ask(application) == ("200 OK", b"")


def test_the_threads_that_work_are_few_and_close_what_they_opened() -> None:
    echo = Echo()
    application = Turns(echo, at_once=2)
    threads = [Thread(target=ask, args=(application, b"body")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(echo.closed_by) == 20
    assert len(echo.workers) <= 2
    assert set(echo.closed_by) <= echo.workers


def test_no_more_than_so_many_work_at_once() -> None:
    together, most, lock, met = 0, 0, Lock(), Barrier(2)

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        met.wait(PATIENCE)  # both of two are in, or it breaks
        with lock:
            together -= 1
        start_response("200 OK", [])
        return []

    gate = Turns(application, at_once=2)
    threads = [Thread(target=ask, args=(gate,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert most == 2


def test_who_sends_slowly_holds_no_turn_and_too_many_of_them_are_sent_away() -> None:
    application = Turns(Echo(), at_once=1, arriving=2)
    slow = [SlowBody(b"slow"), SlowBody(b"slow")]
    answers: list[tuple[str, bytes]] = []
    threads = [
        Thread(target=lambda body=body: answers.append(ask(application, body, CONTENT_LENGTH="4"))) for body in slow
    ]
    for thread, body in zip(threads, slow, strict=True):
        thread.start()
        assert body.asked.wait(PATIENCE)
    assert ask(application, REQUEST_METHOD="GET") == ("200 OK", b"")  # others are served meanwhile
    status, refusal = ask(application, b"one too many")
    assert status == "503 Service Unavailable"
    assert "Try again" in orjson.loads(refusal)["detail"]
    for body in slow:
        body.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert answers == [("200 OK", b"slow")] * 2
    assert ask(application, b"room again") == ("200 OK", b"room again")


def test_half_a_body_is_refused_before_anything_is_done_with_it() -> None:
    echo = Echo()
    status, body = ask(Turns(echo, at_once=1), b"half", CONTENT_LENGTH="8")
    assert status == "422 Unprocessable Entity"
    assert "broke off" in orjson.loads(body)["detail"]
    assert not echo.workers


@pytest.mark.parametrize("environ", [{}, {"HTTP_TRANSFER_ENCODING": "chunked"}], ids=["declared", "chunked"])
def test_a_body_that_is_too_large_is_refused(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_BYTES", 3 * 1024**2)
    echo = Echo()
    application = Turns(echo, at_once=1)
    assert ask(application, bytes(3 * 1024**2), **environ)[0] == "200 OK"
    echo.workers.clear()
    status, body = ask(application, bytes(3 * 1024**2 + 1), **environ)
    assert status == "413 Request Entity Too Large"
    assert "3 MB" in orjson.loads(body)["detail"]
    assert not echo.workers


def test_what_goes_wrong_in_a_turn_is_told_to_the_one_whose_turn_it_was() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise LookupError("in there")

    gate = Turns(application, at_once=1)
    with pytest.raises(LookupError, match="in there"):
        ask(gate)
    with pytest.raises(LookupError, match="in there"):
        ask(gate)  # its thread is there for the next

"""Heartbeats at the door before Django: the usual ones are written in batches, all others are Django's as they came."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Event, Semaphore
from typing import Any

import orjson
import pytest
from django.db import connections
from django.utils import timezone

from colonnade.accounts.models import Session, User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Lecture, Opening
from colonnade.enrollment.actions import revoke_enrollment
from colonnade.enrollment.models import Enrollment
from colonnade.learning.door import Heartbeats, door, people
from colonnade.learning.models import Progress
from colonnade.learning.reads import lecture_standings
from tests.factories import School


class Django:
    """Stands behind the door and notes what comes through."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b"Django"]


def take(function: Callable[..., Any], *arguments: Any) -> Any:
    """As turns do: in a thread that has connections of its own."""

    def run() -> Any:
        try:
            return function(*arguments)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


class Seat:
    """Somebody with a session before the door."""

    def __init__(self, school: School, user: User, lecture: Lecture) -> None:
        self.school, self.lecture, self.behind = school, lecture, Django()
        self.cookie = school.client(user).cookies["sessionid"].value
        self.heartbeats = Heartbeats(self.behind, take=take)

    def beat(self, *ranges: list[int], position: float = 9, body: bytes | None = None, **environ: Any) -> Any:
        """The door's answer; None where it was Django's."""
        data = body if body is not None else orjson.dumps({"ranges": ranges, "position": position})
        host = f"{self.school.host}:8000"
        whole = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/learn/a-course/{self.lecture.pk}/progress/",
            "HTTP_HOST": host,
            "HTTP_ORIGIN": f"http://{host}",
            "HTTP_COOKIE": f"theme=dark; sessionid={self.cookie}",
            "HTTP_X_CSRFTOKEN": "token",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.input": BytesIO(data),
        }
        answers = b"".join(self.heartbeats(whole | environ, lambda *_: lambda _: None))
        return None if answers == b"Django" else orjson.loads(answers)


@pytest.fixture
def student(school: School) -> User:
    return school.person()


@pytest.fixture
def lecture(school: School, student: User) -> Lecture:
    """A minute, opened a day ago."""
    course = school.course()
    school.enroll(student, course)
    day_ago = timezone.now() - timedelta(days=1)
    with school:
        Enrollment.objects.update(created_at=day_ago)
        lecture = Lecture.objects.select_related("video").get(course=course)
        Progress.objects.create(lecture=lecture, user=student, started_at=day_ago)
    return lecture


@pytest.fixture
def seat(school: School, student: User, lecture: Lecture) -> Seat:
    return Seat(school, student, lecture)


def kept(school: School) -> Progress:
    with school:
        return Progress.objects.get()


def test_a_heartbeat_is_written_before_it_is_acknowledged(school: School, seat: Seat) -> None:
    assert seat.beat([0, 10], [5, 30]) == {"watched_percent": 50, "completed": False}
    assert (kept(school).watched_seconds, kept(school).position) == (30, 9)
    assert not seat.behind.bodies


def test_it_comes_to_the_same_as_by_django(school: School, seat: Seat, student: User, lecture: Lecture) -> None:
    seat.beat([0, 30], [58, 99], position=1e9)
    progress = kept(school)
    assert (progress.watched_seconds, progress.position) == (32, 60), "cut to the video"
    with school:
        assert lecture_standings(student.pk, [lecture.course_id])[lecture.pk].percent == 53


def test_enough_seconds_complete_the_lecture_once(school: School, seat: Seat, student: User) -> None:
    assert seat.beat([0, 56])["completed"] is False
    assert seat.beat([56, 57])["completed"] is True
    done = kept(school).completed_at
    assert seat.beat([0, 1])["completed"] is True
    assert kept(school).completed_at == done
    with school:
        assert AuditEntry.objects.filter(action="lecture.completed", by_id=student.pk).count() == 1


def test_what_is_late_moves_the_position_on_but_never_back(school: School, seat: Seat) -> None:
    seat.beat([0, 5], position=40)
    seat.beat(body=b'{"ranges":[[5,9]],"position":9,"late":true}')
    assert (kept(school).watched_seconds, kept(school).position) == (9, 40)
    seat.beat(body=b'{"ranges":[[9,10]],"position":50,"late":true}')
    assert kept(school).position == 50
    seat.beat([10, 11], position=11)
    assert kept(school).position == 11


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": None},
        {"HTTP_X_CSRFTOKEN": ""},
        {"HTTP_COOKIE": ""},
        {"HTTP_COOKIE": "sessionid=unknown"},
        {"HTTP_HOST": "localhost:8000", "HTTP_ORIGIN": "http://localhost:8000"},
        {"HTTP_HOST": "nobody.localhost:8000", "HTTP_ORIGIN": "http://nobody.localhost:8000"},
        {"REQUEST_METHOD": "GET"},
        {"PATH_INFO": "/learn/a-course/"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": str(door.MOST_BYTES + 1)},
    ],
)
def test_whoever_is_not_plainly_on_their_own_page_is_djangos(
    school: School, seat: Seat, environ: dict[str, Any]
) -> None:
    assert seat.beat([0, 5], **environ) is None
    assert seat.behind.bodies == [b'{"ranges":[[0,5]],"position":9}'], "as it came"
    assert kept(school).watched_seconds == 0


@pytest.mark.parametrize(
    "body", [b"nonsense", b'{"ranges":[[5,1]],"position":0}', b'{"ranges":[[0,5]],"position":-1}', b"[]"]
)
def test_what_cannot_be_read_is_djangos_to_refuse(school: School, seat: Seat, body: bytes) -> None:
    assert seat.beat(body=body) is None
    assert seat.behind.bodies == [body]


def test_a_session_of_another_school_is_nobodys_here(school: School, other_school: School, seat: Seat) -> None:
    seat.cookie = other_school.client(other_school.person()).cookies["sessionid"].value
    assert seat.beat([0, 5]) is None


def test_more_than_can_have_been_watched_is_djangos_to_refuse(school: School, seat: Seat) -> None:
    with school:
        Progress.objects.update(started_at=timezone.now())
    assert seat.beat([0, 60]) is None
    assert kept(school).watched_seconds == 0


def test_who_was_shut_out_adds_nothing_from_that_moment_on(school: School, seat: Seat, student: User) -> None:
    assert seat.beat([0, 5])
    with school:
        revoke_enrollment(enrollment=Enrollment.objects.get(user=student), by=student)
    assert seat.beat([5, 10]) is None
    with school:
        Enrollment.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert seat.beat([5, 10]) is None
    assert kept(school).watched_seconds == 5


def test_a_course_with_rules_is_djangos(school: School, seat: Seat, lecture: Lecture) -> None:
    with school:
        Opening.objects.create(course=lecture.course, lecture=lecture, days=3)
    assert seat.beat([0, 5]) is None


def test_a_lecture_whose_page_was_never_opened_is_djangos(school: School, seat: Seat) -> None:
    with school:
        Progress.objects.all().delete()
    assert seat.beat([0, 5]) is None


def test_who_signed_out_is_unknown_after_a_while(school: School, seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "KNOWN_FOR", 0)
    assert seat.beat([0, 5])
    with school:
        Session.objects.filter(session_key=seat.cookie).delete()
    assert seat.beat([5, 9]) is None


def test_two_devices_at_once_lose_nothing(school: School, student: User, lecture: Lecture) -> None:
    """Both may come into one batch: then one is written in it, and the other is Django's."""
    first, second = Seat(school, student, lecture), Seat(school, student, lecture)
    second.heartbeats = first.heartbeats
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda pair: pair[0].beat(pair[1]), [(first, [0, 10]), (second, [20, 30])]))
    written = sum(10 for answer in answers if answer)
    assert kept(school).watched_seconds == written
    assert len(first.behind.bodies) == answers.count(None)


def test_a_batch_that_fails_is_tried_one_by_one(school: School, seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seat.beat([0, 1])  # who it is, is known

    def broken(function: Callable[..., Any], *arguments: Any) -> Any:
        raise OSError("no database")

    seat.heartbeats._batches._write = lambda batch: broken(take)
    assert seat.beat([0, 5]) is None
    assert seat.behind.bodies


def test_people_who_dawdle_keep_nobody_waiting(school: School, seat: Seat) -> None:
    arriving, sent = Semaphore(0), Event()

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            arriving.release()
            sent.wait(20)
            return super().read(size)

    body = orjson.dumps({"ranges": [[0, 5]], "position": 5})

    def dawdle() -> Any:
        slowly: dict[str, Any] = {"wsgi.input": Slow(body)}
        return seat.beat(body=body, **slowly)

    with ThreadPoolExecutor(door.MOST_ARRIVING) as crowd:
        waiting = [crowd.submit(dawdle) for _ in range(door.MOST_ARRIVING)]
        assert all(arriving.acquire(timeout=20) for _ in waiting)
        assert seat.beat([0, 5]) is None  # Django's, at once
        sent.set()
        assert any(answer.result() for answer in waiting)  # one of a batch; the others of this person are Django's

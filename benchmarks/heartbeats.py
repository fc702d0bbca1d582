"""Heartbeats through HTTP, as players send them: how many a second, and whether any that was acknowledged is lost.

Goal: 1,500 a second on 2 cores, which database and client share; and when the web's processes are killed with -9 at
the height of it, every second that was acknowledged is in the database. Each connection is a student of their own who
tells the next five seconds as soon as the last were acknowledged.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from uuid import UUID

from benchmarks.clients import HERE, percentile
from benchmarks.house import Database, House, cpu_seconds
from colonnade.lib.embedded.ports import choose

STUDENTS = 64
SECONDS = 8.0
GOAL = 1_500
LENGTH = 4 * 3600  # of the video: nobody comes to its end
WORKERS = 2


@dataclass
class Student:
    """A connection that has acknowledged the seconds of a lecture up to `told`."""

    cookie: str
    user_id: UUID
    connection: socket.socket | None = None
    told: int = 0
    sent_at: float = 0
    waits: list[float] = field(default_factory=list)


def main() -> int:
    with House() as house:
        database = house.database("heartbeats")
        database.open()
        school = _School.open()
        with _Web(database) as web:
            _beat(web.port, school, seconds=2)  # sessions become known, connections open
            used = cpu_seconds()
            count, took = _beat(web.port, school, seconds=SECONDS)
            used = cpu_seconds() - used
            rate = count / took
            waits = [wait for student in school.students for wait in student.waits]
            print(
                f"{rate:,.0f} heartbeats a second of {STUDENTS} students, p50 {percentile(waits, 50):.0f} ms, "
                f"p95 {percentile(waits, 95):.0f} ms, {used / count * 1000:.2f} ms of CPU each (goal: {GOAL:,})"
            )
            alone, took_alone = _beat(web.port, school, seconds=3, by_the_door=False)
            print(
                f"{alone / took_alone:,.0f} a second by Django alone, one by one: {rate / alone * took_alone:.1f} times"
            )
            _beat(web.port, school, seconds=3, kill=web)
        lost = school.lost()
    print(f"killed with -9 while {STUDENTS} beat: {lost} acknowledged seconds lost (goal: 0)")
    return 0 if rate >= GOAL and not lost else 1


class _Web:
    """`colonnade web` in a session of its own, so that all its processes can be killed at once."""

    def __init__(self, database: Database) -> None:
        self.port = choose(1, 0, set())
        environment = database.whole() | {"PORT": str(self.port), "HOST": HERE, "WEB_WORKERS": str(WORKERS)}
        environment["PUBLIC_PORT"] = str(self.port)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "colonnade", "web"], env=environment, start_new_session=True
        )

    def __enter__(self) -> "_Web":
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection((HERE, self.port), timeout=1).close()
                time.sleep(1)  # the second process
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The web server does not answer.")

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.process.wait(10)

    def kill(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


@dataclass
class _School:
    host: str
    path: str
    tenant_id: UUID
    students: list[Student]

    @classmethod
    def open(cls) -> "_School":
        from datetime import timedelta

        from django.utils import timezone

        from colonnade.courses.models import Lecture
        from colonnade.enrollment.models import Enrollment
        from colonnade.learning.models import Progress
        from tests import factories

        school = factories.school("The benchmark's school")
        course = school.course("The course", lectures=1)
        people = [school.person() for _ in range(STUDENTS)]
        long_ago = timezone.now() - timedelta(days=30)
        with school:
            lecture = Lecture.objects.get(course=course)
            lecture.video = school.video(duration=LENGTH)
            lecture.save()
            for person in people:
                school.enroll(person, course)
            Enrollment.objects.update(created_at=long_ago)
            Progress.objects.bulk_create(Progress(lecture=lecture, user=each, started_at=long_ago) for each in people)
        students = [Student(school.client(each).cookies["sessionid"].value, each.pk) for each in people]
        return cls(school.host, f"/learn/{course.slug}/{lecture.pk}/progress/", school.tenant.pk, students)

    def lost(self) -> int:
        """Acknowledged seconds that the database has not."""
        from colonnade.learning.models import Progress
        from colonnade.lib.tenancy import tenant_scope

        with tenant_scope(self.tenant_id):
            kept = dict(Progress.objects.values_list("user_id", "watched_seconds"))
        return sum(max(0, student.told - kept.get(student.user_id, 0)) for student in self.students)


def _beat(
    port: int, school: _School, *, seconds: float, kill: _Web | None = None, by_the_door: bool = True
) -> tuple[int, float]:
    """How many were acknowledged, and the seconds it took. With `kill`, the server dies half-way."""
    began, count = time.perf_counter(), 0
    with selectors.DefaultSelector() as selector:
        for student in school.students:
            student.waits = []
            student.connection = socket.create_connection((HERE, port))
            student.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(student.connection, selectors.EVENT_READ, student)
            _send(student, school, port, by_the_door)
        while (now := time.perf_counter()) < began + seconds and selector.get_map():
            if kill and now > began + seconds / 2:
                kill.kill()
            for key, _ in selector.select(0.2):
                count += _hear(key.data, selector, school, port, by_the_door)
    for student in school.students:
        assert student.connection is not None
        student.connection.close()
    return count, time.perf_counter() - began


def _hear(student: Student, selector: selectors.BaseSelector, school: _School, port: int, by_the_door: bool) -> int:
    """1 for an acknowledgement; a connection that broke is let go."""
    assert student.connection is not None
    try:
        answer = student.connection.recv(65536)
    except OSError:
        answer = b""
    if not answer:
        selector.unregister(student.connection)
        return 0
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"Answered {answer[:300]!r}")
    student.waits.append((time.perf_counter() - student.sent_at) * 1000)
    student.told += 5
    if student.told < LENGTH - 600:
        _send(student, school, port, by_the_door)
    return 1


def _send(student: Student, school: _School, port: int, by_the_door: bool) -> None:
    """Without an origin, the door hands it on."""
    body = b'{"ranges":[[%d,%d]],"position":%d}' % (student.told, student.told + 5, student.told + 5)
    host = f"{school.host}:{port}"
    lines = [
        f"POST {school.path} HTTP/1.1", f"Host: {host}", *([f"Origin: http://{host}"] if by_the_door else []),
        f"Cookie: sessionid={student.cookie}; csrftoken={'a' * 32}", f"X-CSRFToken: {'a' * 32}",
        "Content-Type: application/json", f"Content-Length: {len(body)}",
    ]  # fmt: skip
    assert student.connection is not None
    student.sent_at = time.perf_counter()
    student.connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


if __name__ == "__main__":
    sys.exit(main())

"""One school's pages in a database of 10 schools, and in one of 10,000 schools with a million enrollments.

Both databases stand beside each other and are asked in turn, by one visitor. Goal: at most 1.2 times as slow.
"""

import json
import statistics
import sys
import time
from typing import Any

from benchmarks.clients import Request, visit_in_turn
from benchmarks.house import Database, House

SMALL, LARGE = 10, 10_000
STUDENTS, COURSES = 20, 5  # of each of the other schools: 100 enrollments a school
ROUNDS = 25
SECONDS = 0.25
GOAL = 1.2


def main() -> int:
    with House() as house:
        small, large = house.database("small"), house.database("large")
        few = _fill(small, SMALL)
        many = _fill(large, LARGE)
        with small.web() as small_port, large.web() as large_port:
            ratios = {name: _ratio(name, small_port, few, large_port, many) for name in few}
    worst = max(ratios, key=lambda name: ratios[name])
    print(f"slowest: {worst}, {ratios[worst]:.2f} times as slow  (goal ≤ {GOAL})")
    return 0 if ratios[worst] <= GOAL else 1


def _fill(database: Database, schools: int) -> dict[str, Request]:
    began = time.monotonic()
    answer: dict[str, Any] = json.loads(database.run("-m", "benchmarks.many_schools", "fill", str(schools)))
    print(
        f"{schools:,} schools, {answer['users']:,} people, {answer['courses']:,} courses, "
        f"{answer['enrollments']:,} enrollments: filled in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return {name: Request(answer["host"], path, {"Cookie": cookie}) for name, (path, cookie) in answer["pages"].items()}


def _ratio(name: str, small: int, few: dict[str, Request], large: int, many: dict[str, Request]) -> float:
    """How many times as slow the page is in the large database: the median over rounds that alternate."""
    for port, requests in ((small, few), (large, many)):
        visit_in_turn(port, [requests[name]], users=1, seconds=0.5)
    pairs = [
        (
            statistics.median(visit_in_turn(small, [few[name]], users=1, seconds=SECONDS)),
            statistics.median(visit_in_turn(large, [many[name]], users=1, seconds=SECONDS)),
        )
        for _ in range(ROUNDS)
    ]
    ratio = statistics.median(slow / fast for fast, slow in pairs)
    fast, slow = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<16}{fast:>7.1f} ms → {slow:>6.1f} ms{ratio:>8.2f}", flush=True)
    return ratio


# Statements of the owner, who may write to all schools. UUIDv7, so that keys lie in the index as real ones do.
_OTHERS = """
CREATE TEMPORARY TABLE another AS SELECT uuidv7() AS id, n FROM generate_series(1, {schools}) n;
INSERT INTO tenants_tenant (id, name, subdomain, instructor_name, time_zone, brand_color, created_at, public_version)
    SELECT id, 'School ' || n, 'another-' || n, 'An instructor', 'UTC', '', now(), 1 FROM another;
CREATE TEMPORARY TABLE person AS
    SELECT uuidv7() AS id, another.id AS tenant, s.n FROM another, generate_series(1, {students}) AS s(n);
INSERT INTO accounts_user (id, tenant_id, email, name, role, is_active, created_at, password)
    SELECT id, tenant, 'student-' || n || '@example.org', 'Student ' || n, 'student', true, now(), '!' FROM person;
CREATE TEMPORARY TABLE taught AS
    SELECT uuidv7() AS id, another.id AS tenant, s.n FROM another, generate_series(1, {courses}) AS s(n);
INSERT INTO courses_course (id, tenant_id, title, slug, description, thumbnail, created_at, updated_at, published_at,
                            published_by_id)
    SELECT id, tenant, 'Course ' || n, 'course-' || n, 'Words.', '', now(), now(), now(), id FROM taught;
INSERT INTO enrollment_enrollment (id, tenant_id, user_id, course_id, created_at)
    SELECT uuidv7(), person.tenant, person.id, taught.id, now() FROM person JOIN taught USING (tenant);
INSERT INTO audit_auditentry (id, tenant_id, at, action, by_label, subject_type, subject_id, subject_label, data)
    SELECT uuidv7(), tenant, now(), 'course.published', 'owner@example.org', 'Course', id, 'Course ' || n, '{{}}'
    FROM taught;
"""


def fill(schools: int) -> int:
    """The measured school among `schools` others; prints where its pages are, as JSON."""
    import django

    django.setup()
    from django.db import connections

    from benchmarks.school import Measured, analyze

    with connections["owner"].cursor() as cursor:
        cursor.execute(_OTHERS.format(schools=schools, students=STUDENTS, courses=COURSES))
    measured = Measured.open(courses=10)
    analyze()
    with connections["owner"].cursor() as cursor:
        counts = {}
        for name, table in (("users", "accounts_user"), ("courses", "courses_course")):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[name] = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM enrollment_enrollment")
        counts["enrollments"] = cursor.fetchone()[0]
    pages = {}
    for name, (_, path) in measured.paths().items():
        pages[name] = (path, measured.requests(name)[0].headers["Cookie"])
    print(json.dumps(counts | {"host": measured.school.host, "pages": pages}))
    return 0


if __name__ == "__main__":
    sys.exit(fill(int(sys.argv[2])) if sys.argv[1:2] == ["fill"] else main())

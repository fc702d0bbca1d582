"""Students in a list: who they are, a few of their courses, when they were last seen."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from colonnade.learning.reads import CourseStanding, course_standings
from colonnade.lib.tenancy import current_tenant_id

SHOWN = 3  # courses of each

# Models cost more than the queries: a list of 25 with eleven courses each was 275 of them, of which 75 were shown.
_LATEST = """
SELECT user_id, course_id, title, is_closed, others
FROM (
    SELECT held.user_id, held.course_id, course.title,
        (held.revoked_at IS NOT NULL OR held.expires_at <= now()) IS TRUE AS is_closed,
        row_number() OVER (
            PARTITION BY held.user_id ORDER BY held.course_id IS NOT DISTINCT FROM %(course)s DESC, held.created_at DESC
        ) AS place,
        count(*) OVER (PARTITION BY held.user_id) - %(shown)s AS others
    FROM enrollment_enrollment AS held
    JOIN courses_course AS course ON course.tenant_id = held.tenant_id AND course.id = held.course_id
    WHERE held.tenant_id = %(tenant)s AND held.user_id = ANY(%(users)s)
) AS each
WHERE place <= %(shown)s
ORDER BY user_id, place
"""

_SEEN = """
SELECT user_id, max(updated_at) FROM learning_progress
WHERE tenant_id = %(tenant)s AND user_id = ANY(%(users)s) GROUP BY user_id
"""


@dataclass(frozen=True)
class Shown:
    """One of somebody's courses."""

    title: str
    is_closed: bool
    standing: CourseStanding


@dataclass(frozen=True)
class Listed:
    """`others`: how many courses more there are than those shown. `last_seen`: when they last watched or signed in."""

    id: UUID
    name: str
    email: str
    courses: list[Shown]
    others: int
    last_seen: datetime | None


def listed(people: Iterable[tuple[UUID, str, str, datetime | None]], course_id: UUID | None = None) -> list[Listed]:
    """Rows for people given as id, name, address and last sign-in; the course named comes first. Three queries."""
    rows = list(people)
    values: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "users": [row[0] for row in rows],
        "course": course_id,
        "shown": SHOWN,
    }
    courses: dict[UUID, list[tuple[UUID, str, bool]]] = defaultdict(list)
    others: dict[UUID, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, values)
        for user, course, title, is_closed, more in cursor.fetchall():
            courses[user].append((course, title, is_closed))
            others[user] = max(0, more)
        cursor.execute(_SEEN, values)
        seen: dict[UUID, datetime] = dict(cursor.fetchall())
    far = course_standings(values["users"], {course for each in courses.values() for course, *_ in each})
    return [
        Listed(
            id=user,
            name=name,
            email=email,
            courses=[
                Shown(title, is_closed, far.get((user, course), CourseStanding()))
                for course, title, is_closed in courses[user]
            ],
            others=others.get(user, 0),
            last_seen=max(filter(None, [last_login, seen.get(user)]), default=None),
        )
        for user, name, email, last_login in rows
    ]

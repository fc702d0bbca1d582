"""How far people are: one query for the student's pages, the staff's and the API, so that all say the same.

A lecture counts in its course's percentage once it can be watched, all count alike, and a completed one counts whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from colonnade.lib.tenancy import current_tenant_id
from colonnade.videos.models import VideoState

COUNTED = Q(video__state=VideoState.READY) | Q(video__playable_at__isnull=False) | Q(filled_at__isnull=False)
"""Lectures that can be taken, as the queries below have it, for filters on lectures."""

# A row per enrollment and lecture that can be taken, or was: a video being replaced takes nothing from anybody.
_EACH = """
SELECT present.user_id, lecture.course_id, lecture.id AS lecture_id, progress.position,
    progress.completed_at, progress.updated_at,
    CASE WHEN video.id IS NULL AND progress.completed_at IS NOT NULL THEN 100
        ELSE watched_percent(progress.watched_seconds, video.duration) END AS percent
FROM enrollment_enrollment AS present
JOIN courses_lecture AS lecture ON lecture.tenant_id = present.tenant_id AND lecture.course_id = present.course_id
LEFT JOIN videos_video AS video
    ON video.tenant_id = lecture.tenant_id AND video.id = lecture.video_id
    AND (video.state = 'ready' OR video.playable_at IS NOT NULL)
LEFT JOIN learning_progress AS progress
    ON progress.tenant_id = present.tenant_id AND progress.user_id = present.user_id
    AND progress.lecture_id = lecture.id
    AND progress.user_id = ANY(%(users)s)  -- says it again: else the whole school's rows are read for a page of people
WHERE present.tenant_id = %(tenant)s AND present.user_id = ANY(%(users)s)
    AND (%(courses)s::uuid[] IS NULL OR present.course_id = ANY(%(courses)s))
    AND (video.id IS NOT NULL OR lecture.filled_at IS NOT NULL OR progress.completed_at IS NOT NULL)
"""

_PERCENT = "avg(CASE WHEN completed_at IS NULL THEN percent ELSE 100 END)"

_COURSES = f"""
SELECT user_id, course_id, count(*), count(completed_at), floor({_PERCENT})::integer, max(updated_at)
FROM ({_EACH}) AS each GROUP BY user_id, course_id
"""  # noqa: S608  # all pieces are ours

_COURSE_AND_LECTURES = f"""
SELECT lecture_id, percent, position, completed_at, updated_at,
    count(*) OVER (), count(completed_at) OVER (), floor({_PERCENT} OVER ())::integer, max(updated_at) OVER ()
FROM ({_EACH}) AS each
"""  # noqa: S608

_LECTURES = f"""
SELECT lecture_id, percent, position, completed_at, updated_at
FROM ({_EACH}) AS each
"""  # noqa: S608

# As little as a grid shows: of 5,000 cells, moments alone took a third of the time.
_CELLS = f"""
SELECT user_id, lecture_id, CASE WHEN completed_at IS NULL THEN percent ELSE %(done)s END
FROM ({_EACH}) AS each
"""  # noqa: S608

DONE = 101
"""A cell of a completed lecture; others are percent."""


@dataclass(frozen=True)
class CourseStanding:
    """How far one person is in one course."""

    lectures: int = 0
    completed: int = 0
    percent: int = 0
    last_seen: datetime | None = None

    @property
    def is_complete(self) -> bool:
        return 0 < self.lectures == self.completed


@dataclass(frozen=True)
class LectureStanding:
    """How far one person is in one lecture; `percent` is of its seconds, `position` where to go on."""

    percent: int = 0
    position: float = 0
    completed_at: datetime | None = None
    last_seen: datetime | None = None


def course_standings(
    user_ids: Iterable[UUID], course_ids: Iterable[UUID] | None = None
) -> dict[tuple[UUID, UUID], CourseStanding]:
    """By person and course, for these courses or every course a person is or was in.

    Courses with nothing to watch are left out.
    """
    courses = None if course_ids is None else list(course_ids)
    values: dict[str, Any] = {"tenant": current_tenant_id(), "users": list(user_ids), "courses": courses}
    with connection.cursor() as cursor:
        cursor.execute(_COURSES, values)
        return {(user, course): CourseStanding(*facts) for user, course, *facts in cursor.fetchall()}


def standings_within(user_id: UUID, course_id: UUID) -> tuple[CourseStanding, dict[UUID, LectureStanding]]:
    """The person's standing in the course, and in each of its lectures. One query."""
    values: dict[str, Any] = {"tenant": current_tenant_id(), "users": [user_id], "courses": [course_id]}
    course, lectures = CourseStanding(), {}
    with connection.cursor() as cursor:
        cursor.execute(_COURSE_AND_LECTURES, values)
        for lecture, percent, position, completed_at, updated_at, *whole in cursor.fetchall():
            course = CourseStanding(*whole)
            lectures[lecture] = LectureStanding(percent, position or 0, completed_at, updated_at)
    return course, lectures


def lecture_standings(user_id: UUID, course_ids: Iterable[UUID]) -> dict[UUID, LectureStanding]:
    """By lecture. Empty for courses that the person was never in, as for staff looking at one."""
    values: dict[str, Any] = {"tenant": current_tenant_id(), "users": [user_id], "courses": list(course_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_LECTURES, values)
        return {
            lecture: LectureStanding(percent, position or 0, completed_at, updated_at)
            for lecture, percent, position, completed_at, updated_at in cursor.fetchall()
        }


def cells(user_ids: Iterable[UUID], course_id: UUID) -> dict[UUID, dict[UUID, int]]:
    """By person and lecture of one course: the percent, or DONE. One query."""
    found: dict[UUID, dict[UUID, int]] = {user: {} for user in user_ids}
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "users": list(found), "courses": [course_id], "done": DONE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, values)
        for user, lecture, cell in cursor.fetchall():
            found[user][lecture] = cell
    return found

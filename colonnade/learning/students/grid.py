"""Students × lectures of one course: a page of rows at a time, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from colonnade.courses.models import Course, Lecture
from colonnade.learning.reads import CourseStanding, cells, course_standings


@dataclass(frozen=True)
class Column:
    id: UUID
    title: str
    section: str


@dataclass(frozen=True)
class Line:
    """How far one student is, in the course and in each column's lecture: percent, or DONE."""

    user_id: UUID
    standing: CourseStanding
    lectures: list[int]


@dataclass(frozen=True)
class Grid:
    columns: list[Column]
    lines: list[Line]


def grid_of(course: Course, user_ids: Iterable[UUID]) -> Grid:
    """Three queries, however many students and lectures there are."""
    users = list(user_ids)
    found = Lecture.objects.filter(course=course).in_order().values_list("pk", "title", "section__title")
    columns = [Column(*facts) for facts in found]
    far, each = course_standings(users, [course.pk]), cells(users, course.pk)
    return Grid(
        columns,
        [
            Line(
                user,
                far.get((user, course.pk), CourseStanding()),
                [each[user].get(column.id, 0) for column in columns],
            )
            for user in users
        ],
    )

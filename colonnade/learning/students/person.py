"""Students with all their courses and lectures."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.models import Certificate
from colonnade.learning.reads import CourseStanding, LectureStanding, course_standings, lecture_standings


@dataclass(frozen=True)
class Study:
    """One person in one course."""

    enrollment: Enrollment
    standing: CourseStanding


@dataclass(frozen=True)
class StudentRow:
    """A person with all their courses."""

    student: User
    studies: list[Study]

    @property
    def last_seen(self) -> datetime | None:
        """When they last watched or signed in."""
        watched = [study.standing.last_seen for study in self.studies]
        return max((moment for moment in [self.student.last_login, *watched] if moment), default=None)


def with_studies(students: Iterable[User]) -> list[StudentRow]:
    """Their courses and how far they are. Two queries, however many there are."""
    people = list(students)
    ids = [student.pk for student in people]
    standings, studies = course_standings(ids), defaultdict(list)
    for enrollment in Enrollment.objects.filter(user__in=ids).select_related("course").order_by("created_at"):
        standing = standings.get((enrollment.user_id, enrollment.course_id), CourseStanding())
        studies[enrollment.user_id].append(Study(enrollment, standing))
    return [StudentRow(student, studies[student.pk]) for student in people]


def lectures_of(student: User, course_ids: Iterable[UUID]) -> dict[UUID, list[tuple[Lecture, LectureStanding]]]:
    """By course, every lecture in its order with how far the student is in it. Two queries."""
    courses = list(course_ids)
    standings, found = lecture_standings(student.pk, courses), defaultdict(list)
    for lecture in Lecture.objects.filter(course__in=courses).select_related("section").in_order():
        found[lecture.course_id].append((lecture, standings.get(lecture.pk, LectureStanding())))
    return found


def given_to(student: User) -> QuerySet[Certificate]:
    """Their certificates, newest first, with themselves at hand."""
    return Certificate.objects.filter(user=student).select_related("user").order_by("-issued_at", "-id")

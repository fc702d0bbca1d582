"""The people who study at the school, as staff see them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.reads import CourseStanding, LectureStanding, course_standings, lecture_standings

_LAST_CHARACTER = "\U0010ffff"  # sorts after whatever an address goes on with


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


def find_students(text: str = "") -> QuerySet[User]:
    """Newest first; with `text`, those whose address begins with it or whose name has it.

    Row-level security lets no index help with names; the school's own people are looked through, and no others.
    """
    students = User.objects.filter(role=Role.STUDENT).order_by("-created_at", "-id")
    if not text:
        return students
    address = text.lower()
    # By range: LIKE is not leakproof. "C" compares by character, whatever the database sorts by.
    students = students.alias(address=Collate("email", "C"))
    begins = Q(address__gte=address, address__lt=address + _LAST_CHARACTER)
    return students.filter(begins | Q(name__icontains=text))


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

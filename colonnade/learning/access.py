"""Who may see a course from the inside.

Enrollment opens it, published or not: publishing shows a course to visitors, and taking it off the shelf takes nothing
from those who are in it. Staff look at any course as a preview, which leaves no trace. Everybody else is told what to
do about a published course, and nothing at all about a draft.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Opening
from colonnade.enrollment.actions import is_free
from colonnade.enrollment.models import Enrollment
from colonnade.learning.locks import Lock, locks
from colonnade.lib.problems import Forbidden
from colonnade.tenants.calendar import school_calendar
from colonnade.tenants.permissions import Permission, allows


class CourseClosed(Forbidden):
    """The person is not in the course, or not any more."""

    code = "course-closed"
    title = "This course is not open to you"

    def __init__(self, course: Course, detail: str, *, is_free: bool = False) -> None:
        super().__init__(detail)
        self.course = course
        self.is_free = is_free  # then the person can start it at once


@dataclass(frozen=True)
class Opened:
    """A course in the hands of somebody who may see it; `is_preview` where that is staff."""

    course: Course
    is_preview: bool
    enrollment: Enrollment | None = None  # none of staff who preview
    has_rules: bool = False  # on when its lectures open, for the one who is in it

    def locks(self) -> dict[UUID, Lock]:
        """The lectures that are closed to the person."""
        return locks(self.course, self.enrollment) if self.has_rules else {}


def open_course(slug: str, user: User) -> Opened:
    """Raises CourseClosed with a sentence, or Http404 where there is nothing to know. One query for who is in it."""
    rules = Exists(Opening.objects.filter(course=OuterRef("course")))
    held = Enrollment.objects.of(user).filter(course__slug=slug).select_related("course").annotate(has_rules=rules)
    enrollment = next(iter(held), None)
    course = enrollment.course if enrollment else Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    if enrollment is not None and enrollment.is_active:
        return Opened(course, is_preview=False, enrollment=enrollment, has_rules=enrollment.has_rules)  # type: ignore[attr-defined]
    if allows(user, Permission.SEE_DASHBOARD):
        return Opened(course, is_preview=True)
    if enrollment is not None:
        revoked, calendar = enrollment.revoked_at, school_calendar()
        end = (
            f"was taken back on {calendar.day(revoked)}"
            if revoked
            else f"ended on {calendar.day(enrollment.expires_at)}"
        )
        raise CourseClosed(
            course,
            f"Your access to “{course}” {end}. Ask your school, or redeem a new code: what you have watched is kept.",
        )
    if course.is_archived:
        raise CourseClosed(course, f"“{course}” is not offered any more. Those who are in it keep it.")
    if not course.is_published:
        raise Http404
    if is_free(course):
        raise CourseClosed(course, f"“{course}” is free. Start it, and it is among your courses.", is_free=True)
    raise CourseClosed(course, f"You are not in “{course}”. An access code from your school opens it.")

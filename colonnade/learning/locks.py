"""What of a course is not open to a student yet, why, and from when.

Everything asks here: the outline, the lecture's page, the addresses of its video, what is written down as watched, and
the API. Staff who preview find nothing locked. docs/adr/0012-drip.md
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Lecture, Opening
from colonnade.enrollment.models import Enrollment
from colonnade.learning.models import Progress
from colonnade.lib.problems import Forbidden
from colonnade.tenants.calendar import Calendar, school_calendar


@dataclass(frozen=True)
class Lock:
    """Why a lecture is not open yet. `opens_at` is None where it waits for lectures alone."""

    reason: str  # a sentence
    opens_at: datetime | None
    after: tuple[UUID, ...]  # the lectures to be completed first

    def opens_with(self, lecture_id: UUID) -> bool:
        """Whether completing this lecture is all that is left to do."""
        return self.opens_at is None and self.after == (lecture_id,)


class LectureLocked(Forbidden):
    code = "lecture-locked"
    title = "This lecture is not open yet"

    def __init__(self, lock: Lock) -> None:
        super().__init__(lock.reason, opens_at=lock.opens_at.isoformat() if lock.opens_at else None)


def locks(course: Course, enrollment: Enrollment | None) -> dict[UUID, Lock]:
    """By lecture, those that are closed to the student. One query where the course has no rules, four at most.

    Without an enrollment (staff who preview) nothing is. What anybody may see from the public page is open to students.
    """
    openings = list(Opening.objects.filter(course=course).select_related("after")) if enrollment else []
    if enrollment is None or not openings:
        return {}
    calendar = school_calendar()
    barred = _barred(openings, enrollment, calendar, _completed(openings, enrollment.user_id))
    if not barred:
        return {}
    found = {}
    for lecture in Lecture.objects.filter(course=course, is_preview=False).only("section_id"):
        bars = [bar for bar in barred if bar.concerns(lecture)]
        if bars:
            found[lecture.pk] = _lock(bars, calendar)
    return found


def closed_to(user: User) -> set[UUID]:
    """The lectures that are locked in all courses that the person is in. Two queries without rules, five at most."""
    enrollments = {enrollment.course_id: enrollment for enrollment in Enrollment.objects.active().of(user)}
    openings = defaultdict(list)
    for opening in Opening.objects.filter(course__in=enrollments):
        openings[opening.course_id].append(opening)
    if not openings:
        return set()
    calendar, completed = school_calendar(), _completed([each for some in openings.values() for each in some], user.pk)
    barred = {
        course_id: _barred(some, enrollments[course_id], calendar, completed) for course_id, some in openings.items()
    }
    lectures = Lecture.objects.filter(course__in=openings, is_preview=False).only("course_id", "section_id")
    return {each.pk for each in lectures if any(bar.concerns(each) for bar in barred[each.course_id])}


def require_open(lecture: Lecture, by: User) -> bool:
    """Raises LectureLocked if the lecture is closed to the student. Returns whether its course has any rules."""
    if not Opening.objects.filter(course=lecture.course_id).exists():
        return False
    enrollment = Enrollment.objects.active().filter(course=lecture.course_id, user=by).first()
    if lock := locks(Course(pk=lecture.course_id), enrollment).get(lecture.pk):
        raise LectureLocked(lock)
    return True


def opens_at(opening: Opening, enrolled_at: datetime, calendar: Calendar) -> datetime | None:
    """The moment at which a rule lets this student in; None where it waits for a lecture.

    Days are the school's: the one on which the student came in is day 0, and the lecture opens as day N begins,
    whatever clocks did in between.
    """
    if opening.days is None:
        return opening.at
    return calendar.start_of(calendar.date_of(enrolled_at) + timedelta(days=opening.days))


@dataclass(frozen=True)
class _Bar:
    """A rule that is not met: until a moment, or until its lecture is completed."""

    opening: Opening
    until: datetime | None

    def concerns(self, lecture: Lecture) -> bool:
        return lecture.pk == self.opening.lecture_id or lecture.section_id == self.opening.section_id


def _barred(openings: list[Opening], enrollment: Enrollment, calendar: Calendar, completed: set[UUID]) -> list[_Bar]:
    now = timezone.now()
    bars = [_Bar(opening, opens_at(opening, enrollment.created_at, calendar)) for opening in openings]
    return [bar for bar in bars if (bar.until > now if bar.until else bar.opening.after_id not in completed)]


def _completed(openings: list[Opening], user_id: UUID) -> set[UUID]:
    """Of the lectures that are waited for, those that the person has completed."""
    awaited = [opening.after_id for opening in openings if opening.after_id]
    if not awaited:
        return set()
    done = Progress.objects.filter(user=user_id, lecture__in=awaited, completed_at__isnull=False)
    return set(done.values_list("lecture_id", flat=True))


def _lock(bars: list[_Bar], calendar: Calendar) -> Lock:
    """All of them must be met: the latest moment counts, and every lecture."""
    moment = max((bar.until for bar in bars if bar.until), default=None)
    awaited = {bar.opening.after_id: bar.opening.after.title for bar in bars if bar.opening.after}
    titles = " and ".join(f"“{title}”" for title in awaited.values())
    when = f"on {calendar.day_or_minute(moment)}" if moment else ""
    after = f"once you have completed {titles}" if titles else ""
    joint = ", and " if when and after else ""
    return Lock(f"Opens {when}{joint}{after}.", moment, tuple(pk for pk in awaited if pk))

"""Whoever changes a course or its outline holds the course's row until the commit, so that edits come one by one."""

from uuid import UUID

from colonnade.courses.models import Course, Lecture, Section
from colonnade.lib.problems import Conflict, NotFound
from colonnade.tenants.models import touch_public


class OutlineChanged(Conflict):
    """Somebody else has changed the outline since it was read."""

    code = "outline-changed"
    title = "Somebody else has changed the outline"

    def __init__(self, **extra: int) -> None:
        super().__init__(
            "What you moved stands where it stood. Look at the outline as it is now, and move it again.", **extra
        )


def hold_course(course_id: UUID, *, whole: bool = False) -> Course:
    """The course as it is now, locked. Raises NotFound if it was deleted meanwhile.

    `whole` also holds back rows that would refer to the course: for its deletion.
    """
    course = Course.objects.select_for_update(no_key=not whole).filter(pk=course_id).first()
    if course is None:
        raise NotFound("This course was deleted meanwhile.")
    return course


def hold_section(section: Section) -> Section:
    """The section as it is now, its course locked and loaded. Raises NotFound if it was deleted meanwhile."""
    course = hold_course(section.course_id)
    now = Section.objects.filter(pk=section.pk).first()
    if now is None:
        raise NotFound("This section was deleted meanwhile.")
    now.course = course
    return now


def hold_lecture(lecture: Lecture) -> Lecture:
    """The lecture as it is now, its course locked and loaded. Raises NotFound if it was deleted meanwhile."""
    course = hold_course(lecture.course_id)
    now = Lecture.objects.select_related("video", "replacement").filter(pk=lecture.pk).first()
    if now is None:
        raise NotFound("This lecture was deleted meanwhile.")
    now.course = course
    return now


def note_new_outline(course: Course) -> None:
    """The held course's lectures or sections stand in another order, or are others: pages that show it are stale."""
    course.outline_version += 1
    course.save(update_fields=["outline_version"])


def require_outline(course: Course, known_version: int | None) -> None:
    """Raises OutlineChanged if whoever orders the held course has seen another outline. None: it does not matter."""
    if known_version is not None and known_version != course.outline_version:
        raise OutlineChanged(version=course.outline_version)


def show_visitors(course: Course) -> None:
    """Let cached public pages go stale, if this course stands on them."""
    if course.is_published:
        touch_public(course.tenant_id)

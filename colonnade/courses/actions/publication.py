"""Publishing a course and taking it back."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.actions.locking import hold_course
from colonnade.courses.models import Course, Lecture
from colonnade.lib.problems import Conflict
from colonnade.tenants.models import touch_public


class CourseIncomplete(Conflict):
    """What the course lacks; `lectures` names those whose video cannot be played."""

    code = "course-incomplete"
    title = "This course is not ready to be published"

    def __init__(self, lectures: Iterable[Lecture]) -> None:
        lacking = [(lecture, lecture.lack) for lecture in lectures]
        sentence = " ".join(f"“{lecture.title}”: {lack}." for lecture, lack in lacking)
        named = [{"id": str(lecture.pk), "title": lecture.title, "reason": lack} for lecture, lack in lacking]
        super().__init__(sentence or "Add a lecture first.", lectures=named)


@transaction.atomic
def publish_course(*, course: Course, by: User) -> Course:
    """Make the course visible to visitors and students. Raises CourseIncomplete if a lecture's video is not ready."""
    course = hold_course(course.pk)
    if course.is_published:
        return course
    lectures = list(Lecture.objects.filter(course=course).select_related("video").in_order())
    lacking = [lecture for lecture in lectures if lecture.lack]
    if lacking or not lectures:
        raise CourseIncomplete(lacking)
    course.published_at, course.published_by_id = timezone.now(), by.pk
    course.save()
    touch_public(course.tenant_id)
    record("course.published", course, by=by)
    return course


@transaction.atomic
def unpublish_course(*, course: Course, by: User) -> Course:
    """Make the course a draft again."""
    course = hold_course(course.pk)
    if not course.is_published:
        return course
    since, course.published_at, course.published_by_id = course.published_at, None, None
    course.save()
    touch_public(course.tenant_id)
    record("course.unpublished", course, by=by, published_since=since)
    return course

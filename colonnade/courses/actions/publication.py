"""A course's way: draft, scheduled, published, archived; each a dated fact with who."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses import jobs
from colonnade.courses.actions.locking import hold_course
from colonnade.courses.models import Course, CourseState, Lecture
from colonnade.lib.problems import Conflict, Invalid
from colonnade.tenants.calendar import school_calendar
from colonnade.tenants.models import touch_public


class CourseIncomplete(Conflict):
    """What the course lacks; `lectures` names those that are not ready."""

    code = "course-incomplete"
    title = "This course is not ready to be published"

    def __init__(self, lectures: Iterable[Lecture]) -> None:
        lacking = [(lecture, lecture.lack) for lecture in lectures]
        sentence = " ".join(f"“{lecture.title}”: {lack}." for lecture, lack in lacking)
        named = [{"id": str(lecture.pk), "title": lecture.title, "reason": lack} for lecture, lack in lacking]
        super().__init__(sentence or "Add a lecture first.", lectures=named)


class CourseArchived(Conflict):
    code = "course-archived"
    title = "This course is archived"

    def __init__(self, course: Course) -> None:
        super().__init__(f"“{course}” is archived. Take it out of the archive first.")


@transaction.atomic
def publish_course(*, course: Course, by: User) -> Course:
    """Make the course visible to visitors, now, also one that is scheduled. Raises CourseIncomplete, CourseArchived."""
    course = hold_course(course.pk)
    if course.is_published:
        return course
    _refuse_archived(course)
    _refuse_incomplete(course)
    now = timezone.now()
    course.published_at, course.published_by_id, course.announced_at = now, by.pk, now
    _keep(course)
    record("course.published", course, by=by)
    return course


@transaction.atomic
def schedule_course(*, course: Course, at: datetime, by: User) -> Course:
    """Let visitors see the course from the moment `at`; once more with another date moves it.

    Raises Invalid for a date that is over, Conflict if it is published, CourseIncomplete, CourseArchived.
    """
    course = hold_course(course.pk)
    _refuse_archived(course)
    if course.is_published:
        raise Conflict(f"“{course}” is published already.")
    if at <= timezone.now():
        raise Invalid("This time is over. Choose a later one, or publish the course now.")
    _refuse_incomplete(course)
    course.published_at, course.published_by_id, course.announced_at = at, by.pk, None
    _keep(course)  # pages must not be kept beyond the date: see pages.views
    record("course.scheduled", course, by=by, at=at.isoformat(), as_told=school_calendar().minute(at))
    return course


@transaction.atomic
def announce_course(*, course: Course) -> bool:
    """A scheduled course's time has come: show it on cached pages and in the log. Returns whether this was the one.

    Its date alone publishes it; this may come late, twice or never, and is done once.
    """
    due = Course.objects.to_announce().filter(pk=course.pk)
    if not due.update(announced_at=timezone.now()):  # the row's lock makes two workers queue; the second finds nothing
        return False
    course.refresh_from_db()
    touch_public(course.tenant_id)
    by = User.objects.filter(pk__in=[course.published_by_id]).first()
    record("course.published", course, by=by, scheduled=True)
    return True


@transaction.atomic
def unpublish_course(*, course: Course, by: User) -> Course:
    """Make the course a draft again, published or scheduled. Raises CourseArchived."""
    course = hold_course(course.pk)
    _refuse_archived(course)
    before, since = course.state, course.published_at
    if before == CourseState.DRAFT:
        return course
    course.published_at = course.published_by_id = course.announced_at = None
    _keep(course)
    if before == CourseState.SCHEDULED:
        record("course.unscheduled", course, by=by, was_for=since)
    else:
        record("course.unpublished", course, by=by, published_since=since)
    return course


@transaction.atomic
def archive_course(*, course: Course, by: User) -> Course:
    """Take the course off the shelf for good: its students keep it, nobody new gets in, visitors see it no more.

    Raises Conflict unless it is published: nobody has to keep a draft.
    """
    course = hold_course(course.pk)
    if course.is_archived:
        return course
    if not course.is_published:
        raise Conflict(f"“{course}” is not published, so there is nothing to archive. A draft is seen by nobody.")
    course.archived_at, course.archived_by_id = timezone.now(), by.pk
    course.announced_at = course.announced_at or course.archived_at  # nothing is left to be told
    _keep(course)
    record("course.archived", course, by=by)
    return course


@transaction.atomic
def unarchive_course(*, course: Course, by: User) -> Course:
    """Take the course out of the archive: it is published as before, and its codes are good again."""
    course = hold_course(course.pk)
    if not course.is_archived:
        return course
    since, course.archived_at, course.archived_by_id = course.archived_at, None, None
    _keep(course)
    record("course.unarchived", course, by=by, archived_since=since)
    return course


def _keep(course: Course) -> None:
    """Write down where it stands now; what visitors see of it follows, also the previews that they may be watching."""
    course.save()
    touch_public(course.tenant_id)
    videos = course.lectures.filter(is_preview=True, video__isnull=False).values_list("video_id", flat=True)
    for video_id in sorted(set(videos)):
        jobs.settle_visitors.later(video_id=video_id, lock=f"visitors {video_id}")


def _refuse_archived(course: Course) -> None:
    if course.is_archived:
        raise CourseArchived(course)


def _refuse_incomplete(course: Course) -> None:
    lectures = list(Lecture.objects.filter(course=course).select_related("video").in_order())
    lacking = [lecture for lecture in lectures if lecture.lack]
    if lacking or not lectures:
        raise CourseIncomplete(lacking)

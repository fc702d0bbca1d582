"""A course's picture: made from what was uploaded, kept in `media`, the former one deleted after the commit."""

from typing import BinaryIO

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses import jobs, pictures
from colonnade.courses.actions.locking import hold_course, show_visitors
from colonnade.courses.models import Course, small
from colonnade.lib.objects import media
from colonnade.lib.tenancy import uuid7

_CACHE_CONTROL = "public, max-age=31536000, immutable"


@transaction.atomic
def set_thumbnail(*, course: Course, image: BinaryIO, by: User) -> Course:
    """Show this picture of the course. Raises Invalid, saying why, if it is none that can be shown.

    Every picture gets a name of its own: it may be cached for ever, and deleting a former one can never hit a new one.
    """
    made = pictures.thumbnail(image)
    path = f"thumbnails/{uuid7()}.webp"
    for name, body in ((path, made.large), (small(path), made.small)):
        media().put(name, body, content_type="image/webp", cache_control=_CACHE_CONTROL)
    course = hold_course(course.pk)
    forget_thumbnail(course)
    course.thumbnail = path
    course.save()
    show_visitors(course)
    record("course.thumbnail_set", course, by=by)
    return course


@transaction.atomic
def remove_thumbnail(*, course: Course, by: User) -> Course:
    """Show the drawn picture again."""
    course = hold_course(course.pk)
    if not course.thumbnail:
        return course
    forget_thumbnail(course)
    course.thumbnail = ""
    course.save()
    show_visitors(course)
    record("course.thumbnail_removed", course, by=by)
    return course


def copy_thumbnail(course: Course) -> str:
    """Another picture that looks the same, for a course that is a copy; its path. Empty where there is none."""
    if not course.thumbnail:
        return ""
    path = f"thumbnails/{uuid7()}.webp"
    for name, to in ((course.thumbnail, path), (small(course.thumbnail), small(path))):
        media().copy(name, to)
    return path


def forget_thumbnail(course: Course) -> None:
    """Delete the picture's objects by a job, so that they go exactly when the course has let go of them."""
    if course.thumbnail:
        jobs.delete_thumbnail.later(path=course.thumbnail)

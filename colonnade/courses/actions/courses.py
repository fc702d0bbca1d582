"""Making, editing and deleting a course."""

import secrets
import unicodedata
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.actions.locking import hold_course, show_visitors
from colonnade.courses.actions.thumbnails import forget_thumbnail
from colonnade.courses.actions.unused import delete_unused, forget, videos_of
from colonnade.courses.actions.wording import description_of, title_of
from colonnade.courses.models import Course, CourseState

_SLUG_LENGTH = 160  # leaves room for a number in the column's 180
_NUMBERED = 20


@transaction.atomic
def create_course(*, title: str, description: str = "", by: User) -> Course:
    """Begin a draft. Its address comes from the title."""
    course = Course(title=title_of(title, "course"), description=description_of(description))
    save_with_free_slug(course)
    record("course.created", course, by=by)
    return course


@transaction.atomic
def edit_course(*, course: Course, title: str, description: str, by: User) -> Course:
    """Change title and description. A draft's address follows its title; any other's stays: it is linked to."""
    course = hold_course(course.pk)
    before = course.title
    course.title, course.description = title_of(title, "course"), description_of(description)
    if course.state != CourseState.DRAFT or _slug_base(before) == _slug_base(course.title):
        course.save()
    else:
        save_with_free_slug(course)
    show_visitors(course)
    record("course.edited", course, by=by)
    return course


@transaction.atomic
def delete_course(*, course: Course, by: User) -> None:
    """Delete a course with its outline, its picture and the videos that no other course's lecture shows."""
    course = hold_course(course.pk, whole=True)
    lectures = list(course.lectures.all())
    videos = videos_of(lectures)
    record("course.deleted", course, by=by, lectures=len(lectures), videos=sum(map(bool, videos)))
    show_visitors(course)
    forget_thumbnail(course)
    forget(lectures, by=by)
    course.delete()
    delete_unused(videos, by=by)


def save_with_free_slug(course: Course) -> None:
    """Save under the first free address. The unique index judges: two people may choose one title at once."""
    candidates = list(_slugs(course.title))
    taken = set(Course.objects.exclude(pk=course.pk).filter(slug__in=candidates).values_list("slug", flat=True))
    for slug in (slug for slug in candidates if slug not in taken):
        course.slug = slug
        try:
            with transaction.atomic():
                course.save()
        except IntegrityError as error:
            if "courses_course_slug_once_a_school" not in str(error):
                raise
        else:
            return
    raise AssertionError("a random address is free")


def _slugs(title: str) -> Iterator[str]:
    """greek, greek-2 … greek-20, then one that nobody else can have chosen."""
    base = _slug_base(title)
    yield base
    for number in range(2, _NUMBERED + 1):
        yield f"{base}-{number}"
    yield f"{base}-{secrets.token_hex(6)}"


def _slug_base(title: str) -> str:
    """ASCII, for addresses that survive any mail program; a title without a Latin letter is called `course`."""
    return slugify(unicodedata.normalize("NFKD", title.replace("ß", "ss")))[:_SLUG_LENGTH].strip("-_") or "course"

"""What the catalogue says of a course, and of those who teach."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from colonnade.accounts.models import STAFF_ROLES, User
from colonnade.audit.models import record
from colonnade.courses import jobs, pictures
from colonnade.courses.actions.locking import hold_course, show_visitors
from colonnade.courses.actions.wording import description_of, title_of
from colonnade.courses.models import Course, Level, Profile, Teaching
from colonnade.lib.objects import media
from colonnade.lib.problems import Invalid
from colonnade.lib.tenancy import uuid7
from colonnade.tenants.models import touch_public
from colonnade.videos.captions.languages import tag_of

CATEGORY_LENGTH = 60
TAG_LENGTH = 40
OUTCOME_LENGTH = 200
BIO_LENGTH = 2000
MOST_TAGS = 12
MOST_OUTCOMES = 12
_CACHE_CONTROL = "public, max-age=31536000, immutable"


@transaction.atomic
def describe_course(
    *,
    course: Course,
    category: str,
    level: str,
    language: str,
    tags: Iterable[str],
    outcomes: Iterable[str],
    instructors: Sequence[UUID],
    by: User,
) -> Course:
    """Say where the course belongs, for whom it is, what people will learn, and who teaches it, the first one first.

    Raises Invalid, saying which of it cannot be.
    """
    course = hold_course(course.pk)
    if level and level not in Level.values:
        raise Invalid(f"There is no such level. Choose one of {', '.join(Level.values)}, or leave it empty.")
    course.category = _line(category, CATEGORY_LENGTH, "category")
    course.level, course.language = level, tag_of(language) if language else ""
    course.tags = _lines((tag.lower() for tag in tags), TAG_LENGTH, MOST_TAGS, "tag")
    course.outcomes = _lines(outcomes, OUTCOME_LENGTH, MOST_OUTCOMES, "line of what people will learn")
    course.save()
    _let_teach(course, list(dict.fromkeys(instructors)))
    show_visitors(course)
    record("course.described", course, by=by)
    return course


@transaction.atomic
def edit_profile(*, name: str, bio: str, by: User) -> Profile:
    """Say who one is, for visitors of the courses one teaches."""
    words = description_of(bio)
    if len(words) > BIO_LENGTH:
        raise Invalid(f"What you say of yourself has at most {BIO_LENGTH} characters; this has {len(words)}.")
    facts = {"name": _line(title_of(name, "profile"), 120, "name"), "bio": words}
    profile, _ = Profile.objects.update_or_create(user=by, defaults=facts)
    return _told(profile, "profile.edited", by)


@transaction.atomic
def set_portrait(*, image: BinaryIO, by: User) -> Profile:
    """Show this picture of oneself. Raises Invalid, saying why, if it is none that can be shown."""
    path = f"portraits/{uuid7()}.webp"
    media().put(path, pictures.portrait(image), content_type="image/webp", cache_control=_CACHE_CONTROL)
    profile, _ = Profile.objects.get_or_create(user=by, defaults={"name": str(by)[:120]})
    if profile.picture:
        jobs.delete_thumbnail.later(path=profile.picture)
    profile.picture = path
    profile.save()
    return _told(profile, "profile.picture_set", by)


def _told(profile: Profile, action: str, by: User) -> Profile:
    touch_public(profile.tenant_id)
    record(action, profile, by=by)
    return profile


def _let_teach(course: Course, user_ids: list[UUID]) -> None:
    staff = set(User.objects.filter(pk__in=user_ids, role__in=STAFF_ROLES).values_list("pk", flat=True))
    if len(staff) != len(user_ids):
        raise Invalid("Only people who work at the school can be named as instructors.")
    Teaching.objects.filter(course=course).delete()
    Teaching.objects.bulk_create(
        Teaching(course=course, user_id=user_id, position=position) for position, user_id in enumerate(user_ids, 1)
    )


def _line(text: str, longest: int, what: str) -> str:
    line = " ".join(description_of(text).split())
    if len(line) > longest:
        raise Invalid(f"A {what} has at most {longest} characters; “{line[:30]}…” has {len(line)}.")
    return line


def _lines(texts: Iterable[str], longest: int, most: int, what: str) -> list[str]:
    """Each once, in order, without the empty ones."""
    lines = list(dict.fromkeys(filter(None, (_line(text, longest, what) for text in texts))))
    if len(lines) > most:
        raise Invalid(f"There is room for {most}: a {what} more is one too many. Leave some out.")
    return lines

"""People are let into courses, for a time or for good, shut out, and let in again: always the same row."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment.jobs import settle_on_commit
from colonnade.enrollment.models import Admission, Enrollment, Source
from colonnade.lib.problems import Conflict, Invalid


@transaction.atomic
def enroll(
    *, user: User, course: Course, by: User, source: Source = Source.STAFF, access_days: int | None = None
) -> Enrollment:
    """Let a person of the school into the course, without a code; also one who was shut out or whose time is over.

    For `access_days`, or as the course says. Raises Conflict if they are in it, or if it is archived and they never
    were.
    """
    expires_at = access_end(course, access_days)
    enrollment = Enrollment.objects.filter(user=user, course=course).first()
    if enrollment is not None:
        return _let_in_again(enrollment, by, expires_at=expires_at, source=source)
    if course.is_archived:
        raise Conflict(f"“{course}” is archived: its students keep it, and nobody new gets in.")
    try:
        with transaction.atomic():  # two may enroll the same person at once: the database keeps the first
            enrollment = Enrollment.objects.create(user=user, course=course, source=source, expires_at=expires_at)
    except IntegrityError:
        raise Conflict(f"{user} is already in “{course}”.") from None
    record("enrollment.made", enrollment, by=by, student=user.email, course=course, source=source)
    return enrollment


@transaction.atomic
def revoke_enrollment(*, enrollment: Enrollment, by: User) -> Enrollment:
    """Close the course to the person; progress is kept. What they are playing stops within a moment."""
    # Never before it was made, even where the clocks of two machines differ: a constraint says so.
    moment = Greatest(Now(), F("created_at"))
    if not Enrollment.objects.active().filter(pk=enrollment.pk).update(revoked_at=moment, revoked_by_id=by.pk):
        raise Conflict(f"{enrollment.user} has no access to “{enrollment.course}” that could be revoked.")
    return _changed("enrollment.revoked", enrollment, by)


@transaction.atomic
def restore_enrollment(*, enrollment: Enrollment, by: User) -> Enrollment:
    """Open the course to the person again, with the progress they had. A time that is over begins anew."""
    expires_at = enrollment.expires_at
    if enrollment.has_ended:
        expires_at = access_end(enrollment.course, None)
    return _let_in_again(enrollment, by, expires_at=expires_at, source=Source(enrollment.source))


@transaction.atomic
def set_access_end(*, enrollment: Enrollment, expires_at: datetime | None, by: User) -> Enrollment:
    """Prolong a person's access, shorten it, or, with None, let it last. Also where it has ended: it is open again.

    Raises Invalid for a moment that is over, and Conflict where access was revoked.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("This moment is over. Choose a later one; to close the course now, revoke the access.")
    unrevoked = Enrollment.objects.filter(pk=enrollment.pk, revoked_at=None)
    if not unrevoked.update(expires_at=expires_at, ended_at=None):
        raise Conflict(f"The access of {enrollment.user} was revoked. Restore it first.")
    return _changed("enrollment.end-set", enrollment, by)


@transaction.atomic
def end_enrollment(*, enrollment_id: UUID) -> None:
    """A time is over: say so once, and stop what plays. Who prolongs it in that instant comes before or after."""
    over = Enrollment.objects.filter(pk=enrollment_id, expires_at__lte=Now(), ended_at=None)
    if not over.update(ended_at=Now()):
        return
    enrollment = Enrollment.objects.select_related("user", "course").get(pk=enrollment_id)
    record("enrollment.ended", enrollment, by=None, student=enrollment.user.email, course=enrollment.course)
    settle_on_commit(enrollment)


def access_end(course: Course, access_days: int | None) -> datetime | None:
    """When access ends that begins now: after these days, or as the course says; None is never."""
    if access_days is None:
        access_days = Admission.objects.filter(course=course).values_list("access_days", flat=True).first()
    return None if access_days is None else timezone.now() + timedelta(days=access_days)


def _let_in_again(enrollment: Enrollment, by: User, *, expires_at: datetime | None, source: Source) -> Enrollment:
    closed = Enrollment.objects.filter(pk=enrollment.pk).exclude(pk__in=Enrollment.objects.active().values("pk"))
    if not closed.update(revoked_at=None, revoked_by_id=None, ended_at=None, expires_at=expires_at, source=source):
        raise Conflict(f"{enrollment.user} is already in “{enrollment.course}”.")
    return _changed("enrollment.restored", enrollment, by)


def _changed(action: str, enrollment: Enrollment, by: User) -> Enrollment:
    enrollment.refresh_from_db()
    until = {"until": enrollment.expires_at.isoformat()} if enrollment.expires_at else {}
    record(action, enrollment, by=by, student=enrollment.user.email, course=enrollment.course, **until)
    settle_on_commit(enrollment)
    return enrollment

"""Staff let a person into a course, shut them out, and let them in again."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment.jobs import settle_on_commit
from colonnade.enrollment.models import Enrollment
from colonnade.lib.problems import Conflict


@transaction.atomic
def enroll(*, user: User, course: Course, by: User) -> Enrollment:
    """Let a person of the school into the course, without a code; also one whose access was revoked.

    Raises Conflict if they are in it, or if it is archived and they never were.
    """
    enrollment = Enrollment.objects.filter(user=user, course=course).first()
    if enrollment is not None and enrollment.revoked_at:
        return restore_enrollment(enrollment=enrollment, by=by)
    if enrollment is None and course.is_archived:
        raise Conflict(f"“{course}” is archived: its students keep it, and nobody new gets in.")
    try:
        with transaction.atomic():  # two may enroll the same person at once: the database keeps the first
            enrollment = Enrollment.objects.create(user=user, course=course)
    except IntegrityError:
        raise Conflict(f"{user} is already in “{course}”.") from None
    record("enrollment.made", enrollment, by=by, student=user.email, course=course)
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
    """Open the course to the person again, with the progress they had."""
    revoked = Enrollment.objects.filter(pk=enrollment.pk, revoked_at__isnull=False)
    if not revoked.update(revoked_at=None, revoked_by_id=None):
        raise Conflict(f"{enrollment.user} is already in “{enrollment.course}”.")
    return _changed("enrollment.restored", enrollment, by)


def _changed(action: str, enrollment: Enrollment, by: User) -> Enrollment:
    enrollment.refresh_from_db()
    record(action, enrollment, by=by, student=enrollment.user.email, course=enrollment.course)
    settle_on_commit(enrollment)
    return enrollment

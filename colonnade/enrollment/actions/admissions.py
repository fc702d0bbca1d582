"""A course's own terms, and the door that is open to everybody."""

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment.actions.enrollments import enroll
from colonnade.enrollment.models import MOST_ACCESS_DAYS, Admission, Enrollment, Source
from colonnade.enrollment.refusals import AccessTakenBack, AlreadyEnrolled
from colonnade.lib.problems import Invalid, NotFound
from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.models import touch_public


@transaction.atomic
def set_admission(*, course: Course, is_free: bool, access_days: int | None, by: User) -> Admission:
    """Say whether anybody may come in, and for how many days people stay; None is for good.

    It holds for those who come in from now on. Raises Invalid for a senseless number of days.
    """
    if access_days is not None and not 1 <= access_days <= MOST_ACCESS_DAYS:
        raise Invalid(f"Access lasts between 1 and {MOST_ACCESS_DAYS:,} days, or for good.")
    Admission.objects.bulk_create([Admission(course=course)], ignore_conflicts=True)
    admission = Admission.objects.select_for_update().get(course=course)
    if is_free and admission.free_since is None:
        admission.free_since, admission.free_by_id = timezone.now(), by.pk
    elif not is_free:
        admission.free_since = admission.free_by_id = None
    admission.access_days = access_days
    admission.save()
    record("admission.set", course, by=by, free=is_free, access_days=access_days or 0)
    touch_public(current_tenant_id())
    return admission


def start_free_course(*, course: Course, by: User) -> Enrollment:
    """A person comes into a free course of their own accord.

    Raises NotFound where it is neither published nor free, AlreadyEnrolled, and AccessTakenBack for whom the school has
    shut out or whose time is over.
    """
    if not (course.is_published and is_free(course)):
        raise NotFound("This course is not open to everybody. An access code of the school opens it.")
    before = Enrollment.objects.filter(course=course, user=by).select_related("course").first()
    if before is not None and before.is_active:
        raise AlreadyEnrolled(before)
    if before is not None:
        raise AccessTakenBack(course, ended=before.expires_at if before.revoked_at is None else None)
    return enroll(user=by, course=course, by=by, source=Source.FREE)


def is_free(course: Course) -> bool:
    """Whether anybody with an account may come in."""
    return Admission.objects.filter(course=course, free_since__isnull=False).exists()

"""A code becomes an enrollment."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.jobs import settle_on_commit
from colonnade.enrollment.models import AccessCode, Enrollment
from colonnade.enrollment.refusals import (
    AlreadyEnrolled,
    CodeExpired,
    CodeMistyped,
    CodeRevoked,
    CodeUnknown,
    CodeUsed,
    CodeUsedByYou,
    CourseNotOffered,
)
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import current_tenant_id, uuid7

# The row's lock makes racers queue, and each then reads `used_at` anew: one wins. A person who is in the course does
# not use the code up; one whose access was revoked is let in again.
_REDEEM = """
WITH spent AS (
    UPDATE enrollment_accesscode AS code SET used_at = clock_timestamp(), used_by_id = %(user)s
    WHERE tenant_id = %(tenant)s AND code_hash = ANY(%(hashes)s)
        AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()
        AND NOT EXISTS (
            SELECT FROM enrollment_enrollment AS present
            WHERE present.tenant_id = code.tenant_id AND present.course_id = code.course_id
                AND present.user_id = %(user)s AND present.revoked_at IS NULL
        )
        AND NOT EXISTS (
            SELECT FROM courses_course AS course
            WHERE course.tenant_id = code.tenant_id AND course.id = code.course_id AND course.archived_at IS NOT NULL
        )
    RETURNING id, tenant_id, course_id
)
INSERT INTO enrollment_enrollment AS held (id, tenant_id, course_id, user_id, code_id, created_at)
SELECT %(id)s, tenant_id, course_id, %(user)s, id, clock_timestamp() FROM spent
ON CONFLICT (tenant_id, course_id, user_id) DO UPDATE
    SET revoked_at = NULL, revoked_by_id = NULL, code_id = EXCLUDED.code_id
    WHERE held.revoked_at IS NOT NULL
RETURNING id
"""


class _NotRedeemed(Exception):
    """Takes the statement back: a code spent in the instant another let the same person in is good again."""


def redeem(*, text: str, by: User) -> Enrollment:
    """Let the person into the code's course, in one statement: of 200 who try a code at once, one is let in.

    Raises one of refusals.py. The door limits how often one may try.
    """
    symbols = codes.read(text)
    if symbols is None:
        raise CodeMistyped
    hashes = [codes.hash_of(symbols, key) for key in codes.school_keys(current_tenant_id())]
    try:
        return _redeem(hashes, codes.hint(symbols), by)
    except _NotRedeemed:
        raise _why_not(hashes, by) from None


@transaction.atomic
def _redeem(hashes: list[bytes], hint: str, by: User) -> Enrollment:
    enrollment_id, is_new = _spend(hashes, by)
    enrollment = Enrollment.objects.select_related("course").get(pk=enrollment_id)
    record("code.redeemed", enrollment.course, by=by, code=hint, enrollment=enrollment_id)
    if not is_new:
        settle_on_commit(enrollment)
    return enrollment


def _spend(hashes: list[bytes], user: User) -> tuple[UUID, bool]:
    """The enrollment's id, and whether it is new rather than revived."""
    new_id = uuid7()
    values: dict[str, Any] = {"tenant": current_tenant_id(), "hashes": hashes, "user": user.pk, "id": new_id}
    with connection.cursor() as cursor:
        cursor.execute(_REDEEM, values)
        row: tuple[UUID] | None = cursor.fetchone()
    if row is None:
        raise _NotRedeemed
    return row[0], row[0] == new_id


def _why_not(hashes: list[bytes], user: User) -> Problem:
    code = AccessCode.objects.filter(tenant_id=current_tenant_id(), code_hash__in=hashes).first()
    if code is None:
        return CodeUnknown()
    enrollment = Enrollment.objects.filter(course_id=code.course_id, user=user).select_related("course").first()
    if code.used_at is not None:
        return CodeUsedByYou(enrollment) if code.used_by_id == user.pk else CodeUsed(code.used_at)
    if code.revoked_at is not None:
        return CodeRevoked()
    if code.expires_at <= timezone.now():
        return CodeExpired(code.expires_at)
    if enrollment is not None and enrollment.revoked_at is None:
        return AlreadyEnrolled(enrollment)
    return CourseNotOffered(Course.objects.get(pk=code.course_id))  # nothing else keeps a good code from being spent

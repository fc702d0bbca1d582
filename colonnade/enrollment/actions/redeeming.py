"""A code becomes enrollments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.enrollment import codes
from colonnade.enrollment.actions.codes import MOST_COURSES
from colonnade.enrollment.jobs import settle_on_commit
from colonnade.enrollment.models import AccessCode, Enrollment, Redemption
from colonnade.enrollment.refusals import (
    AlreadyEnrolled,
    CodeEmpty,
    CodeExpired,
    CodeMistyped,
    CodeNotStarted,
    CodeRevoked,
    CodeUnknown,
    CodeUsed,
    CodeUsedByYou,
    CourseNotOffered,
)
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import current_tenant_id, uuid7

# The code's lock makes racers queue, and each then reads `taken` anew: seats are exact, and a rule of the table says so
# too. A person takes no second seat (the unique Redemption), and none at all where the code has nothing to give: they
# are in all its courses for good. Who is in one for a time gets more time; who was shut out is let in again.
_REDEEM = """
WITH spent AS (
    UPDATE enrollment_accesscode AS code SET taken = taken + 1
    FROM enrollment_codebatch AS batch
    WHERE code.tenant_id = %(tenant)s AND code_hash = ANY(%(hashes)s)
        AND code.taken < code.seats AND code.revoked_at IS NULL
        AND batch.tenant_id = code.tenant_id AND batch.id = code.batch_id
        AND (batch.starts_at IS NULL OR batch.starts_at <= now()) AND batch.expires_at > now()
        AND NOT EXISTS (
            SELECT FROM enrollment_redemption AS before
            WHERE before.tenant_id = code.tenant_id AND before.code_id = code.id AND before.user_id = %(user)s
        )
        AND EXISTS (
            SELECT FROM enrollment_batchcourse AS opened
            JOIN courses_course AS course ON course.tenant_id = opened.tenant_id AND course.id = opened.course_id
            LEFT JOIN enrollment_enrollment AS present
                ON present.tenant_id = opened.tenant_id AND present.course_id = opened.course_id
                AND present.user_id = %(user)s
            WHERE opened.tenant_id = batch.tenant_id AND opened.batch_id = batch.id AND course.archived_at IS NULL
                AND (present.id IS NULL OR present.revoked_at IS NOT NULL OR present.expires_at IS NOT NULL)
        )
    RETURNING code.id, code.tenant_id, code.batch_id, batch.access_days
), seated AS (
    INSERT INTO enrollment_redemption (id, tenant_id, batch_id, code_id, user_id, at)
    SELECT %(id)s, tenant_id, batch_id, id, %(user)s, clock_timestamp() FROM spent
    ON CONFLICT (tenant_id, code_id, user_id) DO NOTHING
    RETURNING code_id
)
INSERT INTO enrollment_enrollment AS held
    (id, tenant_id, course_id, user_id, code_id, source, created_at, expires_at)
SELECT
    encode(substring(%(ids)s::bytea, (16 * row_number() OVER (ORDER BY opened.course_id))::int - 15, 16), 'hex')::uuid,
    opened.tenant_id, opened.course_id, %(user)s,
    spent.id, 'code', clock_timestamp(),
    now() + coalesce(spent.access_days, admission.access_days) * interval '1 day'
FROM spent
JOIN seated ON seated.code_id = spent.id
JOIN enrollment_batchcourse AS opened ON opened.tenant_id = spent.tenant_id AND opened.batch_id = spent.batch_id
JOIN courses_course AS course
    ON course.tenant_id = opened.tenant_id AND course.id = opened.course_id AND course.archived_at IS NULL
LEFT JOIN enrollment_admission AS admission
    ON admission.tenant_id = opened.tenant_id AND admission.course_id = opened.course_id
ORDER BY opened.course_id
ON CONFLICT (tenant_id, course_id, user_id) DO UPDATE SET
    revoked_at = NULL, revoked_by_id = NULL, ended_at = NULL, code_id = EXCLUDED.code_id, source = 'code',
    expires_at = CASE WHEN held.revoked_at IS NULL AND held.expires_at > now()
        THEN held.expires_at + (EXCLUDED.expires_at - now())
        ELSE EXCLUDED.expires_at END
    WHERE held.revoked_at IS NOT NULL OR held.expires_at IS NOT NULL
RETURNING id
"""


class _NotRedeemed(Exception):
    """Takes the statement back: a seat taken in the instant another let the same person in is free again."""


def redeem(*, text: str, by: User) -> list[Enrollment]:
    """Let the person into the code's courses, in one statement: of 200 who try the last seat at once, one is let in.

    Returns what was opened or prolonged, with courses. Raises one of refusals.py. The door limits how often one tries.
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
def _redeem(hashes: list[bytes], hint: str, by: User) -> list[Enrollment]:
    opened, new = _spend(hashes, by)
    found = Enrollment.objects.filter(pk__in=opened).select_related("course").order_by("course__title")
    enrollments = list(found)
    first, titles = enrollments[0].course, [enrollment.course.title for enrollment in enrollments]
    record("code.redeemed", first, by=by, code=hint, courses=titles, enrollments=[str(pk) for pk in opened])
    for enrollment in enrollments:
        if enrollment.pk not in new:
            settle_on_commit(enrollment)
    return enrollments


def _spend(hashes: list[bytes], user: User) -> tuple[list[UUID], set[UUID]]:
    """The enrollments' ids, and which of them are new rather than revived."""
    new_ids = [uuid7() for _ in range(MOST_COURSES)]
    values: dict[str, Any] = {"tenant": current_tenant_id(), "hashes": hashes, "user": user.pk}
    with connection.cursor() as cursor:
        cursor.execute(_REDEEM, {**values, "id": uuid7(), "ids": b"".join(new.bytes for new in new_ids)})
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        raise _NotRedeemed
    return ids, set(ids).intersection(new_ids)


def _why_not(hashes: list[bytes], user: User) -> Problem:
    """The reason, in the order in which a person would want to know. Whoever is told holds the code: 58 bits of it."""
    known = AccessCode.objects.filter(tenant_id=current_tenant_id(), code_hash__in=hashes).select_related("batch")
    code = known.first()
    if code is None:
        return CodeUnknown()
    batch, now = code.batch, timezone.now()
    mine = Enrollment.objects.filter(course__in=batch.courses.all(), user=user).select_related("course")
    mine = mine.order_by("course__title")
    if Redemption.objects.filter(code=code, user=user).exists():
        return CodeUsedByYou(list(mine))
    if code.taken >= code.seats:
        return CodeUsed(_last_use(code) or now, code.seats)
    if code.revoked_at is not None:
        return CodeRevoked()
    if batch.expires_at <= now:
        return CodeExpired(batch.expires_at)
    if batch.starts_at is not None and batch.starts_at > now:
        return CodeNotStarted(batch.starts_at)
    if active := [enrollment for enrollment in mine if enrollment.is_active]:
        return AlreadyEnrolled(active[0])
    archived = batch.courses.exclude(archived_at=None).first()
    return CourseNotOffered(archived) if archived else CodeEmpty()


def _last_use(code: AccessCode) -> datetime | None:
    return Redemption.objects.filter(code=code).order_by("-at").values_list("at", flat=True).first()

"""Codes are made in batches and taken back singly or together."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.calendar import school_calendar
from colonnade.enrollment.models import DEFAULT_EXPIRY, AccessCode, CodeBatch
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import current_tenant_id, uuid7

MOST_CODES = 10_000  # in one batch

# COPY is refused under row-level security; unnest is as near as one gets. Ids grow with the number, so that sorting
# by id gives the order in which the codes were shown.
_INSERT = """
INSERT INTO enrollment_accesscode (id, batch_id, course_id, code_hash, hint, expires_at)
SELECT id, %(batch)s, %(course)s, code_hash, hint, %(expires_at)s
FROM unnest(%(ids)s::uuid[], %(hashes)s::bytea[], %(hints)s::text[]) AS made (id, code_hash, hint)
"""


@transaction.atomic
def make_codes(
    *,
    course: Course,
    quantity: int,
    by: User,
    label: str = "",
    expires_at: datetime | None = None,
    seed: bytes | None = None,
) -> tuple[CodeBatch, list[str]]:
    """Make a batch; the codes are returned this once. Who keeps the `seed` (codes.new_seed) can show them again.

    Without `expires_at` they last 30 days. Raises Invalid for a quantity or a date that makes no sense, and Conflict for
    an archived course.
    """
    now = timezone.now()
    expires_at = expires_at or now + DEFAULT_EXPIRY
    if not 1 <= quantity <= MOST_CODES:
        raise Invalid(f"Make between 1 and {MOST_CODES:,} codes at a time.")
    if course.is_archived:
        raise Conflict(f"“{course}” is archived, so its codes would open nothing. Take it out of the archive first.")
    if expires_at <= now:
        raise Invalid("The codes would have expired already. Choose a later date.")
    batch = CodeBatch.objects.create(
        course=course, label=label, quantity=quantity, expires_at=expires_at, created_by_id=by.pk
    )
    seed = seed or codes.new_seed()
    made = [codes.code(seed, number) for number in range(quantity)]
    _insert(batch, made)
    record("codes.made", batch, by=by, course=course, quantity=quantity, expires_at=expires_at.isoformat())
    return batch, [codes.write(symbols) for symbols in made]


def _insert(batch: CodeBatch, made: list[str]) -> None:
    key = codes.school_keys(current_tenant_id())[0]
    values: dict[str, Any] = {
        "batch": batch.pk,
        "course": batch.course_id,
        "expires_at": batch.expires_at,
        "ids": sorted(uuid7() for _ in made),
        "hashes": [codes.hash_of(symbols, key) for symbols in made],
        "hints": [codes.hint(symbols) for symbols in made],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


@transaction.atomic
def revoke_code(*, code: AccessCode, by: User) -> None:
    """Make an unused code worthless. Raises Conflict if it was used or revoked before."""
    if not AccessCode.objects.filter(pk=code.pk).unused().update(revoked_at=Now()):
        code.refresh_from_db()
        if code.used_at:
            raise Conflict(
                f"Code {code} was used on {school_calendar().day(code.used_at)}. "
                "To close the course to whoever used it, revoke their access."
            )
        raise Conflict(f"Code {code} is revoked already.")
    record("code.revoked", code, by=by, batch=code.batch_id)


@transaction.atomic
def revoke_batch(*, batch: CodeBatch, by: User) -> int:
    """Make every unused code of the batch worthless; returns how many. Who used one keeps their access."""
    revoked = AccessCode.objects.filter(batch=batch).unused().update(revoked_at=Now())
    if not revoked:
        raise Conflict("No code of this batch is left to revoke: each was used or revoked already.")
    CodeBatch.objects.filter(pk=batch.pk).update(revoked_at=Now())
    record("codes.revoked", batch, by=by, quantity=revoked)
    return revoked

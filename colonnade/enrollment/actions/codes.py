"""Codes are made in batches and taken back singly or together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.models import DEFAULT_EXPIRY, AccessCode, BatchCourse, CodeBatch
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import current_tenant_id, uuid7

MOST_CODES = 100_000  # in one batch
MOST_SEATS = 100_000  # of one code
MOST_COURSES = 50  # on one code

# COPY is refused under row-level security. Each column comes as one string of bytes to be cut up: unnest of three
# arrays took 1.7 times as long, most of it to write and read the arrays. Ids grow with the number, so that sorting by
# id gives the order in which the codes were shown.
_INSERT = """
INSERT INTO enrollment_accesscode (id, tenant_id, batch_id, seats, code_hash, hint)
SELECT encode(substring(%(ids)s::bytea, 16 * number + 1, 16), 'hex')::uuid, %(tenant)s, %(batch)s, %(seats)s,
    substring(%(hashes)s::bytea, 32 * number + 1, 32),
    convert_from(substring(%(hints)s::bytea, 4 * number + 1, 4), 'UTF8')
FROM generate_series(0, %(quantity)s - 1) AS number
"""


@transaction.atomic
def make_codes(
    *,
    courses: Iterable[Course],
    quantity: int,
    by: User,
    label: str = "",
    note: str = "",
    seats: int = 1,
    access_days: int | None = None,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    seed: bytes | None = None,
) -> tuple[CodeBatch, list[str]]:
    """Make a batch; the codes are returned this once. Who keeps the `seed` (codes.new_seed) can show them again.

    Each code opens all the courses, to as many people as it has seats, for `access_days` or as each course says.
    Without `expires_at` they last 30 days. Raises Invalid for numbers or dates that make no sense, and Conflict for an
    archived course.
    """
    opened = list({course.pk: course for course in courses}.values())
    begin = starts_at or timezone.now()
    expires_at = expires_at or begin + DEFAULT_EXPIRY
    _check(opened, quantity, seats)
    if expires_at <= timezone.now():
        raise Invalid("The codes would have expired already. Choose a later date.")
    if expires_at <= begin:
        raise Invalid("The codes would expire before they start. Choose a later date, or an earlier start.")
    batch = CodeBatch.objects.create(
        label=label, note=note, quantity=quantity, seats=seats, access_days=access_days,
        starts_at=starts_at, expires_at=expires_at, created_by_id=by.pk,
    )  # fmt: skip
    BatchCourse.objects.bulk_create(BatchCourse(batch=batch, course=course) for course in opened)
    seed = seed or codes.new_seed()
    made = [codes.code(seed, number) for number in range(quantity)]
    _insert(batch, made)
    titles = [course.title for course in opened]
    record(
        "codes.made", batch, by=by, courses=titles, quantity=quantity, seats=seats, expires_at=expires_at.isoformat()
    )
    return batch, [codes.write(symbols) for symbols in made]


def _check(courses: list[Course], quantity: int, seats: int) -> None:
    if not 1 <= quantity <= MOST_CODES:
        raise Invalid(f"Make between 1 and {MOST_CODES:,} codes at a time.")
    if not 1 <= seats <= MOST_SEATS:
        raise Invalid(f"A code has between 1 and {MOST_SEATS:,} seats.")
    if not 1 <= len(courses) <= MOST_COURSES:
        raise Invalid(f"A code opens between 1 and {MOST_COURSES} courses.")
    for course in courses:
        if course.is_archived:
            raise Conflict(
                f"“{course}” is archived, so its codes would open nothing. Take it out of the archive first."
            )


def _insert(batch: CodeBatch, made: list[str]) -> None:
    key = codes.school_keys(current_tenant_id())[0]
    values: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "batch": batch.pk,
        "seats": batch.seats,
        "quantity": len(made),
        "ids": b"".join(sorted(uuid7().bytes for _ in made)),
        "hashes": b"".join(codes.hash_of(symbols, key) for symbols in made),
        "hints": "".join(codes.hint(symbols) for symbols in made).encode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


@transaction.atomic
def revoke_code(*, code: AccessCode, by: User) -> None:
    """Make the seats that are left worthless. Raises Conflict if none is, or it was revoked before."""
    if not AccessCode.objects.filter(pk=code.pk).with_seats().update(revoked_at=Now()):
        code.refresh_from_db()
        if code.revoked_at is None:
            raise Conflict(
                f"Code {code} is used up. To close the course to whoever used it, revoke their access instead."
            )
        raise Conflict(f"Code {code} is revoked already.")
    record("code.revoked", code, by=by, batch=code.batch_id)


@transaction.atomic
def revoke_batch(*, batch: CodeBatch, by: User) -> int:
    """Make every code of the batch with a seat left worthless; returns how many. Who used one keeps their access."""
    revoked = AccessCode.objects.filter(batch=batch).with_seats().update(revoked_at=Now())
    if not revoked:
        raise Conflict("No code of this batch is left to revoke: each was used or revoked already.")
    CodeBatch.objects.filter(pk=batch.pk).update(revoked_at=Now())
    record("codes.revoked", batch, by=by, quantity=revoked)
    return revoked

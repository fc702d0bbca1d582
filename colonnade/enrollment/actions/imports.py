"""A list of people becomes accounts and enrollments: all of them, or none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from colonnade.accounts.actions import open_accounts
from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment.actions.enrollments import access_end
from colonnade.enrollment.actions.invitations import waits_for_password
from colonnade.enrollment.jobs import send_invitations as send_letters_later
from colonnade.enrollment.jobs import settle_on_commit
from colonnade.enrollment.models import Enrollment, Invitation
from colonnade.enrollment.models.invitations import VALID_FOR
from colonnade.enrollment.rosters import Entry
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import current_tenant_id, uuid7
from colonnade.tenants.models import Tenant

T = TypeVar("T")
_AT_ONCE = 2_000  # people in a statement
_LETTERS_IN_A_JOB = 200


class Fate(StrEnum):
    """What a line comes to."""

    NEW = "new"  # an account is made
    KNOWN = "known"  # the account is there, and comes into a course
    NOTHING = "nothing"  # the account is there, and in every course already


@dataclass(frozen=True)
class Planned:
    entry: Entry
    fate: Fate
    enrollments: int  # how many courses open
    is_invited: bool


@dataclass(frozen=True)
class Counts:
    """What an import does, or did."""

    new: int = 0
    enrolled: int = 0
    invited: int = 0
    unchanged: int = 0


def plan_import(entries: Sequence[Entry], courses: Sequence[Course], *, invites: bool) -> list[Planned]:
    """What import_students() would do with each, if it were done now. Three queries for each two thousand."""
    known = _people(entries)
    inside = _inside(known.values(), courses)
    asked = _asked(entries) if invites else set()
    planned = []
    for entry in entries:
        user = known.get(entry.email)
        missing = len(courses) - (inside.get(user.pk, 0) if user else 0)
        fate = Fate.NEW if user is None else Fate.KNOWN if missing else Fate.NOTHING
        is_waiting = (user is None or waits_for_password(user)) and entry.email not in asked
        planned.append(Planned(entry, fate, missing, invites and is_waiting))
    return planned


def counts_of(planned: Iterable[Planned]) -> Counts:
    rows = list(planned)
    return Counts(
        new=sum(row.fate == Fate.NEW for row in rows),
        enrolled=sum(row.enrollments for row in rows),
        invited=sum(row.is_invited for row in rows),
        unchanged=sum(row.fate == Fate.NOTHING and not row.is_invited for row in rows),
    )


@transaction.atomic
def import_students(
    *, entries: Sequence[Entry], courses: Sequence[Course], invites: bool, by: User, access_days: int | None = None
) -> Counts:
    """Make accounts without passwords for who has none, and let all into the courses; those who were shut out as well.

    With `invites`, whoever has no password yet is sent a link to choose one; the letters leave by jobs. Done again, it
    changes nothing. Raises Conflict for an archived course.
    """
    for course in courses:
        if course.is_archived:
            raise Conflict(f"“{course}” is archived: its students keep it, and nobody new gets in.")
    before = set(_people(entries))
    new = [(entry.email, entry.name) for entry in entries if entry.email not in before]
    open_accounts(people=new)
    people = list(_people(entries).values())
    enrolled = sum(_enroll(people, course, access_end(course, access_days)) for course in courses)
    waiting = [user for user in people if waits_for_password(user)] if invites else []
    invited = _invite(waiting, courses, access_days, by)
    titles = [course.title for course in courses]
    facts = {"people": len(entries), "new": len(new), "enrolled": enrolled, "invited": invited, "courses": titles}
    record("students.imported", Tenant.objects.get(pk=current_tenant_id()), by=by, **facts)
    return Counts(len(new), enrolled, invited)


# Whoever is in the course stays as they are; who was shut out, or whose time is over, is let in again.
_ENROLL = """
INSERT INTO enrollment_enrollment AS held (id, tenant_id, course_id, user_id, source, created_at, expires_at)
SELECT id, %(tenant)s, %(course)s, user_id, 'import', statement_timestamp(), %(expires_at)s
FROM unnest(%(ids)s::uuid[], %(users)s::uuid[]) AS wanted (id, user_id)
ON CONFLICT (tenant_id, course_id, user_id) DO UPDATE SET
    revoked_at = NULL, revoked_by_id = NULL, ended_at = NULL, source = 'import', expires_at = EXCLUDED.expires_at
    WHERE held.revoked_at IS NOT NULL OR held.expires_at <= statement_timestamp()
RETURNING id
"""


def _enroll(people: list[User], course: Course, expires_at: datetime | None) -> int:
    ids = sorted(uuid7() for _ in people)
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "course": course.pk, "expires_at": expires_at,
        "ids": ids, "users": sorted(user.pk for user in people),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENROLL, values)
        opened: set[UUID] = {row[0] for row in cursor.fetchall()}
    for enrollment in Enrollment.objects.filter(pk__in=opened.difference(ids)):
        settle_on_commit(enrollment)
    return len(opened)


_INVITE = """
INSERT INTO enrollment_invitation (id, email, name, access_days, created_at, created_by_id, expires_at, times_sent)
SELECT id, email, name, %(access_days)s, statement_timestamp(), %(by)s, %(expires_at)s, 0
FROM unnest(%(ids)s::uuid[], %(emails)s::text[], %(names)s::text[]) AS wanted (id, email, name)
ON CONFLICT (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL DO NOTHING
RETURNING id
"""

_OPEN_BY_INVITATION = """
INSERT INTO enrollment_invitationcourse (id, invitation_id, course_id)
SELECT id, invitation_id, %(course)s FROM unnest(%(ids)s::uuid[], %(invitations)s::uuid[]) AS wanted (id, invitation_id)
"""


def _invite(people: list[User], courses: Sequence[Course], access_days: int | None, by: User) -> int:
    """An invitation for each who has none that is open; returns how many. The letters are written by jobs."""
    values: dict[str, Any] = {
        "ids": sorted(uuid7() for _ in people),
        "emails": [user.email for user in people],
        "names": [user.name for user in people],
        "access_days": access_days,
        "by": by.pk,
        "expires_at": timezone.now() + VALID_FOR,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INVITE, values)
        made: list[UUID] = [row[0] for row in cursor.fetchall()]
        for course in courses:
            links: dict[str, Any] = {"ids": sorted(uuid7() for _ in made), "invitations": made, "course": course.pk}
            cursor.execute(_OPEN_BY_INVITATION, links)
    for part in _parts(made, _LETTERS_IN_A_JOB):
        send_letters_later.later(invitation_ids=[str(pk) for pk in part])
    return len(made)


def _people(entries: Sequence[Entry]) -> dict[str, User]:
    """Who is here already, by address."""
    emails = [entry.email for entry in entries]
    return {user.email: user for part in _parts(emails) for user in User.objects.filter(email__in=part)}


def _asked(entries: Sequence[Entry]) -> set[str]:
    """Who has an open invitation."""
    emails, unanswered = [entry.email for entry in entries], Invitation.objects.unanswered()
    return {
        email for part in _parts(emails) for email in unanswered.filter(email__in=part).values_list("email", flat=True)
    }


def _inside(people: Iterable[User], courses: Sequence[Course]) -> dict[UUID, int]:
    """In how many of the courses each is."""
    found: dict[UUID, int] = {}
    for part in _parts([user.pk for user in people]):
        active = Enrollment.objects.active().filter(course__in=courses, user__in=part)
        for user_id in active.values_list("user_id", flat=True):
            found[user_id] = found.get(user_id, 0) + 1
    return found


def _parts(items: Sequence[T], size: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

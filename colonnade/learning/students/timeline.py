"""What one student did, newest first: came in, began, completed. Notes are theirs alone and stand nowhere here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from colonnade.lib.tenancy import current_tenant_id

_EVENTS = """
SELECT at, what, course, lecture FROM (
    SELECT created_at AS at, 'joined' AS what, NULL::text AS course, NULL::text AS lecture, id
    FROM accounts_user WHERE tenant_id = %(tenant)s AND id = %(user)s
    UNION ALL
    SELECT held.created_at, CASE WHEN held.code_id IS NULL THEN 'enrolled' ELSE 'redeemed' END, course.title, NULL,
        held.id
    FROM enrollment_enrollment AS held
    JOIN courses_course AS course ON course.tenant_id = held.tenant_id AND course.id = held.course_id
    WHERE held.tenant_id = %(tenant)s AND held.user_id = %(user)s
    UNION ALL
    SELECT held.revoked_at, 'revoked', course.title, NULL, held.id
    FROM enrollment_enrollment AS held
    JOIN courses_course AS course ON course.tenant_id = held.tenant_id AND course.id = held.course_id
    WHERE held.tenant_id = %(tenant)s AND held.user_id = %(user)s AND held.revoked_at IS NOT NULL
    UNION ALL
    SELECT deed.at, deed.what, course.title, lecture.title, progress.id
    FROM learning_progress AS progress
    JOIN courses_lecture AS lecture ON lecture.tenant_id = progress.tenant_id AND lecture.id = progress.lecture_id
    JOIN courses_course AS course ON course.tenant_id = lecture.tenant_id AND course.id = lecture.course_id
    CROSS JOIN LATERAL (VALUES (progress.started_at, 'began'), (progress.completed_at, 'completed')) AS deed (at, what)
    WHERE progress.tenant_id = %(tenant)s AND progress.user_id = %(user)s AND deed.at IS NOT NULL
    UNION ALL
    SELECT deed.at, deed.what, course_title, NULL, id
    FROM learning_certificate
    CROSS JOIN LATERAL (VALUES (issued_at, 'certified'), (revoked_at, 'certificate-revoked')) AS deed (at, what)
    WHERE tenant_id = %(tenant)s AND user_id = %(user)s AND deed.at IS NOT NULL
) AS event
WHERE %(before)s::timestamptz IS NULL OR at < %(before)s
ORDER BY at DESC, what, id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Event:
    at: datetime
    what: str  # joined, enrolled, redeemed, revoked, began, completed, certified, certificate-revoked
    course: str | None
    lecture: str | None


def timeline(user_id: UUID, *, before: datetime | None = None, limit: int = 50) -> list[Event]:
    """The latest events, or the latest before a moment. One query."""
    values: dict[str, Any] = {"tenant": current_tenant_id(), "user": user_id, "before": before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, values)
        return [Event(*facts) for facts in cursor.fetchall()]

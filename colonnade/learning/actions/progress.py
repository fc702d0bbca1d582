"""What watching leaves behind. A heartbeat is no deed for the audit log; completing a lecture is."""

import math
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.locks import require_open
from colonnade.learning.models import Progress
from colonnade.learning.watching import read_ranges, seconds_needed
from colonnade.lib.problems import Conflict, Forbidden, Invalid, TooManyRequests
from colonnade.lib.tenancy import current_tenant_id, uuid7

FASTEST = 3
"""Seconds of video in a second of time. The player's menu ends at 2; the rest is for a second device at once."""

HEAD_START = 5
"""Seconds that may be claimed beyond that: what a player has played before its page was written down."""

# All in one statement: who is in the course, what was known, what is added, and whether that can have been watched
# since the lecture was first opened (or, where no page was, since the person came into the course). The bound is on the
# whole, not on one heartbeat: what was watched without a connection is taken whenever it comes, and many small lies are
# worth no more than a large one. Who waits as long as a viewer would, is one.
_UPSERT = """
INSERT INTO learning_progress AS held (id, tenant_id, user_id, lecture_id, watched, position, completed_at, started_at)
SELECT %(id)s, tenant_id, user_id, %(lecture)s, %(seconds)s, %(position)s,
    CASE WHEN seconds_in(%(seconds)s) >= %(needed)s THEN statement_timestamp() END,
    created_at
FROM enrollment_enrollment
WHERE tenant_id = %(tenant)s AND course_id = %(course)s AND user_id = %(user)s AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > statement_timestamp())
    AND (%(is_open)s OR NOT EXISTS (
        SELECT FROM courses_opening WHERE tenant_id = %(tenant)s AND course_id = %(course)s
    ))
    AND seconds_in(%(seconds)s) <= %(head_start)s
        + %(fastest)s * extract(epoch FROM statement_timestamp() - created_at)
ON CONFLICT (tenant_id, user_id, lecture_id) DO UPDATE SET
    watched = held.watched + EXCLUDED.watched,
    position = CASE WHEN %(late)s THEN greatest(held.position, EXCLUDED.position) ELSE EXCLUDED.position END,
    completed_at = coalesce(
        held.completed_at,
        CASE WHEN seconds_in(held.watched + EXCLUDED.watched) >= %(needed)s THEN statement_timestamp() END
    ),
    updated_at = statement_timestamp()
WHERE seconds_in(held.watched + EXCLUDED.watched) <= %(head_start)s
    + %(fastest)s * extract(epoch FROM statement_timestamp() - held.started_at)
RETURNING *, watched_percent(watched_seconds, %(duration)s) AS percent,
    coalesce(completed_at = statement_timestamp(), false) AS just_completed
"""


class NotInCourse(Forbidden):
    code = "not-in-course"
    title = "You are not in this course"

    def __init__(self) -> None:
        super().__init__("You have no access to this course, so what you watch cannot be kept. Redeem a code first.")


@transaction.atomic
def record_progress(
    *, lecture: Lecture, ranges: Sequence[Sequence[int]], position: float, by: User, late: bool = False
) -> Progress:
    """Add watched seconds: half-open pairs of whole seconds; sending some twice changes nothing. `percent` is set.

    What is `late`, from an earlier visit, moves the position on but never back: another device may have gone on since.
    Raises NotInCourse; LectureLocked; Conflict where there is no video; Invalid for nonsense; TooManyRequests for more
    seconds than can have been played since the lecture was first opened: sent again when they can, they are taken.
    """
    duration = lecture.video.duration if lecture.video else None
    if duration is None:
        raise Conflict(f"“{lecture}” has no video that could be watched.")
    if not (math.isfinite(position) and position >= 0):
        raise Invalid("The position is a number of seconds, at least 0.")
    values: dict[str, Any] = {
        "id": uuid7(),
        "tenant": current_tenant_id(),
        "user": by.pk,
        "course": lecture.course_id,
        "lecture": lecture.pk,
        "seconds": read_ranges(ranges, duration),
        "position": min(position, duration),
        "needed": seconds_needed(duration),
        "duration": duration,
        "late": late,
        "fastest": FASTEST,
        "head_start": HEAD_START,
        "is_open": False,
    }
    # A course without rules costs nothing; where there are some, the lecture is looked up, and it is tried once more.
    progress = _keep(values) or (_keep(values | {"is_open": True}) if require_open(lecture, by) else None)
    if progress is None:
        raise _why_not(lecture, by)
    if progress.just_completed:
        record("lecture.completed", lecture, by=by, course=lecture.course_id)
    return progress


def _keep(values: dict[str, Any]) -> Progress | None:
    return next(iter(Progress.objects.raw(_UPSERT, values)), None)


def _why_not(lecture: Lecture, user: User) -> Forbidden | TooManyRequests:
    if not Enrollment.objects.active().filter(course_id=lecture.course_id, user=user).exists():
        return NotInCourse()
    return TooManyRequests("More was reported than can have been watched by now. It is taken later.", retry_after=10)


def begin_lecture(*, lecture: Lecture, by: User) -> None:
    """Start the lecture's clock when its page is first opened; later openings change nothing."""
    Progress.objects.bulk_create([Progress(lecture=lecture, user=by)], ignore_conflicts=True)

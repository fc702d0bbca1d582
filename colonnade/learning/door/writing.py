"""A batch of heartbeats in one statement for each school."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Lecture
from colonnade.learning.actions.progress import FASTEST, HEAD_START
from colonnade.learning.door.batches import Told
from colonnade.learning.watching import ENOUGH, read_ranges
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import tenant_scope

_LONGEST = 10**6  # seconds; what lies beyond the video is cut off in the statement

# The same rules as record_progress(), for those it lets pass: in the course, with a row from the opened page, no more
# than can have been watched, no rule that could keep the lecture locked. All others are not updated, and left to it.
_UPDATE = """
UPDATE learning_progress AS held SET
    watched = held.watched + known.seconds,
    position = CASE WHEN known.late THEN greatest(held.position, known.position) ELSE known.position END,
    completed_at = coalesce(
        held.completed_at,
        CASE WHEN seconds_in(held.watched + known.seconds) >= known.needed THEN statement_timestamp() END
    ),
    updated_at = statement_timestamp()
FROM (
    SELECT told.user_id, told.lecture_id, told.late, least(told.position, video.duration) AS position,
        told.seconds::int4multirange * int4multirange(int4range(0, whole.seconds)) AS seconds,
        ceil(whole.seconds * %(enough)s) AS needed, video.duration
    FROM unnest(%(users)s::uuid[], %(lectures)s::uuid[], %(seconds)s::text[], %(positions)s::float8[], %(late)s::bool[])
        AS told (user_id, lecture_id, seconds, position, late)
    JOIN courses_lecture AS lecture ON lecture.tenant_id = %(tenant)s AND lecture.id = told.lecture_id
    JOIN videos_video AS video
        ON video.tenant_id = %(tenant)s AND video.id = lecture.video_id AND video.duration IS NOT NULL
    JOIN enrollment_enrollment AS present
        ON present.tenant_id = %(tenant)s AND present.course_id = lecture.course_id AND present.user_id = told.user_id
    CROSS JOIN LATERAL (SELECT greatest(1, floor(video.duration)::integer) AS seconds) AS whole
    WHERE present.revoked_at IS NULL AND (present.expires_at IS NULL OR present.expires_at > statement_timestamp())
        AND NOT EXISTS (
            SELECT FROM courses_opening AS rule WHERE rule.tenant_id = %(tenant)s AND rule.course_id = lecture.course_id
        )
) AS known
WHERE held.tenant_id = %(tenant)s AND held.user_id = known.user_id AND held.lecture_id = known.lecture_id
    AND seconds_in(held.watched + known.seconds) <= %(head_start)s
        + %(fastest)s * extract(epoch FROM statement_timestamp() - held.started_at)
RETURNING held.user_id, held.lecture_id, watched_percent(held.watched_seconds, known.duration),
    held.completed_at IS NOT NULL, coalesce(held.completed_at = statement_timestamp(), false)
"""


def write(batch: Sequence[Told]) -> None:
    """Commit them, and only then answer. In a thread with connections, outside any request."""
    close_old_connections()
    schools: dict[UUID, dict[tuple[UUID, UUID], Told]] = defaultdict(dict)
    for told in batch:
        schools[told.tenant_id].setdefault((told.user_id, told.lecture_id), told)  # a second one goes by itself
    for tenant_id, each in schools.items():
        with tenant_scope(tenant_id):
            answers = _write(tenant_id, each)
        for key, answer in answers.items():
            each[key].answer = answer


def _write(tenant_id: UUID, each: dict[tuple[UUID, UUID], Told]) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    readable = {key: seconds for key, told in each.items() if (seconds := _seconds(told)) is not None}
    if not readable:
        return {}
    beats = [each[key].beat for key in readable]
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "users": [user for user, _ in readable],
        "lectures": [lecture for _, lecture in readable],
        "seconds": list(readable.values()),
        "positions": [beat.position for beat in beats],
        "late": [beat.late for beat in beats],
        "enough": ENOUGH,
        "fastest": FASTEST,
        "head_start": HEAD_START,
    }
    answers = {}
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, values)
        for user, lecture, percent, is_completed, is_new in cursor.fetchall():
            answers[user, lecture] = {"watched_percent": percent, "completed": is_completed}
            if is_new:
                _note_completion(user, lecture)
    return answers


def _seconds(told: Told) -> str | None:
    """As PostgreSQL writes a set; None where it cannot be read, which Django then says."""
    try:
        spans = read_ranges(told.beat.ranges, _LONGEST)
    except Problem:
        return None
    return "{" + ",".join(f"[{span.lower},{span.upper})" for span in spans) + "}"


def _note_completion(user_id: UUID, lecture_id: UUID) -> None:
    lecture = Lecture.objects.get(pk=lecture_id)
    record("lecture.completed", lecture, by=User.objects.get(pk=user_id), course=lecture.course_id)

"""A lecture that is done without being watched: a text read, a file looked at, a quiz passed."""

from typing import Any

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Lecture
from colonnade.learning.actions.progress import NotInCourse
from colonnade.learning.locks import require_open
from colonnade.learning.models import Progress
from colonnade.learning.watching import seconds_needed
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import current_tenant_id, uuid7

_UPSERT = """
INSERT INTO learning_progress AS held (id, tenant_id, user_id, lecture_id, position, completed_at)
SELECT %(id)s, tenant_id, user_id, %(lecture)s, 0, statement_timestamp()
FROM enrollment_enrollment
WHERE tenant_id = %(tenant)s AND course_id = %(course)s AND user_id = %(user)s AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > statement_timestamp())
ON CONFLICT (tenant_id, user_id, lecture_id) DO UPDATE SET
    completed_at = coalesce(held.completed_at, statement_timestamp()),
    updated_at = statement_timestamp()
RETURNING *, completed_at = statement_timestamp() AS just_completed
"""


@transaction.atomic
def complete_lecture(*, lecture: Lecture, by: User) -> Progress:
    """The person is done with the lecture; saying it again changes nothing. Its course and video must be at hand.

    Raises NotInCourse; LectureLocked; Conflict for a video that has not been watched: progress is made of seconds,
    never of a button.
    """
    require_open(lecture, by)
    if lecture.kind == "video":
        _require_watched(lecture, by)
    values: dict[str, Any] = {
        "id": uuid7(),
        "tenant": current_tenant_id(),
        "user": by.pk,
        "course": lecture.course_id,
        "lecture": lecture.pk,
    }
    for progress in Progress.objects.raw(_UPSERT, values):
        if progress.just_completed:
            record("lecture.completed", lecture, by=by, course=lecture.course_id)
        return progress
    raise NotInCourse


def _require_watched(lecture: Lecture, user: User) -> None:
    held = Progress.objects.filter(lecture=lecture, user=user).first()
    if held is not None and held.completed_at is not None:
        return
    duration = lecture.video.duration if lecture.video else None
    if duration is None:
        raise Conflict(f"“{lecture}” has no video yet that could be watched.")
    if held is None or held.watched_seconds < seconds_needed(duration):
        raise Conflict(f"“{lecture}” is completed by watching it. What you have watched is kept.")

"""Which videos are watched and how often, for whoever decides where they are kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from colonnade.lib.tenancy import current_tenant_id

WINDOW_DAYS = 90

_VIEWING = """
SELECT lecture.video_id, max(progress.updated_at),
    count(DISTINCT progress.user_id) FILTER (WHERE progress.updated_at > now() - make_interval(days => %(window)s))
FROM courses_lecture AS lecture
JOIN learning_progress AS progress ON progress.tenant_id = lecture.tenant_id AND progress.lecture_id = lecture.id
WHERE lecture.tenant_id = %(tenant)s AND lecture.video_id IS NOT NULL
GROUP BY lecture.video_id
"""


@dataclass(frozen=True)
class Viewing:
    """When somebody last watched a video, and how many people did in the last WINDOW_DAYS, a day."""

    last_at: datetime
    views_per_day: float


def viewing() -> dict[UUID, Viewing]:
    """By video, of the school in scope; those that nobody has ever opened are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_VIEWING, {"tenant": current_tenant_id(), "window": WINDOW_DAYS})
        return {video: Viewing(last_at, people / WINDOW_DAYS) for video, last_at, people in cursor.fetchall()}

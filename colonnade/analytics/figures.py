"""The school in numbers, for the first page of the dashboard."""

from dataclasses import dataclass

from django.db import connection

from colonnade.accounts.models import Role


@dataclass(frozen=True)
class Figures:
    courses: int
    published: int
    students: int
    minutes_watched: int
    completed: int
    has_video: bool
    has_codes: bool

    @property
    def published_hint(self) -> str:
        if not self.courses:
            return ""
        return "all published" if self.published == self.courses else f"{self.published} published"


# Policies keep each part to the school. By hand, because the ORM took longer to write this than PostgreSQL to answer.
_FIGURES = """
SELECT courses, published, (SELECT count(*) FROM accounts_user WHERE role = %s), minutes, completed,
       EXISTS (SELECT FROM videos_video WHERE uploaded_at IS NOT NULL), EXISTS (SELECT FROM enrollment_codebatch)
FROM (SELECT count(*) AS courses,
             count(*) FILTER (WHERE published_at <= now() AND archived_at IS NULL) AS published
      FROM courses_course) AS taught,
     (SELECT COALESCE(sum(watched_seconds), 0) / 60 AS minutes, count(completed_at) AS completed
      FROM learning_progress) AS watched
"""


def school_figures() -> Figures:
    """Of the school in scope. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [Role.STUDENT])
        return Figures(*cursor.fetchone())

"""The clock of attempts that nobody looks at any more."""

from uuid import UUID

from colonnade.lib.jobs import job


@job()
def close_when_over(*, attempt_id: str) -> None:
    """Close an attempt whose time is over; one that was handed in, or deleted, is left alone."""
    from colonnade.quizzes.actions.attempts import close_overdue  # asks for this job
    from colonnade.quizzes.models import Attempt

    attempt = Attempt.objects.filter(pk=UUID(attempt_id)).first()
    if attempt is not None:
        close_overdue(attempt)

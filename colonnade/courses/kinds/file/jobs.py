"""What the worker does for files. Imported by courses/jobs.py, where the worker looks."""

from colonnade.lib.jobs import job
from colonnade.lib.objects import uploads


@job()
def delete_upload(*, path: str) -> None:
    """Delete what was sent and never shown; what was shown has been copied."""
    uploads().delete([path])

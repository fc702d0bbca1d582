"""What the worker does for courses."""

from colonnade.courses.models import small
from colonnade.lib.jobs import job
from colonnade.lib.objects import media


@job()
def delete_thumbnail(*, path: str) -> None:
    """Delete a picture that no course shows any more."""
    media().delete([path, small(path)])

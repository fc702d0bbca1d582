"""What happens to captions by itself."""

from uuid import UUID

from colonnade.lib.jobs import job
from colonnade.videos.captions import storage


@job(long=True)
def remove_unnamed_captions(*, video_id: str) -> None:
    """Remove the captions of a video that have been replaced or deleted from the store."""
    storage.remove_unnamed(UUID(video_id))

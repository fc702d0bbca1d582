"""What happens to captions by itself."""

from uuid import UUID

from colonnade.lib.jobs import job
from colonnade.videos.captions import storage


@job(long=True)
def remove_unnamed_captions(*, video_id: str) -> None:
    """Remove the captions of a video that have been replaced or deleted from the store."""
    storage.remove_unnamed(UUID(video_id))


@job(queue="video", long=True)
def recognise(*, caption_id: str) -> None:
    """Listen to a video, and leave a draft of its captions."""
    from colonnade.videos.captions.recognition import listen  # which queues this job

    listen(UUID(caption_id))

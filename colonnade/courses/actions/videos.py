"""What becomes of the videos of lectures that go."""

from collections.abc import Iterable
from uuid import UUID

from colonnade.accounts.models import User
from colonnade.videos.actions import delete_video
from colonnade.videos.models import Video


def delete_unused(video_ids: Iterable[UUID | None], *, by: User) -> None:
    """Delete those of the videos that no lecture shows any more, with their objects."""
    for video in Video.objects.filter(pk__in=[video_id for video_id in video_ids if video_id], lectures=None):
        delete_video(video=video, by=by)

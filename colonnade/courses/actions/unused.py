"""What becomes of what lectures have that go."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from colonnade.accounts.models import User
from colonnade.courses.kinds import KINDS
from colonnade.courses.models import Lecture
from colonnade.videos.actions import delete_video
from colonnade.videos.models import Video


def videos_of(lectures: Iterable[Lecture]) -> list[UUID | None]:
    """The videos that they show, and those that are to replace them."""
    return [video_id for lecture in lectures for video_id in (lecture.video_id, lecture.replacement_id)]


def forget(lectures: Iterable[Lecture], *, by: User) -> None:
    """They are about to be deleted: each kind frees what its own have outside the database."""
    of_kind = defaultdict(list)
    for lecture in lectures:
        of_kind[lecture.kind].append(lecture)
    for kind, its_own in of_kind.items():
        KINDS[kind].forget(its_own, by)


def delete_unused(video_ids: Iterable[UUID | None], *, by: User | None, after: timedelta | None = None) -> None:
    """Delete those of the videos that no lecture needs any more; their objects `after` some time."""
    named = Video.objects.filter(pk__in=[video_id for video_id in video_ids if video_id])
    for video in named.filter(lectures=None, replacing=None):
        delete_video(video=video, by=by, after=after)

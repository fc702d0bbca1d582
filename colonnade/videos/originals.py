"""Uploaded files on this machine's disk, while its workers need them: the chunks of a video are made of one copy."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from colonnade.lib.objects import uploads
from colonnade.videos.models import Video
from colonnade.videos.workspace import check_room

UNUSED_AFTER = 2 * 3600.0  # seconds: longer than any chunk takes


@contextmanager
def local_original(video: Video, hear: Callable[[bytes], object] | None = None) -> Iterator[Path]:
    """The file; it is fetched by one worker, the others of this machine wait for that. `hear` makes it be fetched anew.

    Raises NoSuchObject, and VideoError when the disk is too full.
    """
    folder: Path = settings.VIDEO_WORK / "originals"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    path = folder / str(video.pk)
    with _locked(path):
        if hear or not path.exists() or path.stat().st_size != video.size:
            check_room(video.size)
            partial = path.with_suffix(".partial")
            uploads().get_file(video.original_path, partial, hear or (lambda data: None))
            partial.replace(path)
        os.utime(path)
    yield path


def forget_original(video_id: UUID) -> None:
    for path in (settings.VIDEO_WORK / "originals").glob(f"{video_id}*"):
        path.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < time.time() - UNUSED_AFTER:
                path.unlink(missing_ok=True)
        except FileNotFoundError:  # another worker was faster
            continue

"""Room on the disk for one encoding."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from colonnade.videos.clients import VideoError

RESERVE = 512 * 1024**2  # bytes: for the renditions' beginning, and for whatever else lives on this disk
_PREFIX = "encoding-"


@contextmanager
def workspace(needed: int) -> Iterator[Path]:
    """An empty folder with `needed` bytes free, gone at the end; those of killed workers go as well.

    It is locked while in use, by which other workers on this machine know it from a leftover.
    Raises VideoError when the disk is too full.
    """
    root: Path = settings.VIDEO_WORK
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    check_room(needed)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def check_room(needed: int) -> None:
    """Raises VideoError when the disk has not `needed` bytes to spare."""
    free = shutil.disk_usage(settings.VIDEO_WORK).free
    if free < needed + RESERVE:
        missing = filesizeformat(needed + RESERVE - free)
        raise VideoError(
            "disk_full",
            f"The server's disk lacks {missing} to encode this video. Tell whoever runs the platform, then try again.",
        )


def _sweep(root: Path) -> None:
    for left in root.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(left, os.O_RDONLY)
        except FileNotFoundError:  # its worker has just finished
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass  # another worker is at work there
        finally:
            os.close(lock)

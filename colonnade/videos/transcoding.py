"""The worker's way with a video: fetch the original, encode it, store what was made."""

import errno
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.db import close_old_connections

from colonnade.lib.jobs import is_passing
from colonnade.lib.objects import NoSuchObject, is_outage, uploads
from colonnade.videos import storage
from colonnade.videos.clients import USUAL_RECIPE, Encoding, Unplayable, VideoError, encode
from colonnade.videos.encoding import (
    MOST_STARTS,
    Superseded,
    fail_encoding,
    finish_encoding,
    note_original,
    note_progress,
    put_back,
    start_encoding,
)
from colonnade.videos.models import Video
from colonnade.videos.workspace import workspace

logger = logging.getLogger(__name__)

ENCODED = 95  # percent; storing the files is the rest
PATIENCE = 300.0  # seconds that a finished encoding waits for a part that is down, rather than be thrown away
STARTS_OF_A_BUG = 3
SENTENCES = {
    "original_missing": "The uploaded file is no longer in the store. Upload it again.",
    "disk_full": "The server's disk became full while encoding. Tell whoever runs the platform, then try again.",
    "storage_down": "The server could not reach its storage for a long time. Try again in a while.",
    "unexpected": "Encoding failed for a reason on our side, which has been noted. Try again, or tell your platform.",
}


def transcode(video_id: UUID) -> None:
    """Ends with the video *ready* or *failed*, or raises what made it fail for the job to be tried again later."""
    video = start_encoding(video_id)
    if video is None:
        return
    try:
        _make(video)
    except Superseded:
        storage.remove_edition(video.pk, video.making)
    except Exception as error:
        with suppress(Exception):  # the store may be what failed; the one that succeeds removes what is left
            storage.remove_edition(video.pk, video.making)
        verdict = _verdict(error, video.starts)
        if verdict is None:
            with suppress(Exception):  # the database may be what failed; the next start says it again
                put_back(video)
            raise
        if not isinstance(error, Unplayable):
            logger.exception("Video %s could not be encoded.", video.pk)
        with suppress(Superseded):
            _patiently(lambda: fail_encoding(video, *verdict))


def _make(video: Video) -> None:
    recipe = USUAL_RECIPE.fingerprint
    with workspace(video.size) as folder:
        original, digest = folder / "original", sha256()
        uploads().get_file(video.original_path, original, digest.update)
        twin = note_original(video, digest.hexdigest(), recipe)
        encoding = (twin and _copy(twin, video)) or _encode(original, folder / "made", video)
        _patiently(lambda: finish_encoding(video, encoding, recipe))
    with suppress(Exception):  # what plays is there; the sweeper removes what is left
        storage.remove_others(video.pk, {video.edition, video.making})


def _copy(twin: Video, video: Video) -> Encoding | None:
    """What has been made of the same file already; None if it is being deleted just now."""
    try:
        return replace(storage.copy_edition(twin, video, video.making), cpu_seconds=0)
    except NoSuchObject:
        storage.remove_edition(video.pk, video.making)
    return None


def _encode(original: Path, made: Path, video: Video) -> Encoding:
    report = _Reporter(video)
    encoding = encode(original, made, progress=lambda part: report(part * ENCODED))
    original.unlink()
    share = (100 - ENCODED) / len(encoding.files)
    storage.store_edition(
        video, video.making, made, list(encoding.files), on_stored=lambda count: report(ENCODED + share * count)
    )
    return encoding


def _verdict(error: Exception, starts: int) -> tuple[str, str] | None:
    """Code and sentence of a failure that is final; None while trying again may help."""
    match error:
        case Unplayable() | VideoError(code="disk_full"):
            return error.code, error.message
        case NoSuchObject():
            return "original_missing", SENTENCES["original_missing"]
        case OSError(errno=errno.ENOSPC):
            return "disk_full", SENTENCES["disk_full"]
        case _ if is_passing(error) and not _is_local(error):
            return ("storage_down", SENTENCES["storage_down"]) if starts >= MOST_STARTS else None
        case _ if starts < STARTS_OF_A_BUG:
            return None
        case VideoError():
            return error.code, error.message
    return "unexpected", SENTENCES["unexpected"]


def _is_local(error: Exception) -> bool:
    """Whether the machine refused (rights, a missing folder) rather than the network."""
    return (
        isinstance(error, OSError) and not isinstance(error, (ConnectionError, TimeoutError)) and not is_outage(error)
    )


class _Reporter:
    """Writes the percentage to the row, once a second at most. Raises Superseded."""

    def __init__(self, video: Video) -> None:
        self.video = video
        self.percent = 0
        self.next_at = 0.0

    def __call__(self, percent: float) -> None:
        now = time.monotonic()
        if now < self.next_at:
            return
        self.next_at = now + 1
        self.percent = max(self.percent, min(99, int(percent)))
        close_old_connections()
        try:
            note_progress(self.video, self.percent)
        except Exception as error:
            if not is_passing(error):
                raise
            logger.warning("Progress of %s could not be written: %s", self.video.pk, error)


def _patiently(deed: Callable[[], None]) -> None:
    """Do it as soon as the parts that it needs are there, within PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while True:
        close_old_connections()
        try:
            return deed()
        except Exception as error:
            if not is_passing(error) or time.monotonic() > deadline:
                raise
            logger.warning("Waiting for a part that is down: %s", error)
        time.sleep(2)

"""The worker's way with a video: fetch the original, encode it, store what was made."""

import errno
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections

from colonnade.lib.jobs import Job, is_passing
from colonnade.lib.objects import NoSuchObject, is_outage
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.tenants.models import Tenant
from colonnade.videos import storage
from colonnade.videos.clients import (
    MASTER,
    USUAL_LIMITS,
    USUAL_RECIPE,
    Division,
    Encoding,
    Examined,
    Recipe,
    Unplayable,
    VideoError,
    divide,
    encode,
    examine,
)
from colonnade.videos.encoding import (
    MOST_STARTS,
    Superseded,
    change_edition,
    fail_encoding,
    finish_encoding,
    note_original,
    note_playable,
    note_progress,
    put_back,
    start_encoding,
)
from colonnade.videos.models import Video
from colonnade.videos.originals import forget_original, local_original
from colonnade.videos.secrecy import key_for
from colonnade.videos.workspace import workspace

logger = logging.getLogger(__name__)

LOUDNESS = -16.0  # LUFS: what podcasts and lectures are made at
ENCODED = 95  # percent; storing the files is the rest
PATIENCE = 300.0  # seconds that a finished encoding waits for a part that is down, rather than be thrown away
STARTS_OF_A_BUG = 3
SENTENCES = {
    "original_missing": "The uploaded file is no longer in the store. Upload it again.",
    "disk_full": "The server's disk became full while encoding. Tell whoever runs the platform, then try again.",
    "storage_down": "The server could not reach its storage for a long time. Try again in a while.",
    "unexpected": "Encoding failed for a reason on our side, which has been noted. Try again, or tell your platform.",
}


def transcode(
    video_id: UUID,
    *,
    share: Callable[[Video, Division], None] | None = None,
    again: Job | None = None,
) -> None:
    """Ends with the video *ready* or *failed*, or raises what made it fail for the job to be tried again later.

    A long one is handed to `share`, if there is one, to be made by all workers. One whose file is being encoded for
    another video just now is looked at by `again` in a while.
    """
    video = start_encoding(video_id)
    if video is None:
        return
    try:
        _make(video, share, again)
    except Superseded:
        storage.remove_edition(video.pk, video.making)
        forget_original(video.pk)
    except Exception as error:
        with suppress(Exception):  # the store may be what failed; the one that succeeds removes what is left
            storage.remove_edition(video.pk, video.making)
        verdict = verdict_on(error, video.starts)
        if verdict is None:
            with suppress(Exception):  # the database may be what failed; the next start says it again
                put_back(video)
            raise
        if not isinstance(error, Unplayable):
            logger.exception("Video %s could not be encoded.", video.pk)
        with suppress(Superseded):
            patiently(lambda: fail_encoding(video, *verdict))
        forget_original(video.pk)


def _make(video: Video, share: Callable[[Video, Division], None] | None, again: Job | None) -> None:
    digest, recipe = sha256(), recipe_of_school()
    if again and video.sha256 and note_original(video, video.sha256, recipe.fingerprint, again).waits:
        return  # still: the file need not be fetched again to know that
    with local_original(video, digest.update) as original:
        twin, waits = note_original(video, digest.hexdigest(), recipe.fingerprint, again)
        if waits:
            return
        encoding = _copy(twin, video) if twin else None
        if encoding is None:
            examined = examine(original, USUAL_LIMITS, recipe.segment_seconds)
            if share and (division := divide(*examined, recipe)):
                share(video, division)
                return
            encoding = _encode(original, examined, video, recipe)
    complete(video, encoding, recipe.fingerprint)


def recipe_of_school() -> Recipe:
    with tenant_scope(current_tenant_id()):
        school = Tenant.objects.get(pk=current_tenant_id())
    loudness = LOUDNESS if school.equal_loudness else None
    return replace(
        USUAL_RECIPE,
        loudness=loudness,
        largest=school.largest_video,
        encrypted=school.encrypts_videos,
        av1=settings.VIDEO_AV1,
    )


def complete(video: Video, encoding: Encoding, recipe: str) -> None:
    """All is stored: let it play, and clean up."""
    patiently(lambda: finish_encoding(video, encoding, recipe))
    with suppress(Exception):  # what plays is there; the sweeper removes what is left
        storage.remove_others(video.pk, {video.edition, video.making})
    forget_original(video.pk)


def _copy(twin: Video, video: Video) -> Encoding | None:
    """What has been made of the same file already; None if it is being deleted just now."""
    try:
        return replace(storage.copy_edition(twin, video, video.making), cpu_seconds=0)
    except NoSuchObject:
        storage.remove_edition(video.pk, video.making)
    return None


def _encode(original: Path, examined: Examined, video: Video, recipe: Recipe) -> Encoding:
    key = key_for(video.pk, video.making) if recipe.encrypted else None
    report, shown = Reporter(lambda percent: note_progress(video, percent)), Shown(video, examined[0].duration, key)
    with workspace(0) as folder:
        encoding = encode(
            original, folder / "made", recipe=recipe, progress=lambda part: report(part * ENCODED),
            publish=None if video.is_ready else shown, examined=examined,
        )  # fmt: skip
        if shown.has_changed:
            change_edition(video)
            key = key_for(video.pk, video.making) if recipe.encrypted else None
            shown.stored.clear()
        left = [name for name in encoding.files if name not in shown.stored]
        share = (100 - ENCODED) / max(1, len(left))
        storage.store_edition(
            video, video.making, folder / "made", left, on_stored=lambda count: report(ENCODED + share * count), key=key
        )
    return encoding


class Shown:
    """Stores files as they are made, so that viewers can begin. Of no use to a ready video, which plays what it has."""

    def __init__(self, video: Video, seconds: float, key: bytes | None) -> None:
        self.video, self.seconds, self.key = video, seconds, key
        self.stored: set[str] = set()
        self.has_changed = False

    def __call__(self, folder: Path, names: Sequence[str]) -> None:
        if self.has_changed:
            return
        lasting = {name for name in names if not name.endswith(".m3u8")}
        if lasting & self.stored:  # made anew, in another way
            self.has_changed = True
            return
        storage.store_in_order(self.video, self.video.making, folder, names, self.key)
        self.stored |= lasting
        if MASTER in names:
            note_playable(self.video, self.seconds)


def verdict_on(error: Exception, starts: int) -> tuple[str, str] | None:
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


class Reporter:
    """Has `note` write the percentage to the row, once a second at most. Raises Superseded."""

    def __init__(self, note: Callable[[int], None]) -> None:
        self.note = note
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
            self.note(self.percent)
        except Exception as error:
            if not is_passing(error):
                raise
            logger.warning("The progress of an encoding could not be written: %s", error)


def patiently(deed: Callable[[], None]) -> None:
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

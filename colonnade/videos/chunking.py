"""A worker's way with one chunk of a shared encoding, and with the whole once all are there."""

import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from colonnade.lib.jobs import Job, is_passing
from colonnade.lib.objects import media
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos import storage
from colonnade.videos.clients import Chunk, Division, Encoding, Gathering, make_chunk
from colonnade.videos.encoding import Superseded, note_playable
from colonnade.videos.models import EncodingChunk, SharedEncoding, Video
from colonnade.videos.originals import local_original
from colonnade.videos.secrecy import key_for
from colonnade.videos.sharing import (
    chunk_to_make,
    encoding_to_gather,
    finish_chunk,
    forget_sharing,
    made_chunks,
    note_chunk,
    note_part,
)
from colonnade.videos.transcoding import Reporter, complete, patiently
from colonnade.videos.workspace import workspace

logger = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024**2  # room for a chunk in all renditions, generously
SHOWN_EVERY = 2.0  # seconds between playlists that grow

AloneAgain = Callable[[Video], None]
"""Has one worker make the whole video after all."""


def make(video_id: UUID, making: str, name: str, *, gather: Job, alone: AloneAgain) -> None:
    """Make the chunk and store it. Raises what another try may mend; what it may not, one worker tries as a whole."""
    chunk = chunk_to_make(video_id, making, name)
    if chunk is None:
        return
    video = chunk.encoding.video
    try:
        with workspace(CHUNK_BYTES) as folder, local_original(video) as original:
            made = _make(chunk, original, folder)
            patiently(lambda: finish_chunk(chunk, made, gather))
        _show(chunk.encoding)
    except Superseded:
        storage.remove_edition(video.pk, making)
    except Exception as error:
        if is_passing(error):
            raise
        logger.exception("Chunk %s of video %s could not be made; one worker makes it whole.", name, video.pk)
        alone(video)


def put_together(video_id: UUID, making: str, *, alone: AloneAgain) -> None:
    """All chunks are there: make one video of them."""
    shared = encoding_to_gather(video_id, making)
    if shared is None:
        return
    video = shared.video
    try:
        encoding = _gather(shared)
        if encoding is None:
            alone(video)
            return
        complete(video, encoding, shared.division["fingerprint"])
    except Superseded:
        storage.remove_edition(video.pk, making)
        return
    forget_sharing(video)
    storage.remove_thumbs(video, making)


def _make(chunk: EncodingChunk, original: Path, folder: Path) -> Chunk:
    division = Division.from_dict(chunk.encoding.division)
    video, making = chunk.encoding.video, chunk.encoding.making
    key = _key(chunk.encoding, division)
    report, shown_at = Reporter(lambda percent: note_part(chunk, percent / 100)), 0.0

    def publish(names: Sequence[str], made: Chunk) -> None:
        nonlocal shown_at
        storage.store_in_order(video, making, folder, names, key)
        if chunk.number < 2 and time.monotonic() - shown_at >= SHOWN_EVERY:  # what viewers begin with
            note_chunk(chunk, made)
            _show(chunk.encoding)
            shown_at = time.monotonic()

    return make_chunk(original, folder, division, chunk.name, publish, progress=lambda part: report(part * 100))


def _show(shared: SharedEncoding) -> None:
    """Let viewers have what there is, up to the first hole. One worker at a time writes the playlists."""
    video = shared.video
    if video.is_ready:
        return
    with tenant_scope(current_tenant_id()), tempfile.TemporaryDirectory() as folder:
        if not SharedEncoding.objects.select_for_update().filter(pk=shared.pk).exists():
            raise Superseded
        division = Division.from_dict(shared.division)
        gathering = Gathering(Path(folder), division, made_chunks(shared))
        if gathering.is_playable():
            names, key = gathering.write(complete=False), _key(shared, division)
            storage.store_in_order(video, shared.making, Path(folder), names, key)
            note_playable(video, division.facts.duration)


def _gather(shared: SharedEncoding) -> Encoding | None:
    """None where the chunks do not fit together."""
    video, division = shared.video, Division.from_dict(shared.division)
    with tenant_scope(current_tenant_id()):
        chunks = made_chunks(shared)
    with workspace(CHUNK_BYTES) as folder:
        gathering = Gathering(folder, division, chunks)
        if flaw := gathering.flaw():
            logger.warning("Video %s is made whole by one worker: %s.", video.pk, flaw)
            return None
        below = f"{video.media_path}{shared.making}/"
        for thumb in gathering.thumbs:
            (folder / thumb).parent.mkdir(exist_ok=True)
            media().get_file(f"{below}{thumb}", folder / thumb)
        seconds = (timezone.now() - shared.begun_at).total_seconds()
        playable = ((video.playable_at or timezone.now()) - shared.begun_at).total_seconds()
        encoding = gathering.finish(wall_seconds=round(seconds, 3), first_playable_seconds=round(playable, 3))
        written = [name for name in encoding.files if (folder / name).exists()]
        storage.store_in_order(video, shared.making, folder, written, _key(shared, division))
    return encoding


def _key(shared: SharedEncoding, division: Division) -> bytes | None:
    return key_for(shared.video_id, shared.making) if division.recipe.encrypted else None

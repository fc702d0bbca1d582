"""The deeds of an encoding that several workers share. Each is one short transaction.

Everything that is known of it stands in the database and the store: a worker that dies takes one chunk with it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db.models import F, Sum
from django.utils import timezone

from colonnade.lib.jobs import Job
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos.clients import Chunk, Division
from colonnade.videos.encoding import Superseded, own_video
from colonnade.videos.models import EncodingChunk, SharedEncoding, Video

LAST = -1000  # no chunk waits behind more than so many of other videos


def share_encoding(video: Video, division: Division, make_chunk: Job) -> None:
    """Queue the chunks. The n-th of a video waits for the n-th of others, so that a short one is never behind a long.

    Raises Superseded.
    """
    with tenant_scope(current_tenant_id()):
        own_video(video)
        SharedEncoding.objects.filter(video=video).delete()
        shared = SharedEncoding.objects.create(video=video, making=video.making, division=division.as_dict())
        for number, name in enumerate(division.chunks):
            EncodingChunk.objects.create(encoding=shared, name=name, number=number, weight=division.weight(name))
            make_chunk.later(
                video_id=video.pk, making=video.making, name=name,
                lock=f"video {video.pk} {name}", priority=max(LAST, -number),
            )  # fmt: skip


def chunk_to_make(video_id: UUID, making: str, name: str) -> EncodingChunk | None:
    """With its encoding and its video; None when it is made already, or nobody wants it any more."""
    with tenant_scope(current_tenant_id()):
        wanted = EncodingChunk.objects.filter(
            encoding__video=video_id, encoding__making=making, encoding__video__making=making, name=name, done_at=None
        )
        return wanted.select_related("encoding__video").first()


def note_chunk(chunk: EncodingChunk, made: Chunk) -> None:
    """What has been stored of it. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        _update(chunk, made=asdict(made))


def note_part(chunk: EncodingChunk, part: float) -> None:
    """How much of it is done, for the percentage of the whole. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        _update(chunk, part=part)
        shares = EncodingChunk.objects.filter(encoding=chunk.encoding_id)
        done = shares.aggregate(done=Sum(F("weight") * F("part")), all=Sum("weight"))
        percent = min(99, int(100 * done["done"] / done["all"]))
        own = Video.objects.filter(pk=chunk.encoding.video_id, making=chunk.encoding.making)
        if not own.update(progress=percent, updated_at=timezone.now()):
            raise Superseded


def finish_chunk(chunk: EncodingChunk, made: Chunk, gather: Job) -> None:
    """It is made; with the last one, the whole is put together by a job. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        shared = SharedEncoding.objects.select_for_update().filter(pk=chunk.encoding_id).first()
        if shared is None:
            raise Superseded
        _update(chunk, made=asdict(made), part=1, done_at=timezone.now())
        if not shared.chunks.filter(done_at=None).exists():
            gather.later(
                video_id=shared.video_id, making=shared.making, lock=f"video {shared.video_id}", priority=1
            )  # fmt: skip


def encoding_to_gather(video_id: UUID, making: str) -> SharedEncoding | None:
    """With its video; None when it has been gathered, or nobody wants it any more."""
    with tenant_scope(current_tenant_id()):
        wanted = SharedEncoding.objects.filter(video=video_id, making=making, video__making=making)
        return wanted.select_related("video").first()


def made_chunks(shared: SharedEncoding) -> Sequence[Chunk]:
    """As far as they have been stored, in the order of need. Call it in a scope."""
    return [Chunk(**made) for made in shared.chunks.values_list("made", flat=True) if made is not None]


def forget_sharing(video: Video) -> None:
    with tenant_scope(current_tenant_id()):
        SharedEncoding.objects.filter(video=video, making=video.making).delete()


def _update(chunk: EncodingChunk, **values: object) -> None:
    if not EncodingChunk.objects.filter(pk=chunk.pk).update(**values):
        raise Superseded

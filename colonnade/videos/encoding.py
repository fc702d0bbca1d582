"""The deeds of an encoding: it starts, gets on, ends well or badly. Each is one short transaction.

The newest start owns the video, by its edition. A worker that was thought dead and is not finds its own edition
outdated and gives way; so does one whose video has been deleted.
"""

import secrets
from uuid import UUID

from django.utils import timezone

from colonnade.audit.models import record
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.tenants.models import touch_public
from colonnade.videos import storage
from colonnade.videos.clients import Encoding
from colonnade.videos.models import Rendition, Video, VideoState

MOST_STARTS = 10
SENTENCE_GIVEN_UP = "Encoding this video was interrupted again and again. Try again, or export it as H.264 (MP4) first."


class Superseded(Exception):
    """The video has been deleted, or a newer start has taken it over."""


def start_encoding(video_id: UUID) -> Video | None:
    """Take a queued video in hand, or one whose worker died. None when there is nothing to do (any more)."""
    with tenant_scope(current_tenant_id()):
        video = Video.objects.select_for_update().filter(pk=video_id).first()
        if video is None or video.state not in (VideoState.QUEUED, VideoState.ENCODING):
            return None
        video.starts += 1
        video.state, video.progress, video.edition = VideoState.ENCODING, 0, secrets.token_hex(6)
        video.save()
    if video.starts > MOST_STARTS:
        fail_encoding(video, "given_up", SENTENCE_GIVEN_UP)
        return None
    return video


def note_progress(video: Video, percent: int) -> None:
    """Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        own = Video.objects.filter(pk=video.pk, edition=video.edition)
        if not own.update(progress=percent, updated_at=timezone.now()):
            raise Superseded


def put_back(video: Video) -> None:
    """Let a video wait for the next try. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        own = Video.objects.filter(pk=video.pk, edition=video.edition)
        if not own.update(state=VideoState.QUEUED, progress=0, updated_at=timezone.now()):
            raise Superseded


def finish_encoding(video: Video, encoding: Encoding, master: str) -> None:
    """The edition is stored: let it play. Raises Superseded.

    The master playlist is written under the row's lock, so that of two workers the newer one has the last word.
    """
    with tenant_scope(current_tenant_id()):
        video = _own(video)
        storage.publish_edition(video, video.edition, master)
        video.state, video.progress, video.ready_at = VideoState.READY, 100, timezone.now()
        video.duration, video.has_audio = encoding.duration, encoding.has_audio
        video.width, video.height = encoding.source.width, encoding.source.height
        video.warnings = [{"code": notice.code, "message": notice.message} for notice in encoding.warnings]
        video.media_bytes = encoding.size_bytes
        video.save()
        video.renditions.all().delete()
        Rendition.objects.bulk_create(
            Rendition(
                video=video,
                name=made.name,
                width=made.width,
                height=made.height,
                codec=made.codec,
                average_rate=made.average_bit_rate,
                peak_rate=made.peak_bit_rate,
            )
            for made in encoding.renditions
        )
        record("video.ready", video, by=None, seconds=round(encoding.duration), cpu_seconds=round(encoding.cpu_seconds))
        touch_public(current_tenant_id())  # a course's page names its length


def fail_encoding(video: Video, code: str, sentence: str) -> None:
    """Let the person know what to do. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        video = _own(video)
        video.state, video.failure_code, video.failure = VideoState.FAILED, code[:40], sentence[:400]
        video.save()
        record("video.failed", video, by=None, code=code)


def _own(video: Video) -> Video:
    found = Video.objects.select_for_update().filter(pk=video.pk, edition=video.edition).first()
    if found is None:
        raise Superseded
    return found

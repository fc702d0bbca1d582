"""The deeds of an encoding: it starts, gets on, ends well or badly. Each is one short transaction.

The newest start owns the video, by the edition that it is making. A worker that was thought dead and is not finds its
own edition outdated and gives way; so does one whose video has been deleted.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from colonnade.audit.models import record
from colonnade.lib.jobs import Job
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.tenants.models import touch_public
from colonnade.videos.captions.embedded import adopt_subtitles
from colonnade.videos.chapters import chapters_of
from colonnade.videos.clients import Encoding
from colonnade.videos.models import Rendition, Tier, Video, VideoState

when_ready: list[Job] = []
"""Jobs of the rooms above this one, queued with the `video_id` of each that becomes ready."""

MOST_STARTS = 10
TWIN_EVERY = timedelta(seconds=15)  # looks whether the other one of the same file is ready
SENTENCE_GIVEN_UP = "Encoding this video was interrupted again and again. Try again, or export it as H.264 (MP4) first."


class Superseded(Exception):
    """The video has been deleted, or a newer start has taken it over."""


def start_encoding(video_id: UUID) -> Video | None:
    """Take a queued video in hand, or one whose worker died. None when there is nothing to do (any more)."""
    with tenant_scope(current_tenant_id()):
        video = Video.objects.underway().select_for_update().filter(pk=video_id).first()
        if video is None:
            return None
        video.starts += 1
        video.progress, video.making = 0, secrets.token_hex(6)
        if not video.is_ready:
            video.state, video.playable_at = VideoState.ENCODING, None
        video.save()
        video.shared_encodings.all().delete()  # of a start before
    if video.starts > MOST_STARTS:
        fail_encoding(video, "given_up", SENTENCE_GIVEN_UP)
        return None
    return video


def note_progress(video: Video, percent: int) -> None:
    """Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        own = Video.objects.filter(pk=video.pk, making=video.making)
        if not own.update(progress=percent, updated_at=timezone.now()):
            raise Superseded


class Twins(NamedTuple):
    """Of the same file: a video that has been made of it, or else whether this one waits for one that is being made."""

    made: Video | None
    waits: bool


def note_original(video: Video, sha256: str, recipe: str, again: Job | None = None) -> Twins:
    """Keep what the file turned out to be, and look for others of the same. Raises Superseded.

    With `again`, a video whose file another worker has in hand is put back, and looked at again a while later: then
    there will be something to copy. One at a time looks, so that of two the second finds the first.
    """
    with tenant_scope(current_tenant_id()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{current_tenant_id()} {sha256}"])
        found = own_video(video)
        found.sha256 = sha256
        made = Video.objects.equal_to(found, recipe=recipe).first()
        waits = bool(again) and made is None and Video.objects.made_of_same_file(found).exists()
        if again and waits:
            _put_back(found)
            found.starts -= 1  # it was none
            again.later(video_id=video.pk, lock=f"video {video.pk}", after=TWIN_EVERY)
        found.save()
        return Twins(made, waits)


def note_playable(video: Video, seconds: float) -> None:
    """Viewers can begin on a video of about so many seconds, while the rest is being made. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        video = own_video(video)
        if not video.is_playable:
            video.playable_at, video.duration = timezone.now(), seconds
            video.save()


def change_edition(video: Video) -> None:
    """Go on under another name: what viewers have seen of this one has changed, and they keep files for good."""
    with tenant_scope(current_tenant_id()):
        found = own_video(video)
        found.making, found.playable_at = secrets.token_hex(6), None
        found.save()
    video.making = found.making


def put_back(video: Video) -> None:
    """Let a video wait for the next try. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        video = own_video(video)
        _put_back(video)
        video.save()


def _put_back(video: Video) -> None:
    video.progress, video.making = 0, ""
    if not video.is_ready:
        video.state, video.playable_at = VideoState.QUEUED, None


def finish_encoding(video: Video, encoding: Encoding, recipe: str) -> None:
    """The edition is stored: let it play. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        video = own_video(video)
        renewed = video.is_ready
        _let_play(video)
        video.encoder_version, video.recipe = encoding.version, recipe
        video.duration, video.has_audio = encoding.duration, encoding.has_audio
        video.width, video.height = encoding.source.width, encoding.source.height
        video.chapters = chapters_of(encoding.source.chapters, encoding.duration)
        video.warnings = [{"code": notice.code, "message": notice.message} for notice in encoding.warnings]
        video.media_bytes, video.media_objects = encoding.size_bytes, len(encoding.files)
        video.save()
        video.edition_keys.exclude(edition__in=(video.edition, video.former_edition)).delete()
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
        if not renewed:  # whoever has deleted them since does not get them back
            adopt_subtitles(video, encoding.subtitles)
        record(
            "video.renewed" if renewed else "video.ready",
            video,
            by=None,
            seconds=round(encoding.duration),
            cpu_seconds=round(encoding.cpu_seconds),
        )
        touch_public(current_tenant_id())  # a course's page names its length
        for job in when_ready:
            job.later(video_id=video.pk)


def fail_encoding(video: Video, code: str, sentence: str) -> None:
    """Let the person know what to do; a ready video plays on. Raises Superseded."""
    with tenant_scope(current_tenant_id()):
        video = own_video(video)
        video.making, video.renewal_asked_at = "", None
        video.failure_code, video.failure = code[:40], sentence[:400]
        if video.is_ready:
            video.progress = 100
        else:
            video.state, video.playable_at = VideoState.FAILED, None
        video.save()
        record("video.renewal_failed" if video.is_ready else "video.failed", video, by=None, code=code)


def _let_play(video: Video) -> None:
    video.former_edition, video.edition, video.making = video.edition, video.making, ""
    video.state, video.progress, video.ready_at, video.renewal_asked_at = VideoState.READY, 100, timezone.now(), None
    video.failure_code = video.failure = ""
    video.tier, video.tiered_at = Tier.STANDARD, None


def own_video(video: Video) -> Video:
    """The row, locked, as long as the caller's start is the newest. Raises Superseded."""
    found = Video.objects.select_for_update().filter(pk=video.pk, making=video.making).first()
    if found is None:
        raise Superseded
    return found

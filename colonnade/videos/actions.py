"""What people do with videos: upload, cancel, try the encoding again, encode anew, delete."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.lib.multipart import URLS_LAST, part_size_for, plain_name, stored_size
from colonnade.lib.objects import Part, uploads
from colonnade.lib.problems import Conflict, Invalid, NotFound
from colonnade.videos.jobs import encode, remove_objects, restore
from colonnade.videos.models import Video, VideoState

BEHIND = -10  # the priority of jobs that nobody waits for

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,59}")


@transaction.atomic
def begin_upload(*, filename: str, size: int, content_type: str, fingerprint: str, by: User) -> Video:
    """A video whose parts can be sent; an unfinished one of the same person and fingerprint is taken up again.

    `size` is in bytes. Whether the file is a video at all is found out from its content once it is here.
    Raises Invalid for a file that is empty or too large.
    """
    if size < 1:
        raise Invalid("The file is empty. Choose another.")
    if size > settings.VIDEO_MAX_BYTES:
        most = filesizeformat(settings.VIDEO_MAX_BYTES)
        raise Invalid(f"The file has {filesizeformat(size)}; the most is {most}. Export it smaller, or cut it in two.")
    video = Video(
        filename=plain_name(filename) or "video",
        size=size,
        content_type=content_type if _MEDIA_TYPE.fullmatch(content_type) else "application/octet-stream",
        fingerprint=fingerprint[:300],
        part_size=part_size_for(size),
        created_by_id=by.pk,
    )
    unfinished = Video.objects.unfinished(fingerprint=video.fingerprint, by=by)
    try:
        with transaction.atomic():
            if (known := unfinished.first()) is None:
                video.save(force_insert=True)
    except IntegrityError:  # another tab began it in this moment
        known = unfinished.get()
    if known is not None and known.size == size and _goes_on(known):
        known.is_resumed = True
        return known
    if known is not None:  # its parts are gone from the store, or it is another file by the same name
        known.size, known.part_size = size, video.part_size
        video = known
    video.upload_id = video.upload.begin(video.content_type)
    video.save()
    record("video.upload_begun", video, by=by, size=size)
    return video


def arrived_parts(video: Video) -> list[Part]:
    """The parts that the store has; all of them, with no ETag, where they have been joined already."""
    return video.upload.arrived() if video.state == VideoState.UPLOADING else video.upload.joined()


def part_urls(video: Video, numbers: Iterable[int]) -> list[tuple[int, str]]:
    """Addresses to which a browser can PUT these parts for an hour. Raises Conflict once the upload is complete."""
    if video.state != VideoState.UPLOADING:
        raise Conflict("This upload is complete. Reload the page to see how it goes on.")
    urls = video.upload.urls(numbers)
    Video.objects.filter(pk=video.pk).update(updated_at=timezone.now())  # not abandoned
    return urls


@transaction.atomic
def complete_upload(*, video: Video, parts: Iterable[Part], by: User) -> Video:
    """Check what arrived, join the parts and queue the encoding. Doing it again changes nothing.

    The store joins before the database commits: after a crash in between, this finds the object and goes on from there.
    Raises Invalid when parts are missing or not what was announced; the upload can then go on.
    """
    video = _locked(video)
    if video.state != VideoState.UPLOADING:
        return video
    video.upload.join(parts)
    if not video.upload.is_whole():
        raise Conflict("The upload is no longer in the store. Choose the file again to send it anew.")
    video.state, video.upload_id, video.uploaded_at = VideoState.QUEUED, "", timezone.now()
    video.save()
    record("video.uploaded", video, by=by, size=video.size)
    encode.later(video_id=video.pk, lock=f"video {video.pk}")
    return video


@transaction.atomic
def cancel_upload(*, video: Video, by: User) -> None:
    """Give an unfinished upload up; its parts go. Raises Conflict once it is complete."""
    video = _locked(video)
    if video.state != VideoState.UPLOADING:
        raise Conflict("This upload is complete already. Delete the video instead.")
    record("video.upload_cancelled", video, by=by)
    _remove(video)


@transaction.atomic
def retry_encoding(*, video: Video, by: User) -> Video:
    """Queue a failed video again. Raises Conflict if it has not failed, or if its original is gone."""
    video = _locked(video)
    if video.state != VideoState.FAILED:
        raise Conflict("Only a video that failed can be tried again.")
    _require_original(video)
    video.state, video.failure, video.failure_code = VideoState.QUEUED, "", ""
    video.progress = video.starts = 0
    video.save()
    record("video.encoding_retried", video, by=by)
    encode.later(video_id=video.pk, lock=f"video {video.pk}")
    return video


@transaction.atomic
def renew_encoding(*, video: Video, by: User | None) -> Video:
    """Encode a ready video anew, behind what has never played; until then its present edition plays.

    Asking again before that is done changes nothing. Raises Conflict if it is not ready, or if its original is gone.
    """
    video = _locked(video)
    if video.state != VideoState.READY:
        raise Conflict("Only a video that is ready can be encoded anew.")
    if video.is_renewing:
        return video
    _require_original(video)
    video.renewal_asked_at, video.failure, video.failure_code = timezone.now(), "", ""
    video.progress = video.starts = 0
    video.save()
    record("video.renewal_asked", video, by=by)
    encode.later(video_id=video.pk, lock=f"video {video.pk}", priority=BEHIND)
    return video


@transaction.atomic
def delete_video(*, video: Video, by: User | None, after: timedelta | None = None) -> None:
    """Delete a video in any state; a job removes its objects, at once or `after` some time."""
    video = _locked(video)
    record("video.deleted", video, by=by, size=video.size, media_bytes=video.media_bytes)
    _remove(video, after)


@transaction.atomic
def bring_back(*, video: Video, by: User) -> Video:
    """Fetch a video from the archive, because somebody wants to watch it. Asking again changes nothing."""
    video = _locked(video)
    if video.is_away and video.restore_asked_at is None:
        video.restore_asked_at = timezone.now()
        video.save(update_fields=["restore_asked_at"])
        record("video.restore_asked", video, by=by)
        restore.later(video_id=video.pk, lock=f"video {video.pk}")  # not while it is being archived
    return video


def original_url(video: Video) -> str:
    """Where the uploaded file can be downloaded, for an hour. Raises Conflict when it is not there."""
    if video.uploaded_at is None:
        raise Conflict("The upload is not finished yet.")
    _require_original(video)
    return uploads().download_url(video.original_path, filename=video.filename, expires_in=URLS_LAST)


def _require_original(video: Video) -> None:
    """Raises Conflict, saying what became of it."""
    if video.is_away:
        raise Conflict("The video is in the archive. Open its lecture to fetch it, and try again when it is back.")
    if video.original_dropped_at is not None:
        when = date_format(localtime(video.original_dropped_at), "j F Y")
        raise Conflict(f"The original was deleted on {when}, as your school’s settings say. Upload the file again.")
    if stored_size(uploads(), video.original_path) is None:
        raise Conflict("The original file is gone. Upload it again.")


def _remove(video: Video, after: timedelta | None = None) -> None:
    remove_objects.later(video_id=video.pk, upload_id=video.upload_id, after=after)
    video.delete()


def _locked(video: Video) -> Video:
    found = Video.objects.select_for_update().filter(pk=video.pk).first()
    if found is None:
        raise NotFound("This video has been deleted.")
    return found


def _goes_on(video: Video) -> bool:
    return video.upload.stored() is not None or video.upload.is_whole()

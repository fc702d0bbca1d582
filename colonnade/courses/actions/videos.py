"""The video that a lecture shows: uploaded, attached, replaced while it plays, removed."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.actions.locking import hold_lecture, show_visitors
from colonnade.courses.actions.unused import delete_unused
from colonnade.courses.kinds import DEFAULT
from colonnade.courses.models import Lecture
from colonnade.lib.problems import Conflict, NotFound
from colonnade.lib.tenancy import current_tenant_id, naming_tenant
from colonnade.videos.actions import begin_upload
from colonnade.videos.captions.actions import carry_captions
from colonnade.videos.models import FORMER_KEPT, Video, VideoState
from colonnade.videos.playback import succeed

_UPLOAD_IS_ALIVE = timedelta(minutes=10)  # the browser asks for further parts' addresses more often


@transaction.atomic
def upload_video(*, lecture: Lecture, filename: str, size: int, content_type: str, fingerprint: str, by: User) -> Video:
    """Begin the upload of the lecture's video, or go on with the unfinished one of the same file (`is_resumed`).

    A video that is ready plays on until the new one is. An unfinished upload of another file and a failed video make
    way. Raises Conflict while another is being encoded, and while somebody else is uploading.
    """
    lecture = _for_video(lecture)
    if lecture.replacement is not None:
        _make_way(lecture, lecture.replacement, by)
    elif lecture.video is not None and not lecture.video.is_ready:
        _make_way(lecture, lecture.video, by)
    video = begin_upload(
        filename=filename,
        size=size,
        content_type=content_type,
        fingerprint=fingerprint and f"{lecture.pk} {fingerprint}",  # the same file may belong in two lectures
        by=by,
    )
    attach_video(lecture=lecture, video=video, by=by)
    return video


@transaction.atomic
def attach_video(*, lecture: Lecture, video: Video, by: User) -> Lecture:
    """Let the lecture show this video: at once, or where its present one plays, as soon as this one is ready.

    What makes way is deleted, unless another lecture shows it.
    """
    lecture = _for_video(lecture)
    if video.pk in (lecture.video_id, lecture.replacement_id):
        return lecture
    video = _held(video)
    if lecture.video is not None and lecture.video.is_ready:
        return _replace(lecture, video, by)
    before = [lecture.video_id, lecture.replacement_id]
    lecture.video, lecture.replacement = video, None
    lecture.save(update_fields=["video", "replacement"])
    delete_unused(before, by=by)
    show_visitors(lecture.course)
    record("lecture.video_attached", lecture, by=by, video=video.pk, filename=video.filename)
    return lecture


@transaction.atomic
def swap_in(*, lecture: Lecture) -> None:
    """Let the lecture show its replacement, if that is ready by now."""
    lecture = hold_lecture(lecture)
    if lecture.replacement is not None and lecture.replacement.is_ready:
        _show(lecture, lecture.replacement, User.objects.filter(pk=lecture.replacement.created_by_id).first())


@transaction.atomic
def cancel_replacement(*, lecture: Lecture, by: User) -> Lecture:
    """Keep the present video; what was to replace it is deleted."""
    lecture = hold_lecture(lecture)
    if lecture.replacement is None:
        return lecture
    dropped, lecture.replacement = lecture.replacement, None
    lecture.save(update_fields=["replacement"])
    delete_unused([dropped.pk], by=by)
    record("lecture.replacement_cancelled", lecture, by=by, video=dropped.pk, filename=dropped.filename)
    return lecture


@transaction.atomic
def remove_video(*, lecture: Lecture, by: User) -> Lecture:
    """Take the lecture's video away and delete it, unless another lecture shows it; a replacement goes with it."""
    lecture = hold_lecture(lecture)
    before = [lecture.video_id, lecture.replacement_id]
    lecture.video = lecture.replacement = None
    lecture.save(update_fields=["video", "replacement"])
    delete_unused(before, by=by)
    show_visitors(lecture.course)
    record("lecture.video_removed", lecture, by=by, video=before[0])
    return lecture


def _replace(lecture: Lecture, video: Video, by: User) -> Lecture:
    if video.is_ready:
        return _show(lecture, video, by)
    before, lecture.replacement = lecture.replacement_id, video
    lecture.save(update_fields=["replacement"])
    delete_unused([before], by=by)
    record("lecture.replacement_begun", lecture, by=by, video=video.pk, filename=video.filename)
    return lecture


def _show(lecture: Lecture, video: Video, by: User | None) -> Lecture:
    """Show the video in the place of the present one, whose objects stay for those who are watching it."""
    before = [lecture.video_id, lecture.replacement_id]
    if lecture.video is not None:
        carry_captions(source=lecture.video, target=video, by=by)
        transaction.on_commit(partial(_succeed, current_tenant_id(), lecture.video.pk, video.pk))
    lecture.video, lecture.replacement = video, None
    lecture.save(update_fields=["video", "replacement"])
    delete_unused(before, by=by, after=FORMER_KEPT)
    show_visitors(lecture.course)
    record("lecture.video_replaced", lecture, by=by, video=video.pk, filename=video.filename, before=before[0])
    return lecture


def _succeed(tenant_id: UUID, former_id: UUID, video_id: UUID) -> None:
    """After the commit the school is no longer in scope, and the cache keeps things by school."""
    with naming_tenant(tenant_id):
        succeed(former_id, video_id)


def _for_video(lecture: Lecture) -> Lecture:
    """Raises Conflict if the lecture is of another kind."""
    lecture = hold_lecture(lecture)
    if lecture.kind != DEFAULT:
        raise Conflict(f"“{lecture.title}” is no video lecture. Add one for the video.")
    return lecture


def _held(video: Video) -> Video:
    """As it is now, and until the commit: whether it is ready decides, and may change at any moment."""
    found = Video.objects.select_for_update().filter(pk=video.pk).first()
    if found is None:
        raise NotFound("This video has been deleted.")
    return found


def _make_way(lecture: Lecture, video: Video, by: User) -> None:
    """Raises Conflict unless the video may be dropped without asking."""
    if video.state not in (VideoState.UPLOADING, VideoState.FAILED):
        raise Conflict(f"A video of “{lecture.title}” is being encoded. Wait until it is ready, or cancel it first.")
    lately = video.updated_at > timezone.now() - _UPLOAD_IS_ALIVE
    if video.state == VideoState.UPLOADING and video.created_by_id != by.pk and lately:
        raise Conflict(f"Somebody else is uploading a video for “{lecture.title}” just now.")

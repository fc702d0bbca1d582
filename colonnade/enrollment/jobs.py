"""Playback follows the enrollment: what a person may no longer study stops playing, what they may again plays again."""

from uuid import UUID

from django.db import transaction

from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.lib.jobs import job
from colonnade.lib.tenancy import current_tenant_id, naming_tenant
from colonnade.videos import playback


@job()
def settle_playback(*, enrollment_id: str) -> None:
    """The last word, however often it is said: it reads what is so by now, and is tried until the cache takes it."""
    enrollment = Enrollment.objects.filter(pk=enrollment_id).first()
    if enrollment is not None:
        _settle(enrollment, videos_of(enrollment))


def settle_on_commit(enrollment: Enrollment) -> None:
    """Call inside the action that revokes or restores: settles at once after the commit, and again by a job."""
    settle_playback.later(enrollment_id=enrollment.pk, lock=f"playback {enrollment.pk}")
    tenant_id, videos = current_tenant_id(), videos_of(enrollment)

    def settle() -> None:
        with naming_tenant(tenant_id):
            _settle(enrollment, videos)

    transaction.on_commit(settle, robust=True)  # where the cache is away, the job comes after


def videos_of(enrollment: Enrollment) -> set[UUID]:
    """The videos that stand or fall with this enrollment: those of its course that no other course opens to them."""
    others = Enrollment.objects.active().filter(user_id=enrollment.user_id).exclude(pk=enrollment.pk).values("course")
    shown = Lecture.objects.filter(video__isnull=False)
    kept = shown.filter(course__in=others).values("video")
    mine = shown.filter(course_id=enrollment.course_id).exclude(video__in=kept)
    return {video_id for video_id in mine.values_list("video_id", flat=True) if video_id}


def _settle(enrollment: Enrollment, videos: set[UUID]) -> None:
    if enrollment.revoked_at is None:
        playback.allow(enrollment.user_id, videos)
    else:
        playback.withdraw(enrollment.user_id, videos)

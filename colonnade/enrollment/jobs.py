"""Playback follows the enrollment: what a person may no longer study stops playing, what they may again plays again."""

from uuid import UUID

from django.db import transaction

from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.lib.jobs import every, job
from colonnade.lib.tenancy import across_tenants, current_tenant_id, naming_tenant, tenant_scope
from colonnade.videos import playback


@job()
def settle_playback(*, enrollment_id: str) -> None:
    """The last word, however often it is said: it reads what is so by now, and is tried until the cache takes it."""
    enrollment = Enrollment.objects.filter(pk=enrollment_id).first()
    if enrollment is not None:
        _settle(enrollment, videos_of(enrollment))


@every("* * * * * */20")
def end_access() -> None:
    """Three times a minute: what plays for somebody whose time is over stops. Whether it is over, the date alone says,
    so pages and addresses refuse at once; this is for addresses that were given out before.
    """
    from colonnade.enrollment import actions  # which know the job above

    for tenant_id, enrollment_id in across_tenants(Enrollment).ending():  # type: ignore[attr-defined]
        with tenant_scope(tenant_id):
            actions.end_enrollment(enrollment_id=enrollment_id)


@job()
def send_invitations(*, invitation_ids: list[str]) -> None:
    """The letters of a list that was imported, a part of them."""
    from colonnade.enrollment import actions

    actions.send_invitations(invitation_ids=[UUID(text) for text in invitation_ids])


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
    if enrollment.is_active:
        playback.allow(enrollment.user_id, videos)
    else:
        playback.withdraw(enrollment.user_id, videos)

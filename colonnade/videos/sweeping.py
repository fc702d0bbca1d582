"""What nobody looks after any more: abandoned uploads, former editions, and videos that no job has in hand."""

from collections.abc import Iterable
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.utils import timezone

from colonnade.audit.models import record
from colonnade.lib.jobs import Job
from colonnade.lib.objects import unfinished_uploads, uploads
from colonnade.lib.tenancy import across_tenants, naming_tenant, tenant_scope
from colonnade.videos import storage
from colonnade.videos.models import EditionKey, Video, VideoQuerySet

FORGOTTEN_AFTER = timedelta(minutes=5)
ORPHANED_AFTER = timedelta(days=1)  # an upload that no row knows: its transaction has been taken back


def abandoned() -> list[tuple[UUID, UUID]]:
    """Tenant and video of each upload that nobody has gone on with for a week."""
    return list(_everywhere().abandoned().values_list("tenant_id", "pk"))


def give_up(tenant_id: UUID, video_id: UUID, remove_objects: Job) -> None:
    """Delete an abandoned upload; its parts go by the job."""
    with tenant_scope(tenant_id):
        video = Video.objects.abandoned().select_for_update().filter(pk=video_id).first()
        if video is not None:
            record("video.upload_abandoned", video, by=None)
            remove_objects.later(video_id=video.pk, upload_id=video.upload_id)
            video.delete()


def abort_orphans() -> None:
    """Abort uploads in the store that no row knows."""
    known = set(across_tenants(Video).exclude(upload_id="").values_list("upload_id", flat=True))
    before = timezone.now() - ORPHANED_AFTER
    for orphan in unfinished_uploads():
        if orphan.upload_id not in known and orphan.begun_at < before:
            with naming_tenant(orphan.tenant_id):
                uploads().abort_upload(orphan.path, orphan.upload_id)


def forgotten(in_hand: Iterable[str]) -> list[tuple[UUID, UUID]]:
    """Tenant and video of each that a job should have in hand, and none of the jobs `in_hand` has."""
    waiting = _everywhere().underway().filter(updated_at__lt=timezone.now() - FORGOTTEN_AFTER)
    in_hand = set(in_hand)
    return [(tenant, pk) for tenant, pk in waiting.values_list("tenant_id", "pk") if str(pk) not in in_hand]


def take_up(tenant_id: UUID, video_id: UUID, encode: Job) -> None:
    """Queue a forgotten video again."""
    with tenant_scope(tenant_id):
        video = Video.objects.underway().select_for_update().filter(pk=video_id).first()
        if video is not None:
            record("video.taken_up_again", video, by=None)
            encode.later(video_id=video.pk, lock=f"video {video.pk}")
            video.save()  # `updated_at`: the next sweep leaves it alone


def former_editions() -> list[tuple[UUID, UUID, str]]:
    """Tenant, video and edition of each former edition that nobody can be watching any more."""
    return list(_everywhere().with_former_edition().values_list("tenant_id", "pk", "former_edition"))


def forget_former_edition(tenant_id: UUID, video_id: UUID, edition: str) -> None:
    """Remove it from the store, and then its name: the next sweep does what this one could not."""
    with naming_tenant(tenant_id):
        storage.remove_edition(video_id, edition)
    with tenant_scope(tenant_id):
        EditionKey.objects.filter(video_id=video_id, edition=edition).delete()
        Video.objects.filter(pk=video_id, former_edition=edition).update(former_edition="")


def _everywhere() -> VideoQuerySet:
    return cast("VideoQuerySet", across_tenants(Video))

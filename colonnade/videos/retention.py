"""Originals go when the school's settings say so: the file that was uploaded, never what plays."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from colonnade.audit.models import record
from colonnade.lib.jobs import Job
from colonnade.lib.tenancy import across_tenants, tenant_scope
from colonnade.tenants.models import Originals
from colonnade.videos.models import Video, VideoQuerySet

MONTH = timedelta(days=30)


def outlived() -> list[tuple[UUID, UUID]]:
    """Tenant and video of each original that has been kept for as long as its school wants it."""
    everywhere = across_tenants(Video)
    assert isinstance(everywhere, VideoQuerySet)
    return list(everywhere.with_spare_original().filter(_outlived()).values_list("tenant_id", "pk"))


def drop_original(tenant_id: UUID, video_id: UUID, remove_original: Job) -> None:
    """Let it go, unless the school has changed its mind or the video is being encoded anew."""
    with tenant_scope(tenant_id):
        spare = Video.objects.with_spare_original().filter(_outlived(), pk=video_id)
        video = spare.select_for_update(of=("self",)).first()
        if video is not None:
            video.original_dropped_at = timezone.now()
            video.save(update_fields=["original_dropped_at"])
            record("video.original_dropped", video, by=None, size=video.size)
            remove_original.later(video_id=video.pk)


def _outlived() -> Q:
    month_over = Q(tenant__originals=Originals.MONTH, uploaded_at__lt=timezone.now() - MONTH)
    return month_over | Q(tenant__originals=Originals.DROP)

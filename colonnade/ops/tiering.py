"""Videos that hardly anybody watches go where keeping them costs less."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from colonnade.learning.interest import Viewing, viewing
from colonnade.lib.tenancy import naming_tenant, tenant_scope
from colonnade.tenants.models import Tenant
from colonnade.videos.jobs import change_tier
from colonnade.videos.models import Tier, Video
from colonnade.videos.tiering import Move, plan_move
from colonnade.videos.tiers import Classes, Interest, tier_for

NO_CLASSES = "This store has no storage classes, so nothing is moved. S3 and R2 have some: see S3_STORAGE_CLASSES."

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tiering:
    """A video that goes to another tier, and what that comes to."""

    video: Video
    tier: Tier
    move: Move


def due(tenant: Tenant, among: Classes) -> Iterator[Tiering]:
    """The videos of a school that belong in another tier than they are in."""
    with tenant_scope(tenant.pk):
        watched, videos = viewing(), list(Video.objects.at_rest().exclude(ready_at=None))
    for video in videos:
        tier = _tier_of(video, watched.get(video.pk), among)
        if tier != video.tier:
            with naming_tenant(tenant.pk):
                move = plan_move(video, tier, among)
            if move.objects:
                yield Tiering(video, tier, move)


def begin(tenant: Tenant, tiering: Tiering) -> None:
    """Let a job move the video's objects."""
    with tenant_scope(tenant.pk):
        change_tier.later(video_id=tiering.video.pk, tier=tiering.tier.value, lock=f"video {tiering.video.pk}")


def _tier_of(video: Video, seen: Viewing | None, among: Classes) -> Tier:
    now = timezone.now()
    interest = Interest(
        idle_days=(now - _last_wanted(video, seen)) / _DAY, views_per_day=seen.views_per_day if seen else 0.0
    )
    days_in_tier = (now - (video.tiered_at or video.ready_at or now)) / _DAY
    return tier_for(interest, Tier(video.tier), days_in_tier=days_in_tier, among=among)


def _last_wanted(video: Video, seen: Viewing | None) -> datetime:
    """When it was watched or made, whichever is later: what is new has had no time to be watched."""
    assert video.ready_at is not None
    return max(video.ready_at, seen.last_at) if seen else video.ready_at

"""Videos move between the classes of the store, and come back from the archive once somebody has asked for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from colonnade.audit.models import record
from colonnade.lib.objects import Bucket, Entry, media, uploads
from colonnade.lib.tenancy import across_tenants, current_tenant_id, naming_tenant, tenant_scope
from colonnade.videos.models import Tier, Video, VideoQuerySet
from colonnade.videos.tiers import COLDNESS, Classes, StorageClass, class_named, classes, pays

RESTORED_FOR = 3  # days: time enough to copy the objects back for good


@dataclass(frozen=True)
class Move:
    """What a change of tier is about. Dollars: `saves` a month (less than nothing for a warmer tier), `costs` once."""

    objects: int = 0
    bytes: int = 0
    saves: float = 0.0
    costs: float = 0.0

    def __add__(self, other: "Move") -> "Move":
        return Move(
            self.objects + other.objects,
            self.bytes + other.bytes,
            self.saves + other.saves,
            self.costs + other.costs,
        )


def plan_move(video: Video, tier: Tier, among: Classes) -> Move:
    """What moving the video would come to."""
    return sum((_move_of(entry, now, then) for _, entry, now, then in _movable(video, tier, among)), Move())


def move(video_id: UUID, tier: Tier) -> None:
    """Bring a video's objects into a tier; running it again goes on where it stopped.

    The row says so before the first object moves: whoever wants to watch what is only half in the archive waits.
    """
    among = classes()
    if tier not in among:
        return  # the store has been changed since
    with tenant_scope(current_tenant_id()):
        video = Video.objects.at_rest().select_for_update().filter(pk=video_id).first()
        if video is None:
            return
        if video.tier != tier:
            before, video.tier, video.tiered_at = video.tier, tier, timezone.now()
            video.save(update_fields=["tier", "tiered_at"])
            done = plan_move(video, tier, among)
            record(
                "video.tiered", video, by=None, before=before, tier=tier.value, objects=done.objects, bytes=done.bytes,
                saves_monthly=f"{done.saves:.6f}", costs_once=f"{done.costs:.6f}",
            )  # fmt: skip
    for bucket, entry, _, then in _movable(video, tier, among):
        bucket.change_class(entry.path, then.name, entry.size)


def request_restore(video_id: UUID) -> None:
    """Ask the store for every archived object of a video that is to come back."""
    with tenant_scope(current_tenant_id()):
        video = Video.objects.coming_back().filter(pk=video_id).first()
    if video is not None:
        for bucket, entry in _archived(video, classes()):
            bucket.restore(entry.path, days=RESTORED_FOR, speed=settings.S3_RESTORE_SPEED)


def coming_back() -> list[tuple[UUID, UUID]]:
    """Tenant and video of each that has been asked for from the archive."""
    everywhere = across_tenants(Video)
    assert isinstance(everywhere, VideoQuerySet)
    return list(everywhere.coming_back().values_list("tenant_id", "pk"))


def finish_restore(tenant_id: UUID, video_id: UUID) -> None:
    """Let a video play again, if all of its objects can be read by now: they are kept in the standard class again."""
    among = classes()
    with tenant_scope(tenant_id):
        video = Video.objects.coming_back().filter(pk=video_id).first()
    if video is None or Tier.STANDARD not in among:
        return
    with naming_tenant(tenant_id):
        if not all(bucket.is_restored(entry.path) for bucket, entry in _archived(video, among)):
            return
        for bucket, entry, _, then in _movable(video, Tier.STANDARD, among, restored=True):
            bucket.change_class(entry.path, then.name, entry.size)
    with tenant_scope(tenant_id):
        back = Video.objects.coming_back().select_for_update().filter(pk=video_id).first()
        if back is not None:
            back.tier, back.tiered_at, back.restore_asked_at = Tier.STANDARD, timezone.now(), None
            back.save(update_fields=["tier", "tiered_at", "restore_asked_at"])
            record("video.restored", back, by=None)


def _movable(
    video: Video, tier: Tier, among: Classes, *, restored: bool = False
) -> Iterator[tuple[Bucket, Entry, StorageClass, StorageClass]]:
    """The objects to move, with the class of each now and then. Small ones cost more to move than they save."""
    then = among[tier]
    for bucket, entry in _objects(video):
        now = class_named(entry.storage_class, among)
        if now.name == then.name or (now.restore_hours and not restored):
            continue
        if tier == COLDNESS[0] or pays(entry.size, now=now, then=then):
            yield bucket, entry, now, then


def _archived(video: Video, among: Classes) -> Iterator[tuple[Bucket, Entry]]:
    for bucket, entry in _objects(video):
        if class_named(entry.storage_class, among).restore_hours:
            yield bucket, entry


def _objects(video: Video) -> Iterator[tuple[Bucket, Entry]]:
    """The original, and what plays."""
    for bucket, below in ((uploads(), video.original_path), (media(), f"{video.media_path}{video.edition}/")):
        for entry in bucket.entries(below):
            yield bucket, entry


def _move_of(entry: Entry, now: StorageClass, then: StorageClass) -> Move:
    saves = now.monthly(entry.size) - then.monthly(entry.size)
    return Move(1, entry.size, saves, then.writing / 1000)

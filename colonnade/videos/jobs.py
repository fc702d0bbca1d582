"""What happens to videos by itself."""

import logging
from uuid import UUID

from colonnade.lib.jobs import every, job
from colonnade.lib.tenancy import across_tenants, current_tenant_id, tenant_scope
from colonnade.tenants.models import Tenant
from colonnade.videos import chunking, retention, sharing, stocktaking, storage, sweeping, tiering, transcoding
from colonnade.videos.clients import Division
from colonnade.videos.models import Tier, Video

logger = logging.getLogger(__name__)


@job(queue="video", long=True)
def encode(*, video_id: str, alone: bool = False) -> None:
    """Bring a queued video to *ready*, or to *failed* with a sentence. Running it again is safe at any point.

    A long one is shared between all workers, unless `alone`.
    """
    transcoding.transcode(UUID(video_id), share=None if alone else _share, again=encode)


@job(queue="video", long=True)
def make_chunk(*, video_id: str, making: str, name: str) -> None:
    """Make a stretch of a long video. Running it again is safe at any point."""
    chunking.make(UUID(video_id), making, name, gather=gather, alone=_encode_alone)


@job(queue="video", long=True)
def gather(*, video_id: str, making: str) -> None:
    """Make one video of its chunks. Running it again is safe at any point."""
    chunking.put_together(UUID(video_id), making, alone=_encode_alone)


def _share(video: Video, division: Division) -> None:
    sharing.share_encoding(video, division, make_chunk)


def _encode_alone(video: Video) -> None:
    with tenant_scope(current_tenant_id()):
        encode.later(video_id=video.pk, alone=True, lock=f"video {video.pk}")


@job(long=True)
def remove_objects(*, video_id: str, upload_id: str) -> None:
    """Remove all that the store holds of a deleted video."""
    storage.remove(UUID(video_id), upload_id)


@job(long=True)
def remove_original(*, video_id: str) -> None:
    """Remove the uploaded file of a video that plays on."""
    storage.remove_original(UUID(video_id))


@every("11 2 * * *")
def drop_outlived_originals() -> None:
    for tenant_id, video_id in retention.outlived():
        retention.drop_original(tenant_id, video_id, remove_original)


@every("23 * * * *")
def give_up_abandoned_uploads() -> None:
    for tenant_id, video_id in sweeping.abandoned():
        sweeping.give_up(tenant_id, video_id, remove_objects)
    sweeping.abort_orphans()


@job(long=True)
def change_tier(*, video_id: str, tier: str) -> None:
    """Bring a video's objects into another class of the store."""
    tiering.move(UUID(video_id), Tier(tier))


@job(long=True)
def restore(*, video_id: str) -> None:
    """Ask the store for what has been archived of a video."""
    tiering.request_restore(UUID(video_id))


@every("*/5 * * * *")
def finish_restores() -> None:
    under_way = [pk for kind in (change_tier, restore) for pk in kind.arguments_underway("video_id")]
    for tenant_id, video_id in tiering.coming_back():
        if str(video_id) not in under_way:
            tiering.finish_restore(tenant_id, video_id)


@every("47 2 * * *")
def take_stock() -> None:
    """What no row knows is removed, what is missing goes to the log and to the school's activity."""
    for tenant in across_tenants(Tenant).iterator():
        try:
            stock = stocktaking.take_stock(tenant, repair=True, going=remove_objects.arguments_underway("video_id"))
        except Exception:
            logger.exception("Store and database of %s could not be compared.", tenant.subdomain)
        else:
            if not stock.is_sound:
                logger.warning("At %s: %s", tenant.subdomain, stock)


@every("37 * * * *")
def forget_former_editions() -> None:
    for tenant_id, video_id, edition in sweeping.former_editions():
        sweeping.forget_former_edition(tenant_id, video_id, edition)


@every("*/5 * * * *")
def take_up_forgotten_videos() -> None:
    """A job is missing where none should be: after the restore of a backup, say, or a mistake of ours."""
    in_hand = [pk for kind in (encode, make_chunk, gather) for pk in kind.arguments_underway("video_id")]
    for tenant_id, video_id in sweeping.forgotten(in_hand):
        sweeping.take_up(tenant_id, video_id, encode)

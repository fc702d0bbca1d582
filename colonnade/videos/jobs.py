"""What happens to videos by itself."""

from uuid import UUID

from colonnade.lib.jobs import every, job
from colonnade.videos import retention, storage, sweeping, transcoding


@job(queue="video", long=True)
def encode(*, video_id: str) -> None:
    """Bring a queued video to *ready*, or to *failed* with a sentence. Running it again is safe at any point."""
    transcoding.transcode(UUID(video_id))


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


@every("37 * * * *")
def forget_former_editions() -> None:
    for tenant_id, video_id, edition in sweeping.former_editions():
        sweeping.forget_former_edition(tenant_id, video_id, edition)


@every("*/5 * * * *")
def take_up_forgotten_videos() -> None:
    """A job is missing where none should be: after the restore of a backup, say, or a mistake of ours."""
    for tenant_id, video_id in sweeping.forgotten(encode.arguments_underway("video_id")):
        sweeping.take_up(tenant_id, video_id, encode)

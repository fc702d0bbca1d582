"""Captions as players read them: an object beside the editions, whose name changes with what is in it."""

from hashlib import sha256
from uuid import UUID

from colonnade.lib.objects import media
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos.models import Caption, Video
from colonnade.videos.storage import CAPTIONS, CONTENT_TYPES, IMMUTABLE


def store(video: Video, language: str, vtt: str) -> str:
    """Write the object, unless it is there. Returns its name below the video's `media_path`."""
    body = vtt.encode()
    name = f"{CAPTIONS}/{language}-{sha256(body).hexdigest()[:12]}.vtt"
    media().put(f"{video.media_path}{name}", body, content_type=CONTENT_TYPES[".vtt"], cache_control=IMMUTABLE)
    return name


def remove_unnamed(video_id: UUID) -> None:
    """Remove those that no row names: replaced, deleted, or written by a deed that was taken back.

    The video's lock is held by whoever writes captions, so that nothing here is about to be named.
    """
    with tenant_scope(current_tenant_id()):
        video = Video.objects.select_for_update().filter(pk=video_id).first()
        if video is None:
            return  # all of its objects go by another job
        named = {
            f"{video.media_path}{name}" for name in Caption.objects.filter(video=video).values_list("file", flat=True)
        }
        media().delete(path for path in media().paths(f"{video.media_path}{CAPTIONS}/") if path not in named)

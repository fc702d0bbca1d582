"""What a page can fetch while the player's script is still on its way."""

from colonnade.videos.models import Video
from colonnade.videos.playback.grants import Addresses

SOUND = "audio"  # the main one's folder


def early(video: Video, where: Addresses) -> list[str]:
    """Playlists and beginnings of the smallest picture and the sound: two journeys less before the first segment."""
    if not video.is_ready:
        return [where.playlist]
    smallest = (
        video.renditions.filter(codec__startswith="avc1").order_by("height").values_list("name", flat=True).first()
    )
    edition = where.playlist.removesuffix("master.m3u8")
    streams = [name for name in (smallest, SOUND if video.has_audio else None) if name]
    return [where.playlist, *(f"{edition}{name}/{file}" for name in streams for file in ("index.m3u8", "init.mp4"))]

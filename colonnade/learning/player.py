"""What a player is told of a video, whoever watches: frontend/src/islands/player/config.ts."""

from typing import Any

from colonnade.videos.captions.tracks import tracks_of
from colonnade.videos.models import Video
from colonnade.videos.playback import Addresses


def player_of(video: Video, where: Addresses, *, title: str) -> dict[str, Any]:
    return {
        "src": where.playlist,
        "poster": where.poster if video.is_ready else None,
        "storyboard": where.storyboard if video.is_ready else None,
        "growing": not video.is_ready,
        "tracks": tracks_of(video, where.folder),
        "chapters": video.chapters,
        "duration": video.duration,
        "title": title,
    }

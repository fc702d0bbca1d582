"""Subtitles that came inside a video's file, as the encoder has left them in the edition."""

from collections.abc import Iterable

from colonnade.lib.objects import NoSuchObject, media
from colonnade.videos.captions.actions import adopt_captions
from colonnade.videos.clients.encoding import Subtitles
from colonnade.videos.models import Video


def adopt_subtitles(video: Video, tracks: Iterable[Subtitles]) -> None:
    """Make captions of them. Of several in one language the longest: the others are of signs, or of songs."""
    found = [(track, content) for track in tracks if (content := _content(video, track))]
    for track, content in sorted(found, key=lambda each: len(each[1]), reverse=True):
        adopt_captions(video=video, language=track.language, title=track.title, content=content)


def _content(video: Video, track: Subtitles) -> bytes:
    try:
        return media().get(f"{video.media_path}{video.edition}/{track.path}")
    except NoSuchObject:
        return b""

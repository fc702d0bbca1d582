"""The sound of a video, out of what plays: the original may be gone by now."""

import posixpath
import re
from pathlib import Path

from colonnade.lib.objects import media
from colonnade.lib.problems import Conflict
from colonnade.videos.models import Video
from colonnade.videos.secrecy import key_of, unlocked

_SOUND = re.compile(r'#EXT-X-MEDIA:(?=.*TYPE=AUDIO).*URI="([^"]+)"')
_BEGINNING = re.compile(r'#EXT-X-MAP:.*URI="([^"]+)"')


def fetch_sound(video: Video, to: Path) -> None:
    """Write the first soundtrack into one file. Raises Conflict if there is none."""
    master = f"{video.media_path}{video.playlist}"
    found = _SOUND.search(media().get(master).decode())
    if found is None:
        raise Conflict("This video has no sound to listen to.")
    playlist = posixpath.join(posixpath.dirname(master), found[1])
    text = media().get(playlist).decode()
    beginning = _BEGINNING.search(text)
    parts = [line for line in text.splitlines() if line and not line.startswith("#")]
    below, key = posixpath.dirname(playlist), key_of(video.pk, video.edition)
    with to.open("wb") as file:
        if beginning:
            file.write(media().get(posixpath.join(below, beginning[1])))
        for name in parts:
            content = media().get(posixpath.join(below, name))
            file.write(content if key is None else unlocked(name, content, key))

"""The sound of a video, out of what plays: the original may be gone by now."""

import posixpath
import re
from pathlib import Path

from colonnade.lib.objects import media
from colonnade.lib.problems import Conflict
from colonnade.videos.models import Video

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
    with to.open("wb") as file:
        for name in ([beginning[1]] if beginning else []) + parts:
            file.write(media().get(posixpath.join(posixpath.dirname(playlist), name)))

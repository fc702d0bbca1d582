"""How many devices of one viewer play at the same time: each holds a place, and there are as many as the grant says.

A place is taken, and kept, by fetching segments; it lapses a while after the last one, or is given up by the player
that pauses. It belongs to a browser's session, so that a reload or a second tab takes no second one. One script
decides, so that two devices that press play at once do not both get the last place.
"""

import hashlib
import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from colonnade.lib.problems import Conflict
from colonnade.videos.playback.address import tag_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LAPSE = 60  # seconds: as much as a player has fetched ahead when it last asked

# Keys: grant, withdrawal, places. Arguments: now, the lapse, whose place. The most, if they are all taken; else 1 for
# yes and 0 for no. A grant of 0 counts nobody.
_TAKE = """
local most = tonumber(redis.call('GET', KEYS[1]) or -1)
if most < 0 or redis.call('EXISTS', KEYS[2]) == 1 then return {0, 0} end
if most > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. (ARGV[1] - ARGV[2]))
  if not redis.call('ZSCORE', KEYS[3], ARGV[3]) and redis.call('ZCARD', KEYS[3]) >= most then return {0, most} end
  redis.call('ZADD', KEYS[3], ARGV[1], ARGV[3])
  redis.call('EXPIRE', KEYS[3], ARGV[2])
end
return {1, 0}
"""

_GIVE_UP = "return redis.call('ZREM', KEYS[1], ARGV[1])"

_COUNTED = {1: "another device", 2: "two other devices", 3: "three other devices", 4: "four other devices"}


class TooManyStreams(Conflict):
    """The viewer plays on as many devices as they may."""

    code = "too-many-streams"
    title = "You are watching elsewhere"

    def __init__(self, most: int) -> None:
        where = _COUNTED.get(most, f"{most} other devices")
        super().__init__(f"You are watching on {where}. Pause there, then press play.")


def take(tag: bytes, *, granted: str, withdrawn: str, whose: str, now: float) -> bool:
    """Whether the viewer may watch; if so, the place is theirs for another while. Raises TooManyStreams."""
    may, most = cache.run(_TAKE, [granted, withdrawn, _places(tag)], [now, LAPSE, whose])  # type: ignore[attr-defined]
    if most:
        raise TooManyStreams(most)
    return bool(may)


def give_up(viewer_id: UUID, session: str) -> None:
    """The player of this browser's session has paused, or is gone."""
    cache.run(_GIVE_UP, [_places(tag_of(viewer_id))], [_name(session)])  # type: ignore[attr-defined]


def whose_place(environ: "WSGIEnvironment") -> str:
    """The browser's session; a player without one, such as a television, by what it calls itself."""
    found = re.search(rf"(?:^|; ?){settings.SESSION_COOKIE_NAME}=([^;]+)", environ.get("HTTP_COOKIE", ""))
    return _name(found[1] if found else environ.get("HTTP_USER_AGENT", ""))


def _name(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()[:16]  # no session's key lies about in the cache


def _places(tag: bytes) -> str:
    return f"places:{tag.hex()}"

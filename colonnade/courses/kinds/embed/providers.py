"""Addresses of videos at YouTube and Vimeo, as people copy them, and those from which a page may show them."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from colonnade.lib.problems import Invalid

REFUSED = "Give the address of one video at YouTube or Vimeo, as it stands in the browser’s address bar."

_FRAME = re.compile(r"<iframe[^>]*\ssrc=[\"']([^\"']+)", re.IGNORECASE)
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_HOSTS = {"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"}
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v|e)/([^/?]+)/?")
_VIMEO_PATH = re.compile(
    r"/(?:video/|manage/videos/|channels/[\w-]+/|groups/[\w-]+/videos/|(?:album|showcase)/\d+/video/|ondemand/[\w-]+/)?"
    r"(\d{5,12})(?:/([0-9a-f]{6,20}))?/?"
)
_VIMEO_HASH = re.compile(r"[0-9a-f]{6,20}")
_MOMENT = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,5})s?)?")


@dataclass(frozen=True)
class Embedded:
    """One video; `secret` is Vimeo's for unlisted ones, `start` in seconds."""

    provider: str  # YouTube or Vimeo
    id: str
    secret: str = ""
    start: int = 0

    @property
    def origin(self) -> str:
        return "https://www.youtube-nocookie.com" if self.provider == "YouTube" else "https://player.vimeo.com"

    @property
    def frame(self) -> str:
        """What a frame loads: the variant that keeps least about its viewers."""
        if self.provider == "YouTube":
            return f"{self.origin}/embed/{self.id}?autoplay=1&rel=0" + (f"&start={self.start}" if self.start else "")
        secret = f"&h={self.secret}" if self.secret else ""
        return f"{self.origin}/video/{self.id}?autoplay=1&dnt=1{secret}" + (f"#t={self.start}s" if self.start else "")

    @property
    def address(self) -> str:
        """Where people find it, written in one way."""
        if self.provider == "YouTube":
            return f"https://www.youtube.com/watch?v={self.id}" + (f"&t={self.start}s" if self.start else "")
        secret = f"/{self.secret}" if self.secret else ""
        return f"https://vimeo.com/{self.id}{secret}" + (f"#t={self.start}s" if self.start else "")

    def document(self, title: str) -> dict[str, str]:
        """See frontend/src/islands/embed/index.ts."""
        return {"provider": self.provider, "frame": self.frame, "address": self.address, "title": title}


def read_address(text: str) -> Embedded:
    """Reads an address, with or without its scheme, or the snippet that the sites offer. Raises Invalid."""
    framed = _FRAME.search(text)
    address = (framed[1] if framed else text).strip().replace("&amp;", "&")
    if address.startswith("//"):
        address = f"https:{address}"
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        raise Invalid(REFUSED) from None
    if parts.scheme not in ("http", "https") or parts.username or parts.password:
        raise Invalid(REFUSED)
    if host == "youtu.be" or host in _YOUTUBE_HOSTS:
        return _youtube(parts, is_short=host == "youtu.be")
    if host in ("vimeo.com", "player.vimeo.com"):
        return _vimeo(parts)
    raise Invalid(REFUSED)


def _youtube(parts: SplitResult, *, is_short: bool) -> Embedded:
    query = parse_qs(parts.query)
    if is_short:
        name = parts.path.strip("/")
    elif parts.path.rstrip("/") == "/watch":
        name = query.get("v", [""])[0]
    else:
        found = _YOUTUBE_PATH.fullmatch(parts.path)
        name = found[1] if found else ""
    if not _YOUTUBE_ID.fullmatch(name) or name == "videoseries":
        raise Invalid(REFUSED)
    moment = query.get("t") or query.get("start") or parse_qs(parts.fragment).get("t") or [""]
    return Embedded("YouTube", name, start=_seconds(moment[0]))


def _vimeo(parts: SplitResult) -> Embedded:
    found = _VIMEO_PATH.fullmatch(parts.path)
    if not found:
        raise Invalid(REFUSED)
    secret = found[2] or parse_qs(parts.query).get("h", [""])[0]
    moment = parse_qs(parts.fragment).get("t", [""])
    return Embedded("Vimeo", found[1], secret if _VIMEO_HASH.fullmatch(secret) else "", _seconds(moment[0]))


def _seconds(moment: str) -> int:
    """90, 90s, 1m30s, 1h2m3s; what is none of these begins at the beginning."""
    found = _MOMENT.fullmatch(moment)
    if not found:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds

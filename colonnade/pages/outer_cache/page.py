"""A page in memory, with the headers of each of its answers made beforehand."""

import gzip
import hashlib
from uuid import UUID

from colonnade.pages.outer_cache.rendering import Rendering

Version = tuple[UUID, int]
"""The school and its public_version: a host that changes hands brings no page of the former school along."""

# Browsers and shared caches may keep it, and ask each time whether it is still so; the answer is mostly 304.
CACHE_CONTROL = "public, max-age=0, must-revalidate"
_REPLACED = frozenset({"content-length", "content-encoding", "cache-control", "etag", "vary", "connection"})
_WORTH_PACKING = ("text/", "application/xml", "application/json", "image/svg")
_SMALLEST_PACKED = 600  # bytes: below that a packet is a packet


class Page:
    """One answer of 200. `fresh_until` and `used_at` are in seconds of time.monotonic()."""

    __slots__ = (
        "body", "etag", "fresh_until", "packed", "packed_headers", "plain_headers", "size", "unchanged_headers",
        "used_at", "version",
    )  # fmt: skip

    def __init__(self, rendering: Rendering, *, version: Version, now: float) -> None:
        named = {name.lower(): value for name, value in rendering.headers}
        self.version = version
        self.fresh_until = now + (rendering.ttl or 0)
        self.used_at = now
        self.body = rendering.body
        self.packed = _packed(rendering.body, named.get("content-type", ""), named)
        # Weak, as the same page goes out packed and plain.
        self.etag = f'W/"{hashlib.blake2b(rendering.body, digest_size=12).hexdigest()}"'
        kept = [pair for pair in rendering.headers if pair[0].lower() not in _REPLACED]
        common = [("Cache-Control", CACHE_CONTROL), ("ETag", self.etag), ("Vary", _vary(named.get("vary", "")))]
        encoding = [("Content-Encoding", named["content-encoding"])] if "content-encoding" in named else []
        self.plain_headers = [*kept, *common, *encoding, ("Content-Length", str(len(self.body)))]
        self.packed_headers: list[tuple[str, str]] = []
        if self.packed is not None:
            length = ("Content-Length", str(len(self.packed)))
            self.packed_headers = [*kept, *common, ("Content-Encoding", "gzip"), length]
        self.unchanged_headers = common
        self.size = len(self.body) + len(self.packed or b"") + 2_000  # headers and objects, by rule of thumb


def _packed(body: bytes, content_type: str, named: dict[str, str]) -> bytes | None:
    if "content-encoding" in named or len(body) < _SMALLEST_PACKED or not content_type.startswith(_WORTH_PACKING):
        return None
    return gzip.compress(body, compresslevel=9, mtime=0)


def _vary(value: str) -> str:
    """The view's own, and the two on which this layer depends."""
    own = [name.strip() for name in value.split(",") if name.strip()]
    seen = {name.lower() for name in own}
    return ", ".join([*own, *(name for name in ("Accept-Encoding", "Cookie") if name.lower() not in seen)])

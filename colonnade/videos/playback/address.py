"""Addresses that carry their own permission: `/v/<expiry>.<signature>/<tenant>/<video>/<file>`.

Relative names inside the playlists keep the signed beginning, so that one signature serves a whole video. An edge that
has the key can check it without the app; docs/playback-url.md says how, tests/videos/playback_vectors.json by example.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

TAG_BYTES = 8
MAC_BYTES = 24

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ADDRESS = re.compile(
    r"/v/(?P<expiry>[1-9][0-9]{9})\.(?P<signature>[A-Za-z0-9_-]{43})"
    rf"/(?P<tenant>{_UUID})/(?P<video>{_UUID})"
    # One dot in all of it, before a kind of file that we play: no way up, no query, nothing to decode.
    r"/(?P<file>(?:[A-Za-z0-9_-]{1,64}/){0,4}[A-Za-z0-9_-]{1,64}\.(?:m3u8|m4s|mp4|vtt|jpg|key))"
)


@dataclass(frozen=True)
class Address:
    """A well-formed address; whether its signature is true, `is_signed_by` says."""

    expiry: int  # Unix seconds
    signature: str
    tenant_id: UUID
    video_id: UUID
    file: str

    @property
    def tag(self) -> bytes:
        """Who may watch, as the address tells."""
        return urlsafe_b64decode(self.signature + "=")[:TAG_BYTES]

    def is_signed_by(self, keys: Sequence[bytes]) -> bool:
        # The text is compared, not what it decodes to: its last character has two bits that decoding would ignore.
        right = (signature(key, self.expiry, self.tenant_id, self.video_id, self.tag) for key in keys)
        return any(hmac.compare_digest(self.signature, text) for text in right)


def read_address(path: str) -> Address | None:
    """The parts of a path, or None if it is none of ours."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return None
    return Address(int(match["expiry"]), match["signature"], UUID(match["tenant"]), UUID(match["video"]), match["file"])


def write_address(*, expiry: int, tenant_id: UUID, video_id: UUID, viewer_id: UUID, file: str) -> str:
    """A path that lets the viewer play this video's files until `expiry` (Unix seconds)."""
    signed = signature(playback_keys()[0], expiry, tenant_id, video_id, tag_of(viewer_id))
    return f"/v/{expiry}.{signed}/{tenant_id}/{video_id}/{file}"


def signature(key: bytes, expiry: int, tenant_id: UUID, video_id: UUID, tag: bytes) -> str:
    """43 characters: the viewer's tag and the first 24 bytes of the HMAC-SHA256 over all that is promised."""
    message = f"{expiry}/{tenant_id}/{video_id}/{tag.hex()}".encode()
    mac = hmac.digest(key, message, "sha256")[:MAC_BYTES]
    return urlsafe_b64encode(tag + mac).rstrip(b"=").decode()


def tag_of(viewer_id: UUID) -> bytes:
    """Eight bytes that stand for a viewer: the address names nobody, and a change of keys changes nothing."""
    return hashlib.sha256(viewer_id.bytes).digest()[:TAG_BYTES]


def playback_keys() -> list[bytes]:
    """The key that signs, then those of former secrets whose addresses are still good."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.digest(secret.encode(), b"playback", "sha256") for secret in secrets]

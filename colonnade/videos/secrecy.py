"""Segments that cannot be played without a key: AES-128 as HLS has it (RFC 8216, 4.3.2.4), where a school wants it.

The encoder knows nothing of it: a file is encrypted on its way into the store. A segment's initialisation vector is its
number, as for all playlists that name none. The beginning (`init.mp4`) stays clear, since it is named before the key.
"""

import secrets
from pathlib import PurePosixPath
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos.models import EditionKey, Video

SEGMENT = ".m4s"
KEY_FILE = "segments.key"  # of an edition; the door makes it up from the database
_BYTES = 16
_MAP = "#EXT-X-MAP:"
_KEY = f'#EXT-X-KEY:METHOD=AES-128,URI="../{KEY_FILE}"'


def key_for(video_id: UUID, edition: str) -> bytes:
    """The key of an edition that is being made; the first who asks makes it."""
    with tenant_scope(current_tenant_id()):
        found, _ = EditionKey.objects.get_or_create(
            video_id=video_id, edition=edition, defaults={"key": secrets.token_bytes(_BYTES)}
        )
        return bytes(found.key)


def key_of(video_id: UUID, edition: str) -> bytes | None:
    """The key of an edition, if it has one."""
    with tenant_scope(current_tenant_id()):
        key = EditionKey.objects.filter(video_id=video_id, edition=edition).values_list("key", flat=True).first()
    return None if key is None else bytes(key)


def take_key(source: Video, video: Video, edition: str) -> None:
    """What has been copied of another video's edition is encrypted as that is."""
    key = key_of(source.pk, source.edition)
    if key is not None:
        with tenant_scope(current_tenant_id()):
            EditionKey.objects.update_or_create(video_id=video.pk, edition=edition, defaults={"key": key})


def locked(name: str, content: bytes, key: bytes) -> bytes:
    """A file of an edition as it is stored: segments encrypted, their playlists with a word about the key."""
    if name.endswith(SEGMENT):
        return _encrypt(name, content, key)
    return _with_key(content.decode()).encode() if name.endswith(".m3u8") else content


def unlocked(name: str, content: bytes, key: bytes) -> bytes:
    """A stored segment as it was made."""
    decryptor = _cipher(name, key).decryptor()
    unpadder = PKCS7(AES128.block_size).unpadder()
    padded = decryptor.update(content) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def _encrypt(name: str, content: bytes, key: bytes) -> bytes:
    padder = PKCS7(AES128.block_size).padder()
    encryptor = _cipher(name, key).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def _cipher(name: str, key: bytes) -> Cipher[CBC]:
    """Of the segment with this name, which is its number."""
    return Cipher(AES128(key), CBC(int(PurePosixPath(name).stem).to_bytes(_BYTES, "big")))


def _with_key(playlist: str) -> str:
    """A master playlist has no beginning, and stays as it is."""
    lines = [[line, _KEY] if line.startswith(_MAP) else [line] for line in playlist.split("\n")]
    return "\n".join(part for parts in lines for part in parts)

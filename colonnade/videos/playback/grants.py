"""Who may watch right now: one entry of the cache for a grant, one for its withdrawal.

The address alone proves what was allowed when a page was rendered; these two entries let a right end at once. A grant
says on how many devices at a time, 0 for any number. Both are forgotten when the last address they are about has
expired. A cache that lost them refuses, and the page renews them.
"""

import time
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from colonnade.accounts.models import Role, User
from colonnade.lib.tenancy import current_tenant_id
from colonnade.videos.models import Video
from colonnade.videos.playback.address import tag_of, write_address
from colonnade.videos.playback.places import take

STEP = 3600  # addresses of one hour are the same, so that a reload finds the segments in the browser's cache
GOOD_FOR = 8 * 3600  # seconds at least: the longest video, with breaks
LONGEST = GOOD_FOR + STEP


VISITORS = UUID("00000000-0000-7000-8000-000000000001")
"""Stands for everybody who is not signed in, where a video is open to all."""


class Addresses(NamedTuple):
    """Paths of what a player needs; good for 8 to 9 hours."""

    playlist: str
    poster: str  # the picture shown before the video plays
    storyboard: str  # the WebVTT that names the seek bar's pictures
    folder: str  # what all of the video's files lie below


def addresses(video: Video, viewer: User) -> Addresses:
    """Where the viewer finds the video. Call it only for whoever may watch: it grants that."""
    most = settings.STREAMS_PER_STUDENT if viewer.role == Role.STUDENT else 0  # staff who preview are not counted
    return _granted(video, viewer.pk, most)


def public_addresses(video: Video) -> Addresses:
    """Where anybody finds a video that is open to all; the same for everybody, so that a page may be kept."""
    return _granted(video, VISITORS, 0)


def _granted(video: Video, viewer_id: UUID, most: int) -> Addresses:
    now = int(time.time())
    expiry = (now // STEP + 1) * STEP + GOOD_FOR
    cache.set(_grant(viewer_id, video.pk), most, LONGEST)
    signed = write_address(
        expiry=expiry, tenant_id=current_tenant_id(), video_id=video.pk, viewer_id=viewer_id, file=""
    )
    edition = f"{signed}{video.shown_edition}/"
    return Addresses(f"{signed}{video.playlist}", f"{edition}poster.jpg", f"{edition}storyboard.vtt", signed)


def withdraw(viewer_id: UUID, video_ids: Iterable[UUID]) -> None:
    """From now on the viewer gets no playlist and no segment of these videos, whatever addresses they hold.

    Raises if the cache cannot be reached: call it on commit, and by a job that tries again.
    """
    ids = list(video_ids)
    ids += [former for formers in cache.get_many(map(_replaced_by, ids)).values() for former in formers]
    pairs = [(_grant(viewer_id, video_id), withdrawal_key(viewer_id, video_id)) for video_id in ids]
    if pairs:
        cache.set_many({withdrawn: 1 for _, withdrawn in pairs}, LONGEST)
        cache.delete_many([granted for granted, _ in pairs])


def allow(viewer_id: UUID, video_ids: Iterable[UUID]) -> None:
    """Take a withdrawal back, as when an enrollment is restored or a new code redeemed."""
    cache.delete_many([withdrawal_key(viewer_id, video_id) for video_id in video_ids])


def succeed(former_id: UUID, video_id: UUID) -> None:
    """A video takes another's place: what is withdrawn of it ends watching the former one too, while that can last."""
    key = _replaced_by(video_id)
    before = cache.get(_replaced_by(former_id), [])
    cache.set(key, [*before, former_id], LONGEST)


def may_watch(tag: bytes, video_id: UUID) -> bool:
    """Whether there is a grant and no withdrawal. One round trip; the tenant is the one in scope."""
    granted, withdrawn = _grant_of(tag, video_id), _withdrawal_of(tag, video_id)
    found = cache.get_many([granted, withdrawn])
    return granted in found and withdrawn not in found


def may_stream(tag: bytes, video_id: UUID, *, whose: str, now: float) -> bool:
    """The same, for a segment: it takes one of the viewer's places, or keeps it. Raises TooManyStreams."""
    granted, withdrawn = _grant_of(tag, video_id), _withdrawal_of(tag, video_id)
    return take(tag, granted=granted, withdrawn=withdrawn, whose=whose, now=now)


def withdrawal_key(viewer_id: UUID, video_id: UUID) -> str:
    return _withdrawal_of(tag_of(viewer_id), video_id)


def _replaced_by(video_id: UUID) -> str:
    return f"replaced-by:{video_id}"


def _grant(viewer_id: UUID, video_id: UUID) -> str:
    return _grant_of(tag_of(viewer_id), video_id)


def _grant_of(tag: bytes, video_id: UUID) -> str:
    return f"watch:{tag.hex()}:{video_id}"


def _withdrawal_of(tag: bytes, video_id: UUID) -> str:
    return f"withdrawn:{tag.hex()}:{video_id}"

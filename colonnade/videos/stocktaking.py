"""Compares store and database, both ways: objects that no row knows, and rows whose objects are missing.

Both sides come in the order of the videos' ids and are read side by side, so that memory does not grow with the store.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone

from colonnade.audit.models import record
from colonnade.lib.objects import Bucket, Entry, media, uploads
from colonnade.lib.tenancy import naming_tenant, tenant_scope
from colonnade.tenants.models import Tenant
from colonnade.videos.models import Caption, Video, VideoState
from colonnade.videos.storage import CAPTIONS

YOUNG = timedelta(days=1)  # what is under way is younger: it is left alone
ROWS_AT_ONCE = 500
DELETED_AT_ONCE = 1000
MOST_NAMED = 100  # of the missing, in a report
STRANGE_VIDEOS = 20  # from so many unknown videos on, and if they are the most, the database is the likelier culprit

T = TypeVar("T")


@dataclass(frozen=True)
class Missing:
    """Something that a row promises and the store does not have."""

    video_id: UUID
    what: str  # "original" or "edition"


@dataclass
class Stock:
    """What was found at one school. `withheld` says why nothing was removed."""

    videos: int = 0
    objects: int = 0
    bytes: int = 0
    orphans: int = 0
    orphan_bytes: int = 0
    unknown_videos: int = 0
    removed: int = 0
    missing: list[Missing] = field(default_factory=list)
    withheld: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.orphans and not self.missing


def take_stock(tenant: Tenant, *, repair: bool, going: Iterable[str] = (), force: bool = False) -> Stock:
    """Look through all of a school's videos; with `repair` remove what no row knows.

    `going` are the ids of deleted videos whose objects a job removes in its time. Nothing is removed when most videos
    in the store are unknown: after the restore of an old backup, say, unless `force` says that it is right.
    """
    stock, going = Stock(), frozenset(going)
    with naming_tenant(tenant.pk):
        for _ in _orphans(tenant, stock, going):
            pass  # first see how it stands
        stock.missing = [each for each in stock.missing if _is_missing_still(tenant, each)]
        if stock.unknown_videos > max(STRANGE_VIDEOS, stock.videos) and not force:
            stock.withheld = f"{stock.unknown_videos} videos in the store are unknown, more than are known"
        elif repair and stock.orphans:
            _remove(_orphans(tenant, Stock(), going), stock)
    if repair and not stock.is_sound:
        with tenant_scope(tenant.pk):
            record(
                "storage.swept", tenant, by=None, removed=stock.removed, bytes=stock.orphan_bytes,
                missing=[f"{each.what} of {each.video_id}" for each in stock.missing[:MOST_NAMED]],
            )  # fmt: skip
    return stock


def side_by_side(rows: Iterable[Video], entries: Iterable[Entry]) -> Iterator[tuple[Video | None, Iterator[Entry]]]:
    """Each video with its objects, where there are any; both sides ordered by the video's id."""
    coming = iter(rows)
    row = next(coming, None)
    for video_id, found in groupby(entries, key=_video_of):
        if video_id is None:
            continue  # none of ours
        while row is not None and row.pk < video_id:
            yield row, iter(())
            row = next(coming, None)
        if row is not None and row.pk == video_id:
            yield row, found
            row = next(coming, None)
        else:
            yield None, found
    while row is not None:
        yield row, iter(())
        row = next(coming, None)


def _orphans(tenant: Tenant, stock: Stock, going: frozenset[str]) -> Iterator[tuple[Bucket, Entry]]:
    """Everything that no row knows; `stock` is filled on the way."""
    before = timezone.now() - YOUNG
    for bucket, read in ((uploads(), _read_original), (media(), _read_editions)):
        for video, entries in side_by_side(_rows(tenant), bucket.entries("videos/")):
            unknown = 0
            for entry in read(video, _counted(entries, stock), stock):
                if entry.modified_at < before and str(_video_of(entry)) not in going:
                    unknown += 1
                    stock.orphans += 1
                    stock.orphan_bytes += entry.size
                    yield bucket, entry
            stock.unknown_videos += video is None and unknown > 0


def _read_original(video: Video | None, entries: Iterable[Entry], stock: Stock) -> Iterator[Entry]:
    """Yields the objects that are not the video's."""
    known = video is not None and video.original_dropped_at is None
    found = False
    for entry in entries:
        if video is not None and known and entry.path == video.original_path:
            found = True
        else:
            yield entry
    if video is not None:
        stock.videos += 1
        if known and not found and video.state != VideoState.UPLOADING:
            stock.missing.append(Missing(video.pk, "original"))


def _read_editions(video: Video | None, entries: Iterable[Entry], stock: Stock) -> Iterator[Entry]:
    """Yields the objects that are not the video's."""
    count = 0
    for entry in entries:
        if video is None or not _belongs(video, entry):
            yield entry
        elif entry.path.startswith(f"{video.media_path}{video.edition}/"):
            count += 1
    if video is not None and video.is_ready and video.edition and count < max(1, video.media_objects):
        stock.missing.append(Missing(video.pk, "edition"))


def _belongs(video: Video, entry: Entry) -> bool:
    """Whether it is an object of an edition, or of captions, that the row names."""
    name = entry.path.removeprefix(video.media_path)
    folder = name.partition("/")[0]
    if folder == CAPTIONS:
        return name in {caption.file for caption in video.captions.all()}
    return folder in {video.edition, video.making, video.former_edition} - {""} or (
        not video.encoder_version and name == "master.m3u8"
    )


def _counted(entries: Iterable[Entry], stock: Stock) -> Iterator[Entry]:
    for entry in entries:
        stock.objects += 1
        stock.bytes += entry.size
        yield entry


def _remove(orphans: Iterable[tuple[Bucket, Entry]], stock: Stock) -> None:
    for bucket, found in groupby(orphans, key=lambda orphan: orphan[0]):
        for paths in _batches((entry.path for _, entry in found), DELETED_AT_ONCE):
            bucket.delete(paths)
            stock.removed += len(paths)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(tenant: Tenant) -> Iterator[Video]:
    """All videos of the school by id, in short transactions."""
    after, captions = UUID(int=0), Caption.objects.only("video_id", "file")
    while True:
        with tenant_scope(tenant.pk):
            found = Video.objects.filter(pk__gt=after).prefetch_related(Prefetch("captions", captions)).order_by("pk")
            page = list(found[:ROWS_AT_ONCE])
        yield from page
        if len(page) < ROWS_AT_ONCE:
            return
        after = page[-1].pk


def _is_missing_still(tenant: Tenant, missing: Missing) -> bool:
    """Whether the row is there after all, as it was: much may have happened since it was read."""
    with tenant_scope(tenant.pk):
        video = Video.objects.filter(pk=missing.video_id).first()
    if video is None:
        return False
    if missing.what == "original":
        return video.original_dropped_at is None and not any(uploads().entries(video.original_path))
    found = sum(1 for _ in media().entries(f"{video.media_path}{video.edition}/"))
    return video.is_ready and found < max(1, video.media_objects)


def _video_of(entry: Entry) -> UUID | None:
    """The video whose object it is; None if it is none of ours."""
    try:
        return UUID(entry.path.split("/", 2)[1])
    except (IndexError, ValueError):
        return None

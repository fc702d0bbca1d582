"""Finished segments, moved from where FFmpeg writes to their final names as soon as each is complete."""

import itertools
import math
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from .boxes import Span, Track, read_span, read_track

INIT = "init.mp4"
ALIGNED_SECONDS = 0.001


@dataclass(frozen=True)
class Segment:
    """`duration` in seconds, as its samples say; `path` is relative to the destination."""

    path: str
    size: int
    span: Span
    duration: Fraction


@dataclass
class Stream:
    """One rendition's segments by number; pieces that are made side by side leave holes for a while."""

    name: str
    track: Track
    numbered: dict[int, Segment] = field(default_factory=dict)

    @property
    def segments(self) -> list[Segment]:
        """From the first on, up to the first hole: what can be played."""
        return [self.numbered[n] for n in itertools.takewhile(self.numbered.__contains__, itertools.count())]

    @property
    def duration(self) -> Fraction:
        return sum((segment.duration for segment in self.segments), Fraction())

    @property
    def size(self) -> int:
        return sum(segment.size for segment in self.numbered.values())

    @property
    def peak(self) -> int:
        """Bits a second of the heaviest segment; a last one of less than half the length is no measure (RFC 8216)."""
        segments = self.segments
        whole = [s for s in segments if s.duration >= segments[0].duration / 2]
        return max([self.average, *(math.ceil(s.size * 8 / s.duration) for s in whole)])

    @property
    def average(self) -> int:
        segments = self.segments
        bits = 8 * sum(segment.size for segment in segments)
        return math.ceil(bits / sum(s.duration for s in segments)) if segments else 0

    def as_dict(self) -> dict[str, Any]:
        """Plain data, without what the name and the numbers tell."""
        spans = [[n, s.size, s.span.start, s.span.duration, s.span.samples] for n, s in sorted(self.numbered.items())]
        return {"name": self.name, "track": asdict(self.track), "segments": spans}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Stream":
        stream = cls(data["name"], Track(**data["track"]))
        for number, size, *span in data["segments"]:
            stream.put(number, size, Span(*span))
        return stream

    def put(self, number: int, size: int, span: Span) -> Segment:
        shown = span.duration - (self.track.skipped if number == 0 else 0)
        path = f"{self.name}/{number:05d}.m4s"
        self.numbered[number] = segment = Segment(path, size, span, Fraction(shown, self.track.timescale))
        return segment

    def has_seams(self) -> bool:
        """Whether a frame is missing or doubled anywhere: each segment must start where the one before ended."""
        spans = [segment.span for segment in self.segments]
        joined = all(a.start + a.duration == b.start for a, b in itertools.pairwise(spans))
        return not spans or spans[0].start != 0 or not joined or len(spans) != len(self.numbered)


def cut_alike(streams: Sequence[Stream]) -> bool:
    """Whether renditions are cut at the same moments, so that a player can change between them at each."""
    starts = [[float(s.span.start / stream.track.timescale) for s in stream.segments] for stream in streams]
    return all(
        len(own) == len(starts[0]) and all(abs(a - b) < ALIGNED_SECONDS for a, b in zip(own, starts[0], strict=True))
        for own in starts
    )


@dataclass
class Shelf:
    """`folder` becomes the destination. `fresh` collects the names of files that are complete and will not change."""

    folder: Path
    streams: dict[str, Stream] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(stream.size for stream in self.streams.values())

    def harvest(self, work: Path, first: dict[str, int]) -> None:
        """Take what FFmpeg has completed in `work`, whose playlists list only whole segments.

        `first` is each rendition's number of the first segment there, where that is not 0.
        """
        for playlist in work.glob("*/index.m3u8"):
            name = playlist.parent.name
            init, segments = _read_playlist(playlist)
            for number, file in enumerate(segments, first.get(name, 0)):
                if (path := playlist.parent / file).exists():
                    self._put(self._stream(playlist.parent, init), path, number)

    def forget(self, name: str) -> None:
        stream = self.streams.pop(name, None)
        if stream:
            shutil.rmtree(self.folder / name)
            self.fresh = [file for file in self.fresh if not file.startswith(f"{name}/")]

    def _stream(self, source: Path, init: str) -> Stream:
        name = source.name
        if name not in self.streams:
            (self.folder / name).mkdir(exist_ok=True)
            target = self.folder / name / INIT
            target.write_bytes((source / init).read_bytes())
            self.streams[name] = Stream(name, read_track(target))
            self.fresh.append(f"{name}/{INIT}")
        return self.streams[name]

    def _put(self, stream: Stream, path: Path, number: int) -> None:
        segment = stream.put(number, path.stat().st_size, read_span(path, stream.track))
        path.replace(self.folder / segment.path)
        self.fresh.append(segment.path)


def _read_playlist(playlist: Path) -> tuple[str, list[str]]:
    init, segments = "", []
    for line in playlist.read_text().splitlines():
        if line.startswith("#EXT-X-MAP:"):
            init = line.split('"')[1]
        elif line and not line.startswith("#"):
            segments.append(line)
    return init, segments

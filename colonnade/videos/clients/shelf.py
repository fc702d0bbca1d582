"""Finished segments, moved from where FFmpeg writes to their final names as soon as each is complete."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from .boxes import Span, Track, read_span, read_track

INIT = "init.mp4"


@dataclass(frozen=True)
class Segment:
    """`duration` in seconds, as its samples say; `path` is relative to the destination."""

    path: str
    size: int
    span: Span
    duration: Fraction


@dataclass
class Stream:
    """One rendition's segments on the shelf, in order and without a hole from the first on."""

    name: str
    track: Track
    segments: list[Segment] = field(default_factory=list)

    @property
    def duration(self) -> Fraction:
        return sum((segment.duration for segment in self.segments), Fraction())

    @property
    def size(self) -> int:
        return sum(segment.size for segment in self.segments)

    @property
    def peak(self) -> int:
        """Bits a second of the heaviest segment; a last one of less than half the length is no measure (RFC 8216)."""
        whole = [s for s in self.segments if s.duration >= self.segments[0].duration / 2]
        return max([self.average, *(math.ceil(s.size * 8 / s.duration) for s in whole)])

    @property
    def average(self) -> int:
        return math.ceil(self.size * 8 / self.duration) if self.duration else 0


@dataclass
class Shelf:
    """`folder` becomes the destination. `on_file` hears of every file when it is complete and will not change."""

    folder: Path
    on_file: Callable[[str], None] = lambda path: None
    streams: dict[str, Stream] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(stream.size for stream in self.streams.values())

    def harvest(self, work: Path, first: int = 0) -> None:
        """Take what FFmpeg has completed in `work`, whose playlist lists only whole segments, numbered from `first`."""
        for playlist in sorted(work.glob("*/index.m3u8")):
            init, segments = _read_playlist(playlist)
            stream = self._stream(playlist.parent, init)
            for number, name in enumerate(segments, first):
                if (path := playlist.parent / name).exists():
                    self._put(stream, path, number)

    def forget(self, name: str) -> None:
        for segment in self.streams.pop(name).segments:
            (self.folder / segment.path).unlink()
        (self.folder / name / INIT).unlink()

    def _stream(self, source: Path, init: str) -> Stream:
        name = source.name
        if name not in self.streams:
            (self.folder / name).mkdir(exist_ok=True)
            target = self.folder / name / INIT
            (source / init).replace(target)
            self.streams[name] = Stream(name, read_track(target))
            self.on_file(f"{name}/{INIT}")
        return self.streams[name]

    def _put(self, stream: Stream, path: Path, number: int) -> None:
        relative = f"{stream.name}/{number:05d}.m4s"
        span = read_span(path, stream.track)
        size = path.stat().st_size
        path.replace(self.folder / relative)
        shown = span.duration - (0 if stream.segments else stream.track.skipped)
        stream.segments.append(Segment(relative, size, span, Fraction(shown, stream.track.timescale)))
        self.on_file(relative)


def _read_playlist(playlist: Path) -> tuple[str, list[str]]:
    init, segments = "", []
    for line in playlist.read_text().splitlines():
        if line.startswith("#EXT-X-MAP:"):
            init = line.split('"')[1]
        elif line and not line.startswith("#"):
            segments.append(line)
    return init, segments

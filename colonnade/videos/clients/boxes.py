"""The few MP4 boxes that a playlist has to know about: codec strings, and the true times of a fragment."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf", b"edts"}
SAMPLE_ENTRY_HEADER = {b"avc1": 78, b"av01": 78, b"mp4a": 28}
BASE_OFFSET, DESCRIPTION, DURATION, SIZE, FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20
TRUN_OFFSET, TRUN_FIRST_FLAGS, TRUN_DURATION = 0x1, 0x4, 0x100
SLICE, IDR_SLICE = 1, 5
# Headers, parameter sets and notes come before a first slice; they are far smaller than this.
FIRST_PICTURE_BYTES = 256 * 1024
TRUN_FIELDS = (0x100, 0x200, 0x400, 0x800)


@dataclass(frozen=True)
class Track:
    """What an initialisation segment says. `skipped` begins the first segment and is never heard: AAC's warming up."""

    codec: str
    timescale: int
    default_duration: int
    skipped: int


@dataclass(frozen=True)
class Span:
    """A segment's place on the time line, in the track's timescale."""

    start: int
    duration: int
    samples: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, bytes]]:
    """Every box and its content, depth first."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        if size < header:
            return
        inside, after = start + header, min(start + size, end)
        yield kind, data[inside:after]
        if kind in CONTAINERS:
            yield from boxes(data, inside, after)
        elif kind == b"stsd":
            yield from _sample_entries(data, inside + 8, after)
        start += size


def _sample_entries(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    for kind, content in boxes(data, start, end):
        if kind in SAMPLE_ENTRY_HEADER:
            yield from boxes(content, SAMPLE_ENTRY_HEADER[kind])


def read_track(init: Path) -> Track:
    found = dict(boxes(init.read_bytes()))
    mdhd = found[b"mdhd"]
    timescale = struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)[0]
    default_duration = struct.unpack_from(">I", found[b"trex"], 12)[0]
    return Track(_codec(found), timescale, default_duration, _skipped(found.get(b"elst")))


def _skipped(elst: bytes | None) -> int:
    """Media time of a single edit; two edits or more would be a picture that starts late, which we never write."""
    if elst is None or struct.unpack_from(">I", elst, 4)[0] != 1:
        return 0
    return max(0, int(struct.unpack_from(">q" if elst[0] else ">i", elst, 16 if elst[0] else 12)[0]))


def _codec(found: dict[bytes, bytes]) -> str:
    if avcc := found.get(b"avcC"):
        return f"avc1.{avcc[1:4].hex()}"
    if av1c := found.get(b"av1C"):
        level, flags = av1c[1], av1c[2]  # of the first operating point: profile and level; tier and depth
        return f"av01.{level >> 5}.{level & 31:02d}{'H' if flags & 0x80 else 'M'}.{'10' if flags & 0x40 else '08'}"
    return "mp4a.40.2"


def read_span(segment: Path, track: Track) -> Span:
    """Of a segment with any number of fragments."""
    start: int | None = None
    duration = samples = 0
    default = track.default_duration
    for kind, content in boxes(_without_media(segment)):
        if kind == b"tfhd":
            default = _default_duration(content, track)
        elif kind == b"tfdt" and start is None:
            start = struct.unpack_from(">Q" if content[0] else ">I", content, 4)[0]
        elif kind == b"trun":
            count, length = _run(content, default)
            samples, duration = samples + count, duration + length
    return Span(start or 0, duration, samples)


def _without_media(segment: Path) -> bytes:
    """The file's boxes but for `mdat`, which is nearly all of it."""
    kept = b""
    with segment.open("rb") as file:
        while len(header := file.read(8)) == 8:
            size, kind = struct.unpack(">I4s", header)
            if size < 8:
                break
            if kind == b"mdat":
                file.seek(size - 8, 1)
            else:
                kept += header + file.read(size - 8)
    return kept


def starts_afresh(segment: Path) -> bool:
    """Whether the first picture of an H.264 segment is an IDR: nothing after it refers to anything before."""
    with segment.open("rb") as file:
        data = file.read(FIRST_PICTURE_BYTES)
    place = data.find(b"mdat") + 4
    while place >= 4 and place + 5 <= len(data):
        kind = data[place + 4] & 31
        if kind in (SLICE, IDR_SLICE):
            return kind == IDR_SLICE
        place += 4 + int.from_bytes(data[place : place + 4], "big")
    return False


def _default_duration(tfhd: bytes, track: Track) -> int:
    flags = int.from_bytes(tfhd[1:4], "big")
    if not flags & DURATION:
        return track.default_duration
    offset = 8 + (8 if flags & BASE_OFFSET else 0) + (4 if flags & DESCRIPTION else 0)
    return int(struct.unpack_from(">I", tfhd, offset)[0])


def _run(trun: bytes, default: int) -> tuple[int, int]:
    flags = int.from_bytes(trun[1:4], "big")
    count = struct.unpack_from(">I", trun, 4)[0]
    if not flags & TRUN_DURATION:
        return count, count * default
    offset = 8 + (4 if flags & TRUN_OFFSET else 0) + (4 if flags & TRUN_FIRST_FLAGS else 0)
    step = 4 * sum(bool(flags & field) for field in TRUN_FIELDS)
    return count, sum(struct.unpack_from(">I", trun, offset + n * step)[0] for n in range(count))

"""Which FFmpeg run makes which stretch of which renditions. Pure arithmetic; times are counted in frames."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .facts import SourceFacts
from .ladder import Rung

# Enough for a player to start on, short enough to be there in a second or two.
OPENING_SEGMENTS = 2
# A video shorter than this many segments is done before an opening would pay.
WORTH_OPENING_SEGMENTS = 4
STARTER_LINES = 480
PIECE_SECONDS = 48.0
# Where FFmpeg finds a frame by its time exactly, from an index.
SEEKABLE = ("mov", "matroska")


@dataclass(frozen=True)
class Piece:
    """Frames from `start` on, `frames` of them or all that are left, of these renditions.

    `skips` names renditions whose first frames in this stretch another piece makes. All counts are of the full rate
    and whole segments.
    """

    start: int
    frames: int | None
    rungs: tuple[Rung, ...]
    skips: tuple[tuple[str, int], ...] = ()

    def first_frame(self, rung: Rung) -> int:
        return self.start + dict(self.skips).get(rung.name, 0)


@dataclass(frozen=True)
class Plan:
    """Pieces in the order in which a viewer needs them. `segment` is in frames of the full rate."""

    rate: Fraction
    segment: int
    pieces: tuple[Piece, ...]

    @property
    def segment_seconds(self) -> Fraction:
        return self.segment / self.rate


def plain(rungs: Sequence[Rung], rate: Fraction, segment: int) -> Plan:
    """All in one run: what always works."""
    return Plan(rate, segment, (Piece(0, None, tuple(rungs)),))


def plan(facts: SourceFacts, rungs: Sequence[Rung], rate: Fraction, segment: int, workers: int) -> Plan:
    """A quick opening of one small rendition first; then the rest, cut into pieces when several workers share it."""
    segments = math.ceil(Fraction(facts.duration) * rate / segment)
    if segments < WORTH_OPENING_SEGMENTS:
        return plain(rungs, rate, segment)
    length = _piece_segments(segments, segment / rate, workers) if workers > 1 and divisible(facts) else segments
    pieces = [_piece(start, length, segments, segment, rungs) for start in range(0, segments, length)]
    return Plan(rate, segment, (*_opened(pieces[0], segment), *pieces[1:]))


def _opened(first: Piece, segment: int) -> list[Piece]:
    """The start of one small rendition on its own, and the rest of the first piece."""
    if len(first.rungs) < 2:
        return [first]
    frames = OPENING_SEGMENTS * segment
    small = (rung for rung in first.rungs if min(rung.width, rung.height) <= STARTER_LINES)
    starter = next(small, first.rungs[-1])
    return [Piece(0, frames, (starter,)), Piece(0, first.frames, first.rungs, ((starter.name, frames),))]


def divisible(facts: SourceFacts) -> bool:
    """Whether frames can be sought exactly: by an index, at a constant rate, each complete in itself."""
    whole = not (facts.variable_frame_rate or facts.interlaced or facts.truncated)
    return whole and facts.container.startswith(SEEKABLE)


def _piece_segments(segments: int, seconds: Fraction, workers: int) -> int:
    """Pieces of about the same length, a multiple of the workers in number."""
    rounds = max(1, round(segments * float(seconds) / (PIECE_SECONDS * workers)))
    return max(OPENING_SEGMENTS + 1, math.ceil(segments / (rounds * workers)))


def _piece(start: int, length: int, segments: int, segment: int, rungs: Sequence[Rung]) -> Piece:
    last = start + length >= segments
    return Piece(start * segment, None if last else length * segment, tuple(rungs))

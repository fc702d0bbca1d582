"""Which FFmpeg run makes which stretch of which renditions. Pure arithmetic; times are counted in frames."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .facts import SourceFacts
from .ladder import H264, Rung

# Enough for a player to start on, short enough to be there in a second or two.
OPENING_SECONDS = 7.5
# A video shorter than this many segments is done before an opening would pay.
WORTH_OPENING_SEGMENTS = 4
STARTER_LINES = 480
PIECE_SECONDS = 48.0
# Where FFmpeg finds a frame by its time exactly, from an index.
SEEKABLE = ("mov", "matroska")


@dataclass(frozen=True)
class Piece:
    """Segments from `first` up to, not including, `end` (or all that are left) of these renditions.

    `skips` names renditions whose first segments in this stretch another piece makes, and how many.
    """

    first: int
    end: int | None
    rungs: tuple[Rung, ...]
    skips: tuple[tuple[str, int], ...] = ()

    def first_of(self, rung: Rung) -> int:
        return self.first + dict(self.skips).get(rung.name, 0)


@dataclass(frozen=True)
class Plan:
    """Pieces in the order in which a viewer needs them. `cuts` are the first frames of the segments at the full rate.

    `regular` cuts are all as far apart; others are where the key frames of a copied source happen to be.
    """

    rate: Fraction
    cuts: tuple[int, ...]
    regular: bool
    pieces: tuple[Piece, ...]

    def longest_segment(self, duration: float) -> Fraction:
        """In seconds, of a picture that lasts for `duration`."""
        edges = [*map(Fraction, self.cuts), Fraction(duration) * self.rate]
        return max(after - cut for cut, after in pairwise(edges)) / self.rate

    def start(self, piece: Piece) -> int:
        return self.cuts[piece.first]

    def frames(self, piece: Piece) -> int | None:
        return None if piece.end is None else self.cuts[piece.end] - self.cuts[piece.first]

    def seconds(self, piece: Piece, duration: float) -> float:
        """How long a piece is of a picture that lasts for `duration`; a frame at least."""
        frames = self.frames(piece)
        left = max(1.0, duration * float(self.rate) - self.start(piece))
        return float((frames if frames is not None else left) / self.rate)

    def skipped(self, piece: Piece, rung: Rung) -> int:
        return self.cuts[piece.first_of(rung)] - self.cuts[piece.first]

    def in_one(self) -> "Plan":
        """The same without pieces: what always works."""
        rungs = max((piece.rungs for piece in self.pieces), key=len)
        return Plan(self.rate, self.cuts, self.regular, (Piece(0, None, rungs),))


def regular_cuts(duration: float, rate: Fraction, segment: int) -> tuple[int, ...]:
    """Every `segment` frames. Two at least, so that the length of a segment is known."""
    count = max(2, math.ceil(Fraction(duration) * rate / segment))
    return tuple(number * segment for number in range(count))


def plan(
    facts: SourceFacts,
    rungs: Sequence[Rung],
    rate: Fraction,
    cuts: tuple[int, ...],
    workers: int,
    *,
    regular: bool = True,
) -> Plan:
    """A quick opening of one small rendition first; then the rest, cut into pieces when several workers share it."""
    if not rungs:
        return Plan(rate, cuts, regular, ())
    if len(cuts) < WORTH_OPENING_SEGMENTS:
        return Plan(rate, cuts, regular, (Piece(0, None, tuple(rungs)),))
    length = _piece_segments(len(cuts), facts.duration, workers) if workers > 1 and divisible(facts) else len(cuts)
    ends = [*range(length, len(cuts), length), None]
    pieces = [Piece(n * length, end, tuple(rungs)) for n, end in enumerate(ends)]
    opening = next((n for n, cut in enumerate(cuts) if cut / rate >= OPENING_SECONDS), 2)
    return Plan(rate, cuts, regular, (*_opened(pieces[0], min(opening, 2)), *pieces[1:]))


def divisible(facts: SourceFacts) -> bool:
    """Whether frames can be sought exactly: by an index, at a constant rate, each complete in itself."""
    whole = not (facts.variable_frame_rate or facts.interlaced or facts.truncated)
    return whole and facts.container.startswith(SEEKABLE)


def starter_of(rungs: Sequence[Rung]) -> Rung:
    """The rendition that a viewer begins on, in H.264: quick to make and to load, and good enough for a minute."""
    plain = [rung for rung in rungs if rung.codec == H264]
    return next((rung for rung in plain if min(rung.width, rung.height) <= STARTER_LINES), plain[-1])


def _opened(first: Piece, segments: int) -> list[Piece]:
    """The start of one small rendition on its own, and the rest of the first piece."""
    if len(first.rungs) < 2:
        return [first]
    starter = starter_of(first.rungs)
    skips = ((starter.name, segments),)
    return [Piece(0, segments, (starter,)), Piece(0, first.end, first.rungs, skips)]


def _piece_segments(segments: int, duration: float, workers: int) -> int:
    """Pieces of about the same length, a multiple of the workers in number."""
    rounds = max(1, round(duration / (PIECE_SECONDS * workers)))
    return max(3, math.ceil(segments / (rounds * workers)))

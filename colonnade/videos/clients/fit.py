"""Whether a source's picture may go into the top rendition as it is: no work that need not be."""

from dataclasses import dataclass
from fractions import Fraction

from .facts import SourceFacts
from .graph import FULL_RANGE, HD_LINES, UNSPECIFIED
from .ladder import HALVED_ABOVE, Rung, output_rate

PROFILES = ("Baseline", "Constrained Baseline", "Main", "High")
BT709 = 1
# A player loads at least one segment before it shows a frame.
LONGEST_SEGMENT_SECONDS = 8.0
# A copied peak may pass what we would encode by this much; the average may not.
PEAK_FACTOR = 1.5


@dataclass(frozen=True)
class KeyFrames:
    """Where a source can be cut into segments, as its index says: seconds from the start, and bits a second."""

    times: tuple[float, ...]
    average: int
    peak: int


def copied_cuts(facts: SourceFacts, keys: KeyFrames | None, top: Rung) -> tuple[int, ...] | None:
    """First frames of the segments that copying gives, or none where the source does not fit."""
    if keys is None or not _same_picture(facts, top) or not _light_enough(keys, top):
        return None
    cuts = tuple(round(Fraction(time) * top.rate) for time in keys.times)
    on_frames = all(
        abs(cut / top.rate - Fraction(time)) < Fraction(1, 2000) for cut, time in zip(cuts, keys.times, strict=True)
    )
    # A halved rendition can be cut at every other frame only.
    even = top.rate <= HALVED_ABOVE or all(cut % 2 == 0 for cut in cuts)
    ends = [*keys.times[1:], facts.duration]
    short = all(end - time <= LONGEST_SEGMENT_SECONDS for time, end in zip(keys.times, ends, strict=True))
    return cuts if on_frames and even and short else None


def _same_picture(facts: SourceFacts, top: Rung) -> bool:
    stored = (facts.coded_width, facts.coded_height) == (top.width, top.height) and facts.sample_aspect == "1:1"
    shown = not (facts.rotation or facts.hdr or facts.interlaced or facts.variable_frame_rate or facts.truncated)
    plain = facts.pixel_format == "yuv420p" and facts.color_range != FULL_RANGE
    guessed = facts.color_matrix == UNSPECIFIED and min(facts.width, facts.height) >= HD_LINES
    colours = facts.color_matrix == BT709 or guessed
    in_step = abs(facts.video_start) < 0.001 and top.rate == facts.rate == output_rate(facts)
    return facts.codec == "h264" and facts.profile in PROFILES and stored and shown and plain and colours and in_step


def _light_enough(keys: KeyFrames, top: Rung) -> bool:
    return keys.average <= top.cap and keys.peak <= top.cap * PEAK_FACTOR

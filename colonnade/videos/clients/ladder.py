"""Which renditions a source gets: sizes, frame rates and bit-rate caps. Pure arithmetic."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .facts import SourceFacts

STEPS = (2160, 1440, 1080, 720, 480, 360)
FASTEST_RATE = Fraction(60)
SLOWEST_RATE = Fraction(5)
# Above this, the small renditions show every other frame: on a phone's screen the bits do more good in sharpness.
HALVED_ABOVE = Fraction(30)
HALVED_UP_TO = 480
# A step closer than this to the one above shows nothing that the viewer would miss.
STEP_RATIO = 0.86
# Bits a second at 16:9 and up to 30 frames a second, by pixels; the peaks that VIDEO quality 24 is capped at.
CAPS = (
    (64 * 36, 60_000),
    (640 * 360, 650_000),
    (854 * 480, 1_100_000),
    (1280 * 720, 2_400_000),
    (1920 * 1080, 4_500_000),
    (2560 * 1440, 9_000_000),
    (3840 * 2160, 18_000_000),
)
FAST_RATE_FACTOR = 1.4
H264, AV1 = "h264", "av1"
# Of an H.264 rendition's peak: AV1 needs about so much for the same picture.
AV1_CAP = 0.7


@dataclass(frozen=True)
class Rung:
    """One rendition to make. `rate` is frames a second, `cap` the peak in bits a second."""

    name: str
    width: int
    height: int
    rate: Fraction
    cap: int
    codec: str = H264


def output_rate(facts: SourceFacts) -> Fraction:
    """The source's own rate, halved until a screen can show it, doubled until seeking feels alive."""
    rate = facts.rate
    while rate > FASTEST_RATE:
        rate /= 2
    while rate < SLOWEST_RATE:
        rate *= 2
    return rate


def ladder(facts: SourceFacts, largest: int = 1080, smallest: int = 360) -> tuple[Rung, ...]:
    """Rungs from large to small, at least one, none above the source.

    A step is a box of 16:9 (9:16 for portrait) that the picture is fitted into, so that 1920 × 804 counts as 1080p.
    The source's own size leads, when no step is about as large.
    """
    native = box_height(facts.width, facts.height)
    top = min(native, largest) if native > largest * 1.05 else native
    heights = [top, *(step for step in STEPS if smallest <= step <= min(largest, top * STEP_RATIO))]
    rate = output_rate(facts)
    return tuple(_rung(facts, height, native, rate) for height in heights)


def with_av1(rungs: Sequence[Rung]) -> tuple[Rung, ...]:
    """Each rung in AV1 as well, beside its H.264 one: a player keeps to one codec, and needs all sizes in it.

    H.264 stays first and last: posters and storyboards are drawn from those. A picture of one size is small already.
    """
    if len(rungs) < 2:
        return tuple(rungs)
    pairs = [(rung, replace(rung, name=f"{rung.name}-av1", cap=round(rung.cap * AV1_CAP), codec=AV1)) for rung in rungs]
    *larger, (last, last_av1) = pairs
    return (*(rung for pair in larger for rung in pair), last_av1, last)


def box_height(width: int, height: int) -> float:
    """Lines of the smallest 16:9 box around the picture, lying or standing like it."""
    long, short = max(width, height), min(width, height)
    return max(short, long * 9 / 16)


def cap_for(pixels: int, rate: Fraction) -> int:
    """Peak bits a second, on a curve through the table; faster pictures get more."""
    (low, low_cap), (high, high_cap) = next(
        (pair for pair in itertools.pairwise(CAPS) if pixels <= pair[1][0]), (CAPS[-2], CAPS[-1])
    )
    slope = math.log(high_cap / low_cap) / math.log(high / low)
    cap = low_cap * (pixels / low) ** slope
    return round(float(cap) * (FAST_RATE_FACTOR if rate > HALVED_ABOVE else 1.0))


def _rung(facts: SourceFacts, lines: float, native: float, rate: Fraction) -> Rung:
    width, height = (even(side * lines / native) for side in (facts.width, facts.height))
    if lines <= HALVED_UP_TO and rate > HALVED_ABOVE:
        rate /= 2
    return Rung(name=f"{label(lines)}p", width=width, height=height, rate=rate, cap=cap_for(width * height, rate))


def label(lines: float) -> int:
    """The number people know, when it is about that: 1088 lines are 1080p."""
    nearest = min(STEPS, key=lambda step: abs(step - lines))
    return nearest if abs(nearest / lines - 1) < 0.03 else round(lines)


def even(side: float) -> int:
    """4:2:0 needs even sides; rounding down never invents a column."""
    return max(2, int(side + 1e-6) // 2 * 2)

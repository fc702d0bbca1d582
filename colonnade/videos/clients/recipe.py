"""How to encode: what a school or an operator may choose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """`largest` is the highest rendition's lines (1080, 1440, 2160). `loudness` is a target in LUFS, or none.

    The x264 settings are measured, see docs/performance.md: `veryfast` with trellis and three references costs about
    half of `medium` and loses no VMAF at these rates.
    """

    largest: int = 1080
    loudness: float | None = None
    segment_seconds: float = 4.0
    crf: int = 24
    preset: str = "veryfast"
    x264: str = "trellis=1:ref=3"
    nice: int = 5
    # Put a picture that fits already into the top rendition as it is.
    copy: bool = True


USUAL_RECIPE = Recipe()

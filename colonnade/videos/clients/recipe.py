"""How to encode: what a school or an operator may choose."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from .facts import SourceFacts
from .ladder import Rung, ladder, with_av1

SCREEN_LINES = 700


@dataclass(frozen=True)
class Recipe:
    """`largest` is the highest rendition's lines (1080, 1440, 2160). `loudness` is a target in LUFS, or none.

    The x264 settings were measured with `benchmarks/encode.py`: `veryfast` with trellis and three references costs
    about half of `medium` and loses no VMAF at these rates.
    """

    largest: int = 1080
    loudness: float | None = None
    segment_seconds: float = 4.0
    crf: float = 23.7
    preset: str = "veryfast"
    x264: str = "trellis=1:ref=3"
    nice: int = 5
    # Scaling between renditions, and the smallest of them in lines.
    scaler: str = "bicubic"
    smallest: int = 360
    # Recognise slides and screencasts, and encode them for text.
    screencasts: bool = True
    # Put a picture that fits already into the top rendition as it is.
    copy: bool = True
    # Do not offer renditions that save nothing against the next larger one.
    sparing: bool = True
    # Make all sizes in AV1 as well, by SVT-AV1: see docs/performance.md for what that costs and brings.
    av1: bool = False
    av1_crf: int = 35
    av1_preset: int = 10
    # Segments are encrypted, by whoever stores them.
    encrypted: bool = False

    def rungs(self, facts: SourceFacts) -> tuple[Rung, ...]:
        """What to make of a source, from large to small."""
        made = ladder(facts, self.largest, self.smallest)
        return with_av1(made) if self.av1 else made

    @property
    def fingerprint(self) -> str:
        """Of one file, equal recipes make equal videos."""
        settings = {**asdict(self), "nice": None}
        return sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def suited(recipe: Recipe, facts: SourceFacts) -> Recipe:
    """The recipe for this content.

    Text has to be sharp, and key frames are nearly all that a still page costs: so half as many of them. Letters that
    are a few pixels high say nothing at 360 lines.
    """
    if not (recipe.screencasts and facts.screencast and min(facts.width, facts.height) >= SCREEN_LINES):
        return recipe
    return replace(
        recipe, segment_seconds=recipe.segment_seconds * 2, crf=recipe.crf + 1, scaler="lanczos", smallest=480
    )


USUAL_RECIPE = Recipe()

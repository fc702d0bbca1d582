"""A long video shared between workers: which chunks there are.

A chunk is a stretch of the picture in all renditions, or a whole sound track: one FFmpeg run. Everything here follows
from the source's facts and the recipe, so that each worker comes to the same division by itself.
"""

import math
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from .command import frames_per_segment
from .facts import SourceFacts
from .fit import KeyFrames, copied_cuts
from .ladder import Rung, output_rate
from .pictures import Board, board_for
from .plan import PIECE_SECONDS, Piece, Plan, divisible, plan, regular_cuts
from .publication import Sound
from .recipe import Recipe, suited
from .soundtrack import AAC_FRAME_SECONDS, hold_of, sound_segment, sounds_of
from .tasks import COPY

TEXT = "subtitles"
_PICTURE = "picture-"
# Below this many pieces, sharing costs more than it brings.
WORTH_SHARING = 3


@dataclass(frozen=True)
class Division:
    """`cuts` are the first frames of the segments; they are the source's own where its picture is `copied`."""

    facts: SourceFacts
    recipe: Recipe
    cuts: tuple[int, ...]
    copied: bool
    copied_seconds: float
    fingerprint: str  # of the recipe as it was asked for, before it was suited to the content

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        return self.recipe.rungs(self.facts)

    @cached_property
    def plan(self) -> Plan:
        rate = output_rate(self.facts)
        made = self.rungs[1:] if self.copied else self.rungs
        count = math.ceil(self.facts.duration / PIECE_SECONDS)
        return plan(self.facts, made, rate, self.cuts, count, regular=not self.copied)

    @cached_property
    def sounds(self) -> list[Sound]:
        return sounds_of(self.facts)

    @cached_property
    def sound_segment(self) -> float:
        """Seconds."""
        return sound_segment(self.plan, self.facts.duration)

    @property
    def longest_segment(self) -> Fraction:
        """Seconds, of picture or sound."""
        heard = Fraction(self.sound_segment + AAC_FRAME_SECONDS) if self.sounds else Fraction(0)
        return max(self.plan.longest_segment(self.facts.duration), heard)

    @cached_property
    def pieces(self) -> dict[str, Piece]:
        return {f"{_PICTURE}{number}": piece for number, piece in enumerate(self.plan.pieces)}

    @property
    def chunks(self) -> list[str]:
        """Names, in the order in which a viewer needs them."""
        first, *others = self.pieces
        copy = [COPY] if self.copied else []
        text = [TEXT] if any(track.text for track in self.facts.subtitles) else []
        return [first, *(sound.name for sound in self.sounds), *copy, *others, *text]

    @cached_property
    def board(self) -> Board:
        small = self.rungs[-1]
        keys = [float(cut / self.plan.rate) for cut in self.cuts]
        return board_for(self.facts.duration, keys, small.width, small.height)

    @cached_property
    def thumbs(self) -> list[int]:
        """Numbers of the segments whose first pictures the storyboard shows."""
        times = set(self.board.times)
        return [number for number, cut in enumerate(self.cuts) if float(cut / self.plan.rate) in times]

    def weight(self, chunk: str) -> float:
        """About how much work a chunk is, in seconds of full-HD picture; for progress."""
        if chunk not in self.pieces:
            return self.facts.duration / 50
        piece = self.pieces[chunk]
        pixels = sum(rung.width * rung.height for rung in piece.rungs) / (1920 * 1080)
        return self.plan.seconds(piece, self.facts.duration) * pixels

    def as_dict(self) -> dict[str, Any]:
        return {
            "fingerprint": self.fingerprint,
            "facts": self.facts.as_dict(),
            "recipe": asdict(self.recipe),
            "copied": self.copied,
            "copied_seconds": self.copied_seconds,
            "cuts": list(self.cuts) if self.copied else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Division":
        facts, recipe = SourceFacts.from_dict(data["facts"]), Recipe(**data["recipe"])
        cuts = tuple(data["cuts"]) if data["copied"] else _even_cuts(facts, recipe)
        return cls(facts, recipe, cuts, data["copied"], data["copied_seconds"], data["fingerprint"])


def divide(facts: SourceFacts, keys: KeyFrames | None, recipe: Recipe) -> Division | None:
    """None for what one worker makes as well by itself: what is short, or cannot be cut exactly."""
    if facts.duration < WORTH_SHARING * PIECE_SECONDS or not divisible(facts):
        return None
    copied_seconds, fingerprint, recipe = recipe.segment_seconds, recipe.fingerprint, suited(recipe, facts)
    top, *others = recipe.rungs(facts)
    own = copied_cuts(facts, keys, top) if recipe.copy and not hold_of(facts) else None
    if own and others:
        return Division(facts, recipe, own, True, copied_seconds, fingerprint)
    return None if own else Division(facts, recipe, _even_cuts(facts, recipe), False, copied_seconds, fingerprint)


def _even_cuts(facts: SourceFacts, recipe: Recipe) -> tuple[int, ...]:
    rate = output_rate(facts)
    return regular_cuts(facts.duration, rate, frames_per_segment(rate, recipe))

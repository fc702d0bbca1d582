"""The sound's FFmpeg runs: one for each track, measured first where a loudness is asked for."""

from collections.abc import Callable
from pathlib import Path

from .command import SAMPLE_RATE, audio_command
from .crew import Task
from .facts import SourceFacts
from .limits import Limits
from .loudness import gain_for, loudness_command
from .plan import Plan
from .process import Confinement
from .publication import Sound
from .recipe import Recipe

MAIN = "audio"
MOST_TRACKS = 8
AAC_FRAME_SECONDS = 1024 / SAMPLE_RATE
LEAST_LAST_SECONDS = 0.5
# Sound encoders round a track up by this much; a longer rest is meant.
LEAST_HOLD_SECONDS = 0.1


def sounds_of(facts: SourceFacts) -> list[Sound]:
    tracks = facts.sounds[:MOST_TRACKS]
    return [Sound(MAIN if n == 0 else f"{MAIN}-{n}", track, default=n == 0) for n, track in enumerate(tracks)]


def hold_of(facts: SourceFacts) -> float:
    """Seconds to keep the last picture up: a slide may stand long after the last frame that was stored."""
    sounds = facts.sounds[:MOST_TRACKS]
    if not facts.video_duration or not sounds:
        return 0.0
    ends = max(track.start + track.duration for track in sounds)
    gap = min(ends, facts.duration) - facts.video_start - facts.video_duration
    return gap if gap > LEAST_HOLD_SECONDS else 0.0


def sound_segment(plan: Plan, seconds: float) -> float:
    """Seconds of each segment of a track that is `seconds` long: about as many segments as the picture has.

    A rest of a few AAC frames goes with the segment before. It would begin where the picture ends, and players put
    sound in only where there is picture already: they wait for it for ever, and the video never ends.
    """
    count = max(1, sum(cut / plan.rate + LEAST_LAST_SECONDS <= seconds for cut in plan.cuts))
    # The encoder warms up for a frame, and rounds up to whole ones.
    even = (seconds + 2 * AAC_FRAME_SECONDS) / count
    return max(even, float(plan.cuts[1] / plan.rate)) if plan.regular else even


class Soundtrack:
    """Makes tasks for one source; remembers what was measured, so that a second try costs no second measurement."""

    def __init__(self, source: Path, recipe: Recipe, limits: Limits, confine: Callable[..., Confinement]) -> None:
        self.source, self.recipe, self.limits, self.confine = source, recipe, limits, confine
        self.failed: set[str] = set()
        self._gains: dict[str, float] = {}

    def task(self, sound: Sound, folder: Path, seconds: float, segment: float) -> Task:
        """Encode `seconds` of the track into `folder`, in segments of `segment` seconds.

        A track that cannot be decoded must not fail the video.
        """
        if self.recipe.loudness is not None and sound.name not in self._gains:
            return self._measuring(sound, folder, seconds, segment)
        gain = self._gains.get(sound.name)
        command = audio_command(
            self.source, folder, sound.track, sound.name, seconds, segment, self.limits, gain_db=gain
        )
        return Task(command, self.confine(folder), otherwise=lambda error: self.failed.add(sound.name))

    def _measuring(self, sound: Sound, folder: Path, seconds: float, segment: float) -> Task:
        command = loudness_command(self.source, sound.track, seconds, self.limits)
        task = Task(command, self.confine(), otherwise=lambda error: self.failed.add(sound.name))

        def then() -> list[Task]:
            self._gains[sound.name] = gain_for(task.log, self.recipe.loudness or 0.0) or 0.0
            return [self.task(sound, folder, seconds, segment)]

        task.then = then
        return task

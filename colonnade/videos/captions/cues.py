"""Cues: what is said from when to when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from colonnade.lib.problems import Invalid
from colonnade.videos.captions.markup import clean, plain

MOST_CUES = 20_000  # a day of speech
LONGEST_TEXT = 2_000  # characters
LATEST = 100 * 3_600_000  # milliseconds
BEYOND = 500  # milliseconds after a video's end that nobody minds


@dataclass(frozen=True)
class Cue:
    """Times in milliseconds from the video's beginning; `text` as captions/markup.py cleans it."""

    start: int
    end: int
    text: str
    settings: str = ""  # where it stands on the picture, as WebVTT says it


def in_order(cues: Iterable[Cue]) -> list[Cue]:
    """Clean, without the empty ones, by their beginning.

    Raises Invalid with a sentence that names the first cue that cannot be, or if there is none, or too many.
    """
    found = [
        Cue(cue.start, cue.end, text, cue.settings)
        for cue in cues
        if plain(text := clean(cue.text)).strip() or not 0 <= cue.start < cue.end
    ]
    for number, cue in enumerate(found, 1):
        _check(number, cue)
    if not found:
        raise Invalid("There are no captions in it. Choose a file that has some, or write the first one.")
    if len(found) > MOST_CUES:
        raise Invalid(f"There are {len(found)} captions; the most is {MOST_CUES}. Are they of one video?")
    return sorted(found, key=lambda cue: (cue.start, cue.end))


def doubts(cues: Sequence[Cue], duration: float | None) -> list[str]:
    """Sentences about what is allowed, but seldom meant. `cues` in order; `duration` in seconds."""
    said = []
    overlapping = [after for before, after in pairwise(cues) if after.start < before.end]
    if overlapping:
        said.append(
            f"{_counted(len(overlapping))} before the one ahead has ended, the first at {clock(overlapping[0].start)}. "
            "Both are shown then."
        )
    end = None if duration is None else round(duration * 1000) + BEYOND
    late = [] if end is None else [cue for cue in cues if cue.end > end]
    if end is not None and late:
        said.append(
            f"The video ends at {clock(end - BEYOND)}, but the captions go on until {clock(max(c.end for c in late))}. "
            "Are they of this video?"
        )
    return said


def transcript(cues: Iterable[Cue]) -> str:
    """What is said, a line a cue, without markup."""
    return "\n".join(plain(cue.text).replace("\n", " ") for cue in cues)


def clock(milliseconds: int) -> str:
    """As people read it: 0:07, 12:03, 1:02:03."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _check(number: int, cue: Cue) -> None:
    if cue.start < 0 or cue.end < 0:
        raise Invalid(f"Caption {number} begins before the video does. Correct its time.")
    if cue.end > LATEST:
        raise Invalid(f"Caption {number} ends after {LATEST // 3_600_000} hours. Correct its time.")
    if cue.end == cue.start:
        raise Invalid(f"Caption {number} ends the moment it begins ({clock(cue.start)}). Correct its times.")
    if cue.end < cue.start:
        raise Invalid(
            f"Caption {number} ends ({clock(cue.end)}) before it begins ({clock(cue.start)}). Correct its times."
        )
    if len(cue.text) > LONGEST_TEXT:
        raise Invalid(f"Caption {number} has {len(cue.text)} characters; the most is {LONGEST_TEXT}. Split it.")


def _counted(count: int) -> str:
    return "One caption begins" if count == 1 else f"{count} captions begin"

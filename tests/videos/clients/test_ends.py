"""Videos of about a whole number of segments, and sound that is not as long as its picture, play to their end."""

from dataclasses import replace
from pathlib import Path

import pytest

from colonnade.videos.clients import Recipe, encode

from .clips import Clip, ffmpeg
from .test_copy import copied, fitting
from .validator import Verdict, validate

SHORT = Recipe(segment_seconds=1.0)
PICTURES = [
    fitting("ends-whole.mp4", "-g 25", seconds=2.0),
    fitting("ends-one-frame-on.mp4", "-g 25", seconds=2.04),
    fitting("ends-one-segment.mp4", "-g 250", seconds=1.32),
    fitting("ends-uneven.mp4", "-g 34", seconds=3.0),
    fitting("ends-ntsc.mp4", "-g 30", seconds=3.003, rate="30000/1001"),
]
SOUNDS = [-1.0, -0.05, 0.0, 0.05, 1.0]


def made(clip: Clip, clips: Path, target: Path, *, copy: bool) -> Verdict:
    """The validator compares the segments of sound and picture."""
    encoding = encode(clip.make(clips), target, recipe=replace(SHORT, copy=copy))
    assert copied(encoding) == [copy]
    return validate(target)


@pytest.mark.parametrize("copy", [True, False], ids=["copied", "encoded"])
@pytest.mark.parametrize("clip", PICTURES, ids=lambda clip: clip.name)
def test_sound_has_no_segment_without_a_picture(clip: Clip, copy: bool, clips: Path, tmp_path: Path) -> None:
    made(clip, clips, tmp_path / "out", copy=copy)


@pytest.mark.parametrize("longer", SOUNDS)
def test_sound_of_another_length_ends_with_the_picture(longer: float, clips: Path, tmp_path: Path) -> None:
    clip = fitting(f"sound{longer:+}.mp4", "-g 25", seconds=2.0, sound_seconds=2.0 + longer)
    verdict = made(clip, clips, tmp_path / "out", copy=longer < 0.1)  # a last picture that is held must be encoded
    assert verdict.seen[0].seconds == pytest.approx(2.0 + max(0.0, longer - 0.05), abs=0.1)


def test_sound_that_starts_late_keeps_its_place(clips: Path, tmp_path: Path) -> None:
    source, late = PICTURES[0].make(clips), tmp_path / "late.mp4"
    second = ["-itsoffset", "0.5", "-i", str(source)]
    ffmpeg("-i", str(source), *second, "-map", "0:v", "-map", "1:a", "-c", "copy", "-t", "2", str(late))
    encode(late, tmp_path / "out", recipe=SHORT)
    heard = validate(tmp_path / "out").heard
    assert heard
    assert heard.onset == pytest.approx(1.5, abs=0.04)


def test_one_segment_of_picture_has_one_of_sound(clips: Path, tmp_path: Path) -> None:
    verdict = made(PICTURES[2], clips, tmp_path / "out", copy=True)
    assert verdict.heard
    assert (len(verdict.seen[0].boundaries), len(verdict.heard.boundaries)) == (2, 2)

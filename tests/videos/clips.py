"""Small real videos, made by FFmpeg once a run."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import imageio_ffmpeg

SECONDS = 2


def ffmpeg(*arguments: str) -> None:
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments], check=True, capture_output=True
    )


@cache
def _folder() -> Path:
    return Path(mkdtemp(prefix="colonnade-clips-"))


@cache
def lesson(seconds: int = SECONDS, height: int = 240) -> bytes:
    """A moving test picture with a tone, H.264 and AAC in MP4."""
    path = _folder() / f"lesson-{seconds}-{height}.mp4"
    picture = f"testsrc2=size={height * 16 // 9 // 2 * 2}x{height}:rate=25:duration={seconds}"
    ffmpeg(
        "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest", str(path),
    )  # fmt: skip
    return path.read_bytes()


@cache
def tone() -> bytes:
    """Sound without a picture."""
    path = _folder() / "tone.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:a", "aac", str(path))
    return path.read_bytes()

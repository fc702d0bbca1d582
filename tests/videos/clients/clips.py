"""Small clips of every kind, made by FFmpeg when a test first asks for them.

Each shows the same card: red, green, blue and yellow quarters, and a black box in the middle that turns white while a
tone sounds, from `FLASH` seconds on. So orientation, colours and the distance of sound and picture can be measured in
whatever comes out.
"""

import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import imageio_ffmpeg

FLASH, FLASH_LENGTH = 1.0, 0.24
SECONDS = 2.4
QUARTERS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}
X264 = "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p"


def ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stderr[-1500:]}"


def card(width: int, height: int, rate: str, seconds: float) -> str:
    """A lavfi source, in RGB."""
    red, lime, blue, yellow = QUARTERS
    boxes = [
        f"drawbox=0:0:iw/2:ih/2:{red}:fill",
        f"drawbox=iw/2:0:iw/2:ih/2:{lime}:fill",
        f"drawbox=0:ih/2:iw/2:ih/2:{blue}:fill",
        f"drawbox=iw/2:ih/2:iw/2:ih/2:{yellow}:fill",
        "drawbox=iw/3:ih/3:iw/3:ih/3:black:fill",
        f"drawbox=iw/3:ih/3:iw/3:ih/3:white:fill:enable='gte(t,{FLASH})*lt(t,{FLASH + FLASH_LENGTH})'",
    ]
    return f"color=black:s={width}x{height}:r={rate}:d={seconds},format=gbrp,{','.join(boxes)}"


def tone(channels: int, seconds: float, layout: str = "", sample_rate: int = 48000) -> str:
    wave = f"0.5*sin(2*PI*1000*t)*gte(t,{FLASH})*lt(t,{FLASH + FLASH_LENGTH})"
    named = f":c={layout}" if layout else ""
    return f"aevalsrc='{'|'.join([wave] * channels)}':s={sample_rate}:d={seconds}{named}"


def yuv(matrix: str = "smpte170m", pixels: str = "yuv420p", full: bool = False) -> str:
    """Filters that leave RGB by a known matrix and say so."""
    reach = "full" if full else "limited"
    return f"scale=out_color_matrix={matrix}:out_range={reach},format={pixels}"


@dataclass(frozen=True)
class Clip:
    """How to make a source. `channels` 0 means no sound; `after` turns the made file into the one to test."""

    name: str
    video: str = X264
    audio: str = "-c:a aac"
    size: tuple[int, int] = (320, 180)
    rate: str = "25"
    seconds: float = SECONDS
    sound_seconds: float | None = None
    channels: int = 1
    layout: str = ""
    sample_rate: int = 48000
    filters: str = yuv()
    extra: str = ""
    before: str = ""
    after: Callable[[Path, Path], None] | None = None

    def make(self, folder: Path) -> Path:
        """The file, made once; another process may be making it at the same time."""
        target = folder / self.name
        if not target.exists():
            made = folder / f"making-{uuid4().hex}-{self.name}"
            self._render(made)
            made.replace(target)
        return target

    def _render(self, target: Path) -> None:
        picture = f"{card(*self.size, self.rate, self.seconds)},{self.filters}"
        inputs = [*shlex.split(self.before), "-f", "lavfi", "-i", picture]
        if self.channels:
            length = self.sound_seconds or self.seconds
            inputs += ["-f", "lavfi", "-i", tone(self.channels, length, self.layout, self.sample_rate)]
        codecs = [*shlex.split(self.video), *(shlex.split(self.audio) if self.channels else [])]
        first = target.with_name(f"raw-{target.name}") if self.after else target
        ffmpeg(*inputs, *codecs, *shlex.split(self.extra), str(first))
        if self.after:
            self.after(first, target)
            first.unlink()

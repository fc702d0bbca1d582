"""A lesson drawn by ourselves: slides that dissolve into each other over a quiet chord."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFont

SIZE = (1280, 720)
INK, PAPER, QUIET, ACCENT = "#1c2430", "#f7f4ee", "#5d6775", "#b4552d"
SECONDS, DISSOLVE = 5, 1  # each slide; each change


@dataclass(frozen=True)
class Slide:
    title: str
    lines: tuple[str, ...]


def draw_lesson(slides: list[Slide], destination: Path) -> None:
    """Write the slides as an MP4 of 1280×720 with sound, SECONDS for each slide."""
    pictures = [destination.with_name(f"{destination.stem}-{number}.png") for number in range(len(slides))]
    for number, (slide, picture) in enumerate(zip(slides, pictures, strict=True)):
        _draw(slide, number, len(slides), picture)
    seconds = len(slides) * (SECONDS - DISSOLVE) + DISSOLVE
    inputs = [
        part
        for picture in pictures
        for part in ("-loop", "1", "-framerate", "12", "-t", str(SECONDS), "-i", str(picture))
    ]
    length = len(slides)
    chord = "+".join(f"0.06*sin(2*PI*{tone}*t)*(0.7+0.3*sin(2*PI*t/{turn}))" for tone, turn in _CHORD)
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *inputs,
            "-f", "lavfi", "-i", f"aevalsrc={chord}:s=48000:d={seconds}",
            "-filter_complex", f"{_dissolves(length)};[{length}:a]afade=in:d=2,afade=out:st={seconds - 3}:d=3[a]",
            "-map", "[v]", "-map", "[a]", "-r", "12", "-c:v", "libx264", "-preset", "superfast", "-crf", "20",
            "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", str(destination),
        ],
        check=True,
    )  # fmt: skip
    for picture in pictures:
        picture.unlink()


_CHORD = ((130.81, 7), (196.00, 5), (261.63, 11), (329.63, 9))  # hertz of C, G, c, e; seconds of a slow swell


def _dissolves(count: int) -> str:
    steps, last = [], "0:v"
    for number in range(1, count):
        name = "v" if number == count - 1 else f"x{number}"
        offset = number * (SECONDS - DISSOLVE)
        steps.append(f"[{last}][{number}:v]xfade=duration={DISSOLVE}:offset={offset}[{name}]")
        last = name
    return ";".join(steps) or "[0:v]null[v]"


def _draw(slide: Slide, number: int, count: int, picture: Path) -> None:
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    _colonnade(draw, number, count)
    draw.text((96, 150), slide.title, fill=INK, font=ImageFont.load_default(62))
    for row, line in enumerate(slide.lines):
        draw.text((100, 270 + row * 58), line, fill=QUIET, font=ImageFont.load_default(34))
    draw.text((100, 640), f"{number + 1} / {count}", fill=ACCENT, font=ImageFont.load_default(24))
    image.save(picture)


def _colonnade(draw: ImageDraw.ImageDraw, number: int, count: int) -> None:
    """One column for each slide, those seen so far in the accent's colour, under one roof."""
    left, right, top, bottom = 860, 1180, 210, 560
    draw.polygon([(left - 24, top), ((left + right) // 2, top - 90), (right + 24, top)], outline=INK, width=4)
    draw.rectangle([left - 24, bottom, right + 24, bottom + 18], fill=INK)
    step = (right - left) / count
    for column in range(count):
        x = left + step * (column + 0.5)
        draw.rectangle([x - 16, top + 20, x + 16, bottom - 8], fill=ACCENT if column <= number else "#d9d3c7")

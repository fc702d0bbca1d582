"""Facts of an uploaded file, or the sentence that says why it is none we can play."""

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from .errors import Unplayable, VideoError
from .facts import SourceFacts
from .fit import KeyFrames
from .formats import SCRIPT_STARTS, WHITELISTS
from .limits import USUAL_LIMITS, Limits
from .process import Confinement, Watched, python_paths

INSPECTION = Path(__file__).with_name("inspection.py")
SMALLEST_SIDE = 16
# Bytes: the key frames of a six-hour video are some hundred thousand characters.
LONGEST_ANSWER = 8 * 1024**2

SENTENCES = {
    "empty": "The file is empty: upload it again.",
    "not_a_video": "This file is not a video, whatever its name says: choose an MP4, MOV, MKV or WebM file.",
    "playlist": "This is a playlist that points to other files, not a video: upload the video itself.",
    "truncated": "The file ends before its table of contents, so it cannot be played: upload or export it again.",
    "no_video": "The file has no moving picture in it: choose a video file.",
    "unsupported_codec": "The picture is in a format we cannot decode: export it as H.264 (MP4) and upload that.",
    "dolby_vision": "The picture is in Dolby Vision alone (profile 5), whose colours we cannot convert: export it as "
    "HDR10 or as ordinary video and upload that.",
    "damaged": "Not one frame of this file could be decoded: export the video again and upload that.",
    "too_long": "The video is {found} long, and the longest we take is {most}: cut it into parts.",
    "too_large": "The picture is {found} pixels, larger than the {most} pixels we take: export it at 4K or less.",
    "too_small": "The picture is only {found} pixels: choose a video of at least {most} pixels.",
    "no_duration": "The file holds no time at all, a still picture perhaps: choose a video file.",
    "out_of_memory": "Reading this file needs more memory than we allow: export it as H.264 (MP4) and upload that.",
    "out_of_time": "Reading this file takes longer than we allow: export it as H.264 (MP4) and upload that.",
}


def probe(source: Path, *, limits: Limits = USUAL_LIMITS) -> SourceFacts:
    """Look into the file by decoding its first frames, in a confined process. Raises Unplayable."""
    return examine(source, limits, segment=0.0)[0]


Examined = tuple[SourceFacts, KeyFrames | None]


def examine(source: Path, limits: Limits, segment: float) -> Examined:
    """Facts, and where the picture could be cut into segments of `segment` seconds as it is."""
    refuse_by_content(source)
    answer = _inspect(source.resolve(), limits, segment)
    if "error" in answer:
        raise _unreadable(source, **answer["error"], limits=limits)
    facts = SourceFacts.from_dict(answer["facts"])
    _check(facts, limits)
    keys = answer["keys"]
    return facts, KeyFrames(tuple(keys["times"]), keys["average"], keys["peak"]) if keys else None


def refuse_by_content(source: Path) -> None:
    """What the first bytes already tell, without a parser."""
    try:
        with source.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise VideoError("missing", f"The uploaded file cannot be read ({error.strerror}): try again.") from error
    if not start:
        raise unplayable("empty")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(SCRIPT_STARTS):
        raise unplayable("playlist")


def unplayable(code: str, **values: str) -> Unplayable:
    return Unplayable(code, SENTENCES[code].format(**values))


def clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours} h {rest // 60:02d} min" if hours else f"{rest // 60} min {rest % 60:02d} s"


def _inspect(source: Path, limits: Limits, segment: float) -> dict[str, Any]:
    order = {"path": str(source), "whitelists": WHITELISTS, "most_pixels": limits.pixels, "segment": segment}
    confinement = Confinement(
        cpu_seconds=int(limits.probe_seconds),
        memory_bytes=limits.probe_memory_bytes,
        file_bytes=0,
        read=(source, INSPECTION, *python_paths()),
    )
    deadline = time.monotonic() + limits.probe_seconds * 2
    with Watched([sys.executable, "-I", str(INSPECTION), json.dumps(order)], confinement, LONGEST_ANSWER) as process:
        while process.running and time.monotonic() < deadline:
            process.read(0.1)
        if process.running:
            return {"error": {"code": "out_of_time", "detail": ""}}
        lines, status = list(process.lines), process.returncode
    if status == 0 and lines:
        found: dict[str, Any] = json.loads(lines[-1])
        return found
    return {"error": {"code": _cause_of_death(process), "detail": ""}}


def _cause_of_death(process: Watched) -> str:
    """A parser that is killed by the file is the file's doing; a program that does not run is ours."""
    log = "\n".join(process.log)
    if "memory" in log.lower():
        return "out_of_memory"
    if process.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        return "out_of_time"
    if process.returncode is None or process.returncode < 0:
        return "damaged"
    raise VideoError("probe_failed", "The file could not be looked into, which is our fault: try again.", log)


def _unreadable(source: Path, code: str, detail: str, limits: Limits) -> Unplayable:
    if code == "too_large":
        return unplayable(code, found=detail, most=f"{limits.pixels:,}")
    if code == "unreadable":
        code = "truncated" if _is_container(source) else "not_a_video"
    return unplayable(code)


def _is_container(source: Path) -> bool:
    with source.open("rb") as file:
        start = file.read(16)
    return start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free") or start[:4] in (
        *(b"\x1aE\xdf\xa3", b"RIFF", b"OggS", b"FLV\x01"),
        *(b"0&\xb2u", b"\x00\x00\x01\xba"),
    )


def _check(facts: SourceFacts, limits: Limits) -> None:
    if facts.duration <= 0:
        raise unplayable("no_duration")
    if facts.duration > limits.duration_seconds:
        raise unplayable("too_long", found=clock(facts.duration), most=clock(limits.duration_seconds))
    if facts.width * facts.height > limits.pixels:
        raise unplayable("too_large", found=f"{facts.width} × {facts.height}", most=f"{limits.pixels:,}")
    if min(facts.width, facts.height) < SMALLEST_SIDE:
        found, most = f"{facts.width} × {facts.height}", f"{SMALLEST_SIDE} × {SMALLEST_SIDE}"
        raise unplayable("too_small", found=found, most=most)

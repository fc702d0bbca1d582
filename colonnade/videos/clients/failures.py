"""Why FFmpeg ended badly, as a sentence."""

import signal

from .errors import Unplayable, VideoError
from .facts import SourceFacts
from .process import Watched

SENTENCES = {
    "out_of_time": "Converting this video takes more computing time than we allow: export it as H.264 (MP4) first.",
    "out_of_memory": "Converting this video takes more memory than we allow: export it at 1080p and upload that.",
    "too_much_output": "The converted video would grow beyond what we store: cut it into parts.",
    "stalled": "Converting this video came to a halt and was stopped: export it again as H.264 (MP4).",
    "damaged": "Too much of this file is damaged to be played: export the video again and upload that.",
    "disk_full": "The server's disk is full, which is not your video's fault: tell your school, then try again.",
    "interrupted": "Converting was interrupted by the server: try again.",
}
OUR_FAULT = ("disk_full", "interrupted")


def failure(code: str, detail: str = "") -> VideoError:
    kind = VideoError if code in OUR_FAULT else Unplayable
    return kind(code, SENTENCES[code], detail)


def why_failed(process: Watched) -> VideoError:
    log = "\n".join(process.log)
    return failure(_code(process, log), log[-2000:])


def _code(process: Watched, log: str) -> str:
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return "disk_full"
    if process.returncode == -signal.SIGXFSZ or "File too large" in log:
        return "too_much_output"
    if process.cpu_seconds >= process.confinement.cpu_seconds - 1:
        return "out_of_time"
    if "Cannot allocate memory" in log or "malloc" in log or "Resource temporarily unavailable" in log:
        return "out_of_memory"
    if process.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT):
        return "interrupted"
    return "damaged"


def picture_errors(facts: SourceFacts, log: list[str]) -> list[str]:
    """What FFmpeg logged about the picture in a run that ended well."""
    # It looks into the sound as well when it opens a file.
    sound = tuple(f"[{track.codec}" for track in facts.audio)
    return [line for line in log if "[error]" in line and not line.startswith(sound)]

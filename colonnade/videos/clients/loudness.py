"""How loud a track is, and the gain that brings it to a target. Measured by EBU R 128, on samples of a long one."""

import re
from pathlib import Path

from .command import input_options, opening
from .facts import AudioTrack
from .limits import Limits

WHOLE_BELOW = 180.0
SAMPLES, SAMPLE_SECONDS = 18, 10.0
# More gain than this would raise hiss, not speech.
MOST_GAIN_DB = 20.0
SILENT_LUFS = -60.0


def loudness_command(source: Path, track: AudioTrack, duration: float, limits: Limits) -> list[str]:
    """Reads at most three minutes of sound, spread over the whole, so that it does not grow with the length."""
    spans = _spans(duration)
    command = [*opening("info"), *[part for span in spans for part in _input(source, span, limits)]]
    heard = "".join(f"[{number}:a:{track.position}]" for number in range(len(spans)))
    joined = f"{heard}concat=n={len(spans)}:v=0:a=1,ebur128=framelog=quiet"
    return [*command, "-filter_complex", joined, "-f", "null", "-"]


def gain_for(log: list[str], target: float) -> float | None:
    """Decibels to add, from what `loudness_command` logged; none for silence."""
    found = re.findall(r"I:\s+(-?[\d.]+|-inf) LUFS", "\n".join(log))
    measured = float(found[-1]) if found else float("-inf")
    if measured < SILENT_LUFS:
        return None
    return max(-MOST_GAIN_DB, min(MOST_GAIN_DB, target - measured))


def _spans(duration: float) -> list[tuple[float, float]]:
    if duration <= WHOLE_BELOW:
        return [(0.0, duration)]
    step = duration / SAMPLES
    return [(number * step + (step - SAMPLE_SECONDS) / 2, SAMPLE_SECONDS) for number in range(SAMPLES)]


def _input(source: Path, span: tuple[float, float], limits: Limits) -> list[str]:
    start, length = span
    seek = ["-ss", f"{start:.3f}", "-t", f"{length:.3f}"]
    return [*input_options(limits), "-vn", "-sn", "-dn", *seek, "-i", f"file:{source}"]

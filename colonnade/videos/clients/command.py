"""FFmpeg's arguments. Lists, never a shell."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import imageio_ffmpeg

from .facts import AudioTrack, SourceFacts, SubtitleTrack
from .formats import WHITELISTS
from .graph import graph
from .ladder import AV1, Rung
from .limits import Limits
from .plan import Piece, Plan
from .recipe import Recipe

N = TypeVar("N", int, float)

# Decoding is a small share of the work; more threads only cost address space.
DECODER_THREADS = 2
SAMPLE_RATE = 48_000
AUDIO_BITS = {1: 80_000, 2: 128_000}
PROGRESS_SECONDS = "0.25"
# Frames read before a piece starts, so that the first one is found even where times are rounded.
LEAD_FRAMES = 3
# Shorter than any segment: FFmpeg then cuts at each key frame, and only those that we force exist.
EVERY_KEY_FRAME = 0.001
FINER = ((400, 0.6),)
# By lines, in points of AV1's scale: where it comes to the VMAF that H.264 has at that size.
AV1_COARSER = ((400, 9), (500, 7), (800, 2))
# Frames. x264 takes the word "infinite" for the longest distance of key frames only: for the shortest it reads 0, which
# lets a change of scene begin a segment in one rendition and not in another.
NEVER = 10**8
BT709 = "colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1:video_full_range_flag=0"
# Times that start where the picture starts, without an edit list; and that say each piece's place in the whole.
PICTURE = ("-hls_segment_options", "movflags=+negative_cts_offsets+frag_discont")


def binary() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def frames_per_segment(rate: Fraction, recipe: Recipe) -> int:
    """Frames of the full rate in a segment: even, so that a halved rendition has exactly half and stays aligned."""
    return max(2, round(float(rate) * recipe.segment_seconds / 2) * 2)


def video_command(
    source: Path,
    folder: Path,
    facts: SourceFacts,
    plan: Plan,
    piece: Piece,
    recipe: Recipe,
    limits: Limits,
    hold_seconds: float = 0.0,
) -> list[str]:
    """One decode, all of the piece's renditions."""
    start = plan.start(piece)
    lead = min(LEAD_FRAMES, start)
    command = [*opening(), *input_options(limits), "-an", "-sn", "-dn"]
    if start:
        # A quarter of a frame early, so that rounding to microseconds cannot lose the frame that is meant.
        command += ["-ss", f"{float((start - lead - Fraction(1, 4)) / plan.rate):.6f}"]
    filters = graph(facts, plan, piece, lead, recipe.scaler, hold_seconds if piece.end is None else 0.0)
    command += ["-i", f"file:{source}", "-filter_complex_threads", "2", "-filter_complex", filters]
    for number, rung in enumerate(piece.rungs):
        command += ["-map", f"[v{number}]", *_encoder(number, rung, recipe), f"-force_key_frames:v:{number}"]
        command += [_forced(plan, piece, rung)]
    command += ["-fps_mode", "passthrough", "-t", f"{limits.duration_seconds + 1:.0f}"]
    names = " ".join(f"v:{number},name:{rung.name}" for number, rung in enumerate(piece.rungs))
    return [*command, *PICTURE, *hls(folder, names, EVERY_KEY_FRAME)]


def copy_command(
    source: Path, folder: Path, facts: SourceFacts, rung: Rung, segment: float, limits: Limits
) -> list[str]:
    """The picture as it is, cut at its own key frames; its colours named as in the other renditions."""
    command = [*opening(), *input_options(limits), "-an", "-sn", "-dn", "-i", f"file:{source}"]
    command += ["-map", f"0:v:{facts.video_position}", "-c:v", "copy", "-bsf:v", f"h264_metadata={BT709}"]
    return [*command, *PICTURE, *hls(folder, f"v:0,name:{rung.name}", segment)]


def decode_command(source: Path, facts: SourceFacts, limits: Limits) -> list[str]:
    """Decodes the picture to nowhere, and stops at the first error."""
    command = [*opening(), "-xerror", *input_options(limits), "-an", "-sn", "-dn", "-i", f"file:{source}"]
    return [*command, "-map", f"0:v:{facts.video_position}", "-f", "null", "-"]


def sound_end_command(source: Path, track: AudioTrack, limits: Limits) -> list[str]:
    """Decodes a track to nowhere: its progress tells how long it really is."""
    command = [*opening(), *input_options(limits), "-vn", "-sn", "-dn", "-i", f"file:{source}"]
    return [*command, "-map", f"0:a:{track.position}", "-f", "null", "-"]


def subtitle_command(source: Path, target: Path, track: SubtitleTrack, limits: Limits) -> list[str]:
    command = [*opening(), *input_options(limits), "-vn", "-an", "-dn", "-i", f"file:{source}"]
    return [*command, "-map", f"0:s:{track.position}", "-c:s", "webvtt", "-f", "webvtt", str(target)]


def audio_command(
    source: Path,
    folder: Path,
    track: AudioTrack,
    name: str,
    seconds: float,
    segment: float,
    limits: Limits,
    gain_db: float | None = None,
) -> list[str]:
    """One track as AAC, silent where it has gaps, exactly `seconds` long. Mono stays mono, surround becomes stereo.

    AAC begins before the first sound, by 1024 samples of warming up. An edit list says so, and the segments count from
    0: where `frag_discont` has the first one begin at -1024 instead, players read an unsigned number, 24 hours or more.
    """
    channels = 1 if track.channels == 1 else 2
    command = [*opening(), *input_options(limits), "-vn", "-sn", "-dn", "-i", f"file:{source}"]
    command += ["-map", f"0:a:{track.position}", "-af", _sound(track, seconds, gain_db)]
    command += ["-c:a", "aac", "-b:a", str(AUDIO_BITS[channels]), "-ac", str(channels), "-ar", str(SAMPLE_RATE)]
    return [*command, "-t", f"{seconds:.6f}", *hls(folder, f"a:0,name:{name}", segment)]


def opening(level: str = "warning") -> list[str]:
    return [
        *(binary(), "-nostdin", "-hide_banner", "-y", "-loglevel", f"level+{level}"),
        *("-nostats", "-progress", "pipe:1", "-stats_period", PROGRESS_SECONDS),
    ]


def input_options(limits: Limits) -> list[str]:
    options = [part for name, value in WHITELISTS.items() for part in (f"-{name}", value)]
    # A size that changes on the way must not restart the graph, and with it the clock.
    options += ["-reinit_filter", "0"]
    return [*options, "-max_streams", "100", "-max_pixels", str(limits.pixels), "-threads", str(DECODER_THREADS)]


def _encoder(number: int, rung: Rung, recipe: Recipe) -> list[str]:
    settings = _av1(rung, recipe) if rung.codec == AV1 else _x264(rung, recipe)
    return [part for name, value in settings.items() for part in (f"-{name}:v:{number}", value)]


def _av1(rung: Rung, recipe: Recipe) -> dict[str, str]:
    return {
        "c": "libsvtav1",
        "preset": str(recipe.av1_preset),
        "crf": str(recipe.av1_crf + _by_lines(AV1_COARSER, rung)),
        "maxrate": str(rung.cap),
        "bufsize": str(rung.cap * 2),
        "g": str(NEVER),
        # One thread, as for x264; a change of scene makes no key frame.
        "svtav1-params": "lp=1:scd=0",
    }


def _x264(rung: Rung, recipe: Recipe) -> dict[str, str]:
    return {
        "c": "libx264",
        "preset": recipe.preset,
        "profile": "high",
        # One thread each: the ladder itself fills the cores, and frame threads cost quality and memory.
        "threads": "1",
        "crf": f"{recipe.crf - finer(rung):.1f}",
        "maxrate": str(rung.cap),
        "bufsize": str(rung.cap * 2),
        # Key frames come where they are forced and nowhere else; a change of scene gets an ordinary I frame.
        "x264-params": f"{recipe.x264}:keyint=infinite:min-keyint={NEVER}:open-gop=0",
    }


def finer(rung: Rung) -> float:
    """CRF points. A small picture is shown enlarged, which shows its faults too; and its bits are few."""
    return _by_lines(FINER, rung)


def _by_lines(points: Sequence[tuple[int, N]], rung: Rung) -> N | int:
    return next((some for lines, some in points if min(rung.width, rung.height) <= lines), 0)


def _forced(plan: Plan, piece: Piece, rung: Rung) -> str:
    """By frame count, not by time: at 29.97 a rendition must not cut one frame beside its neighbour."""
    step = 2 if rung.rate < plan.rate else 1
    if plan.regular:
        return f"expr:not(mod(n,{plan.cuts[1] // step}))"
    # A quarter of a frame early: the first frame at or after it is the one.
    return ",".join(f"{float((cut - Fraction(1, 4)) / plan.rate):.6f}" for cut in plan.cuts[piece.first_of(rung) :])


def _sound(track: AudioTrack, seconds: float, gain_db: float | None) -> str:
    steps = ["pan=stereo|c0=c0|c1=c1"] if track.channels > 8 else []
    steps.append("aresample=async=1:min_hard_comp=0.1:first_pts=0")
    if gain_db is not None:
        steps += [f"volume={gain_db:.2f}dB", "alimiter=limit=0.89:level=disabled:latency=1"]
    return ",".join([*steps, f"apad=whole_dur={seconds:.6f}"])


def hls(folder: Path, streams: str, segment: float) -> list[str]:
    return [
        *(
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
            "-avoid_negative_ts",
            "disabled",
            "-max_muxing_queue_size",
            "4096",
        ),
        *("-f", "hls", "-hls_time", f"{segment:.6f}", "-hls_playlist_type", "event", "-hls_segment_type", "fmp4"),
        *("-hls_flags", "independent_segments+temp_file"),
        *("-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", f"{folder}/%v/%05d.m4s"),
        *("-var_stream_map", streams, f"{folder}/%v/index.m3u8"),
    ]

"""Reads a source's facts with PyAV. Run by path in a confined process, never imported: a crafted file may hang it,
crash it or eat its memory. Takes one JSON argument, prints one JSON object: `facts`, or `error` with a code.
"""

import itertools
import json
import statistics
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

FRAMES_DECODED = 8
PACKETS_READ = 600
SAMPLES = 6
# A file that was cut off lacks its last frames; the index of two hours is long to walk.
LAST_ENTRIES = 100
# Bytes at either end, where a file has its table of contents.
SEARCHED = 1024**2
MATROSKA_EXTRA = b"\x41\xed"
BLOCK = 8
INDEXED = ("mov", "matroska")
TEXT_SUBTITLES = {"subrip", "srt", "mov_text", "webvtt", "ass", "ssa", "text"}
STANDARD_RATES = [Fraction(n, d) for n in (24000, 30000, 48000, 60000) for d in (1000, 1001)]
STANDARD_RATES += [Fraction(n) for n in (5, 8, 10, 12, 15, 20, 25, 50, 90, 100, 120, 240)]
ATTACHED_PICTURE = 1024
PROGRESSIVE_ORDERS = (0, 1)


class Refused(Exception):
    """`args`: the code, and a detail for the message."""


def inspect(path: str, whitelists: dict[str, str], most_pixels: int, segment: float) -> dict[str, Any]:
    with open_source(path, whitelists) as container:
        stream = choose_video(container)
        context = stream.codec_context
        if is_dolby_alone(context.codec_tag, path):
            raise Refused("dolby_vision", "")
        if context.width * context.height > most_pixels:
            raise Refused("too_large", f"{context.width} × {context.height}")
        frames, times, closed = read_start(container, stream)
        if not frames:
            raise Refused("damaged", "no frame could be decoded")
        size = Path(path).stat().st_size
        duration, video_duration = durations(container, stream, path, whitelists)
        available = available_seconds(stream, size)
        declared, truncated = duration, False
        if available is not None and available < video_duration - 0.5:
            truncated = True
            duration = video_duration = available
        facts = {
            "container": container.format.name,
            "size_bytes": size,
            "duration": duration,
            "declared_duration": declared,
            "bit_rate": int(container.bit_rate or 0),
            "video_start": relative_start(container, stream),
            "video_duration": video_duration,
            "truncated": truncated,
            "video_position": container.streams.video.index(stream),
            **picture(stream, frames),
            "screencast": is_drawn(sampled(container, stream, duration) or frames[:1]),
            **frame_rate(stream, times),
            "audio": [audio_track(container, n, track) for n, track in enumerate(container.streams.audio)],
            "subtitles": [subtitle_track(n, track) for n, track in enumerate(container.streams.subtitles)],
            "chapters": chapters(container),
        }
        return {
            "facts": facts,
            "keys": key_frames(stream, video_duration or duration, segment) if closed and segment else None,
        }


def open_source(path: str, whitelists: dict[str, str]) -> Any:
    return av.open("file:" + path, container_options={**whitelists, "max_streams": "100"}, metadata_errors="replace")


def is_dolby_alone(tag: str, path: str) -> bool:
    """Whether the picture is Dolby Vision with nothing beneath it (profile 5): green and violet as ordinary video.

    The record of its configuration says so, by profile and by what it is compatible with; or a tag of its own.
    """
    with Path(path).open("rb") as file:
        data = file.read(SEARCHED)
        file.seek(max(0, Path(path).stat().st_size - SEARCHED))
        data += file.read(SEARCHED)
    for kind in (b"dvcC", b"dvvC"):
        rest = data.partition(kind)[2]
        record = rest[3:8] if rest.startswith(MATROSKA_EXTRA) else rest[:5]
        if len(record) == 5 and record[0] == 1:
            return record[2] >> 1 == 5 or record[4] >> 4 == 0
    return tag in ("dvh1", "dvhe")


def choose_video(container: Any) -> Any:
    """The default video track, else the largest; a cover picture is none."""
    tracks = [s for s in container.streams.video if not int(s.disposition) & ATTACHED_PICTURE]
    if not tracks:
        raise Refused("no_video", "")
    playable = [s for s in tracks if s.codec_context is not None and s.codec_context.width]
    if not playable:
        raise Refused("unsupported_codec", "")
    return max(playable, key=lambda s: (int(s.disposition) & 1, s.codec_context.width * s.codec_context.height))


def read_start(container: Any, stream: Any) -> tuple[list[Any], list[float], bool]:
    """The first decoded frames, the times (s) of the first packets, and whether each key frame starts afresh."""
    stream.codec_context.thread_count = 1
    frames: list[Any] = []
    times: list[float] = []
    latest = -(2**63)
    key_time, closed = None, True
    try:
        for packet in itertools.islice(container.demux(stream), PACKETS_READ):
            if packet.dts is not None and packet.dts < latest:
                break  # Another recording begins, with its own clock.
            latest = packet.dts if packet.dts is not None else latest
            if packet.pts is not None:
                times.append(float(packet.pts * packet.time_base))
                closed = closed and not packet.is_discard and (key_time is None or packet.pts >= key_time)
            if packet.is_keyframe:
                closed = closed and is_idr(bytes(packet))
                key_time = packet.pts
            if len(frames) < FRAMES_DECODED:
                frames += decoded(packet)
    except av.error.FFmpegError:
        if not frames:
            raise
    return frames, sorted(times), closed and key_time is not None


def is_idr(packet: bytes) -> bool:
    """Whether the first slice of an H.264 packet, with 4-byte lengths as MP4 has them, refers to nothing before."""
    place = 0
    while place + 5 <= len(packet):
        kind = packet[place + 4] & 31
        if kind in (1, 5):
            return kind == 5
        place += 4 + int.from_bytes(packet[place : place + 4], "big")
    return False


def key_frames(stream: Any, duration: float, segment: float) -> dict[str, Any] | None:
    """Cuts `segment` or more apart on the whole, as FFmpeg's muxer makes them, and the bits between; by the index."""
    entries = list(stream.index_entries)
    if not stream.container.format.name.startswith("mov") or len(entries) < 2 or not entries[0].is_keyframe:
        return None
    first = entries[0].timestamp
    times, sizes = [0.0], [0]
    for entry in entries:
        if entry.is_keyframe:
            time = float((entry.timestamp - first) * stream.time_base)
            if time >= segment * len(times):
                times.append(time)
                sizes.append(0)
        sizes[-1] += entry.size
    ends = [*times[1:], max(duration, times[-1] + 0.001)]
    rates = [size * 8 / (end - time) for size, time, end in zip(sizes, times, ends, strict=True)]
    return {"times": times, "average": int(sum(sizes) * 8 / ends[-1]), "peak": int(max(rates[:-1] or rates))}


def decoded(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []


def picture(stream: Any, frames: list[Any]) -> dict[str, Any]:
    frame, context = frames[0], stream.codec_context
    aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 16) <= aspect <= 16:
        aspect = Fraction(1)
    rotation = round(frame.rotation / 90) * 90 % 360 if abs(frame.rotation) % 90 in (0, 89, 1) else 0
    width, height = frame.width, frame.height
    if aspect > 1:
        width = round(width * aspect)
    else:
        height = round(height / aspect)
    if rotation in (90, 270):
        width, height = height, width
    transfer = int(frame.color_trc) if int(frame.color_trc) != 2 else int(context.color_trc or 2)
    return {
        "codec": context.codec.canonical_name,
        "profile": str(context.profile or ""),
        "pixel_format": frame.format.name,
        "bit_depth": frame.format.components[0].bits,
        "coded_width": frame.width,
        "coded_height": frame.height,
        "width": width,
        "height": height,
        "rotation": rotation,
        "sample_aspect": f"{aspect.numerator}:{aspect.denominator}",
        "interlaced": any(f.interlaced_frame for f in frames),
        "hdr": {16: "pq", 18: "hlg"}.get(transfer, ""),
        "alpha": has_alpha(frame.format.name),
        "color_matrix": int(frame.colorspace),
        "color_range": int(frame.color_range),
        "color_primaries": int(frame.color_primaries),
        "color_transfer": transfer,
    }


def sampled(container: Any, stream: Any, duration: float) -> list[Any]:
    """Key frames spread over a source that has an index to find them by. Moves the container: call it last."""
    if not container.format.name.startswith(INDEXED):
        return []
    found: list[Any] = []
    stream.codec_context.skip_frame = "NONKEY"
    for number in range(SAMPLES):
        try:
            container.seek(int(duration * (number + 0.5) / SAMPLES * av.time_base))
            found += itertools.islice(container.decode(stream), 1)
        except av.error.FFmpegError:
            continue  # Damaged here; the others will do.
    return found


def is_drawn(frames: list[Any]) -> bool:
    """Whether a computer drew the picture, as in slides and screencasts: mostly flat, and sharp where it is not.

    Tried: code in an editor and slides have 78 to 91 % flat blocks, of the others 71 to 96 % sharp; an animated film
    and camera pictures have under 40 % and under 45 %.
    """
    shares = [flat_and_sharp(frame) for frame in frames]
    flat, sharp = (statistics.median(share[n] for share in shares) for n in (0, 1))
    return flat >= 0.5 and sharp >= 0.5


def flat_and_sharp(frame: Any) -> tuple[float, float]:
    """The share of blocks without any structure, and of the others the share with hard edges, from about a thousand."""
    grey = frame.reformat(format="gray")
    data, stride = bytes(grey.planes[0]), grey.planes[0].line_size
    across, down = (max(1, side // BLOCK // 32) * BLOCK for side in (grey.width, grey.height))
    flat = sharp = count = 0
    for y in range(0, grey.height - BLOCK + 1, down):
        for x in range(0, grey.width - BLOCK + 1, across):
            rows = [data[line * stride + x : line * stride + x + BLOCK] for line in range(y, y + BLOCK)]
            reach = max(map(max, rows)) - min(map(min, rows))
            count, flat, sharp = count + 1, flat + (reach <= 2), sharp + (reach >= 80)
    return flat / count, sharp / max(1, count - flat)


def has_alpha(pixel_format: str) -> bool:
    return pixel_format.startswith(("yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16", "pal8", "vuya"))


def frame_rate(stream: Any, times: list[float]) -> dict[str, Any]:
    """The rate at which frames come. Packet distances decide: the declared rate of a phone or a browser is a guess."""
    declared = stream.average_rate or stream.guessed_rate or stream.base_rate
    gaps = [b - a for a, b in itertools.pairwise(times) if b > a]
    if not gaps:
        return {"frame_rate": str(standard(declared or Fraction(25))), "variable_frame_rate": False}
    middle = statistics.median(gaps)
    odd = sum(abs(gap - middle) > max(0.3 * middle, 0.002) for gap in gaps)
    variable = odd > len(gaps) / 100
    measured = Fraction(len(gaps) / sum(gaps))
    if variable:
        nominal = Fraction(1 / middle)
        # A screen recorder writes frames when something moves: its bursts are no reason to repeat every other frame.
        rate = Fraction(30) if nominal > 30 and measured < nominal / 2 else nominal
    else:
        # Timestamps in whole milliseconds bend the middle gap, a cut in the recording bends every average.
        candidates = [r for r in (stream.average_rate, stream.guessed_rate, stream.base_rate, measured) if r]
        near = [r for r in candidates if abs(r * middle - 1) < 0.03]
        rate = next((r for r in near if standard(r) in STANDARD_RATES), near[0] if near else measured)
    return {"frame_rate": str(standard(rate)), "variable_frame_rate": variable}


def standard(rate: Fraction) -> Fraction:
    nearest = min(STANDARD_RATES, key=lambda known: abs(known - rate))
    return nearest if abs(nearest / rate - 1) < 0.004 else Fraction(rate).limit_denominator(1001)


def durations(container: Any, stream: Any, path: str, whitelists: dict[str, str]) -> tuple[float, float]:
    """Of the file and its video track, in seconds. A browser's recording declares none: all packets are read then."""
    whole = container.duration / av.time_base if container.duration else 0.0
    video = track_seconds(stream)
    if whole <= 0:
        whole = scanned_seconds(path, whitelists)
    if not 0 < video <= whole + 1:
        video = whole
    return whole, video


def track_seconds(stream: Any) -> float:
    """A track's own length where the file states one; in other containers FFmpeg estimates it, off by half a second."""
    container = stream.container.format.name
    if container.startswith(("mov", "avi")) and stream.duration:
        return float(stream.duration * stream.time_base)
    stated = stream.metadata.get("DURATION", "")
    if container.startswith("matroska") and stated.count(":") == 2:
        hours, minutes, seconds = stated.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return 0.0


def scanned_seconds(path: str, whitelists: dict[str, str]) -> float:
    first, last = float("inf"), 0.0
    with open_source(path, whitelists) as container:
        tracks = [*container.streams.video, *container.streams.audio]
        for packet in container.demux(*tracks):
            if packet.pts is not None:
                start = float(packet.pts * packet.time_base)
                first = min(first, start)
                last = max(last, start + float((packet.duration or 0) * packet.time_base))
    return max(0.0, last - first)


def available_seconds(stream: Any, size: int) -> float | None:
    """Seconds of video whose bytes are in the file, where the file has an index that says so (MP4, MOV)."""
    entries = stream.index_entries
    ends_inside = all(entry.pos + entry.size <= size for entry in entries[-LAST_ENTRIES:])
    if stream.container.format.name.startswith("mov") and len(entries) > 1 and not ends_inside:
        whole = [entry.timestamp for entry in entries if entry.pos + entry.size <= size]
        if len(whole) < len(entries):
            return float((max(whole, default=0) - entries[0].timestamp) * stream.time_base)
    return None


def relative_start(container: Any, stream: Any) -> float:
    start = float(stream.start_time * stream.time_base) if stream.start_time is not None else 0.0
    return start - (container.start_time or 0) / av.time_base


def audio_track(container: Any, position: int, stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "position": position,
        "codec": context.codec.canonical_name if context else "unknown",
        "profile": str(context.profile or "") if context else "",
        "channels": context.channels if context else 0,
        "sample_rate": context.sample_rate if context else 0,
        "bit_rate": int(context.bit_rate or 0) if context else 0,
        "language": language(stream),
        "title": title(stream),
        "default": bool(int(stream.disposition) & 1),
        "decodable": bool(context and context.channels and context.sample_rate),
        "start": relative_start(container, stream),
        "duration": track_seconds(stream),
    }


def subtitle_track(position: int, stream: Any) -> dict[str, Any]:
    codec = stream.codec_context.codec.canonical_name if stream.codec_context else "unknown"
    return {
        "position": position,
        "codec": codec,
        "language": language(stream),
        "title": title(stream),
        "text": codec in TEXT_SUBTITLES,
    }


def language(stream: Any) -> str:
    found = stream.metadata.get("language", "").lower()
    return found if found.isascii() and found.isalpha() and found != "und" and len(found) <= 8 else ""


def title(stream: Any) -> str:
    found = stream.metadata.get("title") or stream.metadata.get("handler_name") or ""
    return "" if found in ("SoundHandler", "SubtitleHandler") else found[:200]


def chapters(container: Any) -> list[dict[str, Any]]:
    return [
        {
            "start": float(chapter["start"] * chapter["time_base"]),
            "end": float(chapter["end"] * chapter["time_base"]),
            "title": chapter["metadata"].get("title", "")[:200],
        }
        for chapter in container.chapters()[:500]
    ]


def main() -> None:
    order = json.loads(sys.argv[1])
    try:
        answer = inspect(order["path"], order["whitelists"], order["most_pixels"], order["segment"])
    except Refused as refusal:
        answer = {"error": {"code": refusal.args[0], "detail": refusal.args[1]}}
    except MemoryError:
        answer = {"error": {"code": "out_of_memory", "detail": ""}}
    except av.error.FFmpegError as error:
        answer = {"error": {"code": "unreadable", "detail": f"{error.strerror}"}}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()

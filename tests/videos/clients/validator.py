"""Judges an encoded folder with other people's readers: m3u8 for playlists, FFmpeg and PyAV for what they name.

Nothing here uses the encoder's own bookkeeping; it is compared with what is found.
"""

import io
import re
import subprocess
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import m3u8
import numpy as np
from PIL import Image

SYNC_SECONDS = 0.040
AAC_FRAME = 1024


@dataclass
class Heard:
    channels: int
    sample_rate: int
    seconds: float
    onset: float | None
    codec: str
    boundaries: list[float] = field(default_factory=list)


@dataclass
class Seen:
    """One rendition as decoded. `corners` are the colours of the four quarters; `flash` when the box turns white."""

    name: str
    width: int
    height: int
    rate: float
    frames: int
    seconds: float
    corners: list[tuple[int, int, int]]
    flash: float | None
    boundaries: list[float] = field(default_factory=list)


@dataclass
class Verdict:
    seen: list[Seen]
    heard: Heard | None


def validate(folder: Path) -> Verdict:
    """Decode everything there is; an AssertionError names what is wrong."""
    master = m3u8.load(str(folder / "master.m3u8"))
    assert master.is_variant
    assert master.playlists, "no rendition"
    heard = _listen(folder, master)
    seen = [_look(folder, playlist, heard) for playlist in master.playlists]
    for other in seen[1:]:
        assert np.allclose(other.boundaries, seen[0].boundaries, atol=0.001), "renditions are cut at different times"
        assert abs(other.seconds - seen[0].seconds) < 0.001 + 2 / other.rate
    if heard:
        assert abs(heard.seconds - seen[0].seconds) <= 1.5 / seen[0].rate + 0.03, (heard.seconds, seen[0].seconds)
        _sound_ends_with_the_picture(heard.boundaries, seen[0].boundaries)
    _one_target_duration(folder, master)
    _pictures(folder, seen[0])
    return Verdict(seen, heard)


def _sound_ends_with_the_picture(heard: list[float], seen: list[float]) -> None:
    """A segment of sound that begins where the picture ends is never played: players wait for its picture."""
    assert len(heard) <= len(seen), (heard, seen)
    assert len(heard) == 2 or heard[-2] < seen[-1] - 0.1, (heard, seen)


def _one_target_duration(folder: Path, master: Any) -> None:
    uris = [item.uri for item in (*master.playlists, *master.media)]
    assert len({m3u8.load(str(folder / uri)).target_duration for uri in uris}) == 1, "target durations differ"


def _segments(folder: Path, uri: str) -> tuple[Path, list[tuple[Path, float]]]:
    playlist = m3u8.load(str(folder / uri))
    assert playlist.is_endlist
    assert playlist.playlist_type == "vod"
    home = (folder / uri).parent
    longest = max(segment.duration for segment in playlist.segments)
    assert round(longest) <= playlist.target_duration
    assert len(playlist.segment_map) == 1
    return home / playlist.segment_map[0].uri, [(home / s.uri, s.duration) for s in playlist.segments]


def _decodes_cleanly(data: bytes) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-xerror", "-threads", "1", "-i", "pipe:0"]
    done = subprocess.run([*command, "-f", "null", "-"], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-800:]
    assert not done.stderr, done.stderr[-800:]


def _look(folder: Path, playlist: Any, heard: Heard | None) -> Seen:
    info = playlist.stream_info
    init, segments = _segments(folder, playlist.uri)
    start, boundaries = 0.0, [0.0]
    for path, duration in segments:
        with av.open(io.BytesIO(init.read_bytes() + path.read_bytes()), mode="r") as container:
            packets: list[Any] = [p for p in container.demux(video=0) if p.pts is not None]
            rate = float(container.streams.video[0].average_rate or 0)
        assert packets[0].is_keyframe, f"{path} starts on no key frame"
        # FFmpeg reads negative composition offsets as a later start for all, so decoding time tells the place.
        first = float(packets[0].dts * packets[0].time_base)
        assert packets[0].pts == min(p.pts for p in packets), f"{path} shows a frame before its key frame"
        assert abs(first - start) < 0.002, f"{path} starts at {first}, {start} was announced"
        assert path.stat().st_size * 8 / duration <= info.bandwidth or (len(segments) > 1 and path == segments[-1][0])
        start += duration
        boundaries.append(start)
    whole = init.read_bytes() + b"".join(path.read_bytes() for path, _ in segments)
    _decodes_cleanly(whole)
    seen = _decode(whole, playlist.uri.split("/")[0], boundaries)
    assert (seen.width, seen.height) == info.resolution
    assert abs(seen.seconds - start) < 1 / seen.rate + 0.001, (seen.seconds, start)
    assert abs(info.frame_rate - seen.rate) < 0.01, (info.frame_rate, rate)
    video_codec, *audio_codec = info.codecs.split(",")
    assert video_codec == _codec_of(whole)
    assert audio_codec == ([heard.codec] if heard else [])
    return seen


def _codec_of(data: bytes) -> str:
    with av.open(io.BytesIO(data), mode="r") as container:
        context = container.streams.video[0].codec_context
        extradata, name = context.extradata, context.codec.canonical_name
    assert extradata
    if name == "av1":
        assert (extradata[0], extradata[2] & 0xE0) == (0x81, 0), "marker and version; main tier, 8 bits"
        return f"av01.{extradata[1] >> 5}.{extradata[1] & 31:02}M.08"
    return f"avc1.{extradata[1:4].hex()}"


def _decode(data: bytes, name: str, boundaries: list[float]) -> Seen:
    with av.open(io.BytesIO(data), mode="r") as container:
        stream = container.streams.video[0]
        times, brightness, corners = [], [], list[tuple[int, int, int]]()
        for frame in container.decode(stream):
            assert frame.format.name == "yuv420p"
            assert (int(frame.colorspace), int(frame.color_range)) == (1, 1), "not tagged as BT.709, limited range"
            times.append(float(frame.time))
            height, width = frame.height, frame.width
            luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)
            brightness.append(float(luma[height * 4 // 9 : height * 5 // 9, width * 4 // 9 : width * 5 // 9].mean()))
            if len(times) == 3:
                corners = _corners(frame)
    gaps = [b - a for a, b in pairwise(times)]
    rate = 1 / (sum(gaps) / len(gaps)) if gaps else 25.0
    # FFmpeg's fragments keep each time to 1/16000 s or finer.
    assert not gaps or max(gaps) - min(gaps) < 0.001, "frames are missing or doubled"
    flash = next((t - times[0] for t, light in zip(times, brightness, strict=True) if light > 128), None)
    return Seen(name, width, height, rate, len(times), len(times) / rate, corners, flash, boundaries)


def _corners(frame: Any) -> list[tuple[int, int, int]]:
    picture = frame.to_ndarray(format="rgb24")
    height, width, _ = picture.shape
    across, down = max(1, width // 4), max(1, height // 4)
    places = [(0, 0), (0, width - across), (height - down, 0), (height - down, width - across)]
    means = [picture[y : y + down, x : x + across].mean(axis=(0, 1)) for y, x in places]
    return [(int(r), int(g), int(b)) for r, g, b in means]


def _listen(folder: Path, master: Any) -> Heard | None:
    tracks = [media for media in master.media if media.type == "AUDIO"]
    if not tracks:
        return None
    assert sum(media.default == "YES" for media in tracks) == 1
    return next(_hear(folder, media) for media in tracks if media.default == "YES")


def _hear(folder: Path, media: Any) -> Heard:
    init, segments = _segments(folder, media.uri)
    boundaries = _sound_boundaries(segments)
    data = init.read_bytes() + b"".join(path.read_bytes() for path, _ in segments)
    _decodes_cleanly(data)
    with av.open(io.BytesIO(data), mode="r") as container:
        stream = container.streams.audio[0]
        channels, rate = stream.codec_context.channels, stream.codec_context.sample_rate
        end, onset = 0.0, None
        for frame in container.decode(stream):
            assert frame.time is not None
            if end:
                assert abs(frame.time - end) < 0.001, f"sound jumps from {end} to {frame.time}"
            samples = np.abs(frame.to_ndarray()).max(axis=0)
            loud = np.nonzero(samples > 0.15)[0]
            if onset is None and len(loud):
                onset = frame.time + float(loud[0]) / rate
            end = frame.time + frame.samples / rate
    assert str(channels) == media.channels
    announced = sum(duration for _, duration in segments)
    assert abs(announced - end) < 0.03, (announced, end)
    return Heard(channels, rate, end, onset, "mp4a.40.2", boundaries)


def _sound_boundaries(segments: list[tuple[Path, float]]) -> list[float]:
    """Where the announced segments begin and end; the files' own times, which count from 0, must say the same."""
    boundaries = [0.0]
    for path, duration in segments:
        time = _decode_time(path)
        warming_up = AAC_FRAME if boundaries[-1] else 0
        assert abs((time - warming_up) / 48_000 - boundaries[-1]) < 0.001, f"{path} begins at sample {time}"
        boundaries.append(boundaries[-1] + duration)
    return boundaries


def _decode_time(segment: Path) -> int:
    """As the specification has it: unsigned."""
    data = segment.read_bytes()
    box = data.index(b"tfdt") + 4
    return int.from_bytes(data[box + 4 : box + (12 if data[box] else 8)], "big")


def _pictures(folder: Path, top: Seen) -> None:
    with Image.open(folder / "poster.jpg") as poster:
        assert poster.format == "JPEG"
        assert abs(poster.width / poster.height - top.width / top.height) < 0.1 * top.width / top.height
    cues = re.findall(r"(\S+) --> (\S+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)", (folder / "storyboard.vtt").read_text())
    assert cues
    assert _seconds(cues[0][0]) == 0
    assert all(a[1] == b[0] for a, b in pairwise(cues)), "storyboard has gaps"
    assert abs(_seconds(cues[-1][1]) - top.seconds) < 0.05
    for sheet in {cue[2] for cue in cues}:
        with Image.open(folder / sheet) as image:
            for _, _, _, x, y, w, h in (cue for cue in cues if cue[2] == sheet):
                assert int(x) + int(w) <= image.width
                assert int(y) + int(h) <= image.height


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)

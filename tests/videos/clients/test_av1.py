"""AV1 beside H.264, where an installation wants it: the same cuts, every size, and H.264 always there."""

from fractions import Fraction
from pathlib import Path

import m3u8
import pytest

from colonnade.videos.clients import Recipe, encode
from colonnade.videos.clients.ladder import AV1, H264, Rung, with_av1
from colonnade.videos.clients.plan import starter_of
from colonnade.videos.clients.worth import worth_offering

from . import test_chunks
from .clips import Clip, yuv
from .test_chunks import made, short_pieces  # noqa: F401 a fixture
from .test_copy import X264, fitting
from .test_pieces import frame_numbers, numbered
from .test_worth import stream
from .validator import validate

# Fine enough for the numbers in the pictures to be read.
BOTH = Recipe(segment_seconds=1.0, screencasts=False, sparing=False, av1=True, av1_crf=20)
LADDER = [Rung(f"{lines}p", lines * 16 // 9, lines, Fraction(25), lines * 1000) for lines in (1080, 720, 480, 360)]


@pytest.mark.parametrize("workers", [1, 2])
def test_every_size_comes_in_both(workers: int, clips: Path, tmp_path: Path) -> None:
    encoding = encode(
        numbered("numbered-25.mp4", "25", 6.2).make(clips), tmp_path / "out", recipe=BOTH, workers=workers
    )
    validate(tmp_path / "out")  # cuts, key frames, codec strings, each segment decoded
    assert [(r.name, r.codec[:4]) for r in encoding.renditions] == [
        ("480p", "avc1"), ("480p-av1", "av01"), ("360p-av1", "av01"), ("360p", "avc1"),
    ]  # fmt: skip
    assert frame_numbers(tmp_path / "out", "480p-av1") == list(range(155))
    listed = {p.uri: p.stream_info.codecs for p in m3u8.load(str(tmp_path / "out" / "master.m3u8")).playlists}
    assert listed["480p-av1/index.m3u8"].startswith("av01.0.")


def test_chunks_join(clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_chunks, "SHORT", BOTH)
    makers, _ = made(numbered("numbered-25-long.mp4", "25", 10.0).make(clips), tmp_path)
    validate(makers.target)
    assert frame_numbers(makers.target, "360p-av1") == list(range(250))


def test_it_is_cut_where_a_copied_picture_is(clips: Path, tmp_path: Path) -> None:
    source = Clip("gop-of-34.mp4", video=f"{X264} -g 34", size=(854, 480), filters=yuv("bt709"), seconds=5.0)
    encoding = encode(source.make(clips), tmp_path / "out", recipe=BOTH)
    validate(tmp_path / "out")
    assert [(r.name, r.copied) for r in encoding.renditions] == [
        ("480p", True), ("480p-av1", False), ("360p-av1", False), ("360p", False),
    ]  # fmt: skip


def test_a_picture_of_one_size_stays_with_h264(clips: Path, tmp_path: Path) -> None:
    encoding = encode(fitting("gop-of-a-second.mp4", "-g 25").make(clips), tmp_path / "out", recipe=BOTH)
    assert [rendition.codec[:4] for rendition in encoding.renditions] == ["avc1"]


def test_h264_is_first_and_last_and_where_viewers_begin() -> None:
    rungs = with_av1(LADDER)
    assert [rung.name for rung in rungs] == [
        "1080p", "1080p-av1", "720p", "720p-av1", "480p", "480p-av1", "360p-av1", "360p",
    ]  # fmt: skip
    assert (starter_of(rungs).name, starter_of(rungs).codec) == ("480p", H264)
    assert all(rung.cap < other.cap for rung, other in zip(rungs[1::2][:3], rungs[::2][:3], strict=True))


def test_what_saves_nothing_is_left_out_codec_by_codec() -> None:
    rates = {"1080p": 1000, "720p": 950, "480p": 500, "360p": 490}
    pictures = [(rung, stream(rung.name, [rates[rung.name.removesuffix("-av1")]])) for rung in with_av1(LADDER)]
    assert [rung.name for rung, _ in worth_offering(pictures)] == [
        "1080p", "1080p-av1", "480p", "480p-av1", "360p-av1",
    ]  # fmt: skip
    assert AV1 in {rung.codec for rung, _ in worth_offering(pictures)}

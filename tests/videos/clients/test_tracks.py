"""Several languages, subtitles, chapters and loudness."""

import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import m3u8
import pytest

from colonnade.videos.clients import Recipe, encode, probe

from .clips import Clip, ffmpeg
from .validator import validate

SUBTITLES = "1\n00:00:00,500 --> 00:00:01,500\nWhat is a <i>derivative</i>?\n"
CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=Welcome
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2400
title=Dérivées – part "1"
"""


@pytest.fixture(scope="module")
def lecture(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two languages, subtitles and chapters, as a careful author exports them."""
    folder = tmp_path_factory.mktemp("lecture")
    (folder / "words.srt").write_text(SUBTITLES)
    (folder / "chapters.txt").write_text(CHAPTERS)
    source = Clip("h264-aac.mp4").make(clips)
    target = folder / "lecture.mkv"
    inputs = ["-i", str(source), "-i", str(folder / "words.srt"), "-i", str(folder / "chapters.txt")]
    streams = [
        "-map",
        "0:v",
        "-map",
        "0:a",
        "-map",
        "0:a",
        "-map",
        "1",
        "-map_chapters",
        "2",
        "-c",
        "copy",
        "-c:s",
        "srt",
    ]
    languages = [
        "-metadata:s:a:0",
        "language=deu",
        "-metadata:s:a:1",
        "language=eng",
        "-metadata:s:s:0",
        "language=fra",
    ]
    chosen = ["-disposition:a:0", "0", "-disposition:a:1", "default"]
    ffmpeg(*inputs, *streams, *languages, *chosen, str(target))
    return target


def test_languages_become_renditions(lecture: Path, tmp_path: Path) -> None:
    made = encode(lecture, tmp_path / "out")
    validate(tmp_path / "out")
    media = m3u8.load(str(tmp_path / "out" / "master.m3u8")).media
    assert [(m.language, m.default, m.uri) for m in media] == [
        ("eng", "YES", "audio/index.m3u8"),
        ("deu", "NO", "audio-1/index.m3u8"),
    ]
    assert len({m.name for m in media}) == 2
    assert made.has_audio


def test_subtitles_become_webvtt(lecture: Path, tmp_path: Path) -> None:
    made = encode(lecture, tmp_path / "out")
    assert [(s.path, s.language) for s in made.subtitles] == [("subtitles/0-fra.vtt", "fra")]
    text = (tmp_path / "out" / "subtitles" / "0-fra.vtt").read_text()
    assert text.startswith("WEBVTT")
    assert "00:00.500 --> 00:01.500" in text
    assert "subtitles/0-fra.vtt" in made.files


@pytest.mark.parametrize(("container", "codec"), [("mp4", "mov_text"), ("mkv", "ass"), ("webm", "webvtt")])
def test_subtitles_of_every_kind_become_webvtt(container: str, codec: str, clips: Path, tmp_path: Path) -> None:
    words, source = tmp_path / "words.srt", tmp_path / f"subtitled.{container}"
    words.write_text(SUBTITLES)
    video = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
    kept = video if container == "webm" else ["-c", "copy"]
    ffmpeg(
        "-i", str(Clip("h264-aac.mp4").make(clips)), "-i", str(words), "-map", "0", "-map", "1", *kept,
        "-c:s", codec, "-metadata:s:s:0", "language=spa", str(source),
    )  # fmt: skip
    made = encode(source, tmp_path / "out")
    validate(tmp_path / "out")
    assert [s.language for s in made.subtitles] == ["spa"]
    text = (tmp_path / "out" / made.subtitles[0].path).read_text()
    assert "00:00.500 --> 00:01.500" in text
    assert "derivative" in text


def test_chapters_are_kept(lecture: Path) -> None:
    chapters = probe(lecture).chapters
    assert [(c.start, c.end, c.title) for c in chapters] == [
        (0.0, 1.0, "Welcome"),
        (1.0, 2.4, 'Dérivées – part "1"'),
    ]


@pytest.mark.parametrize("volume", ["-12dB", "8dB"])
def test_loudness_is_brought_to_the_target(volume: str, clips: Path, tmp_path: Path) -> None:
    source = tmp_path / "speech.mkv"
    noise = f"anoisesrc=c=pink:d=6:a=0.5,tremolo=f=4,volume={volume}"
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x36:d=6", "-f", "lavfi", "-i", noise, "-c:v", "libx264", str(source))
    encode(source, tmp_path / "out", recipe=Recipe(loudness=-16.0))
    assert measured(tmp_path / "out" / "audio" / "index.m3u8") == pytest.approx(-16, abs=1.0)


def test_silence_is_not_amplified(tmp_path: Path) -> None:
    source = tmp_path / "silence.mkv"
    streams = ["-f", "lavfi", "-i", "color=gray:s=64x36:d=2", "-f", "lavfi", "-i", "anullsrc=d=2"]
    ffmpeg(*streams, "-t", "2", "-c:v", "libx264", str(source))
    made = encode(source, tmp_path / "out", recipe=Recipe(loudness=-16.0))
    assert made.has_audio
    assert measured(tmp_path / "out" / "audio" / "index.m3u8") < -60


def measured(playlist: Path) -> float:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(playlist), "-af", "ebur128=framelog=quiet", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr)[-1])


def test_sound_that_cannot_be_decoded_leaves_a_silent_video(clips: Path, tmp_path: Path) -> None:
    """Its packets are noise; the picture is fine, and the owner is told."""
    source = Clip("h264-fast-start.mp4", extra="-movflags +faststart").make(clips)
    broken = tmp_path / "broken.mp4"
    ffmpeg("-i", str(source), "-c", "copy", "-bsf:a", "noise=amount=1", "-movflags", "+faststart", str(broken))
    made = encode(broken, tmp_path / "out")
    verdict = validate(tmp_path / "out")
    assert (verdict.heard is None) == (not made.has_audio)
    assert made.has_audio or [notice.code for notice in made.warnings] == ["no_sound"]
    assert verdict.seen[0].seconds == pytest.approx(2.4, abs=0.05)

"""A video made in pieces is the video made in one: every frame once, in its place, in every rendition."""

import io
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import m3u8
import numpy as np
import pytest

from colonnade.videos.clients import Recipe, encode
from colonnade.videos.clients.facts import SourceFacts
from colonnade.videos.clients.ladder import Rung
from colonnade.videos.clients.plan import Piece, plan, regular_cuts
from colonnade.videos.clients.probe import probe

from .clips import Clip, ffmpeg, yuv
from .validator import validate

BITS = 9
# Segments of a second, so that a clip of a few seconds has as many as a lecture.
SHORT = Recipe(segment_seconds=1.0, screencasts=False, sparing=False)
SMALL, LARGE = Rung("360p", 640, 360, Fraction(25), 1), Rung("720p", 1280, 720, Fraction(25), 1)


def numbered(name: str, rate: str, seconds: float, extra: str = "") -> Clip:
    """Every frame carries its number as a row of black and white boxes."""
    boxes = [
        f"drawbox=x={bit * 71}:y=ih/2:w=71:h=ih/2:c=white:t=fill:enable='mod(floor(n/{2**bit})\\,2)'"
        for bit in range(BITS)
    ]
    filters = ",".join(["drawbox=y=ih/2:h=ih/2:c=black:t=fill", *boxes, yuv()])
    return Clip(name, rate=rate, seconds=seconds, size=(640, 480), filters=filters, extra=extra)


def frame_numbers(folder: Path, name: str) -> list[int]:
    playlist = m3u8.load(str(folder / name / "index.m3u8"))
    files = [folder / name / playlist.segment_map[0].uri, *(folder / name / s.uri for s in playlist.segments)]
    found = []
    with av.open(io.BytesIO(b"".join(file.read_bytes() for file in files)), mode="r") as container:
        for frame in container.decode(video=0):
            luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)
            row = luma[frame.height * 3 // 4, : frame.width]
            step = frame.width / BITS
            found.append(sum(2**bit for bit in range(BITS) if row[int((bit + 0.5) * step * 71 * BITS / 640)] > 128))
    return found


@pytest.mark.parametrize("rate", ["25", "30000/1001"])
@pytest.mark.parametrize("workers", [1, 2])
def test_every_frame_comes_once_and_in_order(rate: str, workers: int, clips: Path, tmp_path: Path) -> None:
    source = numbered(f"numbered-{rate.replace('/', '-')}.mp4", rate, 6.2).make(clips)
    made = encode(source, tmp_path / "out", recipe=SHORT, workers=workers)
    validate(tmp_path / "out")
    assert [rendition.name for rendition in made.renditions] == ["480p", "360p"]
    expected = list(range(math.ceil(Fraction(62, 10) * Fraction(rate))))
    assert frame_numbers(tmp_path / "out", "480p") == expected
    assert frame_numbers(tmp_path / "out", "360p") == expected


def test_halved_rates_keep_every_other_frame(clips: Path, tmp_path: Path) -> None:
    source = numbered("numbered-50.mkv", "50", 5.0, "-g 33").make(clips)
    encode(source, tmp_path / "out", recipe=SHORT, workers=2)
    validate(tmp_path / "out")
    assert frame_numbers(tmp_path / "out", "360p") == list(range(0, 250, 2))


def test_the_opening_is_published_before_the_rest(clips: Path, tmp_path: Path) -> None:
    source = numbered("numbered-25.mp4", "25", 6.2).make(clips)
    seen: list[set[str]] = [set()]

    def publish(folder: Path, names: Sequence[str]) -> None:
        for name in names:
            assert (folder / name).exists()
            if name.endswith(".m3u8"):
                text = (folder / name).read_text()
                home = name.rpartition("/")[0]
                named = [line for line in text.splitlines() if line and not line.startswith("#")]
                assert all(f"{home}/{file}".lstrip("/") in seen[-1] | set(names) for file in named)
        seen.append(seen[-1] | set(names))

    made = encode(source, tmp_path / "out", recipe=SHORT, publish=publish)
    assert len(seen) > 2, "nothing was published before the end"
    assert {"master.m3u8", "480p/00000.m4s", "audio/00000.m4s"} <= seen[1]
    assert "480p/00002.m4s" not in seen[1], "the first publication waited for more than the opening"
    assert seen[-1] == set(made.files)
    assert made.first_playable_seconds < made.wall_seconds


def test_pieces_cover_everything_once(clips: Path) -> None:
    facts = _long(probe(numbered("numbered-25.mp4", "25", 6.2).make(clips)), 7200)
    made = plan(facts, (LARGE, SMALL), Fraction(25), regular_cuts(7200, Fraction(25), 100), workers=30)
    assert made.pieces[0] == Piece(0, 2, (SMALL,))
    assert made.pieces[1].skips == (("360p", 2),)
    assert [piece.first for piece in made.pieces[2:]] == [piece.end for piece in made.pieces[1:-1]]
    assert made.pieces[-1].end is None
    lengths = [made.frames(piece) for piece in made.pieces[1:-1]]
    assert len(set(lengths)) == 1
    assert 30 * 25 < (lengths[0] or 0) <= 60 * 25


def test_an_index_that_cannot_be_trusted_is_not_cut(clips: Path) -> None:
    facts = _long(probe(Clip("h264-aac.ts").make(clips)), 7200)
    made = plan(facts, (LARGE, SMALL), Fraction(25), regular_cuts(7200, Fraction(25), 100), workers=4)
    assert [piece.end for piece in made.pieces] == [2, None]


def _long(facts: SourceFacts, seconds: float) -> SourceFacts:
    return SourceFacts.from_dict({**facts.as_dict(), "duration": seconds})


def test_a_plan_that_fails_is_made_again_in_one(clips: Path, tmp_path: Path) -> None:
    """The header promises more than there is: the pieces at the end find nothing, and one run takes what is there."""
    whole = numbered("numbered-25.mp4", "25", 6.2).make(clips)
    target = tmp_path / "short.mkv"
    ffmpeg("-i", str(whole), "-c", "copy", str(target))
    data = target.read_bytes()
    target.write_bytes(data[: len(data) // 2])
    made = encode(target, tmp_path / "out", recipe=SHORT, workers=3)
    assert [notice.code for notice in made.warnings] == ["truncated"]
    verdict = validate(tmp_path / "out")
    assert 2 < verdict.seen[0].seconds < 4.5
    assert frame_numbers(tmp_path / "out", "480p") == list(range(verdict.seen[0].frames))

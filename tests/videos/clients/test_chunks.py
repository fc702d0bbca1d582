"""A long video whose chunks were made apart, by whoever came by, is the video that one worker would have made."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from colonnade.videos.clients import division as divisions
from colonnade.videos.clients.chunk import Chunk, make_chunk
from colonnade.videos.clients.division import Division, divide
from colonnade.videos.clients.gathering import Gathering
from colonnade.videos.clients.limits import USUAL_LIMITS
from colonnade.videos.clients.probe import examine

from .clips import Clip, ffmpeg
from .test_copy import fitting
from .test_pieces import SHORT, frame_numbers, numbered
from .validator import validate


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a clip of ten seconds is as long as a lecture."""
    monkeypatch.setattr(divisions, "PIECE_SECONDS", 3.0)


def divided(source: Path, *, copy: bool = False, segment: float = 1.0) -> Division:
    """As another process reads it from the database. `segment` in seconds."""
    recipe = replace(SHORT, copy=copy, segment_seconds=segment)
    facts, keys = examine(source, USUAL_LIMITS, recipe.segment_seconds)
    division = divide(facts, keys, recipe)
    assert division
    return Division.from_dict(json.loads(json.dumps(division.as_dict())))


class Makers:
    """Make chunks in folders of their own, and put the files where players look for them."""

    def __init__(self, source: Path, division: Division, root: Path) -> None:
        self.source, self.division, self.root = source, division, root
        self.target = root / "out"
        self.target.mkdir()
        self.chunks: dict[str, Chunk] = {}

    def make(self, name: str) -> Chunk:
        room = self.root / f"room-{name}"
        room.mkdir()

        def publish(names: object, chunk: Chunk) -> None:
            for file in names:  # type: ignore[attr-defined]
                (self.target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(room / file, self.target / file)
            self.chunks[name] = Chunk(**json.loads(json.dumps(asdict(chunk))))

        make_chunk(self.source, room, self.division, name, publish)
        return self.chunks[name]

    def gathering(self) -> Gathering:
        return Gathering(self.target, self.division, self.chunks.values())


def made(source: Path, root: Path, *, copy: bool = False, segment: float = 1.0) -> tuple[Makers, Gathering]:
    makers = Makers(source, divided(source, copy=copy, segment=segment), root)
    for name in reversed(makers.division.chunks):  # any order will do
        makers.make(name)
    gathering = makers.gathering()
    assert gathering.flaw() == ""
    encoding = gathering.finish(wall_seconds=1.0, first_playable_seconds=0.5)
    assert all((makers.target / file).exists() for file in encoding.files)
    return makers, gathering


@pytest.mark.parametrize("rate", ["25", "30000/1001"])
def test_every_frame_comes_once_and_in_order(rate: str, clips: Path, tmp_path: Path) -> None:
    source = numbered(f"chunks-{rate.replace('/', '-')}.mp4", rate, 10.2).make(clips)
    makers, gathering = made(source, tmp_path)
    validate(makers.target)
    numbers = frame_numbers(makers.target, "480p")
    assert numbers == list(range(len(numbers)))
    assert gathering.duration == pytest.approx(10.2, abs=0.06)
    assert len([name for name in makers.chunks if name.startswith("picture-")]) >= 4


def test_changes_of_scene_cut_all_renditions_alike(clips: Path, tmp_path: Path) -> None:
    """x264 would begin a segment at a change of scene in the one that it finds large enough."""
    source = clips / "scenes.mp4"
    scenes = "testsrc2=s=854x480:r=25:d=10[a];mandelbrot=s=854x480:r=25:maxiter=60,trim=duration=10[b];[a][b]blend="
    ffmpeg(
        "-filter_complex", f"{scenes}all_expr='if(lt(mod(T,1.7),0.85),A,B)',format=yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", str(source),
    )  # fmt: skip
    makers, _ = made(source, tmp_path, segment=2.0)
    verdict = validate(makers.target)
    assert verdict.seen[0].boundaries[:5] == pytest.approx([0, 2, 4, 6, 8], abs=0.001)


def test_a_fitting_picture_is_copied_beside_the_chunks_of_the_others(clips: Path, tmp_path: Path) -> None:
    source = replace(fitting("chunks-copied.mp4", "-g 25", seconds=10.0), size=(854, 480)).make(clips)
    makers, _ = made(source, tmp_path, copy=True)
    assert "copy" in makers.chunks
    validate(makers.target)
    makers.chunks["picture-1"].clean = False  # FFmpeg complained while it decoded
    assert "copied" in makers.gathering().flaw()


def test_the_first_chunks_play_while_the_others_are_being_made(clips: Path, tmp_path: Path) -> None:
    source = numbered("chunks-growing.mp4", "25", 10.2).make(clips)
    makers = Makers(source, divided(source), tmp_path)
    first, sound, *others = makers.division.chunks
    makers.make(first)
    assert not makers.gathering().is_playable()  # silent yet
    makers.make(sound)
    gathering = makers.gathering()
    assert gathering.is_playable()
    changed = gathering.write(complete=False)
    assert changed[-1] == "master.m3u8"
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in (makers.target / "480p" / "index.m3u8").read_text()
    makers.make(others[-1])  # leaves a hole, which is not named
    assert makers.gathering().write(complete=False) == []
    assert "missing" in makers.gathering().flaw() or "seam" in makers.gathering().flaw()


def test_a_chunk_made_of_another_file_is_noticed(clips: Path, tmp_path: Path) -> None:
    source, other = (numbered(f"chunks-{name}.mp4", "25", 10.2).make(clips) for name in ("right", "wrong"))
    makers = Makers(source, divided(source), tmp_path)
    for name in makers.division.chunks[:-1]:
        makers.make(name)
    last = makers.division.chunks[-1]
    makers.source = other
    makers.make(last)
    makers.chunks[last].streams[0]["segments"].pop()
    assert makers.gathering().flaw()


@pytest.mark.parametrize(
    "clip",
    [Clip("chunks-short.mp4", seconds=4.0), Clip("chunks-transport.ts", seconds=10.0)],
    ids=["short", "no index"],
)
def test_what_is_short_or_cannot_be_cut_exactly_is_not_shared(clip: Clip, clips: Path) -> None:
    source = clip.make(clips)
    facts, keys = examine(source, USUAL_LIMITS, 1.0)
    assert divide(facts, keys, SHORT) is None

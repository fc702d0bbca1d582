"""Chapters of a file, from its metadata to the player."""

from pathlib import Path

from colonnade.videos.chapters import chapters_of
from colonnade.videos.clients.facts import Chapter
from tests.factories import School
from tests.videos import clips
from tests.videos.watching import encoded

METADATA = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=Paper & pencil
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2000
title=
"""


def test_chapters_of_a_file_are_kept(school: School, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(clips.lesson())
    (tmp_path / "chapters.txt").write_text(METADATA)
    clips.ffmpeg(
        "-i", str(tmp_path / "clip.mp4"), "-i", str(tmp_path / "chapters.txt"), "-map_metadata", "1", "-map_chapters",
        "1", "-c", "copy", str(tmp_path / "with.mp4"),
    )  # fmt: skip
    video = encoded(school, (tmp_path / "with.mp4").read_bytes())
    assert [(chapter["start"], chapter["title"]) for chapter in video.chapters] == [
        (0.0, "Paper & pencil"),
        (1.0, "Chapter 2"),
    ]


def test_chapters_follow_each_other_to_the_end() -> None:
    found = (Chapter(30, 40, "B"), Chapter(0, 5, "A"), Chapter(30, 31, "B again"), Chapter(99, 120, "Beyond"))
    assert chapters_of(found, 60.0) == [
        {"start": 0, "end": 30, "title": "A"},
        {"start": 30, "end": 60.0, "title": "B again"},
    ]


def test_one_chapter_alone_is_none() -> None:
    assert chapters_of((Chapter(0, 60, "All of it"),), 60.0) == []

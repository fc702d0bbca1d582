"""`colonnade encode` prints what it made, or why it could not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .clips import Clip
from .validator import validate

# Addresses where nothing listens: the command must not need any server.
NOWHERE = {"DATABASE_URL": "postgres://a:b@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"}


def colonnade(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "colonnade", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **NOWHERE})


def test_encode_prints_one_json_object(clips: Path, tmp_path: Path) -> None:
    done = colonnade("encode", str(Clip("h264-aac.mp4").make(clips)), str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["source"]["codec"] == "h264"
    assert [r["name"] for r in made["renditions"]] == ["180p"]
    assert made["renditions"][0]["codec"].startswith("avc1.")
    assert 0 < made["renditions"][0]["average_bit_rate"] <= made["renditions"][0]["peak_bit_rate"]
    assert 0 < made["first_playable_seconds"] <= made["wall_seconds"]
    assert made["cpu_seconds"] > 0
    assert made["duration_seconds"] == pytest.approx(2.4)
    assert made["warnings"] == []
    assert "100 %" in done.stderr
    on_disk = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert on_disk == set(made["files"])
    assert json.loads((tmp_path / "out" / "video.json").read_text())["renditions"] == made["renditions"]
    validate(tmp_path / "out")


def test_encode_prints_the_error_and_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "essay.mp4").write_text("Words, words, words.")
    done = colonnade("encode", str(tmp_path / "essay.mp4"), str(tmp_path / "out"), "--json")
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "not_a_video"
    assert error["message"].startswith("This file is not a video")
    assert not (tmp_path / "out").exists()


def test_encode_leaves_what_is_there_alone(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("the only copy")
    done = colonnade("encode", str(Clip("h264-aac.mp4").make(clips)), str(tmp_path))
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "the only copy"

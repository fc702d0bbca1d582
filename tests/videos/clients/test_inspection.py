"""The program that looks into a file, called here without its process."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from colonnade.videos.clients import Limits, inspection
from colonnade.videos.clients.formats import WHITELISTS
from colonnade.videos.clients.probe import examine

from .clips import Clip, yuv
from .refused import eight_hours_of_black, huge_declared, only_noise_inside, sound_only
from .sources import cut_to, piped, sizes_change, with_cover

PIXELS = Limits().pixels


def inspect(path: Path) -> dict[str, Any]:
    return inspection.inspect(str(path), WHITELISTS, PIXELS, 4.0)


CLIPS = [
    Clip("h264-aac.mp4"),
    Clip("cover-picture.mp4", after=with_cover),
    Clip("h264-opus.mkv", audio="-c:a libopus"),
    Clip("browser.webm", video="-c:v libvpx -deadline realtime -cpu-used 8", audio="-c:a libopus", after=piped("webm")),
    Clip("variable.mp4", rate="60", filters=f"{yuv()},select='lt(mod(n\\,60)\\,9)'", extra="-fps_mode vfr"),
    Clip("wide-pixels.mp4", size=(180, 144), filters=f"{yuv()},setsar=64/45"),
    Clip("tall-pixels.mkv", size=(320, 120), filters=f"{yuv()},setsar=2/3"),
    Clip("h264-aac.ts"),
    Clip("size-changes.ts", after=sizes_change),
    Clip("ends-early.mp4", seconds=6, extra="-g 5 -movflags +faststart", after=cut_to(0.6)),
]


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_the_process_says_what_the_program_finds(clip: Clip, clips: Path) -> None:
    source = clip.make(clips)
    found = json.loads(json.dumps(inspect(source)))
    facts, keys = examine(source, Limits(), 4.0)
    assert json.loads(json.dumps(facts.as_dict())) == found["facts"]
    assert (keys is None) == (found["keys"] is None)


@pytest.mark.parametrize(
    ("write", "code"), [(sound_only, "no_video"), (huge_declared, "too_large"), (only_noise_inside, "damaged")]
)
def test_refusals_have_codes(write: Any, code: str, tmp_path: Path) -> None:
    upload = tmp_path / ("upload.mov" if write is huge_declared else "upload.mp4")
    write(upload, tmp_path)
    with pytest.raises(inspection.Refused) as caught:
        inspect(upload)
    assert caught.value.args[0] == code


def test_two_frames_hours_apart_are_measured(tmp_path: Path) -> None:
    upload = tmp_path / "black.mp4"
    eight_hours_of_black(upload, tmp_path)
    assert inspect(upload)["facts"]["duration"] > 8 * 3600 - 1


@pytest.mark.parametrize(("content", "code"), [(b"words", "unreadable"), (None, "no_video")])
def test_the_program_prints_one_json_object(
    content: bytes | None,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    upload = tmp_path / "upload.mp4"
    if content is None:
        sound_only(upload, tmp_path)
    else:
        upload.write_bytes(content)
    order = {"path": str(upload), "whitelists": WHITELISTS, "most_pixels": PIXELS, "segment": 0.0}
    monkeypatch.setattr(sys, "argv", ["inspection.py", json.dumps(order)])
    inspection.main()
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


@pytest.mark.parametrize(
    ("record", "alone"),
    [
        (b"dvcC" + bytes([1, 0, 5 << 1, 0x35, 0x00]), True),
        (b"dvvC" + bytes([1, 0, 8 << 1, 0x35, 0x10]), False),  # HDR10 beneath
        (b"dvvC" + bytes([1, 0, 8 << 1, 0x35, 0x40]), False),  # HLG beneath
        (b"dvcC\x41\xed\x98" + bytes([1, 0, 5 << 1, 0x35, 0x00]), True),  # in Matroska
        (b"no record", False),
    ],
)
def test_dolby_vision_with_nothing_beneath_is_told_from_the_rest(record: bytes, alone: bool, tmp_path: Path) -> None:
    file = tmp_path / "picture.mp4"
    file.write_bytes(bytes(5000) + record + bytes(5000))
    assert inspection.is_dolby_alone("hvc1", str(file)) is alone

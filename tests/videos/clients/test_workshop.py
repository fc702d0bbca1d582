"""Where a video is made: what was given up must not come back."""

from pathlib import Path

from colonnade.videos.clients import Limits, examine
from colonnade.videos.clients.workshop import Workshop
from tests.videos.clips import lesson


def test_what_a_stopped_way_left_in_its_room_is_gone_with_it(tmp_path: Path) -> None:
    source, folder = tmp_path / "source.mp4", tmp_path / "made"
    source.write_bytes(lesson())
    folder.mkdir()
    facts, _ = examine(source, Limits(), 4.0)
    shop = Workshop(source, folder, facts, Limits(), nice=0, at_once=1)
    copied, sound = shop.room("copy", {"240p": 0}), shop.room("sound", {"audio": 0})
    (copied / "240p" / "seg-1.m4s").write_bytes(b"left behind")
    shop.forget(["240p", "360p"])
    assert not copied.exists()
    assert sound.exists()
    shop.perform([])  # harvests the rooms that there are
    assert "240p" not in shop.shelf.streams

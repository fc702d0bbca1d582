"""Every kind of source becomes ready and right: size, orientation, colours, rate, length, and sound in step."""

from pathlib import Path

import pytest

from colonnade.videos.clients import encode

from .clips import FLASH, QUARTERS
from .sources import READY, Expected
from .validator import SYNC_SECONDS, Verdict, validate

COLOURS = {**QUARTERS, "black": (0, 0, 0)}


@pytest.mark.parametrize("expected", READY, ids=lambda expected: expected.clip.name)
def test_source_becomes_ready_and_right(expected: Expected, clips: Path, tmp_path: Path) -> None:
    encoding = encode(expected.clip.make(clips), tmp_path / "out")
    verdict = validate(tmp_path / "out")
    top = verdict.seen[0]
    assert (top.width, top.height) == expected.size
    assert top.rate == pytest.approx(expected.rate, rel=0.002)
    assert (verdict.heard.channels if verdict.heard else 0) == expected.channels
    assert tuple(notice.code for notice in encoding.warnings) == expected.warnings
    if expected.seconds:
        assert top.seconds == pytest.approx(expected.seconds, abs=0.05 + 1 / expected.rate)
    if expected.corners:
        for seen, name in zip(top.corners, expected.corners, strict=True):
            assert max(abs(a - b) for a, b in zip(seen, COLOURS[name], strict=True)) <= expected.loose, (name, seen)
    if expected.synced:
        _in_step(verdict, expected)


def _in_step(verdict: Verdict, expected: Expected) -> None:
    for seen in verdict.seen:
        assert seen.flash is not None
        if verdict.heard:
            assert verdict.heard.onset is not None
            # A flash is shown at the next frame: at 5 frames a second that may be late by 0.2 s for good reason.
            allowed = max(SYNC_SECONDS, 1 / expected.rate + 0.002)
            assert abs(seen.flash - verdict.heard.onset) <= allowed, (seen.flash, verdict.heard.onset)
    if expected.clip.after is None:
        assert verdict.seen[0].flash == pytest.approx(FLASH, abs=0.02 + 1 / expected.rate)

"""A way that does not come out right is left, and the next one begins with nothing of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from colonnade.videos.clients import Recipe, encode
from colonnade.videos.clients import encoder as encoders
from colonnade.videos.clients.crew import Task
from colonnade.videos.clients.failures import failure
from colonnade.videos.clients.shelf import cut_alike
from colonnade.videos.clients.workshop import Workshop

from .clips import Clip
from .test_pieces import SHORT, frame_numbers, numbered
from .validator import validate


def test_a_sound_that_was_stopped_halfway_begins_anew(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture fails while the sound has got as far as a few segments."""
    real, stopped = Workshop.perform, list[int]()

    def perform(shop: Workshop, tasks: Sequence[Task], report: Callable[[], None] = lambda: None) -> None:
        def tick() -> None:
            made = shop.shelf.streams.get("audio")
            if not stopped and made and made.segments:
                stopped.append(len(made.segments))
                raise failure("damaged")
            report()

        real(shop, tasks, tick)

    monkeypatch.setattr(Workshop, "perform", perform)
    source = Clip("long-and-small.mp4", size=(160, 90), rate="5", seconds=150.0, channels=2).make(clips)
    made = encode(source, tmp_path / "out", recipe=Recipe(segment_seconds=1.0, copy=False), workers=2)
    assert stopped
    assert stopped[0] < 150, "it was stopped too late to show anything"
    verdict = validate(tmp_path / "out")
    assert verdict.heard is not None
    assert verdict.heard.seconds == pytest.approx(150.0, abs=0.05)
    assert made.warnings == ()


def test_renditions_that_are_cut_differently_are_made_again(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False])
    monkeypatch.setattr(encoders, "cut_alike", lambda streams: next(answers, None) is None and cut_alike(streams))
    source = numbered("numbered-25.mp4", "25", 6.2).make(clips)
    encode(source, tmp_path / "out", recipe=SHORT, workers=2)
    assert next(answers, None) is None, "nobody looked"
    validate(tmp_path / "out")
    assert frame_numbers(tmp_path / "out", "480p") == list(range(155))

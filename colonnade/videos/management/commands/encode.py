"""`colonnade encode SRC DEST`: the worker's encoder as a command. Needs no database and no server."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from colonnade.videos.clients import Encoding, Recipe, VideoError, encode

STEP_PERCENT = 10


class Command(BaseCommand):
    help = "Make a video playable: HLS renditions, sound, poster and storyboard in a new folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="SRC", help="the video file")
        parser.add_argument(
            "dest", type=Path, metavar="DEST", help="the folder to make; it must not exist, or be empty"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object about what was made")
        parser.add_argument("--workers", type=int, default=1, help="processes that share a long video")
        parser.add_argument("--largest", type=int, choices=[2160, 1440, 1080, 720], default=1080, help="lines at most")
        parser.add_argument("--loudness", type=float, help="bring the sound to this many LUFS, for example -16")
        parser.add_argument("--av1", action="store_true", help="make all sizes in AV1 as well")

    def handle(self, *args: Any, **options: Any) -> None:
        recipe = Recipe(largest=options["largest"], loudness=options["loudness"], av1=options["av1"])
        try:
            with reported(f"Encoding {options['source'].name}") as report:
                encoding = encode(
                    options["source"],
                    options["dest"],
                    recipe=recipe,
                    workers=max(1, options["workers"]),
                    progress=report,
                )
        except VideoError as error:
            self._fail(error, as_json=options["json"])
        except KeyboardInterrupt:
            sys.exit(130)
        else:
            self.stdout.write(json.dumps(encoding.as_dict()) if options["json"] else summary(encoding, options["dest"]))

    def _fail(self, error: VideoError, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": {"code": error.code, "message": error.message}}))
        else:
            self.stderr.write(error.message)
        sys.exit(1)


def summary(encoding: Encoding, dest: Path) -> str:
    lines = [f"{dest}/master.m3u8: {encoding.duration:.1f} s in {encoding.wall_seconds:.1f} s"]
    lines += [
        f"  {r.name}  {r.width} × {r.height}  {r.average_bit_rate / 1000:.0f} kbit/s" for r in encoding.renditions
    ]
    return "\n".join([*lines, *(f"  {notice.message}" for notice in encoding.warnings)])


@contextmanager
def reported(title: str) -> Iterator[Callable[[float], None]]:
    """A function that shows a fraction on standard error: as a bar with the time left on a terminal, else as lines."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (TextColumn(title), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda part: bar.update(task, completed=part)


def _lines(title: str) -> Callable[[float], None]:
    shown = -1

    def report(part: float) -> None:
        nonlocal shown
        percent = int(part * 100) // STEP_PERCENT * STEP_PERCENT
        if percent > shown:
            shown = percent
            sys.stderr.write(f"{title}: {percent} %\n")

    return report

"""Where one video is made: a folder, processes under limits, and what they have finished so far."""

import shutil
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from .crew import Task, work
from .facts import SourceFacts
from .failures import failure
from .limits import Limits
from .probe import clock, unplayable
from .process import Confinement
from .publication import Publication
from .shelf import Shelf

PUBLISH_SECONDS = 1.0
FULL_HD_A_SECOND = 1920 * 1080 * 30
FASTEST_COUNTED = 120.0

Publish = Callable[[Path, Sequence[str]], None]


class Workshop:
    """Runs tasks; harvests, checks limits and publishes while they run."""

    def __init__(self, source: Path, folder: Path, facts: SourceFacts, limits: Limits, nice: int, at_once: int) -> None:
        self.source, self.folder, self.facts, self.limits = source, folder, facts, limits
        self.nice, self.at_once = nice, at_once
        self.shelf = Shelf(folder)
        self.publication: Publication | None = None
        self.publish: Publish | None = None
        self.has_published = False
        self.started = time.monotonic()
        self.first_playable = 0.0
        self.cpu_seconds = 0.0
        self._published = 0.0
        self._work = folder / ".work"
        self._rooms: dict[Path, dict[str, int]] = {}

    def room(self, name: str, first: dict[str, int]) -> Path:
        """A fresh folder for FFmpeg to write streams to; `first` are the numbers of the first segments there."""
        folder = self._work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for stream in first:
            (folder / stream).mkdir()
        self._rooms[folder] = first
        return folder

    def forget(self, streams: Collection[str]) -> None:
        """Let go what there is of these streams, also what FFmpeg has left in rooms: it must not be harvested later."""
        for folder in [folder for folder, first in self._rooms.items() if not first.keys().isdisjoint(streams)]:
            shutil.rmtree(folder, ignore_errors=True)
            del self._rooms[folder]
        for name in streams:
            self.shelf.forget(name)

    def close(self) -> None:
        shutil.rmtree(self._work)
        self._rooms.clear()

    def confine(self, *written: Path) -> Confinement:
        """CPU by how much picture there is to decode; memory and disk by the limits; only the source to read."""
        facts = self.facts
        pixels = facts.coded_width * facts.coded_height * min(float(facts.rate), FASTEST_COUNTED)
        cpu = self.limits.cpu_per_second * facts.duration * max(1.0, pixels / FULL_HD_A_SECOND)
        return Confinement(
            cpu_seconds=int(self.limits.cpu_floor_seconds + cpu),
            memory_bytes=self.limits.memory_bytes,
            file_bytes=self.limits.output_bytes,
            read=(self.source,),
            write=written,
            nice=self.nice,
        )

    def perform(self, tasks: Sequence[Task], report: Callable[[], None] = lambda: None) -> None:
        """Run the tasks. Raises VideoError, or whatever `report` or `publish` raise."""

        def tick() -> None:
            for folder, first in self._rooms.items():
                self.shelf.harvest(folder, first)
            self._check_limits(tasks)
            self._publish_now_and_then()
            report()

        self.cpu_seconds += work(tasks, at_once=self.at_once, stall_seconds=self.limits.stall_seconds, tick=tick)

    def take_fresh(self) -> list[str]:
        """Names of segments that have not been published yet."""
        fresh = list(self.shelf.fresh)
        self.shelf.fresh.clear()
        return fresh

    def tell(self, names: Sequence[str]) -> None:
        """Have files published that are new or have changed."""
        if self.publish:
            self.has_published = True
            self.publish(self.folder, names)

    def _check_limits(self, tasks: Sequence[Task]) -> None:
        if self.shelf.size > self.limits.output_bytes:
            raise failure("too_much_output")
        if shutil.disk_usage(self.folder).free < self.limits.free_disk_bytes:
            raise failure("disk_full")
        # What a file declares was checked before; this is how long it turned out to be.
        longest = max((task.start + task.position for task in tasks), default=0.0)
        if longest > self.limits.duration_seconds:
            raise unplayable("too_long", found=f"over {clock(longest)}", most=clock(self.limits.duration_seconds))

    def _publish_now_and_then(self) -> None:
        if self.publication is None or not self.publication.playable():
            return
        now = time.monotonic()
        self.first_playable = self.first_playable or now - self.started
        if self.shelf.fresh and now - self._published >= PUBLISH_SECONDS:
            self._published = now
            changed = self.publication.write(complete=False)
            self.tell([*self.take_fresh(), *changed])

"""One chunk of a long video, made by whichever worker has it."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .boxes import starts_afresh
from .crew import Task
from .division import TEXT, Division
from .extras import extract_subtitles
from .failures import picture_errors
from .limits import USUAL_LIMITS, Limits
from .pictures import POSTER, THUMBS, lighten_poster, poster_command, poster_moment, thumb_file, thumbs_command
from .playlist import media_playlist
from .shelf import INIT
from .soundtrack import hold_of
from .tasks import COPY, Tasks
from .workshop import PUBLISH_SECONDS, Workshop

_LOCAL = "chunk.m3u8"


@dataclass
class Chunk:
    """What was made: plain data, for the database. `clean` unless FFmpeg complained about the picture it decoded;
    `afresh` unless a copied segment needs the one before it."""

    streams: list[dict[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    subtitles: list[dict[str, str]] = field(default_factory=list)
    inits: dict[str, str] = field(default_factory=dict)
    clean: bool = True
    afresh: bool = True
    cpu_seconds: float = 0.0


Publish = Callable[[Sequence[str], Chunk], None]


def make_chunk(
    source: Path,
    folder: Path,
    division: Division,
    name: str,
    publish: Publish,
    *,
    limits: Limits = USUAL_LIMITS,
    progress: Callable[[float], None] | None = None,
) -> Chunk:
    """Make the chunk in `folder`, which is empty.

    `publish(names, chunk)` hears about once a second of the files that are complete, and what the chunk is by then;
    `progress` hears a fraction from 0 to 1. What either raises stops the work. Raises Unplayable or VideoError.
    """
    return _Making(source, folder, division, name, publish, limits, progress or (lambda part: None)).make()


class _Making:
    def __init__(
        self,
        source: Path,
        folder: Path,
        division: Division,
        name: str,
        publish: Publish,
        limits: Limits,
        progress: Callable[[float], None],
    ) -> None:
        self.division, self.name, self.publish, self.progress = division, name, publish, progress
        self.shop = Workshop(source.resolve(), folder, division.facts, limits, division.recipe.nice, at_once=1)
        self.chunk = Chunk()
        self.published = time.monotonic()

    def make(self) -> Chunk:
        own_cpu = time.thread_time()
        if self.name == TEXT:
            self._write_out()
        else:
            self._encode()
        self.chunk.cpu_seconds = round(self.shop.cpu_seconds + time.thread_time() - own_cpu, 3)
        self._publish()
        self.shop.close()
        return self.chunk

    def _write_out(self) -> None:
        for track in extract_subtitles(self.shop):
            self.chunk.subtitles.append({"path": track.path, "language": track.language, "title": track.title})
            self._add([track.path])

    def _encode(self) -> None:
        tasks, seconds = self._tasks()

        def report() -> None:
            self.progress(min(1.0, max(task.position for task in tasks) / seconds))
            if self.shop.shelf.fresh and time.monotonic() - self.published >= PUBLISH_SECONDS:
                self._publish()

        self.shop.perform(tasks, report)
        facts = self.division.facts
        self.chunk.clean = not any(picture_errors(facts, task.log) for task in tasks)
        if self.name == COPY:
            segments = self.shop.shelf.streams[self.division.rungs[0].name].segments
            self.chunk.afresh = all(starts_afresh(self.shop.folder / segment.path) for segment in segments)
        self._publish()
        self._draw()

    def _tasks(self) -> tuple[list[Task], float]:
        """What to run, and how many seconds of the video that is."""
        division = self.division
        make = Tasks(self.shop, division.recipe, division.copied_seconds)
        if self.name == COPY:
            return [make.copy(division.rungs[0])], division.facts.duration
        if piece := division.pieces.get(self.name):
            hold = hold_of(division.facts)
            return [make.picture(division.plan, piece, self.name, hold)], division.plan.seconds(
                piece, division.facts.duration
            )
        (sound,) = [sound for sound in division.sounds if sound.name == self.name]
        return [make.sound(sound, division.facts.duration, division.sound_segment)], division.facts.duration

    # Pictures

    def _draw(self) -> None:
        """The poster where this chunk shows its moment, and a thumb of each key frame that the storyboard wants."""
        facts, rungs = self.division.facts, self.division.rungs
        drawn: list[str] = []
        if self._holds(rungs[0].name, poster_moment(facts.duration)):
            self._perform_on(rungs[0].name, poster_command(self.shop.folder, rungs[0].name, facts.duration, _LOCAL))
            lighten_poster(self.shop.folder)
            drawn.append(POSTER)
        if small := self.shop.shelf.streams.get(rungs[-1].name):
            (self.shop.folder / THUMBS).mkdir()
            board, first = self.division.board, min(small.numbered)
            self._perform_on(small.name, thumbs_command(self.shop.folder, small.name, board, first, _LOCAL))
            wanted = [thumb_file(number) for number in self.division.thumbs if number in small.numbered]
            drawn += [file for file in wanted if (self.shop.folder / file).exists()]
        self._add(drawn)

    def _add(self, files: list[str]) -> None:
        self.chunk.files += files
        self.shop.shelf.fresh += files

    def _holds(self, name: str, moment: float) -> bool:
        stream = self.shop.shelf.streams.get(name)
        if stream is None:
            return False
        ticks = moment * stream.track.timescale
        return any(s.span.start <= ticks < s.span.start + s.span.duration for s in stream.numbered.values())

    def _perform_on(self, name: str, command: list[str]) -> None:
        segments = [segment for _, segment in sorted(self.shop.shelf.streams[name].numbered.items())]
        text = media_playlist(segments, target=self.division.longest_segment, complete=True)
        (self.shop.folder / name / _LOCAL).write_text(text)
        self.shop.perform([Task(command, self.shop.confine(self.shop.folder))])

    # Telling

    def _publish(self) -> None:
        shelf = self.shop.shelf
        self.published = time.monotonic()
        self.chunk.streams = [stream.as_dict() for stream in shelf.streams.values()]
        for name in shelf.streams:
            self.chunk.inits[name] = hashlib.sha256((shelf.folder / name / INIT).read_bytes()).hexdigest()
        self.publish(self.shop.take_fresh(), self.chunk)

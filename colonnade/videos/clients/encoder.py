"""From an uploaded file to a folder that a browser plays."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .command import frames_per_segment, sound_end_command, subtitle_command, video_command
from .crew import Task, work
from .encoding import Encoding, Notice, Rendition, Subtitles
from .errors import Unplayable
from .facts import SourceFacts
from .failures import failure
from .ladder import ladder, output_rate
from .limits import USUAL_LIMITS, Limits
from .pictures import POSTER, STORYBOARD, board_for, poster_command, storyboard_command, write_storyboard
from .plan import Piece, Plan, plain, plan
from .probe import clock, probe, unplayable
from .process import Confinement
from .publication import MASTER, Publication
from .recipe import USUAL_RECIPE, Recipe
from .shelf import INIT, Shelf, Stream
from .soundtrack import Soundtrack, sounds_of
from .stage import staged

RECORD = "video.json"
# Picture and sound may differ by this before the file is called incomplete.
TOLERATED_SECONDS = 1.0
PUBLISH_SECONDS = 1.0
# Sound encoders round a track up by this much; a longer rest is meant.
LEAST_HOLD_SECONDS = 0.1
# The part of the progress bar that poster and storyboard get.
ENCODED_PART = 0.97
TRUNCATED = "The file ends early: {found} of {declared} could be converted. Upload it again if more is missing."
NO_SOUND = "The sound is in a format we cannot decode, so the video is silent: export it with AAC sound."

Publish = Callable[[Path, Sequence[str]], None]


def encode(
    source: Path,
    dest: Path,
    *,
    recipe: Recipe = USUAL_RECIPE,
    limits: Limits = USUAL_LIMITS,
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
    publish: Publish | None = None,
) -> Encoding:
    """Make `dest`: a master playlist, renditions, sound, poster and storyboard. It is complete on return, else absent.

    `progress` hears a fraction from 0 to 1 about ten times a second, in the calling thread; what it raises stops the
    work. `publish(folder, names)` hears of files that are new or have changed while the video is being made, in an
    order in which they may be published: a viewer can start on them long before the end. `workers` processes share a
    long video. Raises Unplayable when the file is at fault, VideoError when trying again may help.
    """
    started = time.monotonic()
    facts = probe(source, limits=limits)
    with staged(dest) as folder:
        run = _Run(source.resolve(), folder, facts, recipe, limits, workers, started)
        run.progress = progress or run.progress
        run.publish = publish or run.publish
        return run.encode()


@dataclass
class _Run:
    source: Path
    folder: Path
    facts: SourceFacts
    recipe: Recipe
    limits: Limits
    workers: int
    started: float
    progress: Callable[[float], None] = lambda part: None
    publish: Publish = lambda folder, names: None
    warnings: list[Notice] = field(default_factory=list)
    cpu_seconds: float = 0.0
    first_playable: float = 0.0

    def __post_init__(self) -> None:
        self.own_cpu = time.thread_time()
        self.work = self.folder / ".work"
        self.rungs = ladder(self.facts, self.recipe.largest)
        self.rate = output_rate(self.facts)
        self.segment = frames_per_segment(self.rate, self.recipe)
        self.segment_seconds = self.segment / self.rate
        self.shelf = Shelf(self.folder)
        self.sounds = sounds_of(self.facts)
        self.soundtrack = Soundtrack(self.source, self.recipe, self.limits, self.segment_seconds, self._confinement)
        self.publication = Publication(self.shelf, self.rungs, self.sounds, self.segment_seconds)
        self.published = 0.0

    def encode(self) -> Encoding:
        self.work.mkdir()
        if self.facts.audio and not self.sounds:
            self.warnings.append(Notice("no_sound", NO_SOUND))
        self._make_all(self._hold())
        self._match_lengths()
        extras = [*self._extract_subtitles()]
        shutil.rmtree(self.work)
        changed = self.publication.write(complete=True)
        duration = float(self._pictures()[0].duration)
        extras += self._draw(duration)
        encoding = self._outcome(duration, extras)
        (self.folder / RECORD).write_text(json.dumps(encoding.as_dict(), indent=1))
        self.publish(self.folder, [*self._fresh_files(), *extras, *changed, RECORD])
        self.progress(1.0)
        return encoding

    # Making

    def _make_all(self, hold: float) -> None:
        """By the quick plan; and all in one run, should a stretch of it not come out as planned."""
        quick = plan(self.facts, self.rungs, self.rate, self.segment, self.workers)
        sounds = [self._sound_task(number, self.facts.duration) for number in range(len(self.sounds))]
        try:
            self._make_pictures(quick, hold, sounds)
        except Unplayable as error:
            if error.code != "damaged" or len(quick.pieces) == 1:
                raise
        else:
            if not any(stream.has_seams() for stream in self._pictures()):
                return
        for rung in self.rungs:
            self.shelf.forget(rung.name)
        self._make_pictures(plain(self.rungs, self.rate, self.segment), hold, [s for s in sounds if not s.finished])

    def _make_pictures(self, made: Plan, hold: float, sounds: list[Task]) -> None:
        pieces = [self._piece_task(made, piece, number, hold) for number, piece in enumerate(made.pieces)]
        shares = [self._share(made, piece) for piece in made.pieces]

        def report() -> None:
            done = sum(
                min(task.position, length) * weight for task, (length, weight) in zip(pieces, shares, strict=True)
            )
            whole = sum(length * weight for length, weight in shares)
            self.progress(min(ENCODED_PART, ENCODED_PART * done / whole))

        self._perform([pieces[0], *sounds, *pieces[1:]], report)
        self._drop_failed_sounds()

    def _piece_task(self, made: Plan, piece: Piece, number: int, hold: float) -> Task:
        first = {rung.name: piece.first_frame(rung) // made.segment for rung in piece.rungs}
        folder = self._room(f"picture-{number}", first)
        command = video_command(self.source, folder, self.facts, made, piece, self.recipe, self.limits, hold)
        return Task(command, self._confinement(folder), start=float(piece.start / made.rate))

    def _sound_task(self, number: int, seconds: float) -> Task:
        sound = self.sounds[number]
        return self.soundtrack.task(sound, self._room(sound.name, {sound.name: 0}), seconds)

    def _room(self, name: str, first: dict[str, int]) -> Path:
        """A fresh folder for FFmpeg to write to; `first` are the numbers of the first segments there."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        for stream in first:
            (folder / stream).mkdir(parents=True)
        self.rooms = {**getattr(self, "rooms", {}), folder: first}
        return folder

    def _share(self, made: Plan, piece: Piece) -> tuple[float, float]:
        """Seconds of a piece, and about how much work each is."""
        frames = piece.frames or max(1.0, self.facts.duration * float(made.rate) - piece.start)
        return float(frames / made.rate), float(sum(rung.width * rung.height * rung.rate for rung in piece.rungs))

    def _perform(self, tasks: list[Task], report: Callable[[], None] = lambda: None) -> None:
        def tick() -> None:
            for folder, first in self.rooms.items():
                self.shelf.harvest(folder, first)
            self._check_limits(tasks)
            self._publish_now_and_then()
            report()

        self.cpu_seconds += work(tasks, at_once=self.workers + 1, stall_seconds=self.limits.stall_seconds, tick=tick)

    def _check_limits(self, tasks: list[Task]) -> None:
        if self.shelf.size > self.limits.output_bytes:
            raise failure("too_much_output")
        if shutil.disk_usage(self.folder).free < self.limits.free_disk_bytes:
            raise failure("disk_full")
        # What a file declares was checked before; this is how long it turned out to be.
        if (longest := max(task.start + task.position for task in tasks)) > self.limits.duration_seconds:
            raise unplayable("too_long", found=f"over {clock(longest)}", most=clock(self.limits.duration_seconds))

    def _publish_now_and_then(self) -> None:
        if not self.publication.playable():
            return
        now = time.monotonic()
        self.first_playable = self.first_playable or now - self.started
        if self.shelf.fresh and now - self.published >= PUBLISH_SECONDS:
            self.published = now
            changed = self.publication.write(complete=False)
            self.publish(self.folder, [*self._fresh_files(), *changed])

    def _fresh_files(self) -> list[str]:
        fresh = list(self.shelf.fresh)
        self.shelf.fresh.clear()
        return fresh

    # Lengths

    def _hold(self) -> float:
        """Seconds to keep the last picture up: a slide may stand long after the last frame that was stored."""
        if not self.facts.video_duration or not self.sounds:
            return 0.0
        ends = max(sound.track.start + sound.track.duration for sound in self.sounds)
        gap = min(ends, self.facts.duration) - self.facts.video_start - self.facts.video_duration
        return gap if gap > LEAST_HOLD_SECONDS else 0.0

    def _match_lengths(self) -> None:
        """Picture and sound must end together, whatever the file said: a player waits for the one that is missing."""
        if not self._pictures():
            raise failure("damaged")
        declared = self.facts.duration
        if self._ends_before(declared) and not self.facts.truncated and self.sounds:
            self._hold_for_sound()
        if self.facts.truncated or self._ends_before(declared):
            found, whole = clock(self._length()), clock(self.facts.declared_duration)
            self.warnings.append(Notice("truncated", TRUNCATED.format(found=found, declared=whole)))
        uneven = [number for number, sound in enumerate(self.sounds) if self._differs(self.shelf.streams[sound.name])]
        for number in uneven:
            self.shelf.forget(self.sounds[number].name)
        if uneven:
            self._perform([self._sound_task(number, self._length()) for number in uneven])
            self._drop_failed_sounds()

    def _length(self) -> float:
        return float(self._pictures()[0].duration)

    def _ends_before(self, seconds: float) -> bool:
        return self._length() < seconds - max(TOLERATED_SECONDS, seconds / 50)

    def _differs(self, sound: Stream) -> bool:
        return abs(float(sound.duration) - self._length()) > 1.5 / self.rate

    def _hold_for_sound(self) -> None:
        """Where the file does not say how long its picture lasts, the sound may really go on after it."""
        task = Task(sound_end_command(self.source, self.sounds[0].track, self.limits), self._confinement())
        self._perform([task])
        gap = task.position - self._length()
        if gap > TOLERATED_SECONDS:
            for rung in self.rungs:
                self.shelf.forget(rung.name)
            self._make_pictures(plain(self.rungs, self.rate, self.segment), gap, [])

    def _drop_failed_sounds(self) -> None:
        for sound in [sound for sound in self.sounds if sound.name in self.soundtrack.failed]:
            self.shelf.forget(sound.name)
            self.sounds.remove(sound)
            if not self.sounds:
                self.warnings.append(Notice("no_sound", NO_SOUND))

    # Extras

    def _extract_subtitles(self) -> list[str]:
        """Text tracks as WebVTT; one that cannot be read is left out."""
        self.subtitles: list[Subtitles] = []
        tracks = [track for track in self.facts.subtitles if track.text]
        made = self.work / "subtitles"
        made.mkdir()
        paths = [made / f"{track.position}{'-' if track.language else ''}{track.language}.vtt" for track in tracks]
        commands = [subtitle_command(self.source, p, t, self.limits) for p, t in zip(paths, tracks, strict=True)]
        self._perform([Task(command, self._confinement(made), otherwise=lambda error: None) for command in commands])
        for path, track in zip(paths, tracks, strict=True):
            if path.exists() and "-->" in path.read_text(errors="replace"):
                (self.folder / "subtitles").mkdir(exist_ok=True)
                path.replace(self.folder / "subtitles" / path.name)
                self.subtitles.append(Subtitles(f"subtitles/{path.name}", track.language, track.title))
        return [subtitles.path for subtitles in self.subtitles]

    def _draw(self, duration: float) -> list[str]:
        """Poster and storyboard."""
        (self.folder / "storyboard").mkdir()
        small = self.rungs[-1]
        board = board_for(duration, float(self.segment_seconds), small.width, small.height)
        commands = [
            poster_command(self.folder, self.rungs[0].name, duration),
            storyboard_command(self.folder, small.name, board),
        ]
        confinement = self._confinement(self.folder)
        self.cpu_seconds += work(
            [Task(command, confinement) for command in commands],
            at_once=2,
            stall_seconds=self.limits.stall_seconds,
            tick=lambda: self.progress((1 + ENCODED_PART) / 2),
        )
        return [POSTER, *write_storyboard(self.folder, board, duration)]

    # Results

    def _confinement(self, *written: Path) -> Confinement:
        pixels = self.facts.coded_width * self.facts.coded_height * min(float(self.facts.rate), 120)
        weight = max(1.0, pixels / (1920 * 1080 * 30))
        cpu = self.limits.cpu_floor_seconds + self.facts.duration * self.limits.cpu_per_second * weight
        return Confinement(
            cpu_seconds=int(cpu),
            memory_bytes=self.limits.memory_bytes,
            file_bytes=self.limits.output_bytes,
            read=(self.source,),
            write=written,
            nice=self.recipe.nice,
        )

    def _pictures(self) -> list[Stream]:
        found = [self.shelf.streams.get(rung.name) for rung in self.rungs]
        return [stream for stream in found if stream and stream.segments]

    def _outcome(self, duration: float, extras: list[str]) -> Encoding:
        streams = self.shelf.streams.values()
        listed = [f"{s.name}/{file}" for s in streams for file in ("index.m3u8", INIT)]
        segments = [segment.path for s in streams for segment in s.segments]
        return Encoding(
            source=self.facts,
            renditions=tuple(self._renditions()),
            has_audio=bool(self.sounds),
            duration=duration,
            poster=POSTER,
            storyboard=STORYBOARD,
            subtitles=tuple(self.subtitles),
            files=tuple(sorted([MASTER, RECORD, *listed, *segments, *extras])),
            warnings=tuple(self.warnings),
            cpu_seconds=round(self.cpu_seconds + time.thread_time() - self.own_cpu, 3),
            wall_seconds=round(time.monotonic() - self.started, 3),
            first_playable_seconds=round(self.first_playable, 3),
        )

    def _renditions(self) -> list[Rendition]:
        return [
            Rendition(
                name=rung.name,
                width=rung.width,
                height=rung.height,
                frame_rate=round(float(rung.rate), 3),
                codec=stream.track.codec,
                average_bit_rate=stream.average,
                peak_bit_rate=stream.peak,
                size_bytes=stream.size,
            )
            for rung, stream in zip(self.rungs, self._pictures(), strict=True)
        ]

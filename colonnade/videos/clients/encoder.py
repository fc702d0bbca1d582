"""From an uploaded file to a folder that a browser plays."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .command import audio_command, segment_seconds, video_command
from .crew import Task, work
from .encoding import Encoding, Notice, Rendition
from .facts import AudioTrack, SourceFacts
from .failures import failure
from .ladder import Rung, ladder, output_rate
from .limits import USUAL_LIMITS, Limits
from .loudness import gain_for, loudness_command
from .pictures import POSTER, STORYBOARD, board_for, poster_command, storyboard_command, write_storyboard
from .playlist import Word, master_playlist, media_playlist
from .probe import probe
from .process import Confinement
from .recipe import USUAL_RECIPE, Recipe
from .shelf import Shelf, Stream
from .stage import staged

AUDIO = "audio"
MASTER = "master.m3u8"
RECORD = "video.json"
# Picture and sound may differ by this before one is padded or the file is called incomplete.
TOLERATED_SECONDS = 1.0
SENTENCE_TRUNCATED = (
    "The file ends early: {found} of {declared} could be converted. Upload it again if more is missing."
)
SENTENCE_NO_SOUND = "The sound is in a format we cannot decode, so the video is silent: export it with AAC sound."


def encode(
    source: Path,
    dest: Path,
    *,
    recipe: Recipe = USUAL_RECIPE,
    limits: Limits = USUAL_LIMITS,
    progress: Callable[[float], None] | None = None,
) -> Encoding:
    """Make `dest`: a master playlist, renditions, sound, poster and storyboard. It is complete on return, else absent.

    `progress` hears a fraction from 0 to 1 about ten times a second, in the calling thread; what it raises stops the
    work. Raises Unplayable when the file is at fault, VideoError when trying again may help.
    """
    started = time.monotonic()
    facts = probe(source, limits=limits)
    with staged(dest) as folder:
        return _Run(source.resolve(), folder, facts, recipe, limits, progress or (lambda part: None), started).encode()


@dataclass
class _Run:
    source: Path
    folder: Path
    facts: SourceFacts
    recipe: Recipe
    limits: Limits
    progress: Callable[[float], None]
    started: float
    warnings: list[Notice] = field(default_factory=list)
    cpu_seconds: float = 0.0
    first_playable: float = 0.0
    gain_db: float | None = None

    def __post_init__(self) -> None:
        self.rungs = ladder(self.facts, self.recipe.largest)
        self.rate = output_rate(self.facts)
        self.segment = segment_seconds(self.rate, self.recipe)
        self.shelf = Shelf(self.folder)
        self.work = self.folder / ".work"
        self.own_cpu = time.thread_time()

    def encode(self) -> Encoding:
        self.work.mkdir()
        declared = self.facts.duration
        video, audio = self._video(self._hold()), self._audio(declared)
        self._perform([video, *audio], declared)
        self._match_lengths(declared)
        shutil.rmtree(self.work)
        duration = float(self._pictures[0].duration)
        self._write_playlists()
        extras = self._poster_and_storyboard(duration)
        encoding = self._outcome(duration, extras)
        (self.folder / RECORD).write_text(json.dumps(encoding.as_dict(), indent=1))
        self.progress(1.0)
        return encoding

    # Tasks

    def _video(self, hold: float) -> Task:
        folder = self._fresh("video")
        command = video_command(
            self.source, folder, self.facts, self.rungs, self.rate, self.recipe, self.limits, pad_seconds=hold
        )
        return Task(command, self._confinement(folder))

    def _audio(self, seconds: float) -> list[Task]:
        track = self.facts.sound
        if track is None:
            if self.facts.audio:
                self.warnings.append(Notice("no_sound", SENTENCE_NO_SOUND))
            return []
        if self.recipe.loudness is not None and self.gain_db is None:
            return [self._measured(track, seconds)]
        folder = self._fresh("audio")
        command = audio_command(
            self.source, folder, track, AUDIO, seconds, self.segment, self.limits, gain_db=self.gain_db
        )
        return [Task(command, self._confinement(folder))]

    def _measured(self, track: AudioTrack, seconds: float) -> Task:
        command = loudness_command(self.source, track, seconds, self.limits)
        task = Task(command, self._confinement())

        def then() -> list[Task]:
            self.gain_db = gain_for(task.log, self.recipe.loudness or 0.0) or 0.0
            return self._audio(seconds)

        task.then = then
        return task

    def _hold(self) -> float:
        """Seconds to keep the last picture up: a slide may stand long after the last frame that was stored."""
        sound = self.facts.sound
        ends = sound.start + sound.duration if sound else 0.0
        gap = min(ends, self.facts.duration) - self.facts.video_start - self.facts.video_duration
        return gap if gap > 1 / self.rate else 0.0

    def _match_lengths(self, declared: float) -> None:
        """Both must end together, whatever the file said: a player waits for the one that is missing."""
        duration = float(self._pictures[0].duration) if self._pictures else 0.0
        if not duration:
            raise failure("damaged")
        if self.facts.truncated or duration < declared - max(TOLERATED_SECONDS, declared / 50):
            sentence = SENTENCE_TRUNCATED.format(found=_clock(duration), declared=_clock(self.facts.declared_duration))
            self.warnings.append(Notice("truncated", sentence))
        sound = self.shelf.streams.get(AUDIO)
        if sound and abs(float(sound.duration) - duration) > 1.5 / self.rate:
            self.shelf.forget(AUDIO)
            self._perform(self._audio(duration), duration)

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

    def _perform(self, tasks: list[Task], seconds: float) -> None:
        main = tasks[0]

        def tick() -> None:
            for folder in self.work.iterdir():
                self.shelf.harvest(folder)
            self._note_first_playable()
            self._check_disk()
            self.progress(min(0.97, main.position / seconds))

        self.cpu_seconds += work(tasks, at_once=2, stall_seconds=self.limits.stall_seconds, tick=tick)

    def _note_first_playable(self) -> None:
        needed = 2 if self.facts.sound else 1
        ready = [stream for stream in self.shelf.streams.values() if stream.segments]
        if not self.first_playable and self._pictures and len(ready) >= needed:
            self.first_playable = time.monotonic() - self.started

    def _check_disk(self) -> None:
        if self.shelf.size > self.limits.output_bytes:
            raise failure("too_much_output")
        if shutil.disk_usage(self.folder).free < self.limits.free_disk_bytes:
            raise failure("disk_full")

    # Results

    @property
    def _pictures(self) -> list[Stream]:
        return [self.shelf.streams[rung.name] for rung in self.rungs if rung.name in self.shelf.streams]

    def _write_playlists(self) -> None:
        for stream in self.shelf.streams.values():
            text = media_playlist(stream.segments, target=self.segment, complete=True)
            (self.folder / stream.name / "index.m3u8").write_text(text)
        sound = self.shelf.streams.get(AUDIO)
        variants = [self._variant(rung, stream, sound) for rung, stream in zip(self.rungs, self._pictures, strict=True)]
        (self.folder / MASTER).write_text(master_playlist(variants, [self._rendition_of_sound()] if sound else []))

    def _variant(self, rung: Rung, stream: Stream, sound: Stream | None) -> dict[str, object]:
        return {
            "BANDWIDTH": stream.peak + (sound.peak if sound else 0),
            "AVERAGE-BANDWIDTH": stream.average + (sound.average if sound else 0),
            "CODECS": ",".join([stream.track.codec, *([sound.track.codec] if sound else [])]),
            "RESOLUTION": Word(f"{rung.width}x{rung.height}"),
            "FRAME-RATE": Word(f"{float(rung.rate):.3f}"),
            "URI": f"{rung.name}/index.m3u8",
        }

    def _rendition_of_sound(self) -> dict[str, object]:
        track = self.facts.sound
        assert track is not None
        language: dict[str, object] = {"LANGUAGE": track.language} if track.language else {}
        return {
            "NAME": track.title or track.language or "Sound",
            **language,
            "DEFAULT": Word("YES"),
            "AUTOSELECT": Word("YES"),
            "CHANNELS": "1" if track.channels == 1 else "2",
            "URI": f"{AUDIO}/index.m3u8",
        }

    def _poster_and_storyboard(self, duration: float) -> list[str]:
        (self.folder / "storyboard").mkdir()
        small = self.rungs[-1]
        board = board_for(duration, float(self.segment), small.width, small.height)
        confinement = Confinement(
            cpu_seconds=int(self.limits.cpu_floor_seconds + duration),
            memory_bytes=self.limits.memory_bytes,
            file_bytes=self.limits.output_bytes,
            write=(self.folder,),
            nice=self.recipe.nice,
        )
        tasks = [
            Task(poster_command(self.folder, self.rungs[0].name, duration), confinement),
            Task(storyboard_command(self.folder, small.name, board), confinement),
        ]
        self.cpu_seconds += work(
            tasks, at_once=2, stall_seconds=self.limits.stall_seconds, tick=lambda: self.progress(0.98)
        )
        return [POSTER, *write_storyboard(self.folder, board, duration)]

    def _outcome(self, duration: float, extras: list[str]) -> Encoding:
        streams = self.shelf.streams.values()
        listed = [name for s in streams for name in (f"{s.name}/index.m3u8", f"{s.name}/init.mp4")]
        segments = [segment.path for s in streams for segment in s.segments]
        return Encoding(
            source=self.facts,
            renditions=tuple(_rendition(r, s) for r, s in zip(self.rungs, self._pictures, strict=True)),
            has_audio=AUDIO in self.shelf.streams,
            duration=duration,
            poster=POSTER,
            storyboard=STORYBOARD,
            files=tuple(sorted([MASTER, RECORD, *listed, *segments, *extras])),
            warnings=tuple(self.warnings),
            cpu_seconds=round(self.cpu_seconds + time.thread_time() - self.own_cpu, 3),
            wall_seconds=round(time.monotonic() - self.started, 3),
            first_playable_seconds=round(self.first_playable, 3),
        )

    def _fresh(self, name: str) -> Path:
        folder = self.work / name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        for rung in self.rungs if name == "video" else ():
            (folder / rung.name).mkdir()
        return folder


def _rendition(rung: Rung, stream: Stream) -> Rendition:
    return Rendition(
        name=rung.name,
        width=rung.width,
        height=rung.height,
        frame_rate=round(float(rung.rate), 3),
        codec=stream.track.codec,
        average_bit_rate=stream.average,
        peak_bit_rate=stream.peak,
        size_bytes=stream.size,
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}" if minutes else f"{rest:.1f} s"

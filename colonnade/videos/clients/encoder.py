"""From an uploaded file to a folder that a browser plays."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .boxes import starts_afresh
from .command import decode_command, frames_per_segment, sound_end_command
from .crew import Task
from .encoding import DAMAGED_PARTS, RECORD, Encoding, Notice, Rendition, Subtitles, rendition_of
from .errors import Unplayable
from .extras import draw, extract_subtitles
from .failures import failure, picture_errors
from .fit import KeyFrames, copied_cuts
from .ladder import Rung, output_rate
from .limits import USUAL_LIMITS, Limits
from .pictures import POSTER, STORYBOARD, board_for
from .plan import Piece, Plan, plan, regular_cuts
from .probe import Examined, clock, examine
from .publication import MASTER, Publication, Sound
from .recipe import USUAL_RECIPE, Recipe, suited
from .shelf import INIT, Stream, cut_alike
from .soundtrack import AAC_FRAME_SECONDS, hold_of, sound_segment, sounds_of
from .stage import staged
from .tasks import Tasks
from .workshop import Publish, Workshop

# Picture and sound may differ by this before the file is called incomplete.
TOLERATED_SECONDS = 1.0
# AAC comes in frames of 21 ms, and FFmpeg rounds up.
TOLERATED_SOUND_SECONDS = 0.05
# The part of the progress bar that the encoding gets; poster and storyboard have the rest.
ENCODED_PART = 0.97
TRUNCATED = "The file ends early: {found} of {declared} could be converted. Upload it again if more is missing."
NO_SOUND = "The sound is in a format we cannot decode, so the video is silent: export it with AAC sound."


def encode(
    source: Path,
    dest: Path,
    *,
    recipe: Recipe = USUAL_RECIPE,
    limits: Limits = USUAL_LIMITS,
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
    publish: Publish | None = None,
    examined: Examined | None = None,
) -> Encoding:
    """Make `dest`: a master playlist, renditions, sound, poster and storyboard. It is complete on return, else absent.

    `progress` hears a fraction from 0 to 1 about ten times a second, in the calling thread; what it raises stops the
    work. `publish(folder, names)` hears of files that are new or have changed while the video is being made, in an
    order in which they may be published: a viewer can start on them long before the end. `workers` processes share a
    long video. `examined` is what `examine` told of the source, where that is known.
    Raises Unplayable when the file is at fault, VideoError when trying again may help.
    """
    started = time.monotonic()
    facts, keys = examined or examine(source, limits, recipe.segment_seconds)
    with staged(dest) as folder:
        shop = Workshop(source.resolve(), folder, facts, limits, recipe.nice, at_once=workers + 1)
        shop.started = started
        shop.publish = publish
        return _Run(shop, recipe, keys, workers, progress or (lambda part: None)).encode()


@dataclass(frozen=True)
class _Way:
    """A plan, and the rung that is copied beside it."""

    plan: Plan
    copied: Rung | None = None


class _Run:
    def __init__(
        self, shop: Workshop, recipe: Recipe, keys: KeyFrames | None, workers: int, progress: Callable[[float], None]
    ) -> None:
        copied_seconds, recipe = recipe.segment_seconds, suited(recipe, shop.facts)
        self.shop, self.recipe, self.keys, self.workers, self.progress = shop, recipe, keys, workers, progress
        self.own_cpu = time.thread_time()
        self.facts, self.shelf = shop.facts, shop.shelf
        self.rungs = recipe.rungs(self.facts)
        self.rate = output_rate(self.facts)
        self.segment = frames_per_segment(self.rate, recipe)
        self.sounds = sounds_of(self.facts)
        self.tasks = Tasks(shop, recipe, copied_seconds)
        self.warnings: list[Notice] = []
        self.subtitles: list[Subtitles] = []

    def encode(self) -> Encoding:
        if self.facts.audio and not self.sounds:
            self.warnings.append(Notice("no_sound", NO_SOUND))
        self._make(hold_of(self.facts))
        self._match_lengths()
        self.subtitles = extract_subtitles(self.shop)
        self.shop.close()
        assert self.shop.publication
        self.offered = [rung for rung, _ in self.shop.publication.offered()]
        changed = self.shop.publication.write(complete=True)
        self.shop.publication = None  # What is whole must not be written as growing again.
        extras = [*(track.path for track in self.subtitles), *self._draw()]
        changed = self._forget_spare(changed)
        encoding = self._outcome(extras)
        (self.shop.folder / RECORD).write_text(json.dumps(encoding.as_dict(), indent=1))
        self.shop.tell([*self.shop.take_fresh(), *extras, *changed, RECORD])
        self.progress(1.0)
        return encoding

    # Making

    def _make(self, hold: float) -> None:
        """By the quickest way that comes out right."""
        *quick, sure = self._ways(hold)
        self.sound_segment = sound_segment([*quick, sure][0].plan, self.facts.duration)
        for way in quick:
            if self._try(way, hold, self._sounds_left()):
                return
            self.shop.forget([rung.name for rung in self.rungs])
        self._make_by(sure, hold, self._sounds_left())

    def _ways(self, hold: float) -> Iterator[_Way]:
        top, *others = self.rungs
        cuts = copied_cuts(self.facts, self.keys, top) if self.recipe.copy and not hold else None
        if cuts:
            yield _Way(plan(self.facts, others, self.rate, cuts, self.workers, regular=False), copied=top)
        quick = plan(
            self.facts, self.rungs, self.rate, regular_cuts(self.facts.duration, self.rate, self.segment), self.workers
        )
        yield _Way(quick)
        if len(quick.pieces) > 1:
            yield _Way(quick.in_one())

    def _try(self, way: _Way, hold: float, sounds: list[Task]) -> bool:
        try:
            pictures = self._make_by(way, hold, sounds)
        except Unplayable as error:
            if error.code != "damaged":
                raise
            return False
        made = self._pictures()
        whole = len(made) == len(self.rungs) and not any(stream.has_seams() for stream in made)
        return whole and cut_alike(made) and (way.copied is None or self._copied_well(pictures))

    def _copied_well(self, decoded: list[Task]) -> bool:
        """Each segment complete in itself, and no error met in decoding the source."""
        copied, *_ = self._pictures()
        afresh = all(starts_afresh(self.shop.folder / segment.path) for segment in copied.segments)
        return afresh and not self._met_errors(decoded)

    def _met_errors(self, tasks: list[Task]) -> bool:
        """Whether FFmpeg logged an error about the picture in these runs that ended well."""
        return any(picture_errors(self.facts, task.log) for task in tasks)

    def _make_by(self, way: _Way, hold: float, sounds: list[Task]) -> list[Task]:
        """Returns the tasks that decoded the picture."""
        made = way.plan
        self.plan = made
        self.copied = way.copied
        self.shop.publication = Publication(
            self.shelf, self.rungs, self.sounds, self._longest_segment(made), self.recipe.sparing
        )
        pieces = [
            self.tasks.picture(made, piece, f"picture-{number}", hold) for number, piece in enumerate(made.pieces)
        ]
        copies = []
        if way.copied:
            copies = [self.tasks.copy(way.copied)]
            pieces = pieces or [
                Task(decode_command(self.shop.source, self.facts, self.shop.limits), self.shop.confine())
            ]
        shares = [self._share(made, piece) for piece in made.pieces] or [(self.facts.duration, 1.0)]

        def report() -> None:
            done = sum(min(task.position, most) * weight for task, (most, weight) in zip(pieces, shares, strict=True))
            self.progress(min(ENCODED_PART, ENCODED_PART * done / sum(most * weight for most, weight in shares)))

        self.shop.perform([pieces[0], *sounds, *copies, *pieces[1:]], report)
        self._drop_failed_sounds()
        self.decoded = pieces
        return pieces

    def _sounds_left(self) -> list[Task]:
        """Those that are not made to their end yet: what was stopped begins anew, in an empty room."""
        left = [number for number, sound in enumerate(self.sounds) if not self._is_heard_out(sound)]
        self.shop.forget([self.sounds[number].name for number in left])
        return [self._sound_task(number, self.facts.duration) for number in left]

    def _is_heard_out(self, sound: Sound) -> bool:
        stream = self.shelf.streams.get(sound.name)
        return stream is not None and abs(float(stream.duration) - self.facts.duration) < TOLERATED_SOUND_SECONDS

    def _sound_task(self, number: int, seconds: float) -> Task:
        return self.tasks.sound(self.sounds[number], seconds, self.sound_segment)

    def _longest_segment(self, made: Plan) -> Fraction:
        heard = Fraction(self.sound_segment + AAC_FRAME_SECONDS) if self.sounds else Fraction(0)
        return max(made.longest_segment(self.facts.duration), heard)

    def _share(self, made: Plan, piece: Piece) -> tuple[float, float]:
        """Seconds of a piece, and about how much work each is."""
        weight = sum(rung.width * rung.height * rung.rate for rung in piece.rungs)
        return made.seconds(piece, self.facts.duration), float(weight)

    def _drop_failed_sounds(self) -> None:
        for sound in [sound for sound in self.sounds if sound.name in self.tasks.soundtrack.failed]:
            self.shelf.forget(sound.name)
            self.sounds.remove(sound)
            if not self.sounds:
                self.warnings.append(Notice("no_sound", NO_SOUND))

    # Lengths

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
        elif self._met_errors(self.decoded):
            self.warnings.append(DAMAGED_PARTS)
        uneven = [number for number, sound in enumerate(self.sounds) if self._differs(self.shelf.streams[sound.name])]
        if uneven:
            self.shop.forget([self.sounds[number].name for number in uneven])
            self.sound_segment = sound_segment(self.plan, self._length())
            self.shop.perform([self._sound_task(number, self._length()) for number in uneven])
            self._drop_failed_sounds()

    def _length(self) -> float:
        return float(self._pictures()[0].duration)

    def _ends_before(self, seconds: float) -> bool:
        return self._length() < seconds - max(TOLERATED_SECONDS, seconds / 50)

    def _differs(self, sound: Stream) -> bool:
        return abs(float(sound.duration) - self._length()) > 1.5 / self.rate

    def _hold_for_sound(self) -> None:
        """Where the file does not say how long its picture lasts, the sound may really go on after it."""
        command = sound_end_command(self.shop.source, self.sounds[0].track, self.shop.limits)
        listening = Task(command, self.shop.confine())
        self.shop.perform([listening])
        gap = listening.position - self._length()
        if gap > TOLERATED_SECONDS:
            self.shop.forget([rung.name for rung in self.rungs])
            *_, sure = self._ways(gap)
            self._make_by(sure, gap, [])

    # Results

    def _draw(self) -> list[str]:
        small, duration = self.rungs[-1], self._length()
        # A copied stream has key frames between its cuts.
        keys = None if self.copied == small else [float(cut / self.rate) for cut in self.plan.cuts]
        board = board_for(duration, keys, small.width, small.height)
        return draw(self.shop, self.rungs[0].name, small.name, board, duration)

    def _forget_spare(self, written: list[str]) -> list[str]:
        """Let go what is not offered, unless somebody may be watching it. Returns what is left of the names."""
        if self.shop.has_published:
            return written
        spare = [rung.name for rung in self.rungs if rung not in self.offered]
        for name in spare:
            self.shelf.forget(name)
        return [name for name in written if name.partition("/")[0] not in spare]

    def _pictures(self) -> list[Stream]:
        found = [self.shelf.streams.get(rung.name) for rung in self.rungs]
        return [stream for stream in found if stream and stream.segments]

    def _outcome(self, extras: list[str]) -> Encoding:
        streams = self.shelf.streams.values()
        listed = [f"{s.name}/{file}" for s in streams for file in ("index.m3u8", INIT)]
        segments = [segment.path for s in streams for segment in s.segments]
        return Encoding(
            source=self.facts,
            renditions=tuple(self._renditions()),
            has_audio=bool(self.sounds),
            duration=self._length(),
            poster=POSTER,
            storyboard=STORYBOARD,
            subtitles=tuple(self.subtitles),
            files=tuple(sorted([MASTER, RECORD, *listed, *segments, *extras])),
            warnings=tuple(self.warnings),
            cpu_seconds=round(self.shop.cpu_seconds + time.thread_time() - self.own_cpu, 3),
            wall_seconds=round(time.monotonic() - self.shop.started, 3),
            first_playable_seconds=round(self.shop.first_playable, 3),
        )

    def _renditions(self) -> list[Rendition]:
        streams = self.shelf.streams
        return [rendition_of(rung, streams[rung.name], copied=rung == self.copied) for rung in self.offered]

"""What the chunks of a video come to together: playlists while they arrive, and the whole once all are there."""

import json
from collections.abc import Iterable
from pathlib import Path

from .chunk import Chunk
from .division import Division
from .encoding import DAMAGED_PARTS, RECORD, Encoding, Rendition, Subtitles, rendition_of
from .pictures import POSTER, STORYBOARD, thumb_file, write_sheets, write_storyboard
from .publication import MASTER, Publication
from .shelf import INIT, Shelf, Stream, cut_alike

# Picture and sound end together, to this many frames; the picture is as long as the source, to so many seconds.
TOGETHER_FRAMES = 1.5
TOLERATED_SECONDS = 1.0


class Gathering:
    """`folder` is where playlists are written; the segments lie wherever their makers have put them."""

    def __init__(self, folder: Path, division: Division, chunks: Iterable[Chunk]) -> None:
        self.folder, self.division, self.chunks = folder, division, list(chunks)
        self.shelf = Shelf(folder)
        for chunk in self.chunks:
            for data in chunk.streams:
                self._add(Stream.from_dict(data))
        self.publication = Publication(
            self.shelf, division.rungs, division.sounds, division.longest_segment, division.recipe.sparing
        )

    def is_playable(self) -> bool:
        return self.publication.playable()

    def write(self, *, complete: bool) -> list[str]:
        """Names of the playlists that have changed since the last time, in an order in which they may be published."""
        return self.publication.write(complete=complete)

    def flaw(self) -> str:
        """Why the whole is not as good as one worker would have made it, or nothing."""
        pictures = [self.shelf.streams.get(rung.name) for rung in self.division.rungs]
        sounds = [self.shelf.streams.get(sound.name) for sound in self.division.sounds]
        whole = [stream for stream in (*pictures, *sounds) if stream is not None]
        if len(whole) < len(pictures) + len(sounds):
            return "a stream is missing"
        if any(stream.has_seams() for stream in whole):
            return "there is a seam"
        if not all(self._is_one(name) for name in self.shelf.streams):
            return "the initialisations differ"
        if not cut_alike([stream for stream in pictures if stream]):
            return "the renditions are cut at different moments"
        length, rate = self.duration, float(self.division.plan.rate)
        if abs(length - self.division.facts.duration) > TOLERATED_SECONDS:
            return "it is not as long as the source"
        if any(abs(float(stream.duration) - length) > TOGETHER_FRAMES / rate for stream in sounds if stream):
            return "picture and sound do not end together"
        if self.division.copied and not all(chunk.afresh and chunk.clean for chunk in self.chunks):
            return "the source cannot be copied"
        return ""

    @property
    def duration(self) -> float:
        """Seconds of picture."""
        return float(self.shelf.streams[self.division.rungs[0].name].duration)

    @property
    def thumbs(self) -> list[str]:
        """The files that `finish` wants to find in the folder."""
        drawn = {file for chunk in self.chunks for file in chunk.files}
        return [file for number in self.division.thumbs if (file := thumb_file(number)) in drawn]

    def finish(self, *, wall_seconds: float, first_playable_seconds: float) -> Encoding:
        """Write playlists, storyboard and record. `thumbs` must lie in the folder; nothing else is read."""
        listed = self.write(complete=True)
        board = self.division.board
        write_sheets(self.folder, board, [self.folder / file for file in self.thumbs])
        extras = write_storyboard(self.folder, board, self.duration)
        encoding = self._encoding([*listed, *extras], wall_seconds, first_playable_seconds)
        (self.folder / RECORD).write_text(json.dumps(encoding.as_dict(), indent=1))
        return encoding

    def _add(self, stream: Stream) -> None:
        known = self.shelf.streams.setdefault(stream.name, Stream(stream.name, stream.track))
        known.numbered |= stream.numbered
        (self.folder / stream.name).mkdir(exist_ok=True)

    def _is_one(self, name: str) -> bool:
        """One initialisation has to do for the segments of all chunks."""
        return len({chunk.inits[name] for chunk in self.chunks if name in chunk.inits}) == 1

    def _encoding(self, written: list[str], wall_seconds: float, first_playable_seconds: float) -> Encoding:
        streams = self.shelf.streams.values()
        segments = [segment.path for stream in streams for segment in stream.segments]
        drawn = [file for chunk in self.chunks for file in chunk.files if file not in self.thumbs]
        names = {RECORD, *written, *segments, *drawn, *(f"{stream.name}/{INIT}" for stream in streams)}
        return Encoding(
            source=self.division.facts,
            renditions=tuple(self._renditions()),
            has_audio=bool(self.division.sounds),
            duration=self.duration,
            poster=POSTER,
            storyboard=STORYBOARD,
            subtitles=tuple(Subtitles(**track) for chunk in self.chunks for track in chunk.subtitles),
            files=tuple(sorted(names | {MASTER})),
            warnings=() if all(chunk.clean for chunk in self.chunks) else (DAMAGED_PARTS,),
            cpu_seconds=round(sum(chunk.cpu_seconds for chunk in self.chunks), 3),
            wall_seconds=wall_seconds,
            first_playable_seconds=first_playable_seconds,
        )

    def _renditions(self) -> list[Rendition]:
        top = self.division.rungs[0]
        return [
            rendition_of(rung, stream, copied=self.division.copied and rung == top)
            for rung, stream in self.publication.offered()
        ]

"""The playlists of what is on the shelf: while it grows, and when it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .facts import AudioTrack
from .ladder import Rung
from .playlist import Word, master_playlist, media_playlist
from .shelf import Shelf, Stream
from .worth import worth_offering

MASTER = "master.m3u8"


@dataclass(frozen=True)
class Sound:
    """A sound track's place on the shelf."""

    name: str
    track: AudioTrack
    default: bool


@dataclass
class Publication:
    """Writes playlists beside the segments. What `write` returns is in an order that is safe to publish in: nothing
    is named before it is there. `longest_seconds` is the longest segment that is planned, of picture or sound.

    The whole offers what is `worth_offering`, if `sparing`. The others' playlists are written to their end all the
    same: somebody who began while it was being made may be watching one.
    """

    shelf: Shelf
    rungs: Sequence[Rung]
    sounds: Sequence[Sound]
    longest_seconds: Fraction
    sparing: bool = True

    def playable(self) -> bool:
        """Whether there is a first segment of a picture, and of the sound if it has any."""
        return bool(self._pictures()) and (not self.sounds or bool(self._heard()))

    def write(self, *, complete: bool) -> list[str]:
        streams = [*(stream for _, stream in self._pictures()), *(stream for _, stream in self._heard())]
        # RFC 8216 wants one target duration in all of them.
        target = max([self.longest_seconds, *(s.duration for stream in streams for s in stream.segments)])
        written = []
        for stream in streams:
            text = media_playlist(stream.segments, target=target, complete=complete)
            written += self._put(f"{stream.name}/index.m3u8", text)
        return [*written, *self._put(MASTER, self._master(self.offered() if complete else self._pictures()))]

    def offered(self) -> list[tuple[Rung, Stream]]:
        """The renditions of the whole."""
        if not self.sparing:
            return self._pictures()
        average, peak = self._sound_rates()
        return worth_offering(self._pictures(), average_sound=average, peak_sound=peak)

    def _put(self, name: str, text: str) -> list[str]:
        path = self.shelf.folder / name
        if path.exists() and path.read_text() == text:
            return []
        path.write_text(text)
        return [name]

    def _pictures(self) -> list[tuple[Rung, Stream]]:
        found = ((rung, self.shelf.streams.get(rung.name)) for rung in self.rungs)
        return [(rung, stream) for rung, stream in found if stream and stream.segments]

    def _heard(self) -> list[tuple[Sound, Stream]]:
        found = ((sound, self.shelf.streams.get(sound.name)) for sound in self.sounds)
        return [(sound, stream) for sound, stream in found if stream and stream.segments]

    def _sound_rates(self) -> tuple[int, int]:
        """Bits a second on average and at the peak, of the heaviest track."""
        heard = [stream for _, stream in self._heard()]
        return max((s.average for s in heard), default=0), max((s.peak for s in heard), default=0)

    def _master(self, pictures: Sequence[tuple[Rung, Stream]]) -> str:
        heard = self._heard()
        average, loudest = self._sound_rates()
        codecs = [heard[0][1].track.codec] if heard else []
        variants = [
            {
                "BANDWIDTH": stream.peak + loudest,
                "AVERAGE-BANDWIDTH": stream.average + average,
                "CODECS": ",".join([stream.track.codec, *codecs]),
                "RESOLUTION": Word(f"{rung.width}x{rung.height}"),
                "FRAME-RATE": Word(f"{float(rung.rate):.3f}"),
                "URI": f"{rung.name}/index.m3u8",
            }
            for rung, stream in pictures
        ]
        names = _distinct([sound.track.title or sound.track.language or "Sound" for sound, _ in heard])
        audio = [_media(sound, name) for (sound, _), name in zip(heard, names, strict=True)]
        return master_playlist(variants, audio)


def _media(sound: Sound, name: str) -> dict[str, object]:
    language: dict[str, object] = {"LANGUAGE": sound.track.language} if sound.track.language else {}
    chosen = Word("YES" if sound.default else "NO")
    return {
        "NAME": name,
        **language,
        "DEFAULT": chosen,
        "AUTOSELECT": Word("YES"),
        "CHANNELS": "1" if sound.track.channels == 1 else "2",
        "URI": f"{sound.name}/index.m3u8",
    }


def _distinct(names: list[str]) -> list[str]:
    """Two tracks of a group must not share a name."""
    return [name if names.count(name) == 1 else f"{name} {number + 1}" for number, name in enumerate(names)]

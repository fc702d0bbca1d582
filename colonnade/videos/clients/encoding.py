"""What an encode made. Plain data, as `video.json` and the database keep it."""

from dataclasses import asdict, dataclass
from typing import Any

from .facts import SourceFacts
from .ladder import Rung
from .shelf import Stream

ENCODER_VERSION = 2
RECORD = "video.json"


@dataclass(frozen=True)
class Notice:
    """Something the owner should know about a video that plays nevertheless."""

    code: str
    message: str


DAMAGED_PARTS = Notice(
    "damaged_parts",
    "Parts of the file are damaged, so pictures may be missing or blurred there: upload it again if you can.",
)


@dataclass(frozen=True)
class Rendition:
    """Rates in bits a second, of the picture alone; `codec` as browsers and RFC 6381 name it.

    `copied` means that the source's picture was good as it is.
    """

    name: str
    width: int
    height: int
    frame_rate: float
    codec: str
    average_bit_rate: int
    peak_bit_rate: int
    size_bytes: int
    copied: bool


def rendition_of(rung: Rung, stream: Stream, *, copied: bool) -> Rendition:
    return Rendition(
        name=rung.name,
        width=rung.width,
        height=rung.height,
        frame_rate=round(float(rung.rate), 3),
        codec=stream.track.codec,
        average_bit_rate=stream.average,
        peak_bit_rate=stream.peak,
        size_bytes=stream.size,
        copied=copied,
    )


@dataclass(frozen=True)
class Subtitles:
    """A text track of the source, as WebVTT."""

    path: str
    language: str
    title: str


@dataclass(frozen=True)
class Encoding:
    """Paths are relative to the destination. `first_playable_seconds` counts from the call to the first segment of
    picture and sound that a player could show."""

    source: SourceFacts
    renditions: tuple[Rendition, ...]
    has_audio: bool
    duration: float
    poster: str
    storyboard: str
    subtitles: tuple[Subtitles, ...]
    files: tuple[str, ...]
    warnings: tuple[Notice, ...]
    cpu_seconds: float
    wall_seconds: float
    first_playable_seconds: float
    version: int = ENCODER_VERSION

    @property
    def size_bytes(self) -> int:
        return sum(rendition.size_bytes for rendition in self.renditions)

    def as_dict(self) -> dict[str, Any]:
        """As `colonnade encode --json` prints it."""
        data = asdict(self)
        return {**data, "duration_seconds": data.pop("duration")}

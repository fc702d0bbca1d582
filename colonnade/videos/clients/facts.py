"""What a source is, as probed. Plain data: it travels as JSON between processes and into the database."""

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

HDR_TRANSFERS = {16: "pq", 18: "hlg"}


@dataclass(frozen=True)
class AudioTrack:
    """`position` counts audio tracks alone (FFmpeg's `0:a:N`)."""

    position: int
    codec: str
    profile: str
    channels: int
    sample_rate: int
    bit_rate: int
    language: str
    title: str
    default: bool
    decodable: bool
    start: float
    duration: float


@dataclass(frozen=True)
class SubtitleTrack:
    """`position` counts subtitle tracks alone (FFmpeg's `0:s:N`). Only text can become WebVTT, pictures cannot."""

    position: int
    codec: str
    language: str
    title: str
    text: bool


@dataclass(frozen=True)
class Chapter:
    """Seconds from the start."""

    start: float
    end: float
    title: str


@dataclass(frozen=True)
class SourceFacts:
    """`width` × `height` is what is shown: turned upright, with square pixels, odd sizes not yet made even.

    `coded_width` × `coded_height` is what is stored. Times are seconds, rates bits a second.

    `duration` is what the bytes in the file allow, where that can be told; `declared_duration` is what it claims.
    """

    container: str
    size_bytes: int
    duration: float
    declared_duration: float
    bit_rate: int
    video_position: int
    codec: str
    profile: str
    pixel_format: str
    bit_depth: int
    coded_width: int
    coded_height: int
    width: int
    height: int
    rotation: int
    sample_aspect: str
    frame_rate: str
    variable_frame_rate: bool
    interlaced: bool
    hdr: str
    alpha: bool
    screencast: bool
    color_matrix: int
    color_range: int
    color_primaries: int
    color_transfer: int
    video_start: float
    video_duration: float
    truncated: bool
    audio: tuple[AudioTrack, ...] = ()
    subtitles: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[Chapter, ...] = field(default=())

    @property
    def rate(self) -> Fraction:
        return Fraction(self.frame_rate)

    @property
    def sounds(self) -> list[AudioTrack]:
        """Tracks that can be decoded; the one that plays unless the viewer chooses another comes first."""
        usable = [track for track in self.audio if track.decodable]
        return sorted(usable, key=lambda track: (not track.default, track.position))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "SourceFacts":
        return cls(
            **{
                **data,
                "audio": tuple(AudioTrack(**track) for track in data["audio"]),
                "subtitles": tuple(SubtitleTrack(**track) for track in data["subtitles"]),
                "chapters": tuple(Chapter(**chapter) for chapter in data["chapters"]),
            }
        )

"""HLS playlists (RFC 8216): everything inside is relative, so that a signature may stand in the path before it."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from .shelf import INIT, Segment

AUDIO_GROUP = "audio"


def media_playlist(segments: Sequence[Segment], *, target: Fraction, complete: bool) -> str:
    """`target` is the planned segment length: the playlist may grow, and its target duration must not."""
    longest = max([target, *(segment.duration for segment in segments)])
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        # RFC 8216: no segment, rounded to the nearest second, may be longer.
        f"#EXT-X-TARGETDURATION:{math.floor(longest + Fraction(1, 2))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if complete else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{INIT}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{float(segment.duration):.6f},", segment.path.rpartition("/")[2]]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if complete else [])]) + "\n"


def master_playlist(variants: Sequence[Mapping[str, object]], audio: Sequence[Mapping[str, object]]) -> str:
    """Attributes as the two tags take them; strings are quoted where the value is a `str`."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [f"#EXT-X-MEDIA:{_attributes({'TYPE': Word('AUDIO'), 'GROUP-ID': AUDIO_GROUP, **a})}" for a in audio]
    for variant in variants:
        uri = variant["URI"]
        rest = {name: value for name, value in variant.items() if name != "URI"}
        group: dict[str, object] = {"AUDIO": AUDIO_GROUP} if audio else {}
        lines += [f"#EXT-X-STREAM-INF:{_attributes({**rest, **group})}", str(uri)]
    return "\n".join(lines) + "\n"


class Word(str):
    """An enumerated value, written without quotes."""

    __slots__ = ()


def _attributes(values: Mapping[str, object]) -> str:
    return ",".join(f"{name}={_value(value)}" for name, value in values.items())


def _value(value: object) -> str:
    if isinstance(value, str) and not isinstance(value, Word):
        # A quote or a line break would end the value: neither can be written in a playlist.
        return '"' + value.replace('"', "'").replace("\r", " ").replace("\n", " ") + '"'
    return str(value)

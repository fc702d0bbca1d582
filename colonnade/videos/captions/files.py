"""Captions as files: SubRip (SRT) and WebVTT, read and written by webvtt-py."""

import codecs
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from webvtt import WebVTT
from webvtt.errors import MalformedCaptionError, MalformedFileError
from webvtt.models import Caption as FileCue
from webvtt.models import CueSettings, Timestamp

from colonnade.lib.problems import Invalid
from colonnade.videos.captions.cues import Cue
from colonnade.videos.captions.markup import escaped, plain

MOST_BYTES = 2_000_000  # two hours of speech have 200,000

_TIME = r"(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?!\d)")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NEITHER = "This is neither an SRT nor a WebVTT file. Export the captions as one of them, and choose that file."
_PLACED = ("vertical", "line", "position", "size", "align")


@dataclass(frozen=True)
class CaptionFile:
    """What a file holds: its cues as they stand there, and sentences about what was doubtful."""

    cues: list[Cue]
    doubts: list[str]


def read_captions(content: bytes) -> CaptionFile:
    """Raises Invalid with a sentence to act on."""
    text, doubts = _decoded(content)
    if not text.strip():
        raise Invalid("The file is empty. Choose another.")
    if text.lstrip().startswith("[Script Info]"):
        raise Invalid("This is an ASS/SSA file. Export the captions as SRT or WebVTT, and choose that file.")
    try:
        found = _parsed(text)
    except (MalformedFileError, MalformedCaptionError, ValueError) as error:
        raise Invalid(_NEITHER) from error
    bad = [number for number, line in enumerate(text.splitlines(), 1) if "-->" in line and not _TIMING.match(line)]
    if bad and not found:
        raise Invalid(f"Line {bad[0]} should have the times of a caption, as in 00:00:01.000 --> 00:00:04.000.")
    if bad:
        left_out = "One caption was" if len(bad) == 1 else f"{len(bad)} captions were"
        doubts.append(f"{left_out} left out, because the times cannot be read: see line {bad[0]}.")
    return CaptionFile([_cue(each) for each in found], doubts)


def as_vtt(cues: Iterable[Cue]) -> str:
    """A WebVTT file that every browser reads."""
    file = io.StringIO()
    found = [FileCue(_time(cue.start), _time(cue.end), escaped(cue.text), settings=cue.settings) for cue in cues]
    WebVTT(captions=found).write(file)
    return file.getvalue()


def as_srt(cues: Iterable[Cue]) -> str:
    """A SubRip file. By hand: webvtt-py leaves `&amp;` in it, which players show as it stands."""
    blocks = (
        f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n".replace(".", ",") + plain(cue.text).replace("-->", "→")
        for number, cue in enumerate(cues, 1)
    )
    return "\n\n".join(blocks) + "\n"


def placed(settings: str) -> str:
    """Those of a cue's settings that are valid; a region's name goes, because no region is kept."""
    try:
        known = CueSettings.from_string(settings)
    except MalformedCaptionError:
        return ""
    return " ".join(f"{name}:{value}" for name in _PLACED if (value := getattr(known, name)) is not None)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text, and a sentence if its encoding had to be guessed."""
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than any captions are (2 MB). Is it the video? Choose an SRT or WebVTT file.")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), []
    if b"\0" in content[:200]:
        return _strictly(content, "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"), []
    try:
        return content.decode(), []
    except UnicodeDecodeError:
        doubt = "The file is not UTF-8. It was read as Western European text: check the accents, or save it as UTF-8."
        return content.decode("cp1252", errors="replace"), [doubt]


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("The text of this file cannot be read. Save it as UTF-8, and choose it again.") from error
    if "\0" in text:
        raise Invalid(_NEITHER)
    return text


def _parsed(text: str) -> list[FileCue]:
    text = text.lstrip("\ufeff \t\r\n")
    if "\0" in text:
        raise MalformedFileError
    if text.startswith("WEBVTT"):
        return list(WebVTT.from_string(text).captions)
    if not _TIMING.search(text):
        raise MalformedFileError
    # Files in the wild have points for commas, and no hours or numbers, as WebVTT has them: its reader takes those.
    return max(_subrip(text), _subrip_by_vtt(text), key=len)


def _subrip(text: str) -> list[FileCue]:
    try:
        return list(WebVTT.from_buffer(io.StringIO(text), format="srt").captions)
    except (MalformedFileError, MalformedCaptionError):
        return []


def _subrip_by_vtt(text: str) -> list[FileCue]:
    lines = [line.replace(",", ".") if "-->" in line else line for line in text.splitlines()]
    timed = [_TIMING.match(line) is not None for line in [*lines[1:], ""]]
    body = ["" if line.strip().isdigit() and before else line for line, before in zip(lines, timed, strict=True)]
    return list(WebVTT.from_string("\n".join(["WEBVTT", "", *body])).captions)


def _cue(found: FileCue) -> Cue:
    start, end = found.start_time.in_milliseconds(), found.end_time.in_milliseconds()
    return Cue(start, end, found.raw_text, placed(str(found.settings)))


def _time(milliseconds: int) -> str:
    return str(Timestamp.from_seconds(milliseconds / 1000))

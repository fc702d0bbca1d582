"""Which files a lecture may hold. A name promises a format, and the content has to keep it.

Nothing that a browser would run is among them: no HTML, no SVG, no script.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from colonnade.lib.problems import Invalid

HEAD = 4096
"""Bytes from the start by which a format is known."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Format:
    content_type: str
    is_so: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _is_pdf(head: bytes) -> bool:
    return b"%PDF-" in head[:1024]  # some makers write something before it


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_wave(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def _is_mp3(head: bytes) -> bool:
    return head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for cut in range(4):  # the piece may end within a character
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


_zip = _begins(b"PK\x03\x04", b"PK\x05\x06")
_old_office = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_plain = "text/plain; charset=utf-8"

FORMATS: dict[str, Format] = {
    ".pdf": Format("application/pdf", _is_pdf),
    ".docx": Format(f"{_OFFICE}wordprocessingml.document", _zip),
    ".xlsx": Format(f"{_OFFICE}spreadsheetml.sheet", _zip),
    ".pptx": Format(f"{_OFFICE}presentationml.presentation", _zip),
    ".doc": Format("application/msword", _old_office),
    ".xls": Format("application/vnd.ms-excel", _old_office),
    ".ppt": Format("application/vnd.ms-powerpoint", _old_office),
    ".odt": Format(f"{_OPEN}text", _zip),
    ".ods": Format(f"{_OPEN}spreadsheet", _zip),
    ".odp": Format(f"{_OPEN}presentation", _zip),
    ".epub": Format("application/epub+zip", _zip),
    ".zip": Format("application/zip", _zip),
    ".jpg": Format("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".jpeg": Format("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".png": Format("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".gif": Format("image/gif", _begins(b"GIF87a", b"GIF89a")),
    ".webp": Format("image/webp", _is_webp),
    ".mp3": Format("audio/mpeg", _is_mp3),
    ".m4a": Format("audio/mp4", _is_mp4),
    ".wav": Format("audio/wav", _is_wave),
    ".ogg": Format("audio/ogg", _begins(b"OggS")),
    ".txt": Format(_plain, _is_text),
    ".md": Format(_plain, _is_text),
    ".csv": Format("text/csv; charset=utf-8", _is_text),
    ".srt": Format(_plain, _is_text),
}
ACCEPTED = ",".join(FORMATS)
"""As a file field names them."""


def promised(filename: str) -> Format:
    """The format that a name promises. Raises Invalid if it is none that a lecture may hold."""
    suffix = PurePath(filename).suffix.lower()
    if suffix not in FORMATS:
        names = ", ".join(sorted(name[1:].upper() for name in FORMATS if name != ".jpeg"))
        raise Invalid(f"A lecture can hold these files: {names}. Put anything else into a ZIP.")
    return FORMATS[suffix]


def check(filename: str, head: bytes) -> Format:
    """The format of a file, by its name and its first bytes. Raises Invalid if these say different things."""
    found = promised(filename)
    if not found.is_so(head):
        suffix = PurePath(filename).suffix[1:].upper()
        raise Invalid(f"“{filename}” is called a {suffix} file, but its content is none. Save it anew and try again.")
    return found

"""Archives from strangers are looked at before anything is unpacked."""

import io
import stat
from collections.abc import Callable

import pytest

from colonnade.archives.errors import ArchiveRefused
from colonnade.archives.zips import MOST_FILES, Zip
from tests.archives import zipping

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a path that climbs": (lambda: zipping.zipped({"../../etc/passwd": "x"}), "leads out of it"),
    "a path that climbs within": (lambda: zipping.zipped({"a/../../b.md": "x"}), "leads out of it"),
    "an absolute path": (lambda: zipping.zipped({"/etc/passwd": "x"}), "leads out of it"),
    "a path of Windows": (lambda: zipping.zipped({"..\\x.md": "x"}), "leads out of it"),
    "a drive": (lambda: zipping.zipped({"C:x.md": "x"}), "leads out of it"),
    "a name with a line break": (lambda: zipping.zipped({"a\nb.md": "x"}), "cannot be printed"),
    "a symbolic link": (lambda: zipping.with_mode("a.md", b"/etc/passwd", stat.S_IFLNK | 0o777), "is a link"),
    "a device": (lambda: zipping.with_mode("a.md", b"", stat.S_IFCHR | 0o666), "is a link or a device"),
    "a bomb": (zipping.bomb, "is a bomb"),
    "files over each other": (zipping.overlapping, "lie over each other"),
    "an enormous list of contents": (zipping.boasting, "more than 20,000 files"),
    "a password": (zipping.encrypted, "protected by a password"),
    "no archive": (lambda: b"GIF89a" + b"x" * 100, "no ZIP archive"),
    "nothing": (lambda: b"", "no ZIP archive"),
    "half an archive": (lambda: zipping.zipped({"a.md": "x" * 1000})[:-40], "no ZIP archive"),
    "too many files": (lambda: zipping.zipped({f"{n}.md": "" for n in range(MOST_FILES + 1)}), "more than 20,000"),
    "a name without end": (lambda: zipping.zipped({"a" * 600: "x"}), "more than 500 characters"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_are_refused_with_a_reason(name: str) -> None:
    make, reason = HOSTILE[name]
    with pytest.raises(ArchiveRefused, match=reason):
        Zip(io.BytesIO(make()))


def test_a_file_that_says_less_than_it_holds_is_damaged() -> None:
    body = bytearray(zipping.zipped({"a.md": "text " * 1000}))
    for at in (body.find(b"PK\x03\x04") + 22, body.rfind(b"PK\x01\x02") + 24):
        body[at : at + 4] = (10).to_bytes(4, "little")
    with Zip(io.BytesIO(bytes(body))) as archive, pytest.raises(ArchiveRefused, match="is damaged"):
        archive.read("a.md", 1000)


def test_a_file_larger_than_wanted_is_not_read() -> None:
    with Zip(io.BytesIO(zipping.zipped({"a.md": "x" * 100}))) as archive:
        assert archive.read("a.md", 100) == b"x" * 100
        with pytest.raises(ArchiveRefused, match="is larger than"):
            archive.read("a.md", 99)


def test_what_computers_leave_in_archives_is_not_seen() -> None:
    files = {"a.md": "x", "__MACOSX/._a.md": "x", ".DS_Store": "x", "b/Thumbs.db": "x", "b/ü 2.md": "x"}
    with Zip(io.BytesIO(zipping.zipped(files))) as archive:
        assert archive.names == ["a.md", "b/ü 2.md"]

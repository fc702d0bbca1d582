"""ZIP files from strangers: looked at before anything is unpacked, and never unpacked to the disk by their names."""

import stat
import struct
import zipfile
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from django.template.defaultfilters import filesizeformat

from colonnade.archives.errors import ArchiveRefused

MOST_FILES = 20_000
LARGEST_DIRECTORY = 16 * 1024**2  # bytes of the list of contents, which is read whole
LARGEST_WHOLE = 200 * 1024**3  # bytes, unpacked
STEEPEST = 200  # times larger unpacked than packed; text reaches 20, a bomb a thousand
SMALL = 1024**2  # bytes: below that a ratio says nothing
_PACKED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_JUNK = ("__MACOSX/", "Thumbs.db", "desktop.ini")


class Zip:
    """The files of a ZIP file by their names, after all of them have been found harmless. Close it by `with`."""

    def __init__(self, file: BinaryIO) -> None:
        """`file` can be searched. Raises ArchiveRefused."""
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError) as error:
            raise ArchiveRefused("The file is no ZIP archive, or it is damaged. Send it again.") from error
        try:
            self._infos = _checked(self._zip)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "Zip":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    def size(self, name: str) -> int:
        """Bytes, unpacked: no more than these are ever read."""
        return self._infos[name].file_size

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._infos[name])

    def read(self, name: str, most: int) -> bytes:
        """A file whole. Raises ArchiveRefused if it is larger, or damaged."""
        if self.size(name) > most:
            raise ArchiveRefused(f"“{name}” in the archive is larger than {filesizeformat(most)}.")
        try:
            with self.open(name) as file:
                return file.read()
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise ArchiveRefused(f"“{name}” in the archive is damaged. Send it again.") from error


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_junk(info.filename)]
    if len(infos) > MOST_FILES:
        raise ArchiveRefused(f"The archive has more than {MOST_FILES:,} files.")
    for info in archive.infolist():
        _check(info)
    if sum(info.file_size for info in infos) > LARGEST_WHOLE:
        raise ArchiveRefused(f"Unpacked, the archive would have more than {filesizeformat(LARGEST_WHOLE)}.")
    _check_apart(archive)
    found = {info.filename: info for info in infos}
    if len(found) < len(infos):
        raise ArchiveRefused("Two files in the archive have the same name.")
    return found


def _check(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    steps = PurePosixPath(name).parts
    leads_out = "\\" in name or name.startswith("/") or ".." in steps or name[1:2] == ":"
    if leads_out or not name or any(ord(character) < 32 for character in name):
        raise ArchiveRefused("A file in the archive has a name that leads out of it, or cannot be printed.")
    if len(name) > 500:
        raise ArchiveRefused("A file in the archive has a name of more than 500 characters.")
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRefused(f"“{name}” in the archive is a link or a device, not a file.")
    if info.flag_bits & _ENCRYPTED:
        raise ArchiveRefused("The archive is protected by a password. Send it without.")
    if info.compress_type not in _PACKED_AS:
        raise ArchiveRefused(f"“{name}” in the archive is packed in a way that is not read here. Use an ordinary ZIP.")
    if info.file_size > SMALL and info.file_size > STEEPEST * max(1, info.compress_size):
        raise ArchiveRefused(f"“{name}” in the archive would grow to {filesizeformat(info.file_size)}; that is a bomb.")


def _check_apart(archive: zipfile.ZipFile) -> None:
    """No two files share bytes: a small archive can say the same megabyte a thousand times."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in infos[1:]), archive.start_dir]
    for info, end in zip(infos, ends, strict=True):
        if info.header_offset + 30 + info.compress_size > end:
            raise ArchiveRefused("Files in the archive lie over each other. It is damaged, or made to do harm.")


def _check_directory(file: BinaryIO) -> None:
    """Before the list of contents is read into memory: how large it says it is. APPNOTE.TXT 4.3.14 to 4.3.16."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_600))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise ArchiveRefused("The file is no ZIP archive, or its end is missing. Send it again.")
    count, directory = struct.unpack_from("<HL", tail, at + 10)
    if at >= 20 and tail[at - 20 : at - 16] == _LOCATOR_64:
        (where,) = struct.unpack_from("<Q", tail, at - 12)
        file.seek(min(where, size))
        record = file.read(56)
        if record[:4] != _END_64 or len(record) < 56:
            raise ArchiveRefused("The archive is damaged. Send it again.")
        count, directory = struct.unpack_from("<QQ", record, 32)
    if directory > LARGEST_DIRECTORY or count > 2 * MOST_FILES:
        raise ArchiveRefused(f"The archive has more than {MOST_FILES:,} files.")
    file.seek(0)


def _is_junk(name: str) -> bool:
    return name.startswith(_JUNK) or name.rsplit("/", 1)[-1] in (".DS_Store", *_JUNK)

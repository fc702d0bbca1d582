"""ZIP files as people and attackers make them."""

import io
import struct
import zipfile
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes | str], **more: int) -> bytes:
    """An ordinary archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def with_mode(name: str, body: bytes, mode: int) -> bytes:
    """With a file that says it is something else than a file: a symbolic link, a device."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, body)
    return stream.getvalue()


def encrypted() -> bytes:
    """The bit is set that says so, here and in the list of contents."""
    body = bytearray(zipped({"a.md": "text"}))
    body[6] |= 1
    body[body.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def overlapping() -> bytes:
    """Two entries of the list of contents name the same bytes."""
    body = zipped({"a.md": "text " * 500})
    directory = body.rfind(b"PK\x01\x02")
    end = body.rfind(b"PK\x05\x06")
    entry = body[directory:end]
    twin = entry.replace(b"a.md", b"b.md")
    tail = bytearray(body[end:])
    struct.pack_into("<HHLL", tail, 8, 2, 2, 2 * len(entry), directory)
    return body[:directory] + entry + twin + bytes(tail)


def boasting(count: int = 5_000_000) -> bytes:
    """Its end says that its list of contents is enormous."""
    body = bytearray(zipped({"a.md": "text"}))
    end = body.rfind(b"PK\x05\x06")
    struct.pack_into("<L", body, end + 12, count * 50)
    return bytes(body)


def bomb() -> bytes:
    """50 MB of nothing in 50 kB."""
    return zipped({"big.md": b"\0" * 50_000_000})

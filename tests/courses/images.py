"""Pictures for tests: good ones, and files that pretend to be."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def picture(size: tuple[int, int] = (1600, 1000), mode: str = "RGB", format: str = "PNG", **options: Any) -> BytesIO:
    """A picture whose left half is dark and whose right half is light."""
    image = Image.new("L", size, 40)
    image.paste(220, (size[0] // 2, 0, *size))
    return saved(image.convert(mode), format, **options)


def saved(image: Image.Image, format: str, **options: Any) -> BytesIO:
    file = BytesIO()
    image.save(file, format, **options)
    file.seek(0)
    return file


def bomb(width: int, height: int) -> BytesIO:
    """A PNG of a few hundred bytes that says it has so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = zlib.compress(b"\0" * 100_000)
    return BytesIO(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", row) + _chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

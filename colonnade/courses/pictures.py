"""Pictures people upload become pictures we serve: decoded, cut to shape and written anew; nothing else survives."""

import logging
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from colonnade.lib.problems import Invalid

logger = logging.getLogger(__name__)

BYTES_MAXIMUM = 10 * 1024 * 1024
PIXELS_MAXIMUM = 40_000_000  # 160 MB decoded; the picture of a good camera has 24 million
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # Pillow knows fifty more, with decoders seldom attacked and mended
LARGE = (1280, 720)
SMALL = (480, 270)
SMALLEST = (320, 180)

_KINDS = "Send a JPEG, PNG, WebP, AVIF or GIF picture."


FIGURE = 1600
"""Pixels of the longer side of a picture in a text: twice as wide as the text is, for screens of twice the density."""


PORTRAIT = (320, 320)


@dataclass(frozen=True)
class Figure:
    """A picture in a text, as WebP, of whatever shape it is."""

    body: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Thumbnail:
    """WebP files: `large` up to 1280×720, `small` up to 480×270 for lists."""

    large: bytes
    small: bytes


def thumbnail(file: BinaryIO) -> Thumbnail:
    """Both sizes of an uploaded picture. Raises Invalid with a sentence for the person if it is not one."""
    picture = _decoded(_body(file), SMALLEST, (LARGE[0] * 2, LARGE[1] * 2))
    return Thumbnail(large=_webp(picture, LARGE), small=_webp(picture, SMALL))


def portrait(file: BinaryIO) -> bytes:
    """The middle of an uploaded picture as a square, as WebP. Raises Invalid with a sentence if it is none."""
    picture = _decoded(_body(file), (96, 96), (PORTRAIT[0] * 2, PORTRAIT[1] * 2))
    return _webp(picture, PORTRAIT)


def figure(file: BinaryIO) -> Figure:
    """An uploaded picture for a text, whole. Raises Invalid with a sentence for the person if it is not one."""
    picture = _decoded(_body(file), (1, 1), (FIGURE, FIGURE))
    picture.thumbnail((FIGURE, FIGURE), Image.Resampling.LANCZOS)
    picture.info.clear()
    written = BytesIO()
    picture.save(written, "WEBP", quality=82, method=4)
    return Figure(written.getvalue(), *picture.size)


def _body(file: BinaryIO) -> bytes:
    body = file.read(BYTES_MAXIMUM + 1)
    if not body:
        raise Invalid(f"The file is empty. {_KINDS}")
    if len(body) > BYTES_MAXIMUM:
        raise Invalid(f"The picture is larger than {BYTES_MAXIMUM // 1024 // 1024} MB. Save it smaller and try again.")
    return body


def _decoded(body: bytes, smallest: tuple[int, int], needed: tuple[int, int]) -> Image.Image:
    """Upright, in sRGB, without transparency; of a JPEG no more than is `needed`. Shapes are of width and height."""
    try:
        picture = Image.open(BytesIO(body), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise Invalid(f"This file is not a picture that we can read. {_KINDS}") from error
    except Exception as error:
        raise _damaged() from error
    if picture.width * picture.height > PIXELS_MAXIMUM:  # known from the header: nothing is decoded yet
        raise _too_many_pixels()
    if min(picture.size) < smallest[1] or max(picture.size) < smallest[0]:
        raise Invalid(
            f"The picture has {picture.width} × {picture.height} pixels; "
            f"it needs at least {smallest[0]} × {smallest[1]}."
        )
    try:
        picture.draft("RGB", needed)  # a JPEG is decoded at half or a quarter of its size
        return _opaque(_in_srgb(ImageOps.exif_transpose(picture)))
    except Exception as error:  # on a hostile file Pillow's decoders raise whatever they trip over
        raise _damaged() from error


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Colours as meant: phones photograph in Display P3, and the profile does not survive."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        logger.info("A picture's colour profile cannot be read; its colours are taken as sRGB.")
        return picture
    assert converted is not None
    return converted


def _opaque(picture: Image.Image) -> Image.Image:
    """On white, as pictures with transparency are mostly made for."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip rather than scale
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")


def _webp(picture: Image.Image, size: tuple[int, int]) -> bytes:
    """The middle of the picture in 16:9, never enlarged."""
    scale = min(1, picture.width / size[0], picture.height / size[1])
    fitted = ImageOps.fit(picture, (round(size[0] * scale), round(size[1] * scale)), Image.Resampling.LANCZOS)
    fitted.info.clear()  # no EXIF: it may say where the picture was taken
    file = BytesIO()
    fitted.save(file, "WEBP", quality=82, method=4)
    return file.getvalue()


def _too_many_pixels() -> Invalid:
    return Invalid(f"The picture has more than {PIXELS_MAXIMUM // 1_000_000} million pixels. Make it smaller first.")


def _damaged() -> Invalid:
    return Invalid(f"The picture is damaged or incomplete. Save it anew and try again. {_KINDS}")

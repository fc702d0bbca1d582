"""A certificate on paper. docs/adr/0014-certificates.md says why by Typst."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

from colonnade.lib.qr import qr_svg
from colonnade.tenants.brand import brand_of

_FOLDER = Path(__file__).parent / "paper"
_TEMPLATE = _FOLDER / "certificate.typ"
_OWN_COLOR = "#27548a"  # where a school has chosen none: the platform's accent, as paper shows it
_PIXELS_AN_INCH = 96


@dataclass(frozen=True)
class Paper:
    """What stands on it. `place` is the address that verifies it, for people to read; `link` the same for the QR."""

    name: str
    course: str
    school: str
    color: str
    signed_by: str
    day: str
    code: str
    link: str
    place: str
    is_void: bool = False


def as_pdf(paper: Paper) -> bytes:
    """A4, across; tagged, so that a screen reader reads it in order. About 60 ms."""
    return typst.compile(_TEMPLATE, root=_FOLDER, sys_inputs=_words(paper), format="pdf")


def as_picture(paper: Paper) -> bytes:
    """The same as PNG, for a page to show."""
    return typst.compile(_TEMPLATE, root=_FOLDER, sys_inputs=_words(paper), format="png", ppi=_PIXELS_AN_INCH)


def _words(paper: Paper) -> dict[str, str]:
    """What people typed goes in as data, never as a template."""
    color = paper.color or _OWN_COLOR
    data = asdict(paper) | {"color": color, "on_color": brand_of(color).content, "qr": qr_svg(paper.link)}
    return {"data": json.dumps(data)}

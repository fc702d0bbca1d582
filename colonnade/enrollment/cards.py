"""Cards to cut out, ten on a page, each with a code and a QR of the link that redeems it."""

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import segno
import typst

_FOLDER = Path(__file__).parent / "paper"


@dataclass(frozen=True)
class Card:
    code: str  # as it is written
    link: str


@dataclass(frozen=True)
class Sheet:
    """What stands on every card. `color` is the school's, "#rrggbb" or empty; `place` the address without "https://"."""

    school: str
    color: str
    courses: list[str]
    place: str
    first_day: str
    last_day: str
    seats: int


def set_cards(sheet: Sheet, cards: list[Card]) -> bytes:
    """A PDF, A4. A thousand cards take about two seconds. What people typed goes in as data, never as a template."""
    data = asdict(sheet) | {"cards": [{"code": card.code, "qr": _qr(card.link)} for card in cards]}
    pdf: bytes = typst.compile(str(_FOLDER / "cards.typ"), root=str(_FOLDER), sys_inputs={"data": json.dumps(data)})
    return pdf


def _qr(link: str) -> str:
    """As SVG. A mask of our choosing: trying all eight takes nine times as long, and readers read any."""
    qr = segno.make_qr(link, error="m", mask=0, boost_error=False)
    svg = BytesIO()
    qr.save(svg, kind="svg", border=0, omitsize=True, xmldecl=False, nl=False)
    return svg.getvalue().decode()

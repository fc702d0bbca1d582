"""Cards to cut out, ten on a page, each with a code and a QR of the link that redeems it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

from colonnade.lib.qr import qr_svg

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
    data = asdict(sheet) | {"cards": [{"code": card.code, "qr": qr_svg(card.link)} for card in cards]}
    pdf: bytes = typst.compile(str(_FOLDER / "cards.typ"), root=str(_FOLDER), sys_inputs={"data": json.dumps(data)})
    return pdf

"""Numbers as people type them: 3,14 and 3.14, 1 234, 1.234,5, −2, 6e23."""

import re
from decimal import Decimal, InvalidOperation

LONGEST = 40
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:'\d{3})+(?:[.,]\d*)?")
_SPACES = str.maketrans("", "", " \t\u00a0\u2007\u2009\u202f")


def number_in(text: str) -> Decimal | None:
    """The number that a text is, or None.

    One comma or point is the decimal one. Where both stand, the last kind is, and the other divides thousands, as does
    a kind that stands several times, a space or an apostrophe.
    """
    text = text.strip().translate(_SPACES).replace("−", "-").replace("’", "'")
    if not text or len(text) > LONGEST:
        return None
    if "'" in text:
        if not _GROUPED.fullmatch(text):
            return None
        text = text.replace("'", "")
    decimal, other = (",", ".") if text.rfind(",") > text.rfind(".") else (".", ",")
    if other in text or text.count(decimal) > 1:
        text = _without_thousands(text, decimal, other)
    text = text.replace(decimal, ".")
    if not _PLAIN.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _without_thousands(text: str, decimal: str, other: str) -> str:
    """Raises nothing: what is not grouped by threes stays as it is, and is no number then."""
    thousands = other if other in text else decimal
    whole, point, rest = text.partition(decimal) if thousands == other else (text, "", "")
    if re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+", whole):
        return whole.replace(thousands, "") + point + rest
    return text

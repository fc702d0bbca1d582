"""How right an answer is. Pure: the same question and answer always come to the same."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from colonnade.quizzes.content import (
    Content,
    Given,
    MultipleChoice,
    NumberAnswer,
    Ordering,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from colonnade.quizzes.numbers import number_in

CENT = Decimal("0.01")
# Letters that Unicode does not take apart, as people without the key type them.
_UNACCENTED = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})
_LIGATURES = (("æ", "ae"), ("Æ", "AE"), ("œ", "oe"), ("Œ", "OE"))


def share_right(content: Content, given: Given, *, partial: bool = False) -> Fraction:
    """From 0 to 1. `partial` credits what is right of several choices, less the wrong ones, or what is in its place."""
    if given is None:
        return Fraction(0)
    match content:
        case SingleChoice():
            return Fraction(given in content.right)
        case TrueFalse():
            return Fraction(given is content.answer)
        case ShortText():
            return Fraction(isinstance(given, str) and _is_accepted(content, given))
        case NumberAnswer():
            return Fraction(isinstance(given, str) and _is_near(content, given))
        case MultipleChoice():
            assert isinstance(given, list)
            return _of_choices(content.right, set(given), partial)
        case Ordering():
            assert isinstance(given, list)
            return _of_places([item.id for item in content.items], given, partial)


def points_for(share: Fraction, points: Decimal) -> Decimal:
    """To a hundredth of a point."""
    exact = Decimal(share.numerator) * points / Decimal(share.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)


def has_passed(score: Decimal, maximum: Decimal, passing: int) -> bool:
    """Whether `score` is at least `passing` per cent of the maximum. Not by the rounded percentage that is shown."""
    return score * 100 >= passing * maximum


def percent_of(score: Decimal, maximum: Decimal) -> int:
    """Rounded down, so that 100 means all."""
    return int(score * 100 // maximum) if maximum else 100


def _of_choices(right: set[str], chosen: set[str], partial: bool) -> Fraction:
    if not partial:
        return Fraction(chosen == right)
    # A wrong choice costs what a right one brings: choosing all is no way to points.
    return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))


def _of_places(right: list[str], given: list[str], partial: bool) -> Fraction:
    if not partial:
        return Fraction(given == right)
    return Fraction(sum(one == other for one, other in zip(right, given, strict=False)), len(right))


def _is_near(content: NumberAnswer, given: str) -> bool:
    number = number_in(given)
    if number is None:
        return False
    allowed = abs(content.value) * content.tolerance / 100 if content.is_relative else content.tolerance
    return abs(Fraction(number) - Fraction(content.value)) <= Fraction(allowed)


def _is_accepted(content: ShortText, given: str) -> bool:
    plain = plain_text(given, content)
    return plain != "" and any(plain == plain_text(accepted, content) for accepted in content.accepted)


def plain_text(text: str, content: ShortText) -> str:
    """The text without what the question ignores."""
    text = unicodedata.normalize("NFKC", text).strip()
    if content.ignore_case:
        text = text.casefold()
    if content.ignore_accents:
        for one, two in _LIGATURES:
            text = text.replace(one, two)
        apart = unicodedata.normalize("NFD", text.translate(_UNACCENTED))
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return re.sub(r"\s+", "" if content.ignore_spaces else " ", unicodedata.normalize("NFC", text))

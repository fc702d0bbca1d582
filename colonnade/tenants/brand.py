"""A school's colour as the page's CSS has it."""

from typing import NamedTuple


class Brand(NamedTuple):
    """`color` is #rrggbb or empty (the platform's own); `content` is what can be read on it."""

    color: str
    content: str


INK, PAPER = "#000000", "#ffffff"


def brand_of(color: str) -> Brand:
    return Brand(color, _readable_on(color)) if color else Brand("", "")


def _readable_on(color: str) -> str:
    """Ink or paper, whichever stands out more: on every colour one of them has a contrast of 4.5 or better."""
    return max((INK, PAPER), key=lambda other: contrast(color, other))


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    """WCAG 2's relative luminance of #rrggbb."""
    channels = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Rich text of questions: what of an HTML fragment may stay, and what it says in a line."""

import html
import re

import nh3

from colonnade.lib.problems import Invalid

LONGEST = 50_000
LONGEST_LINE = 140

_TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h2", "h3", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong",
    "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_PICTURE = re.compile(
    r"/media/[a-z]+/[0-9a-f-]{36}(?:-[a-z]+)?\.webp"
)  # ours, and nothing else: a picture tells who looks


def rich_text(fragment: str) -> str:
    """What of a fragment may be shown. Raises Invalid if it is too long."""
    fragment = fragment.replace("\0", "").strip()
    if len(fragment) > LONGEST:
        raise Invalid(f"This text has more than {LONGEST:,} characters. Divide it.")
    return nh3.clean(
        fragment,
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def is_empty(fragment: str) -> bool:
    """Whether there is nothing to read or see."""
    return not in_a_line(fragment) and "<img" not in fragment


def in_a_line(fragment: str) -> str:
    """The words alone, cut where a line is full."""
    words = " ".join(
        html.unescape(nh3.clean(re.sub(r"<(?:br|p|li|h\d|td)\b", r" \g<0>", fragment), tags=set())).split()
    )
    if not words and "<img" in fragment:
        return "(a picture)"
    return words if len(words) <= LONGEST_LINE else words[: LONGEST_LINE - 1].rstrip() + "…"


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src"):
        return value if _PICTURE.fullmatch(value) else None
    if attribute in ("width", "height"):
        return value if value.isdecimal() and len(value) <= 5 else None
    return value

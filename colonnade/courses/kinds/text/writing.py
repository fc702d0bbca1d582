"""What may stand in a text, whatever the editor sends; and how its pictures get their addresses."""

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3
from django.utils.safestring import SafeString, mark_safe

from colonnade.courses.files import address
from colonnade.lib.problems import Invalid

LONGEST = 300_000  # characters of HTML: a chapter of a book is some 50,000
FOLDER = "texts"  # of the media bucket

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "blockquote", "pre", "code", "ul", "ol", "li"),
    *("strong", "em", "u", "s", "a", "img"),
}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_PICTURE = re.compile(rf"{FOLDER}/[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\.webp")
_HELD_PICTURE = re.compile(rf'src="({_PICTURE.pattern})"')
_NO_PICTURE = re.compile(r"<img(?![^>]* src=)[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|pre|blockquote)>|<br>|<hr>")


@dataclass(frozen=True)
class Written:
    """`html` with pictures named by their place in the bucket, its `words` alone, and its `pictures`."""

    html: str
    words: str
    pictures: list[str]


def written(html: str) -> Written:
    """What is kept of a text. Raises Invalid if it is too long."""
    if len(html) > LONGEST:
        raise Invalid(f"This text is longer than {LONGEST:,} characters. Divide it into two lectures.")
    clean = nh3.clean(
        html.replace("\0", ""),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    clean = _NO_PICTURE.sub("", clean)
    words = unescape(nh3.clean(_BLOCK_END.sub(r"\g<0> ", clean), tags=set()))
    return Written(clean, " ".join(words.split()), sorted(set(_HELD_PICTURE.findall(clean))))


def with_addresses(html: str) -> SafeString:
    """A kept text for a page: each picture at an address where the browser finds it, for some hours."""
    placed = _HELD_PICTURE.sub(lambda match: f'src="{escape(address(match[1]))}" loading="lazy"', html)
    return mark_safe(placed)  # noqa: S308  # it has been through nh3


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Of a picture's address its place in our bucket; pictures from anywhere else would tell on the reader."""
    if (tag, name) != ("img", "src"):
        return value
    found = _PICTURE.search(value.partition("?")[0])
    return found[0] if found else None

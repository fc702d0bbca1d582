"""Rich text of questions: as that of lectures that are read, by the same rules."""

from django.utils.safestring import SafeString

from colonnade.courses.kinds.text.writing import with_addresses, written
from colonnade.lib.problems import Invalid

LONGEST = 50_000
LONGEST_LINE = 140


def rich_text(html: str) -> str:
    """What of it may stand in a page. Raises Invalid if it is too long."""
    if len(html) > LONGEST:
        raise Invalid(f"This text is longer than {LONGEST:,} characters. Divide it.")
    text = written(html)
    return text.html if text.words or text.pictures else ""


def shown(html: str) -> SafeString:
    """A kept text for a page, its pictures with addresses."""
    return with_addresses(html)


def pictures_in(html: str) -> list[str]:
    """The places of its pictures in the media bucket."""
    return written(html).pictures if "<img" in html else []


def in_a_line(html: str) -> str:
    """The words alone, cut where a line is full."""
    text = written(html)
    if not text.words and text.pictures:
        return "(a picture)"
    return text.words if len(text.words) <= LONGEST_LINE else text.words[: LONGEST_LINE - 1].rstrip() + "…"

"""Finding what a school's courses say: titles, descriptions, texts, and what is spoken in videos.

Full text under row-level security needs a function of the owner's: docs/adr/0011-search-under-row-level-security.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST = 200  # characters of what is searched for
MOST = 20

_FACTS = ("kind", "course_id", "course_title", "slug", "lecture_id", "lecture_title", "rank")  # as they come
_TIMES = re.compile(r"(?:(\d+):)?(\d{2}):(\d{2})\.\d+ -->")
_MARKS = str.maketrans(
    {"\x02": "<mark>", "\x03": "</mark>"}
)  # no text has them: they are taken out of what people write


@dataclass(frozen=True)
class Hit:
    """A place where it is. `kind`: course, lecture (its title), text, or transcript, which knows the `second`."""

    kind: str
    course_id: UUID
    course_title: str
    slug: str
    lecture_id: UUID | None
    lecture_title: str | None
    rank: float
    excerpt: SafeString  # HTML, with what was found in <mark>
    second: int | None


def search(text: str, *, inside: Iterable[UUID] | None, closed: Iterable[UUID] = (), most: int = MOST) -> list[Hit]:
    """The best first. Two queries.

    What visitors see of published courses is found for everybody; what is inside a course for those who are `inside` it
    (None: staff, in every course, also in drafts), but for lectures that are `closed` to them.
    """
    words = clean(text)
    if not words:
        return []
    values: list[Any] = [words, inside is None, list(inside or []), list(closed), most]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM search_school(%s, %s, %s::uuid[], %s::uuid[], %s)", values)
        return [_hit(*row) for row in cursor.fetchall()]


def _hit(*row: Any) -> Hit:
    *facts, excerpt, cue = row
    return Hit(**dict(zip(_FACTS, facts, strict=True)), excerpt=_html(excerpt), second=_second(cue))


def clean(text: str) -> str:
    """What can be searched for."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:LONGEST]


def _html(excerpt: str | None) -> SafeString:
    return mark_safe(escape(excerpt or "").translate(_MARKS))  # noqa: S308  # escaped before the marks come in


def _second(cue: str | None) -> int | None:
    """Of a WebVTT cue's times, when it begins."""
    match = _TIMES.match(cue or "")
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds

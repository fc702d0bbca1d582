"""What people write, made fit to keep; the page's and the API's words pass here alike."""

import re
from pathlib import PurePath

from colonnade.courses.models import Lecture, Section
from colonnade.lib.problems import Conflict, Invalid


class TitleChanged(Conflict):
    """Somebody else has renamed it since it was read."""

    code = "title-changed"
    title = "Somebody else has renamed it"

    def __init__(self, now: str) -> None:
        super().__init__(f"It is called “{now}” now. Yours was not saved: enter it again to replace theirs.", now=now)


TITLE_LENGTH = 160
DESCRIPTION_LENGTH = 5000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # PostgreSQL refuses NUL; the others show as nothing


def title_of(text: str, thing: str) -> str:
    """One line without needless space. Raises Invalid, naming the `thing` that lacks a title."""
    title = " ".join(_CONTROL.sub("", text).split())
    if not title:
        raise Invalid(f"Give the {thing} a title.")
    if len(title) > TITLE_LENGTH:
        raise Invalid(f"The title of a {thing} has at most {TITLE_LENGTH} characters; this one has {len(title)}.")
    return title


def called(filename: str) -> str:
    """What a lecture is called that is made of this file: `01_the-alphabet.mp4` is “01 the alphabet”."""
    name = PurePath(filename.replace("\\", "/")).stem
    return " ".join(re.sub(r"[_\-.]+", " ", _CONTROL.sub("", name)).split())[:TITLE_LENGTH] or "Video"


def require_title(thing: Section | Lecture, was: str | None, wished: str) -> None:
    """Raises TitleChanged if it is called neither as whoever renames it has seen it, nor as they wish."""
    if was is not None and thing.title not in (was, title_of(wished, "lecture")):
        raise TitleChanged(thing.title)


def description_of(text: str) -> str:
    """Lines as they were typed. Raises Invalid if it is too long."""
    description = _CONTROL.sub("", text.replace("\r\n", "\n")).strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise Invalid(f"A description has at most {DESCRIPTION_LENGTH} characters; this one has {len(description)}.")
    return description

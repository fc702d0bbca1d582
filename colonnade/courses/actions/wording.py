"""What people write, made fit to keep; the page's and the API's words pass here alike."""

import re

from colonnade.lib.problems import Invalid

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


def description_of(text: str) -> str:
    """Lines as they were typed. Raises Invalid if it is too long."""
    description = _CONTROL.sub("", text.replace("\r\n", "\n")).strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise Invalid(f"A description has at most {DESCRIPTION_LENGTH} characters; this one has {len(description)}.")
    return description

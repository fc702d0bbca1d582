"""Writing a text, and putting pictures into it."""

from typing import BinaryIO

from colonnade.accounts.models import User
from colonnade.courses import pictures
from colonnade.courses.actions.contents import delete_unnamed, write_content
from colonnade.courses.files import CACHE_CONTROL
from colonnade.courses.kinds.text.writing import FOLDER, written
from colonnade.courses.models import Content, Lecture
from colonnade.lib.objects import media
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import uuid7


def write_text(*, lecture: Lecture, html: str, by: User, known_version: int | None = None) -> Content:
    """Keep the text, of which only what may stand in a page. Raises Invalid, and ContentChanged for a stale one."""
    require_text(lecture)
    text = written(html)
    return write_content(
        lecture=lecture,
        body={"html": text.html},
        words=text.words,
        files=text.pictures,
        is_filled=bool(text.words or text.pictures),
        by=by,
        known_version=known_version,
    )


def add_picture(*, lecture: Lecture, image: BinaryIO, by: User) -> tuple[str, pictures.Figure]:
    """Keep a picture for the text, written anew; its place in the bucket comes back. Raises Invalid, saying why.

    It is no deed yet: one that no text names is deleted after a while.
    """
    require_text(lecture)
    made = pictures.figure(image)
    path = f"{FOLDER}/{uuid7()}.webp"
    media().put(path, made.body, content_type="image/webp", cache_control=CACHE_CONTROL)
    delete_unnamed([path])
    return path, made


def require_text(lecture: Lecture) -> None:
    if lecture.kind != "text":
        raise Conflict(f"“{lecture.title}” is no text. Add a lecture for the text.")

"""Pictures for questions, kept as those of lectures that are read."""

from typing import BinaryIO

from colonnade.courses import pictures
from colonnade.courses.actions.contents import delete_unnamed
from colonnade.courses.files import CACHE_CONTROL
from colonnade.courses.kinds.text.writing import FOLDER
from colonnade.lib.objects import media
from colonnade.lib.tenancy import uuid7


def add_picture(*, image: BinaryIO) -> tuple[str, pictures.Figure]:
    """Keep a picture, written anew; its place in the bucket comes back. Raises Invalid, saying why.

    It is no deed yet: one that no text names is deleted after a while.
    """
    made = pictures.figure(image)
    path = f"{FOLDER}/{uuid7()}.webp"
    media().put(path, made.body, content_type="image/webp", cache_control=CACHE_CONTROL)
    delete_unnamed([path])
    return path, made

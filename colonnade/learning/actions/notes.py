"""Writing notes beside a lecture. They are nobody's business but their writer's, so the log does not tell of them."""

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.learning.models import Note
from colonnade.learning.models.notes import LONGEST
from colonnade.lib.problems import Conflict, Invalid

MOST = 500  # of one person beside one lecture: they are shown together


@transaction.atomic
def add_note(*, lecture: Lecture, body: str, second: int | None, by: User) -> Note:
    """Write a note, pinned to a second of the video or to none. Raises Invalid; Conflict where there are too many."""
    if Note.objects.of(by).filter(lecture=lecture).count() >= MOST:
        raise Conflict(f"There are {MOST} notes beside this lecture already. Delete one you need no more.")
    return Note.objects.create(lecture=lecture, user=by, body=_checked(body), second=_pinned(second))


@transaction.atomic
def edit_note(*, note: Note, body: str, second: int | None) -> None:
    note.body, note.second, note.updated_at = _checked(body), _pinned(second), timezone.now()
    note.save(update_fields=["body", "second", "updated_at"])


@transaction.atomic
def delete_note(*, note: Note) -> None:
    note.delete()


def _checked(body: str) -> str:
    body = body.replace("\0", "").replace("\r\n", "\n").strip()
    if not body:
        raise Invalid("Write something first.")
    if len(body) > LONGEST:
        raise Invalid(f"A note has at most {LONGEST:,} characters. This one has {len(body):,}.")
    return body


def _pinned(second: int | None) -> int | None:
    if second is not None and not 0 <= second < 10**6:
        raise Invalid("The time is a number of seconds, from 0.")
    return second

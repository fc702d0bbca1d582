"""What lectures hold that are no videos: one document each, in the kind's own form.

The files it needs lie in the media bucket. Copies of a lecture name the same ones; a job deletes what none names.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses import jobs
from colonnade.courses.actions.locking import hold_lecture, show_visitors
from colonnade.courses.models import Content, Lecture
from colonnade.lib.problems import Conflict

UNUSED_FOR = timedelta(days=1)
"""How long a file stays that no lecture names: somebody may take back what they have deleted, or not have saved yet."""


class ContentChanged(Conflict):
    """Somebody else has saved in the meantime; `version` is theirs."""

    code = "content-changed"
    title = "Somebody else has changed this lecture"

    def __init__(self, version: int) -> None:
        super().__init__(
            "What you have written is still in this window, but not saved. Copy it, reload, and bring both together.",
            version=version,
        )


@transaction.atomic
def write_content(
    *,
    lecture: Lecture,
    body: Mapping[str, Any],
    by: User,
    words: str = "",
    files: Iterable[str] = (),
    is_filled: bool = True,
    known_version: int | None = None,
) -> Content:
    """Put this into the lecture. `words` is what of it can be searched, `files` what it needs of the media bucket.

    Given `known_version` (0: none yet), the version that the writer has seen, raises ContentChanged if it is not the
    present one.
    """
    lecture = hold_lecture(lecture)
    content = Content.objects.filter(lecture=lecture).first() or Content(lecture=lecture)
    if known_version is not None and known_version != content.version:
        raise ContentChanged(content.version)
    before, named = set(content.files), sorted(set(files))
    is_new_sitting = not content.is_being_written(by)
    content.body, content.words, content.files = dict(body), words, named
    content.version += 1
    content.updated_at, content.updated_by_id = timezone.now(), by.pk
    content.save()
    if mark_filled(lecture, is_filled=is_filled) or lecture.is_preview:
        show_visitors(lecture.course)
    delete_unnamed(before - set(named))
    if is_new_sitting:  # an editor saves every few seconds: the log would hold nothing else
        record("lecture.content_changed", lecture, by=by, kind=lecture.kind, version=content.version)
    return content


def mark_filled(lecture: Lecture, *, is_filled: bool) -> bool:
    """Note whether the lecture has something to show: since when, if it has. A part of the deed that fills it.

    Tells whether that is news.
    """
    if (lecture.filled_at is not None) == is_filled:
        return False
    lecture.filled_at = timezone.now() if is_filled else None
    lecture.save(update_fields=["filled_at"])
    return True


def copy_content(lecture: Lecture, copy: Lecture, by: User) -> None:
    """Give the copy what the lecture holds; its files are shared."""
    content = Content.objects.filter(lecture=lecture).first()
    if content is None:
        return
    Content.objects.create(
        lecture=copy, body=content.body, words=content.words, files=content.files, version=1, updated_by_id=by.pk
    )
    mark_filled(copy, is_filled=lecture.filled_at is not None)


def drop_contents(lectures: Iterable[Lecture]) -> None:
    """The lectures go: their files with them, unless others name them."""
    held = Content.objects.filter(lecture__in=[lecture.pk for lecture in lectures]).values_list("files", flat=True)
    delete_unnamed({path for files in held for path in files})


def content_document(lecture: Lecture) -> dict[str, Any]:
    content = Content.objects.filter(lecture=lecture).first()
    return {"body": content.body, "files": content.files} if content else {"body": {}, "files": []}


def delete_unnamed(paths: Iterable[str]) -> None:
    """Delete files of the media bucket in a while, those that no lecture names by then."""
    if named := sorted(paths):
        jobs.delete_unnamed_files.later(paths=named, after=UNUSED_FOR)

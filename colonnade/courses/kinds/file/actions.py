"""Uploading a lecture's file: the browser sends it to the store, and we look at what has arrived."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction

from colonnade.accounts.models import User
from colonnade.courses.actions.contents import write_content
from colonnade.courses.files import CACHE_CONTROL
from colonnade.courses.kinds.file.formats import HEAD, check, promised
from colonnade.courses.kinds.file.held import HeldFile, held_file
from colonnade.courses.kinds.file.jobs import delete_upload
from colonnade.courses.models import Lecture
from colonnade.lib.multipart import plain_name
from colonnade.lib.objects import NoSuchObject, media, uploads
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import uuid7

BYTES_MAXIMUM = 500 * 1024 * 1024
LONGEST_NAME = 200  # characters
FOLDER = "files"  # of both buckets
_UPLOAD_LASTS = timedelta(hours=6)
_SALT = "colonnade.courses.kinds.file"


@dataclass(frozen=True)
class FileUpload:
    """Where the browser puts the bytes, and the `ticket` that it shows when they are there."""

    url: str
    ticket: str


def begin_file(*, lecture: Lecture, filename: str, size: int, by: User) -> FileUpload:
    """Let a file be sent for the lecture. Raises Invalid if it is none that a lecture may hold.

    No deed yet: nothing is written down, and what never arrives whole is deleted after a day.
    """
    require_file(lecture)
    filename = plain_name(filename, most=LONGEST_NAME)
    promised(filename)
    if not 0 < size <= BYTES_MAXIMUM:
        raise Invalid(f"A file may have up to {BYTES_MAXIMUM // 1024**2} MB, and it must not be empty.")
    path = f"{FOLDER}/{uuid7()}"
    ticket = {"lecture": str(lecture.pk), "path": path, "filename": filename, "size": size, "by": str(by.pk)}
    delete_upload.later(path=path, after=timedelta(days=1))
    url = uploads().put_url(path, size=size, expires_in=int(_UPLOAD_LASTS.total_seconds()))
    return FileUpload(url, signing.dumps(ticket, salt=_SALT))


@transaction.atomic
def complete_file(*, lecture: Lecture, ticket: str, by: User) -> HeldFile:
    """Show the file that has arrived, if it is what its name says. Raises Invalid, Conflict."""
    require_file(lecture)
    sent = _read_ticket(ticket)
    if sent["lecture"] != str(lecture.pk) or sent["by"] != str(by.pk):
        raise Invalid("This upload belongs to another lecture. Choose the file again.")
    head = _arrived(sent["path"], sent["size"])
    found = check(sent["filename"], head)
    path = f"{FOLDER}/{uuid7()}{PurePath(sent['filename']).suffix.lower()}"
    uploads().copy(sent["path"], path, into=media(), content_type=found.content_type, cache_control=CACHE_CONTROL)
    before = held_file(lecture)
    file = HeldFile(path, sent["filename"], sent["size"], found.content_type, before is None or before.is_downloadable)
    _keep(lecture, file, by)
    delete_upload.later(path=sent["path"])
    return file


@transaction.atomic
def allow_download(*, lecture: Lecture, is_downloadable: bool, by: User) -> HeldFile:
    """Offer the file for download, or let it only be looked at. Raises Conflict where there is none."""
    require_file(lecture)
    file = held_file(lecture)
    if file is None:
        raise Conflict(f"“{lecture.title}” has no file yet.")
    if file.is_downloadable != is_downloadable:
        file = replace(file, is_downloadable=is_downloadable)
        _keep(lecture, file, by)
    return file


def restore_file(*, lecture: Lecture, body: Mapping[str, Any], by: User) -> HeldFile:
    """Take in a file that lies in the media bucket already, judged by its content. Raises Invalid."""
    filename, path = plain_name(str(body.get("filename", "")), most=LONGEST_NAME), str(body.get("path", ""))
    if not path.startswith(f"{FOLDER}/") or ".." in path:
        raise Invalid(f"“{filename}” is not in its place.")
    with_head = media().open(path, byte_range=f"bytes=0-{HEAD - 1}")
    found = check(filename, b"".join(with_head.chunks))
    media().copy(path, path, content_type=found.content_type, cache_control=CACHE_CONTROL)
    file = HeldFile(path, filename, media().size(path), found.content_type, bool(body.get("is_downloadable", True)))
    _keep(lecture, file, by)
    return file


def require_file(lecture: Lecture) -> None:
    if lecture.kind != "file":
        raise Conflict(f"“{lecture.title}” holds no file. Add a lecture for the file.")


def _keep(lecture: Lecture, file: HeldFile, by: User) -> None:
    write_content(lecture=lecture, body=asdict(file), words=file.filename, files=[file.path], by=by)


def _arrived(path: str, size: int) -> bytes:
    """The first bytes of what was sent. Raises Conflict if it is not there whole."""
    try:
        arrived = uploads().size(path)
        head = b"".join(uploads().open(path, byte_range=f"bytes=0-{HEAD - 1}").chunks)
    except NoSuchObject:
        raise Conflict("The file has not arrived. Choose it again.") from None
    if arrived != size:
        raise Conflict("The file has not arrived whole. Choose it again.")
    return head


def _read_ticket(ticket: str) -> dict[str, Any]:
    try:
        sent: dict[str, Any] = signing.loads(ticket, salt=_SALT, max_age=_UPLOAD_LASTS)
    except signing.BadSignature:
        raise Invalid("This upload has expired. Choose the file again.") from None
    UUID(sent["lecture"])
    return sent

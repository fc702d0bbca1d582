"""What people do with archives: ask for one, send one, bring in what is in it, leave it."""

from collections.abc import Iterable

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import slugify

from colonnade.accounts.models import User
from colonnade.archives import jobs
from colonnade.archives.models import CourseExport, CourseImport, ImportState
from colonnade.archives.zips import LARGEST_WHOLE
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.lib.multipart import URLS_LAST, part_size_for, plain_name
from colonnade.lib.objects import Part, uploads
from colonnade.lib.problems import Conflict, Invalid, NotFound


@transaction.atomic
def export_course(*, course: Course, by: User) -> CourseExport:
    """Have the course written into an archive; asking while one is being written gives that one."""
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    for latest in course.exports.order_by("-asked_at")[:1]:
        if latest.is_under_way:
            return latest
    export = CourseExport.objects.create(course=course, asked_by_id=by.pk)
    record("course.export_asked", course, by=by)
    jobs.write.later(export_id=export.pk, lock=f"export {export.pk}")
    return export


def export_url(export: CourseExport) -> str:
    """Where the archive can be downloaded, for an hour. Raises Conflict while it is not there."""
    if export.failure:
        raise Conflict(export.failure)
    if export.ready_at is None:
        raise Conflict("The archive is still being written. Try again in a moment.")
    return uploads().download_url(export.path, filename=filename_of(export), expires_in=URLS_LAST)


def filename_of(export: CourseExport) -> str:
    return f"{slugify(export.course.title)[:80] or 'course'}.zip"


@transaction.atomic
def begin_import(*, filename: str, size: int, fingerprint: str, by: User) -> CourseImport:
    """An archive whose parts can be sent; an unfinished one of the same person and file is taken up again.

    Raises Invalid for a file that is empty or too large.
    """
    if size < 1:
        raise Invalid("The file is empty. Choose another.")
    if size > LARGEST_WHOLE:
        raise Invalid(f"The file has {filesizeformat(size)}; the most is {filesizeformat(LARGEST_WHOLE)}.")
    fingerprint = fingerprint[:300]
    known = CourseImport.objects.filter(created_by_id=by.pk, fingerprint=fingerprint, size=size, uploaded_at=None)
    for sent in known.exclude(fingerprint="").order_by("-created_at")[:1]:
        if sent.upload.stored() is not None or sent.upload.is_whole():
            sent.is_resumed = True
            return sent
    sent = CourseImport(
        filename=plain_name(filename) or "course.zip",
        size=size,
        fingerprint=fingerprint,
        part_size=part_size_for(size),
        created_by_id=by.pk,
    )
    sent.upload_id = sent.upload.begin("application/zip")
    sent.save(force_insert=True)
    record("archive.upload_begun", sent, by=by, size=size)
    return sent


@transaction.atomic
def complete_import(*, sent: CourseImport, parts: Iterable[Part], by: User) -> CourseImport:
    """Check what arrived, join the parts and have the archive looked at. Doing it again changes nothing."""
    sent = _locked(sent)
    if sent.uploaded_at is not None:
        return sent
    sent.upload.join(parts)
    if not sent.upload.is_whole():
        raise Conflict("The upload is no longer in the store. Choose the file again to send it anew.")
    sent.uploaded_at, sent.upload_id = timezone.now(), ""
    sent.save()
    record("archive.uploaded", sent, by=by)
    jobs.check.later(import_id=sent.pk, lock=f"import {sent.pk}")
    return sent


@transaction.atomic
def confirm_import(*, sent: CourseImport, by: User) -> CourseImport:
    """Make the course that was shown. Doing it again changes nothing. Raises Conflict if nothing was shown."""
    sent = _locked(sent)
    if sent.state in (ImportState.IMPORTING, ImportState.DONE):
        return sent
    if sent.state != ImportState.CHECKED:
        raise Conflict("This archive cannot be brought in: it has not been checked, or was refused.")
    sent.confirmed_at = timezone.now()
    sent.save(update_fields=["confirmed_at"])
    record("archive.import_asked", sent, by=by)
    jobs.bring.later(import_id=sent.pk, lock=f"import {sent.pk}")
    return sent


@transaction.atomic
def forget_import(*, sent: CourseImport, by: User | None) -> None:
    """Delete an archive that was sent; a course that was made of it stays. Raises Conflict while it is being made."""
    sent = _locked(sent)
    if sent.state == ImportState.IMPORTING:
        raise Conflict("The course is being made just now. Wait until it is there.")
    record("archive.forgotten", sent, by=by)
    jobs.remove.later(archive_id=sent.pk, upload_id=sent.upload_id)
    sent.delete()


def _locked(sent: CourseImport) -> CourseImport:
    found = CourseImport.objects.select_for_update().filter(pk=sent.pk).first()
    if found is None:
        raise NotFound("This archive has been deleted.")
    return found

"""Archives of courses, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.archives import actions
from colonnade.archives.models import CourseExport, CourseImport
from colonnade.archives.schemas import part_urls_document, parts_document
from colonnade.courses.models import Course
from colonnade.lib.multipart import URLS_LAST
from colonnade.tenants.permissions import Permission, require
from colonnade.videos.api import DownloadOut, PartsOut, PartUrlsOut
from colonnade.videos.schemas import PartNumbers, UploadCompletion

router = Router(tags=["Archives"])


class ExportOut(Schema):
    id: UUID
    course_id: UUID
    asked_at: datetime
    ready_at: datetime | None = Field(description="since then it can be downloaded, for seven days")
    size: int | None = Field(description="bytes")
    left_out: list[str] = Field(description="sentences: what could not be taken along, and why")
    failure: str


class ArchiveIn(Schema):
    filename: str = Field(max_length=1000)
    size: int = Field(description="bytes")
    fingerprint: str = Field("", max_length=260, description="finds the upload again after an interruption")


class ArchiveUploadOut(Schema):
    archive_id: UUID
    part_size: int
    part_count: int
    resumed: bool


class ArchiveOut(Schema):
    id: UUID
    filename: str
    size: int
    state: str = Field(description="`uploading`, `checking`, `refused`, `checked`, `importing`, `failed`, `done`")
    refusal: str
    plan: dict[str, Any] | None = Field(description="the manifest of what will be made")
    notes: list[str]
    failure: str
    course_id: UUID | None = Field(description="the course that was made")
    created_at: datetime


def _editor(request: HttpRequest) -> User:
    require(person(request), Permission.EDIT_COURSES)
    return person(request)


def _sent(request: HttpRequest, archive_id: UUID) -> CourseImport:
    _editor(request)
    return get_object_or_404(CourseImport, pk=archive_id)


@router.post("/courses/{course_id}/exports", response={202: ExportOut}, summary="Have a course written into an archive")
@scoped(Scope.COURSES_WRITE)
def export_course(request: HttpRequest, course_id: UUID) -> Status[CourseExport]:
    by, course = _editor(request), get_object_or_404(Course, pk=course_id)
    return Status(202, actions.export_course(course=course, by=by))


@router.get("/exports/{export_id}", response=ExportOut, summary="How far an archive is")
@scoped(Scope.COURSES_READ)
def export(request: HttpRequest, export_id: UUID) -> CourseExport:
    _editor(request)
    return get_object_or_404(CourseExport, pk=export_id)


@router.get("/exports/{export_id}/download", response=DownloadOut, summary="Where to download it")
@scoped(Scope.COURSES_READ)
def export_download(request: HttpRequest, export_id: UUID) -> dict[str, Any]:
    _editor(request)
    found = get_object_or_404(CourseExport.objects.select_related("course"), pk=export_id)
    return {"url": actions.export_url(found), "filename": actions.filename_of(found), "expires_in": URLS_LAST}


@router.post("/archives", response={200: ArchiveUploadOut, 201: ArchiveUploadOut}, summary="Begin to send an archive")
@scoped(Scope.COURSES_WRITE)
def begin_import(request: HttpRequest, body: ArchiveIn) -> Status[dict[str, Any]]:
    """200 where an unfinished upload of the same file goes on."""
    sent = actions.begin_import(
        filename=body.filename, size=body.size, fingerprint=body.fingerprint, by=_editor(request)
    )
    document = {
        "archive_id": sent.pk,
        "part_size": sent.part_size,
        "part_count": len(sent.upload.numbers),
        "resumed": sent.is_resumed,
    }
    return Status(200 if sent.is_resumed else 201, document)


@router.get("/archives/{archive_id}", response=ArchiveOut, summary="What an archive would make, or has made")
@scoped(Scope.COURSES_READ)
def archive(request: HttpRequest, archive_id: UUID) -> CourseImport:
    return _sent(request, archive_id)


@router.delete("/archives/{archive_id}", response={204: None}, summary="Delete an archive that was sent")
@scoped(Scope.COURSES_WRITE)
def forget_import(request: HttpRequest, archive_id: UUID) -> Status[None]:
    actions.forget_import(sent=_sent(request, archive_id), by=person(request))
    return Status(204, None)


@router.get("/archives/{archive_id}/parts", response=PartsOut, summary="What has arrived of it")
@scoped(Scope.COURSES_READ)
def parts(request: HttpRequest, archive_id: UUID) -> dict[str, Any]:
    return parts_document(_sent(request, archive_id))


@router.post("/archives/{archive_id}/parts", response=PartUrlsOut, summary="Addresses to PUT parts to")
@scoped(Scope.COURSES_WRITE)
def part_urls(request: HttpRequest, archive_id: UUID, body: PartNumbers) -> dict[str, Any]:
    return part_urls_document(_sent(request, archive_id), body.numbers)


@router.post("/archives/{archive_id}/completion", response={202: ArchiveOut}, summary="All parts have been sent")
@scoped(Scope.COURSES_WRITE)
def complete_import(request: HttpRequest, archive_id: UUID, body: UploadCompletion) -> Status[CourseImport]:
    sent = _sent(request, archive_id)
    return Status(202, actions.complete_import(sent=sent, parts=body.as_parts(), by=person(request)))


@router.post("/archives/{archive_id}/import", response={202: ArchiveOut}, summary="Make the course")
@scoped(Scope.COURSES_WRITE)
def confirm_import(request: HttpRequest, archive_id: UUID) -> Status[CourseImport]:
    return Status(202, actions.confirm_import(sent=_sent(request, archive_id), by=person(request)))

"""Files of lectures, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.courses.kinds.file.actions import allow_download, begin_file, complete_file, require_file
from colonnade.courses.kinds.file.held import HeldFile, held_file
from colonnade.courses.models import Lecture
from colonnade.lib.problems import NotFound
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Courses"])


class FileOut(Schema):
    filename: str
    size: int = Field(description="bytes")
    content_type: str
    is_downloadable: bool = Field(description="whether students are offered the download of what they can look at")


class FileUploadIn(Schema):
    filename: str = Field(max_length=300)
    size: int = Field(description="bytes")


class FileUploadOut(Schema):
    url: str = Field(description="PUT the bytes here")
    ticket: str = Field(description="then send this to `PUT /lectures/{lecture_id}/file`")


class FileIn(Schema):
    ticket: str


class FileChange(Schema):
    is_downloadable: bool


def _file_lecture(request: HttpRequest, lecture_id: UUID, permission: Permission) -> Lecture:
    require(person(request), permission)
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    require_file(lecture)
    return lecture


@router.get("/lectures/{lecture_id}/file", response=FileOut, summary="The file of a lecture")
@scoped(Scope.COURSES_READ)
def file(request: HttpRequest, lecture_id: UUID) -> HeldFile:
    held = held_file(_file_lecture(request, lecture_id, Permission.SEE_DASHBOARD))
    if held is None:
        raise NotFound("This lecture has no file yet.")
    return held


@router.post("/lectures/{lecture_id}/file/uploads", response={201: FileUploadOut}, summary="Begin to upload its file")
@scoped(Scope.COURSES_WRITE)
def begin_file_upload(request: HttpRequest, lecture_id: UUID, body: FileUploadIn) -> Status[Any]:
    lecture = _file_lecture(request, lecture_id, Permission.EDIT_COURSES)
    return Status(201, begin_file(lecture=lecture, filename=body.filename, size=body.size, by=person(request)))


@router.put("/lectures/{lecture_id}/file", response=FileOut, summary="Show the file that has been uploaded")
@scoped(Scope.COURSES_WRITE)
def put_file(request: HttpRequest, lecture_id: UUID, body: FileIn) -> HeldFile:
    lecture = _file_lecture(request, lecture_id, Permission.EDIT_COURSES)
    return complete_file(lecture=lecture, ticket=body.ticket, by=person(request))


@router.patch("/lectures/{lecture_id}/file", response=FileOut, summary="Allow its download, or do not")
@scoped(Scope.COURSES_WRITE)
def change_file(request: HttpRequest, lecture_id: UUID, body: FileChange) -> HeldFile:
    lecture = _file_lecture(request, lecture_id, Permission.EDIT_COURSES)
    return allow_download(lecture=lecture, is_downloadable=body.is_downloadable, by=person(request))

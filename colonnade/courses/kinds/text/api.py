"""Texts, for programs."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.courses.kinds.text.actions import add_picture, require_text, write_text
from colonnade.courses.models import Content, Lecture
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Courses"])


class TextOut(Schema):
    html: str = Field(description="pictures are named `texts/….webp`")
    version: int = Field(description="0: nothing has been written yet")
    updated_at: datetime | None


class TextIn(Schema):
    html: str = Field(description="what may not stand in a page is left out")
    version: int | None = Field(None, description="the one that you know: 409 if there is a newer one")


class PictureOut(Schema):
    name: str = Field(description="for `<img src=…>` in the text; one that no text names goes after a day")
    width: int
    height: int


def _text(request: HttpRequest, lecture_id: UUID, permission: Permission) -> Lecture:
    require(person(request), permission)
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    require_text(lecture)
    return lecture


@router.get("/lectures/{lecture_id}/text", response=TextOut, summary="The text of a lecture")
@scoped(Scope.COURSES_READ)
def text(request: HttpRequest, lecture_id: UUID) -> dict[str, Any]:
    lecture = _text(request, lecture_id, Permission.SEE_DASHBOARD)
    return _document(Content.objects.filter(lecture=lecture).first())


@router.put("/lectures/{lecture_id}/text", response=TextOut, summary="Write the text of a lecture")
@scoped(Scope.COURSES_WRITE)
def put_text(request: HttpRequest, lecture_id: UUID, body: TextIn) -> dict[str, Any]:
    lecture = _text(request, lecture_id, Permission.EDIT_COURSES)
    return _document(write_text(lecture=lecture, html=body.html, known_version=body.version, by=person(request)))


@router.post(
    "/lectures/{lecture_id}/text/pictures", response={201: PictureOut}, summary="Send a picture for it (multipart form)"
)
@scoped(Scope.COURSES_WRITE)
def add_text_picture(request: HttpRequest, lecture_id: UUID, image: File[UploadedFile]) -> Status[dict[str, Any]]:
    lecture = _text(request, lecture_id, Permission.EDIT_COURSES)
    path, made = add_picture(lecture=lecture, image=BytesIO(image.read()), by=person(request))
    return Status(201, {"name": path, "width": made.width, "height": made.height})


def _document(content: Content | None) -> dict[str, Any]:
    if content is None:
        return {"html": "", "version": 0, "updated_at": None}
    return {"html": content.body["html"], "version": content.version, "updated_at": content.updated_at}

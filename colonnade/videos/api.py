"""Uploads and videos. Parts go straight to the object store, by presigned addresses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.lib.multipart import URLS_LAST
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require
from colonnade.videos import actions
from colonnade.videos.models import Video
from colonnade.videos.schemas import (
    PartNumbers,
    UploadBeginning,
    UploadCompletion,
    part_urls_document,
    parts_document,
)

router = Router(tags=["Videos"])


class RenditionOut(Schema):
    name: str
    width: int
    height: int
    codec: str
    average_rate: int
    peak_rate: int


class VideoOut(Schema):
    """`progress` is the percent encoded; `duration` is in seconds; `failure` says why and what to do.

    A ready video may be encoded anew while it plays: from `renewal_asked_at` until that is done, or has come to nothing
    and `failure` says why.
    """

    id: UUID
    filename: str
    size: int
    state: str
    progress: int
    renewal_asked_at: datetime | None
    encoder_version: int
    failure_code: str
    failure: str
    duration: float | None
    width: int | None
    height: int | None
    has_audio: bool
    created_at: datetime
    ready_at: datetime | None
    original_dropped_at: datetime | None = Field(description="since then the uploaded file is no longer kept")
    renditions: list[RenditionOut]

    @staticmethod
    def resolve_renditions(video: Video) -> list[Any]:
        return list(video.renditions.all())


class DownloadOut(Schema):
    url: str
    filename: str
    expires_in: int = Field(description="seconds")


class UploadOut(Schema):
    video_id: UUID
    part_size: int
    part_count: int
    resumed: bool


class ArrivedPart(Schema):
    number: int
    size: int
    etag: str


class PartsOut(Schema):
    parts: list[ArrivedPart]
    part_size: int
    part_count: int
    state: str


class PartUrl(Schema):
    number: int
    url: str


class PartUrlsOut(Schema):
    parts: list[PartUrl]
    expires_in: int


def _video(request: HttpRequest, video_id: UUID) -> Video:
    require(person(request), Permission.EDIT_COURSES)
    return get_object_or_404(Video.objects.prefetch_related("renditions"), pk=video_id)


@router.get("/videos", response=Page[VideoOut], summary="All videos, newest first")
@scoped(Scope.COURSES_READ)
def videos(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    require(person(request), Permission.SEE_DASHBOARD)
    return page_of(Video.objects.prefetch_related("renditions"), query)


@router.get("/videos/{video_id}", response=VideoOut, summary="One video and how far it is")
@scoped(Scope.COURSES_READ)
def video(request: HttpRequest, video_id: UUID) -> Video:
    return _video(request, video_id)


@router.delete("/videos/{video_id}", response={204: None}, summary="Delete a video with all its renditions")
@scoped(Scope.COURSES_WRITE)
def delete_video(request: HttpRequest, video_id: UUID) -> Status[None]:
    actions.delete_video(video=_video(request, video_id), by=person(request))
    return Status(204, None)


@router.post(
    "/videos/{video_id}/encoding",
    response={202: VideoOut},
    summary="Try a failed encoding again, or encode a ready video anew while it plays",
)
@scoped(Scope.COURSES_WRITE)
def retry_encoding(request: HttpRequest, video_id: UUID) -> Status[Video]:
    video = _video(request, video_id)
    encode = actions.renew_encoding if video.is_ready else actions.retry_encoding
    return Status(202, encode(video=video, by=person(request)))


@router.get("/videos/{video_id}/original", response=DownloadOut, summary="Where the uploaded file can be downloaded")
@scoped(Scope.COURSES_READ)
def original(request: HttpRequest, video_id: UUID) -> dict[str, Any]:
    found = _video(request, video_id)
    return {"url": actions.original_url(found), "filename": found.filename, "expires_in": URLS_LAST}


@router.post("/uploads", response={201: UploadOut}, summary="Begin an upload, or go on with an unfinished one")
@scoped(Scope.COURSES_WRITE)
def begin_upload(request: HttpRequest, body: UploadBeginning) -> Status[dict[str, Any]]:
    require(person(request), Permission.EDIT_COURSES)
    made = actions.begin_upload(**body.model_dump(), by=person(request))
    facts = {"video_id": made.pk, "part_size": made.part_size, "part_count": made.part_count}
    return Status(201, facts | {"resumed": made.is_resumed})


@router.get("/uploads/{video_id}", response=PartsOut, summary="The parts that have arrived")
@scoped(Scope.COURSES_WRITE)
def upload(request: HttpRequest, video_id: UUID) -> dict[str, Any]:
    return parts_document(_video(request, video_id))


@router.delete("/uploads/{video_id}", response={204: None}, summary="Give an unfinished upload up")
@scoped(Scope.COURSES_WRITE)
def cancel_upload(request: HttpRequest, video_id: UUID) -> Status[None]:
    actions.cancel_upload(video=_video(request, video_id), by=person(request))
    return Status(204, None)


@router.post("/uploads/{video_id}/parts", response=PartUrlsOut, summary="Addresses to PUT parts to, for an hour")
@scoped(Scope.COURSES_WRITE)
def part_urls(request: HttpRequest, video_id: UUID, body: PartNumbers) -> dict[str, Any]:
    return part_urls_document(_video(request, video_id), body.numbers)


@router.post("/uploads/{video_id}/completion", response={202: VideoOut}, summary="Join the parts and encode")
@scoped(Scope.COURSES_WRITE)
def complete_upload(request: HttpRequest, video_id: UUID, body: UploadCompletion) -> Status[Video]:
    video = _video(request, video_id)
    return Status(202, actions.complete_upload(video=video, parts=body.as_parts(), by=person(request)))

"""Captions and transcripts of videos."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.lib.problems import Invalid, NotFound
from colonnade.lib.rest import require_match
from colonnade.tenants.permissions import Permission, require
from colonnade.videos.captions.actions import delete_captions, upload_captions
from colonnade.videos.captions.languages import name_of, tag_of
from colonnade.videos.captions.recognition import recognise_captions
from colonnade.videos.models import Caption, Video

router = Router(tags=["Captions"])


class CaptionOut(Schema):
    """`published_at` is null while nobody has read over what a computer recognised: viewers do not get it yet."""

    language: str = Field(description="BCP 47 tag")
    name: str = Field(description="the language in English")
    label: str = Field(description="in the player's menu")
    source: str = Field(description="uploaded, edited, embedded or recognised")
    cue_count: int
    version: int
    published_at: datetime | None
    updated_at: datetime

    @staticmethod
    def resolve_name(caption: Caption) -> str:
        return name_of(caption.language)


class CaptionDetailOut(CaptionOut):
    vtt: str = Field(description="WebVTT")
    text: str = Field(description="what is said, a line a cue")


class WrittenCaptionOut(CaptionDetailOut):
    doubts: list[str] = Field(description="what was accepted, but is seldom meant")


class CaptionIn(Schema):
    content: str = Field(description="SRT or WebVTT", max_length=2_000_000)
    label: str = Field("", max_length=200)


def _video(request: HttpRequest, video_id: UUID) -> Video:
    require(person(request), Permission.EDIT_COURSES)
    return get_object_or_404(Video, pk=video_id)


def _found(video: Video, language: str) -> Caption | None:
    try:
        return video.captions.select_related("video").filter(language=tag_of(language)).first()
    except Invalid:
        return None


def _caption(request: HttpRequest, video_id: UUID, language: str) -> Caption:
    found = _found(_video(request, video_id), language)
    if found is None:
        raise NotFound("This video has no captions in that language.")
    return found


@router.get("/videos/{video_id}/captions", response=list[CaptionOut], summary="The languages a video has captions in")
@scoped(Scope.COURSES_READ)
def captions(request: HttpRequest, video_id: UUID) -> list[Caption]:
    return list(_video(request, video_id).captions.defer("vtt", "text"))


@router.get("/videos/{video_id}/captions/{language}", response=CaptionDetailOut, summary="Captions and transcript")
@scoped(Scope.COURSES_READ)
def caption(request: HttpRequest, video_id: UUID, language: str) -> Caption:
    return _caption(request, video_id, language)


@router.put(
    "/videos/{video_id}/captions/{language}", response=WrittenCaptionOut, summary="Set the captions in a language"
)
@scoped(Scope.COURSES_WRITE)
def put_caption(request: HttpRequest, video_id: UUID, language: str, body: CaptionIn) -> Caption:
    video = _video(request, video_id)
    known = _found(video, language)
    if known is not None and request.headers.get("If-Match"):
        require_match(request, CaptionDetailOut.from_orm(known))
    return upload_captions(
        video=video,
        language=language,
        content=body.content.encode(),
        label=body.label,
        version=known.version if known else None,
        by=person(request),
    )


@router.post(
    "/videos/{video_id}/captions/{language}/recognition",
    response={202: CaptionOut},
    summary="Let a computer listen and make a draft",
)
@scoped(Scope.COURSES_WRITE)
def recognition(request: HttpRequest, video_id: UUID, language: str) -> Status[Caption]:
    """The draft is there at once and empty; it has cues once the computer has listened."""
    video = _video(request, video_id)
    return Status(202, recognise_captions(video=video, language=language, by=person(request)))


@router.delete("/videos/{video_id}/captions/{language}", response={204: None}, summary="Delete captions")
@scoped(Scope.COURSES_WRITE)
def delete_caption(request: HttpRequest, video_id: UUID, language: str) -> Status[None]:
    found = _caption(request, video_id, language)
    if request.headers.get("If-Match"):
        require_match(request, CaptionDetailOut.from_orm(found))
    delete_captions(caption=found, by=person(request))
    return Status(204, None)

"""Videos at YouTube and Vimeo, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.courses.kinds.embed.actions import embedded, require_embed, set_embed
from colonnade.courses.kinds.embed.providers import Embedded
from colonnade.courses.models import Lecture
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Courses"])


class EmbedOut(Schema):
    provider: str | None = Field(description="`YouTube` or `Vimeo`; null: no address has been given yet")
    address: str
    frame: str = Field(description="what a page loads once its viewer agrees")


class EmbedIn(Schema):
    address: str = Field(max_length=2000, description="of one video, in any of the sites' shapes")


@router.get("/lectures/{lecture_id}/embed", response=EmbedOut, summary="Which video of another site a lecture shows")
@scoped(Scope.COURSES_READ)
def embed(request: HttpRequest, lecture_id: UUID) -> dict[str, Any]:
    require(person(request), Permission.SEE_DASHBOARD)
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    require_embed(lecture)
    return _document(embedded(lecture))


@router.put("/lectures/{lecture_id}/embed", response=EmbedOut, summary="Let a lecture show a video of YouTube or Vimeo")
@scoped(Scope.COURSES_WRITE)
def put_embed(request: HttpRequest, lecture_id: UUID, body: EmbedIn) -> dict[str, Any]:
    require(person(request), Permission.EDIT_COURSES)
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    return _document(set_embed(lecture=lecture, address=body.address, by=person(request)))


def _document(video: Embedded | None) -> dict[str, Any]:
    if video is None:
        return {"provider": None, "address": "", "frame": ""}
    return {"provider": video.provider, "address": video.address, "frame": video.frame}

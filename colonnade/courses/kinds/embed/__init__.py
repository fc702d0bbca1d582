"""A video that lies at YouTube or Vimeo. Nothing is loaded from there before its viewer says so."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from colonnade.courses.kinds import Kind, Shown

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern
    from ninja import Router

    from colonnade.accounts.models import User
    from colonnade.courses.models import Lecture


class EmbedKind(Kind):
    name = "embed"
    label = "YouTube or Vimeo"
    icon = "monitor-play"
    place = 40
    empty = "no address yet"
    template = "embed/lecture.html"

    @property
    def urls(self) -> "Sequence[URLPattern]":
        from colonnade.courses.kinds.embed.urls import urlpatterns

        return urlpatterns

    @property
    def router(self) -> "Router":
        from colonnade.courses.kinds.embed.api import router

        return router

    def shown(self, request: "HttpRequest", lecture: "Lecture") -> Shown:
        from colonnade.courses.kinds.embed.actions import embedded

        video = embedded(lecture)
        if video is None:
            return Shown()
        return Shown({"embed": video.document(lecture.title)}, {"frame-src": [video.origin]})

    def restore(self, lecture: "Lecture", document: Mapping[str, Any], by: "User") -> None:
        from colonnade.courses.kinds.embed.actions import set_embed

        set_embed(lecture=lecture, address=str(document.get("body", {}).get("address", "")), by=by)


KIND = EmbedKind()

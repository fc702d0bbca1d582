"""A lecture to read: rich text with pictures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from colonnade.courses.kinds import Kind, Shown

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern
    from ninja import Router

    from colonnade.accounts.models import User
    from colonnade.courses.models import Lecture


class TextKind(Kind):
    name = "text"
    label = "Text"
    icon = "file-text"
    place = 20
    empty = "no text yet"
    template = "text/lecture.html"

    @property
    def urls(self) -> "Sequence[URLPattern]":
        from colonnade.courses.kinds.text.urls import urlpatterns

        return urlpatterns

    @property
    def router(self) -> "Router":
        from colonnade.courses.kinds.text.api import router

        return router

    def shown(self, request: "HttpRequest", lecture: "Lecture") -> Shown:
        from colonnade.courses.kinds.text.writing import with_addresses
        from colonnade.courses.models import Content
        from colonnade.lib.objects import store_origin

        content = Content.objects.filter(lecture=lecture).first()
        html = with_addresses(content.body["html"]) if content else ""
        return Shown({"html": html}, {"img-src": [store_origin()]})

    def restore(self, lecture: "Lecture", document: Mapping[str, Any], by: "User") -> None:
        from colonnade.courses.kinds.text.actions import write_text

        write_text(lecture=lecture, html=str(document.get("body", {}).get("html", "")), by=by)


KIND = TextKind()

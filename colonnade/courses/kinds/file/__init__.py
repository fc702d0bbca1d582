"""A file: a PDF or a picture is looked at in the page, a sound is heard there, all else is downloaded."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from colonnade.courses.kinds import Kind, Shown

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern
    from ninja import Router

    from colonnade.accounts.models import User
    from colonnade.courses.models import Lecture


class FileKind(Kind):
    name = "file"
    label = "File or PDF"
    icon = "paperclip"
    place = 30
    empty = "no file yet"
    template = "file/lecture.html"

    @property
    def urls(self) -> "Sequence[URLPattern]":
        from colonnade.courses.kinds.file.urls import urlpatterns

        return urlpatterns

    @property
    def router(self) -> "Router":
        from colonnade.courses.kinds.file.api import router

        return router

    def shown(self, request: "HttpRequest", lecture: "Lecture") -> Shown:
        from colonnade.courses.kinds.file.held import held_file
        from colonnade.lib.objects import store_origin

        file = held_file(lecture)
        store = [store_origin()]
        if file is None:
            return Shown()
        return Shown(
            {"file": file.document(lecture.title)}, {"img-src": store, "media-src": store, "connect-src": store}
        )

    def restore(self, lecture: "Lecture", document: Mapping[str, Any], by: "User") -> None:
        from colonnade.courses.kinds.file.actions import restore_file

        restore_file(lecture=lecture, body=document.get("body", {}), by=by)


KIND = FileKind()

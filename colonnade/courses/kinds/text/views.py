"""Where a text is written."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import BaseModel, Field

from colonnade.accounts.person import person
from colonnade.courses.files import address
from colonnade.courses.kinds.text.actions import add_picture, require_text, write_text
from colonnade.courses.kinds.text.writing import with_addresses
from colonnade.courses.models import Content, Lecture
from colonnade.courses.views.answers import trail
from colonnade.lib.objects import store_origin
from colonnade.lib.problems import Invalid
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.schemas import read


class Writing(BaseModel):
    """What the editor sends; `version` is the one that it knows."""

    html: str
    version: int = Field(ge=0)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def text(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """The editor, which saves by itself: POST answers with the new version."""
    lecture = get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id)
    require_text(lecture)
    if request.method == "POST":
        writing = read(Writing, request)
        content = write_text(lecture=lecture, html=writing.html, known_version=writing.version, by=person(request))
        return JsonResponse({"version": content.version})
    response = render(request, "text/editor.html", _page(request, lecture))
    response._csp_update = {"img-src": [store_origin()]}  # type: ignore[attr-defined]  # django-csp's
    return response


@require_POST
@requires(Permission.EDIT_COURSES)
def text_pictures(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Take in a picture, and tell where the editor finds it."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    require_text(lecture)
    image = request.FILES.get("image")
    if image is None:
        raise Invalid("Choose a picture first.")
    path, made = add_picture(lecture=lecture, image=BytesIO(image.read()), by=person(request))
    return JsonResponse({"src": address(path), "width": made.width, "height": made.height}, status=201)


def _page(request: HttpRequest, lecture: Lecture) -> dict[str, Any]:
    content = Content.objects.filter(lecture=lecture).first() or Content(lecture=lecture, body={"html": ""})
    editor = {
        "html": with_addresses(content.body["html"]),
        "version": content.version,
        "title": lecture.title,
        "save_url": request.path,
        "pictures_url": reverse("lecture-pictures", args=[lecture.pk]),
        "csrf_token": get_token(request),
    }
    return {"lecture": lecture, "editor": editor, "breadcrumbs": trail(lecture, "Text")}

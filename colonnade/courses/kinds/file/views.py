"""Where a lecture's file is uploaded."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import BaseModel

from colonnade.accounts.person import person
from colonnade.courses.kinds.file.actions import (
    BYTES_MAXIMUM,
    allow_download,
    begin_file,
    complete_file,
    require_file,
)
from colonnade.courses.kinds.file.formats import ACCEPTED
from colonnade.courses.kinds.file.held import held_file
from colonnade.courses.models import Lecture
from colonnade.courses.views.answers import trail
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.schemas import read


class Beginning(BaseModel):
    filename: str
    size: int


class Arrival(BaseModel):
    """The file is in the store."""

    ticket: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def file(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """The file and where another is chosen; POST tells that one has arrived."""
    lecture = _lecture(lecture_id)
    if request.method == "POST":
        held = complete_file(lecture=lecture, ticket=read(Arrival, request).ticket, by=person(request))
        messages.success(request, f"“{held.filename}” is in “{lecture.title}”.")
        return JsonResponse({"url": request.path})
    held_now = held_file(lecture)
    uploader = {
        "begin_url": reverse("lecture-file-uploads", args=[lecture.pk]),
        "arrival_url": request.path,
        "accept": ACCEPTED,
        "largest": BYTES_MAXIMUM,
        "csrf_token": get_token(request),
    }
    context = {"lecture": lecture, "file": held_now, "uploader": uploader, "breadcrumbs": trail(lecture, "File")}
    return render(request, "file/editor.html", context)


@require_POST
@requires(Permission.EDIT_COURSES)
def file_uploads(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Where the browser sends the file, and the ticket to show afterwards."""
    lecture = _lecture(lecture_id)
    beginning = read(Beginning, request)
    upload = begin_file(lecture=lecture, **beginning.model_dump(), by=person(request))
    return JsonResponse({"url": upload.url, "ticket": upload.ticket}, status=201)


@require_POST
@requires(Permission.EDIT_COURSES)
def file_download(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Whether students may download it."""
    lecture = _lecture(lecture_id)
    allowed = request.POST.get("is_downloadable") == "on"
    allow_download(lecture=lecture, is_downloadable=allowed, by=person(request))
    said = "can be downloaded" if allowed else "is only looked at in the page"
    messages.success(request, f"The file of “{lecture.title}” {said}.")
    return redirect("lecture-file", lecture.pk)


def _lecture(lecture_id: UUID) -> Lecture:
    lecture = get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id)
    require_file(lecture)
    return lecture

"""The video of a lecture: where its upload begins, and how far it is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses.actions import cancel_replacement, remove_video, upload_video
from colonnade.courses.models import Lecture
from colonnade.courses.views.answers import changed
from colonnade.tenants.permissions import Permission, allows, requires
from colonnade.videos.schemas import UploadBeginning, read, upload_document


@require_POST
@requires(Permission.EDIT_COURSES)
def uploads(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Begin the upload of the lecture's video: 201, or 200 where an unfinished one of the same file goes on."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    file = read(UploadBeginning, request)
    video = upload_video(lecture=lecture, **file.model_dump(), by=person(request))
    return JsonResponse(upload_document(video), status=200 if video.is_resumed else 201)


@never_cache
@require_safe
@requires(Permission.SEE_DASHBOARD)
def video(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """The lecture's video as a fragment: what it is, or where it (or another: `replacing`) is uploaded."""
    lecture = get_object_or_404(Lecture.objects.select_related("video", "replacement"), pk=lecture_id)
    may_edit = allows(person(request), Permission.EDIT_COURSES)
    context = {"lecture": lecture, "lecture_url": _address(lecture), "may_edit": may_edit}
    context["replacing"] = "replacing" in request.GET
    if may_edit and request.headers.get("HX-Request"):  # the course's standing has moved with it
        return changed(request, lecture.course_id, "courses/_video.html", context)
    return render(request, "courses/_video.html", context)


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def video_menu(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """What can be done with the lecture's video, for the menu that is opened."""
    lecture = get_object_or_404(Lecture.objects.select_related("course", "video"), pk=lecture_id)
    if not request.headers.get("HX-Request"):
        return redirect("lecture-menu", lecture.pk)
    url = _address(lecture)
    context = {"lecture": lecture, "lecture_url": url, "video": lecture.video, "video_url": f"{url}video/"}
    return render(request, "courses/_video_menu_items.html", context)


@require_POST
@requires(Permission.EDIT_COURSES)
def video_removal(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Delete the lecture's video."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    return _changed(request, remove_video(lecture=lecture, by=person(request)), "The video is deleted.")


@require_POST
@requires(Permission.EDIT_COURSES)
def replacement_removal(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Keep the present video after all."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    return _changed(request, cancel_replacement(lecture=lecture, by=person(request)), "The lecture keeps its video.")


def _changed(request: HttpRequest, lecture: Lecture, said: str) -> HttpResponse:
    context = {"lecture": lecture, "lecture_url": _address(lecture)}
    anchor = f"lecture-{lecture.pk}"
    return changed(request, lecture.course_id, "courses/_video.html", context, said=said, anchor=anchor)


def _address(lecture: Lecture) -> str:
    """Where the lecture's other addresses lie below."""
    return reverse("lecture", args=[lecture.pk])

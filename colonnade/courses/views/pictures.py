"""A course's picture: uploading it, and showing it to anybody."""

import re
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses.actions import remove_thumbnail, set_thumbnail
from colonnade.courses.drawing import drawn
from colonnade.courses.forms import ThumbnailForm
from colonnade.courses.models import Course
from colonnade.courses.views.answers import changed
from colonnade.lib.objects import NoSuchObject
from colonnade.lib.objects import media as media_bucket
from colonnade.lib.problems import Invalid
from colonnade.tenants.permissions import Permission, requires

_STORED = re.compile(r"thumbnails/[0-9a-f-]{36}(?:-small)?\.webp|portraits/[0-9a-f-]{36}\.webp")  # and nothing else
_DRAWN = re.compile(r"drawn/([0-9a-f]{8})\.svg")


@require_POST
@requires(Permission.EDIT_COURSES)
def thumbnail(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Show an uploaded picture of the course."""
    course = get_object_or_404(Course, pk=course_id)
    form = ThumbnailForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            set_thumbnail(course=course, image=form.cleaned_data["image"], by=person(request))
        except Invalid as invalid:
            form.add_error("image", invalid.detail)
        else:
            return _shown(request, course, "The picture is saved.")
    template = "_thumbnail" if request.headers.get("HX-Request") else "page_thumbnail"
    context = {"course": course, "thumbnail_form": form, "may_edit": True}
    return render(request, f"courses/{template}.html", context, status=422)


@require_POST
@requires(Permission.EDIT_COURSES)
def thumbnail_removal(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Go back to the drawn picture."""
    course = get_object_or_404(Course, pk=course_id)
    remove_thumbnail(course=course, by=person(request))
    return _shown(request, course, "The picture is removed.")


@login_not_required
@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A picture that visitors see. Its name never stands for another picture, so it may be kept for good."""
    etag = f'"{path}"'
    if not (_STORED.fullmatch(path) or _DRAWN.fullmatch(path)):
        raise Http404
    is_known = request.headers.get("If-None-Match") == etag
    response = HttpResponse(status=304) if is_known else _picture(path)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _picture(path: str) -> HttpResponse:
    if seed := _DRAWN.fullmatch(path):
        return HttpResponse(drawn(seed[1]), content_type="image/svg+xml")
    try:
        return HttpResponse(media_bucket().get(path), content_type="image/webp")  # some 100 KB, made by us
    except NoSuchObject:
        raise Http404 from None


def _shown(request: HttpRequest, course: Course, said: str) -> HttpResponse:
    return changed(
        request,
        course.pk,
        "courses/_thumbnail.html",
        {"thumbnail_form": ThumbnailForm()},
        said=said,
        anchor="picture",
    )

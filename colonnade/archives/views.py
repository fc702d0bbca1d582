"""Taking a course along, and bringing one in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.archives import actions
from colonnade.archives.manifest import Manifest
from colonnade.archives.models import CourseExport, CourseImport
from colonnade.archives.schemas import part_urls_document, parts_document, upload_document
from colonnade.courses.kinds import KINDS
from colonnade.courses.models import Course
from colonnade.tenants.calendar import calendar_of
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.schemas import PartNumbers, UploadBeginning, UploadCompletion, read

SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def exports(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The archives of a course; POST has one written. For scripts the list alone, which asks again while one is."""
    course = get_object_or_404(Course, pk=course_id)
    if request.method == "POST":
        actions.export_course(course=course, by=person(request))
        return redirect("course-exports", course.pk)
    found = list(course.exports.order_by("-asked_at")[:SHOWN])
    context = {
        "course": course,
        "exports": [_export(export, request) for export in found],
        "is_under_way": any(export.is_under_way for export in found),
        "breadcrumbs": [
            {"label": "Courses", "url": reverse("courses")},
            {"label": course.title, "url": reverse("course", args=[course.pk])},
            {"label": "Take it along"},
        ],
    }
    return render(request, _page(request, "exports"), context)


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Send the browser on to the store, which lets it save the archive."""
    found = get_object_or_404(CourseExport.objects.select_related("course"), pk=export_id)
    return redirect(actions.export_url(found))


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def archives(request: HttpRequest) -> HttpResponse:
    """Where an archive is sent, and those that were."""
    sent = CourseImport.objects.select_related("course").order_by("-created_at")[:SHOWN]
    rows = [row for row in sent if row.uploaded_at]
    breadcrumbs = [{"label": "Courses", "url": reverse("courses")}, {"label": "Bring in a course"}]
    context = {"sent": rows, "is_under_way": any(row.is_under_way for row in rows), "breadcrumbs": breadcrumbs}
    return render(request, _page(request, "archives"), context)


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def archive(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What an archive would make, and what became of it."""
    sent = get_object_or_404(CourseImport.objects.select_related("course"), pk=import_id)
    breadcrumbs = [
        {"label": "Courses", "url": reverse("courses")},
        {"label": "Bring in a course", "url": reverse("archives")},
        {"label": sent.filename},
    ]
    context = {"sent": sent, "plan": _plan(sent), "breadcrumbs": breadcrumbs}
    return render(request, _page(request, "archive"), context)


@require_POST
@requires(Permission.EDIT_COURSES)
def archive_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Make the course that was shown."""
    sent = get_object_or_404(CourseImport, pk=import_id)
    actions.confirm_import(sent=sent, by=person(request))
    return redirect("archive", sent.pk)


@require_POST
@requires(Permission.EDIT_COURSES)
def archive_deletion(request: HttpRequest, import_id: UUID) -> HttpResponse:
    sent = get_object_or_404(CourseImport, pk=import_id)
    actions.forget_import(sent=sent, by=person(request))
    messages.success(request, f"“{sent.filename}” is deleted.")
    return redirect("archives")


@require_POST
@requires(Permission.EDIT_COURSES)
def uploads(request: HttpRequest) -> HttpResponse:
    """Begin sending an archive: 201, or 200 where an unfinished upload of the same file goes on."""
    file = read(UploadBeginning, request)
    sent = actions.begin_import(
        filename=file.filename, size=file.size, fingerprint=file.fingerprint, by=person(request)
    )
    return JsonResponse(upload_document(sent), status=200 if sent.is_resumed else 201)


@never_cache
@require_http_methods(["GET", "DELETE"])
@requires(Permission.EDIT_COURSES)
def upload(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What has arrived; DELETE gives it up."""
    sent = get_object_or_404(CourseImport, pk=import_id)
    if request.method == "DELETE":
        actions.forget_import(sent=sent, by=person(request))
        return HttpResponse(status=204)
    return JsonResponse(parts_document(sent))


@require_POST
@requires(Permission.EDIT_COURSES)
def upload_parts(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Addresses for the next parts."""
    sent = get_object_or_404(CourseImport, pk=import_id)
    return JsonResponse(part_urls_document(sent, read(PartNumbers, request).numbers))


@require_POST
@requires(Permission.EDIT_COURSES)
def upload_completion(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """All parts have been sent."""
    sent = get_object_or_404(CourseImport, pk=import_id)
    sent = actions.complete_import(sent=sent, parts=read(UploadCompletion, request).as_parts(), by=person(request))
    return JsonResponse({"state": sent.state}, status=202)


def _page(request: HttpRequest, name: str) -> str:
    return f"archives/_{name}.html" if request.headers.get("HX-Request") else f"archives/{name}.html"


def _export(export: CourseExport, request: HttpRequest) -> dict[str, Any]:
    calendar = calendar_of(request)
    return {
        "row": export,
        "asked": calendar.minute(export.asked_at),
        "goes": calendar.day(export.goes_at),
    }


def _plan(sent: CourseImport) -> dict[str, Any] | None:
    """The course to be, for people."""
    if sent.plan is None:
        return None
    found = Manifest.model_validate(sent.plan)
    return {
        "title": found.course.title,
        "description": found.course.description,
        "lecture_count": sum(1 for _ in found.lectures()),
        "sections": [
            {"title": section.title, "lectures": [(each, KINDS.get(each.kind)) for each in section.lectures]}
            for section in found.course.sections
        ],
    }

"""Whether a course is published, what it still needs, and the two deeds."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.courses.actions import publish_course, unpublish_course
from colonnade.courses.models import Course
from colonnade.courses.readiness import readiness_of
from colonnade.courses.views.answers import changed, person
from colonnade.tenants.permissions import Permission, requires


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.EDIT_COURSES)
def publication(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The course's standing, which asks again while videos are under way; POST publishes."""
    course = get_object_or_404(Course.objects.with_outline(), pk=course_id)
    if request.method == "POST":
        publish_course(course=course, by=person(request))
        return changed(request, course.pk, context={"heading": True}, said=f"“{course.title}” is published.")
    context = {"course": course, "readiness": readiness_of(course), "may_edit": True}
    return render(request, "courses/_publication.html", context)


@require_POST
@requires(Permission.EDIT_COURSES)
def publication_end(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Make it a draft again."""
    course = get_object_or_404(Course, pk=course_id)
    unpublish_course(course=course, by=person(request))
    return changed(request, course.pk, context={"heading": True}, said=f"“{course.title}” is a draft again.")

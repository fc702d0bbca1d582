"""Where a course stands, what it still needs, and the deeds that bring it on."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.courses.actions import (
    archive_course,
    publish_course,
    schedule_course,
    unarchive_course,
    unpublish_course,
)
from colonnade.courses.forms import ScheduleForm
from colonnade.courses.models import Course, CourseState
from colonnade.courses.views.answers import changed, standing_of
from colonnade.lib.problems import Invalid
from colonnade.tenants.calendar import calendar_of
from colonnade.tenants.permissions import Permission, requires

_FRAGMENT = "courses/_publication.html"


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.EDIT_COURSES)
def publication(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The course's standing, which asks again while videos are under way; POST publishes."""
    course = get_object_or_404(Course.objects.with_outline(), pk=course_id)
    if request.method == "POST":
        publish_course(course=course, by=person(request))
        return _changed(request, course, f"“{course.title}” is published.")
    context = {"course": course, **standing_of(request, course), "may_edit": True}
    return render(request, _FRAGMENT, context)


@require_POST
@requires(Permission.EDIT_COURSES)
def publication_end(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Make it a draft again, published or scheduled."""
    course = get_object_or_404(Course, pk=course_id)
    was_scheduled = course.state == CourseState.SCHEDULED
    unpublish_course(course=course, by=person(request))
    said = "is not scheduled any more" if was_scheduled else "is a draft again"
    return _changed(request, course, f"“{course.title}” {said}.")


@require_POST
@requires(Permission.EDIT_COURSES)
def date(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Publish it at a date, told in the school's time zone."""
    course = get_object_or_404(Course, pk=course_id)
    calendar = calendar_of(request)
    form = ScheduleForm(request.POST, calendar=calendar)
    if form.is_valid():
        try:
            course = schedule_course(course=course, at=form.cleaned_data["at"], by=person(request))
        except Invalid as invalid:
            form.add_error("at", invalid.detail)
        else:
            said = f"“{course.title}” opens on {calendar.minute(course.published_at)}."
            return changed(request, course.pk, _FRAGMENT, {"heading": True}, said=said, anchor="publication")
    course = Course.objects.with_outline().get(pk=course.pk)
    context = {"course": course, **standing_of(request, course), "schedule_form": form, "may_edit": True}
    page = _FRAGMENT if request.headers.get("HX-Request") else "courses/page_publication.html"
    return render(request, page, context, status=422)


@require_POST
@requires(Permission.EDIT_COURSES)
def archive(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Take it off the shelf; its students keep it."""
    course = get_object_or_404(Course, pk=course_id)
    archive_course(course=course, by=person(request))
    return _changed(request, course, f"“{course.title}” is archived. Its students keep it.")


@require_POST
@requires(Permission.EDIT_COURSES)
def archive_end(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Take it out of the archive."""
    course = get_object_or_404(Course, pk=course_id)
    unarchive_course(course=course, by=person(request))
    return _changed(request, course, f"“{course.title}” is published again.")


def _changed(request: HttpRequest, course: Course, said: str) -> HttpResponse:
    return changed(request, course.pk, context={"heading": True}, said=said, anchor="publication")

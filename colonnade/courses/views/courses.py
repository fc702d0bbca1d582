"""The courses of a school, and the page where one is built."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses.actions import create_course, delete_course, duplicate_course, edit_course
from colonnade.courses.forms import CourseForm, SearchForm, ThumbnailForm
from colonnade.courses.kinds import DEFAULT, menu_options
from colonnade.courses.lengths import summary
from colonnade.courses.models import Course, CourseState
from colonnade.courses.views.answers import changed, others, standing_of
from colonnade.lib.problems import Invalid
from colonnade.tenants.permissions import Permission, allows, requires

ON_A_PAGE = 24
STATE_TONES = {CourseState.PUBLISHED: "success", CourseState.SCHEDULED: "info", CourseState.ARCHIVED: "warning"} | {
    CourseState.DRAFT: "neutral"
}
SELDOM = (CourseState.SCHEDULED, CourseState.ARCHIVED)  # their tabs stand there where there are any


@require_safe
@requires(Permission.SEE_DASHBOARD)
def courses(request: HttpRequest) -> HttpResponse:
    """All courses, newest first, by title and state."""
    wanted = SearchForm.read(request.GET)
    figures = Course.objects.figures()
    found = Course.objects.titled(wanted["q"]).in_state(wanted["status"]).newest_first().values_list("pk", flat=True)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": _cards(list(page)),
        "tabs": _tabs(figures, wanted),
        "figures": figures,
        "may_edit": allows(person(request), Permission.EDIT_COURSES),
        **wanted,
    }
    return render(request, "courses/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a course; its outline comes next."""
    form = CourseForm(request.POST or None)
    if form.is_valid():
        try:
            course = create_course(**form.cleaned_data, by=person(request))
        except Invalid as invalid:
            form.add_error("title", invalid.detail)
        else:
            messages.success(request, f"“{course.title}” is saved as a draft. Now add its first section.")
            return redirect("course", course.pk)
    status = 422 if form.errors else 200
    breadcrumbs = [{"label": "Courses", "url": reverse("courses")}, {"label": "New course"}]
    return render(request, "courses/new.html", {"form": form, "breadcrumbs": breadcrumbs}, status=status)


@require_safe
@requires(Permission.SEE_DASHBOARD)
def course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The course's outline, details, picture and publication."""
    course = get_object_or_404(Course.objects.with_editor_outline(), pk=course_id)
    context = {
        "course": course,
        "may_edit": allows(person(request), Permission.EDIT_COURSES),
        "kind_options": menu_options(DEFAULT),
        "others": others(course.pk),
        **standing_of(request, course),
        "form": CourseForm(initial={"title": course.title, "description": course.description}),
        "thumbnail_form": ThumbnailForm(),
    }
    return render(request, "courses/course.html", context)


@require_POST
@requires(Permission.EDIT_COURSES)
def details(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Title and description."""
    course = get_object_or_404(Course, pk=course_id)
    form = CourseForm(request.POST)
    if form.is_valid():
        try:
            edit_course(course=course, **form.cleaned_data, by=person(request))
        except Invalid as invalid:
            form.add_error("title", invalid.detail)
        else:
            return changed(
                request,
                course.pk,
                "courses/_details.html",
                {"form": CourseForm(initial=form.cleaned_data), "heading": True},
                said="Saved.",
                anchor="details",
            )
    return render(request, _form_page(request, "_details"), {"course": course, "form": form}, status=422)


@require_POST
@requires(Permission.EDIT_COURSES)
def course_copy(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Duplicate the course as a draft, and go there."""
    course = get_object_or_404(Course, pk=course_id)
    copy = duplicate_course(course=course, by=person(request))
    messages.success(request, f"“{course.title}” is duplicated. This is the copy, a draft.")
    return redirect("course", copy.pk)


@require_POST
@requires(Permission.EDIT_COURSES)
def deletion(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Delete the course with all that is in it."""
    course = get_object_or_404(Course, pk=course_id)
    delete_course(course=course, by=person(request))
    messages.success(request, f"“{course.title}” is deleted.")
    return redirect("courses")


def _form_page(request: HttpRequest, fragment: str) -> str:
    """A form with its mistakes: alone for scripts, on a page of its own for a browser without."""
    return f"courses/{fragment}.html" if request.headers.get("HX-Request") else f"courses/page{fragment}.html"


def _cards(course_ids: list[UUID]) -> list[dict[str, Any]]:
    """What the cards print, made here: `{% url %}` in a loop costs more than the query.

    Figures are made for the page's rows alone; with OFFSET, PostgreSQL makes them for all rows before as well.
    """
    courses = Course.objects.filter(pk__in=course_ids).newest_first().with_figures().with_students()
    return [
        {
            "title": course.title,
            "url": f"/dashboard/courses/{course.pk}/",
            "image": course.small_picture,
            "badge": course.state.label,
            "badge_tone": STATE_TONES[course.state],
            "meta": _meta(course),
        }
        for course in courses
    ]


def _meta(course: Any) -> str:
    """Of a course with figures: 12 lectures · 2 h 5 min · 30 students"""
    students = "1 student" if course.student_count == 1 else f"{course.student_count} students"
    return " · ".join(filter(None, [summary(course.lecture_count, course.duration), course.student_count and students]))


def _tabs(figures: dict[str, int], wanted: dict[str, str]) -> list[dict[str, Any]]:
    url = reverse("courses")
    counted = [
        ("All", "", figures["all"]),
        ("Published", "published", figures["published"]),
        ("Drafts", "draft", figures["draft"]),
        *((state.label, state.value, figures[state]) for state in SELDOM if figures[state]),
    ]
    return [
        {
            "label": label,
            "url": f"{url}?status={status}" if status else url,
            "active": wanted["status"] == status,
            "count": count,
        }
        for label, status, count in counted
    ]

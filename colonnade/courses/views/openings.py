"""When a section or a lecture opens to students: one page, one rule."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods

from colonnade.accounts.person import person
from colonnade.courses.actions import clear_opening, set_opening
from colonnade.courses.forms import OpeningForm
from colonnade.courses.models import Lecture, Section
from colonnade.courses.wording import opening_words
from colonnade.lib.problems import Conflict, Invalid
from colonnade.tenants.calendar import calendar_of
from colonnade.tenants.permissions import Permission, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def section_opening(request: HttpRequest, section_id: UUID) -> HttpResponse:
    return _page(request, get_object_or_404(Section.objects.select_related("course"), pk=section_id), "section")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def lecture_opening(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    return _page(request, get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id), "lecture")


def _page(request: HttpRequest, thing: Section | Lecture, word: str) -> HttpResponse:
    calendar = calendar_of(request)
    form = OpeningForm(request.POST or None, thing=thing, calendar=calendar)
    back = f"{reverse('course', args=[thing.course_id])}#{word}-{thing.pk}"
    if form.is_valid():
        try:
            said = _set(request, thing, form)
        except (Conflict, Invalid) as problem:
            form.add_error("after", problem.detail)
        else:
            messages.success(request, said)
            return redirect(back)
    context = {"form": form, "thing": thing, "word": word, "back": back, "breadcrumbs": _trail(thing, back)}
    return render(request, "courses/opening.html", context, status=422 if form.errors else 200)


def _set(request: HttpRequest, thing: Section | Lecture, form: OpeningForm) -> str:
    rule = form.rule()
    if rule is None:
        clear_opening(thing=thing, by=person(request))
        return f"“{thing.title}” is open to students at once."
    opening = set_opening(thing=thing, rule=rule, by=person(request))
    return f"“{thing.title}”: {opening_words(opening, calendar_of(request))}"


def _trail(thing: Section | Lecture, back: str) -> list[dict[str, Any]]:
    return [
        {"label": "Courses", "url": reverse("courses")},
        {"label": Truncator(thing.course.title).chars(30), "url": reverse("course", args=[thing.course_id])},
        {"label": Truncator(thing.title).chars(30), "url": back},
        {"label": "When it opens"},
    ]

"""Students from a list: first what would happen, then, with a click, exactly that.

Between the two the list waits in the cache for an hour, for the person who brought it.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.enrollment.actions import Counts, Fate, Planned, counts_of, import_students, plan_import
from colonnade.enrollment.forms import ImportForm
from colonnade.enrollment.rosters import Entry, Roster
from colonnade.enrollment.tries import limit_imports
from colonnade.enrollment.views.asking import named_course
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import uuid7
from colonnade.tenants.permissions import Permission, requires

KEPT_FOR = 3600  # seconds
ROWS_SHOWN = 100

_WORDS = {Fate.NEW: "New account", Fate.KNOWN: "Has an account", Fate.NOTHING: "Is in already"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def student_import(request: HttpRequest) -> HttpResponse:
    """The list, and what would come of it. Nothing is changed here."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, initial={"courses": named_course(request)})
    if form.is_valid():
        roster: Roster = form.cleaned_data["roster"]
        return _preview(request, roster, form.cleaned_data)
    context = {"form": form, "breadcrumbs": _crumbs({"label": "Import"})}
    return render(request, "enrollment/import.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def student_import_run(request: HttpRequest, list_id: UUID) -> HttpResponse:
    kept = cache.get(_cache_key(request, list_id))
    if kept is None:
        messages.error(request, "This list has waited for too long. Choose it again: nothing was imported.")
        return redirect("student-import")
    limit_imports(person(request))
    courses = list(Course.objects.filter(pk__in=kept["courses"]).order_by("title"))
    entries = [Entry(*entry) for entry in kept["entries"]]
    try:
        counts = import_students(
            entries=entries, courses=courses, invites=kept["invites"], access_days=kept["access_days"],
            by=person(request),
        )  # fmt: skip
    except Problem as problem:
        messages.error(request, problem.detail)
        return redirect("student-import")
    cache.delete(_cache_key(request, list_id))
    messages.success(request, _told(counts))
    return redirect("students")


def _preview(request: HttpRequest, roster: Roster, asked: dict[str, Any]) -> HttpResponse:
    courses = list(asked["courses"])
    planned = [] if roster.errors else plan_import(roster.entries, courses, invites=asked["invites"])
    key = uuid7()
    if planned:
        kept = {
            "entries": [(entry.line, entry.email, entry.name) for entry in roster.entries],
            "courses": [course.pk for course in courses],
            "access_days": asked["access_days"],
            "invites": asked["invites"],
        }
        cache.set(_cache_key(request, key), kept, KEPT_FOR)
    context = {
        "key": key,
        "errors": roster.errors,
        "repeated": roster.repeated,
        "people": len(roster.entries),
        "counts": counts_of(planned),
        "courses": courses,
        "rows": [_row(row) for row in planned[:ROWS_SHOWN]],
        "more": max(len(planned) - ROWS_SHOWN, 0),
        "breadcrumbs": _crumbs({"label": "Import", "url": reverse("student-import")}, {"label": "What will happen"}),
    }
    return render(request, "enrollment/import_preview.html", context, status=422 if roster.errors else 200)


def _row(planned: Planned) -> dict[str, Any]:
    words = [_WORDS[planned.fate]]
    if planned.enrollments:
        words.append("comes into 1 course" if planned.enrollments == 1 else f"comes into {planned.enrollments} courses")
    if planned.is_invited:
        words.append("is invited")
    return {"entry": planned.entry, "what": " · ".join(words), "is_new": planned.fate == Fate.NEW}


def _told(counts: Counts) -> str:
    parts = [
        "1 new account" if counts.new == 1 else f"{counts.new:,} new accounts",
        "1 enrollment" if counts.enrolled == 1 else f"{counts.enrolled:,} enrollments",
    ]
    if counts.invited:
        parts.append("1 letter on its way" if counts.invited == 1 else f"{counts.invited:,} letters on their way")
    return f"Imported: {', '.join(parts)}."


def _cache_key(request: HttpRequest, key: UUID) -> str:
    return f"import:{person(request).pk}:{key}"


def _crumbs(*crumbs: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": "Students", "url": reverse("students")}, *crumbs]

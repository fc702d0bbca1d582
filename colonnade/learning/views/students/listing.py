"""Students as a list, and as a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colonnade.enrollment.sheets import sheet
from colonnade.learning.students import Filter, Listed, find_students, listed, with_studies
from colonnade.learning.views.students.filtering import counted_once, filter_context
from colonnade.tenants.calendar import Calendar, calendar_of
from colonnade.tenants.permissions import Permission, requires

ON_A_PAGE = 25
AT_A_TIME = 500  # students read together for the file
HEADING = [
    "Name", "E-mail", "Here since", "Course", "Enrolled", "Access", "Percent", "Completed", "Lectures", "Last watched",
]  # fmt: skip


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def students(request: HttpRequest) -> HttpResponse:
    """All of them, newest first, or those who are searched for."""
    wanted = Filter.read(request.GET.dict())
    people = find_students(wanted).values_list("pk", "name", "email", "last_login")
    page = Paginator(counted_once(people, wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    base = reverse("students")  # once: resolving a name costs more than writing a row
    rows = [_row(person, base, calendar) for person in listed(page, wanted.course_id)]
    context = {"page": page, "rows": rows, "is_filtered": not wanted.is_empty}
    return render(request, "learning/students.html", context | filter_context(request, wanted))


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def students_csv(request: HttpRequest) -> HttpResponse:
    """A line for each course of each student; the same students as the list has, and all their courses."""
    zone = calendar_of(request)
    lines = _lines(Filter.read(request.GET.dict()), zone)
    return sheet(f"students-{zone.today.isoformat()}.csv", HEADING, lines)


def _lines(wanted: Filter, calendar: Calendar) -> Iterator[list[object]]:
    """Read some hundred at a time, so that a large school is never in memory at once."""
    people = find_students(wanted)
    ids = list(people.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_A_TIME):
        for row in with_studies(people.filter(pk__in=ids[start : start + AT_A_TIME])):
            who = [row.student.name, row.student.email, _moment(row.student.created_at, calendar)]
            if not row.studies:
                yield [*who, *[""] * (len(HEADING) - len(who))]
            for study in row.studies:
                if wanted.course_id not in (None, study.enrollment.course_id):
                    continue
                standing = study.standing
                yield [
                    *who,
                    study.enrollment.course.title,
                    _moment(study.enrollment.created_at, calendar),
                    "open" if study.enrollment.is_active else "closed",
                    standing.percent,
                    standing.completed,
                    standing.lectures,
                    _moment(standing.last_seen, calendar),
                ]


def _moment(moment: datetime | None, calendar: Calendar) -> str:
    """In the school's time, as spreadsheets understand it."""
    return timezone.localtime(moment, calendar.zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def _row(person: Listed, base: str, calendar: Calendar) -> dict[str, Any]:
    name = person.name or person.email
    return {
        "url": f"{base}{person.id}/",
        "initial": name[:1],
        "name": name,
        "email": person.email if person.name else "",
        "courses": [
            {"title": course.title, "percent": course.standing.percent, "is_closed": course.is_closed}
            for course in person.courses
        ],
        "others": person.others,
        "last_seen": calendar.day(person.last_seen),
    }

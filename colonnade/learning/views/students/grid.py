"""Students × lectures. Cells are made here rather than in a template, which took ten times as long for 5,000."""

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from colonnade.courses.models import Course
from colonnade.learning.reads import DONE
from colonnade.learning.students import Filter, Grid, find_students, grid_of
from colonnade.learning.views.students.filtering import counted_once, filter_context, grid_url
from colonnade.tenants.permissions import Permission, requires

ON_A_PAGE = 50
# By percent, and DONE.
_CELLS = ["<td></td>", *(f'<td class="c{1 + percent // 34}">{percent}</td>' for percent in range(1, DONE))]
_CELLS.append('<td class="c4">✓</td>')


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def student_grid(request: HttpRequest) -> HttpResponse:
    """How far each student of a course is in each lecture; without a course, which one is asked."""
    wanted = Filter.read(request.GET.dict())
    context = filter_context(request, wanted, grid=True) | {"is_filtered": not wanted.is_empty}
    if wanted.course_id is None:
        context["choices"] = [(title, grid_url(pk)) for pk, title, _ in context["course_options"]]
        return render(request, "learning/grid.html", context)
    course = get_object_or_404(Course, pk=wanted.course_id)
    people = find_students(wanted).values_list("pk", "name", "email")
    page = Paginator(counted_once(people, wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    names = {pk: name or email for pk, name, email in page}
    grid, base = grid_of(course, names), reverse("students")
    rows = [
        {
            "url": f"{base}{line.user_id}/",
            "name": names[line.user_id],
            "percent": line.standing.percent,
            "cells": mark_safe("".join(map(_CELLS.__getitem__, line.lectures))),  # noqa: S308  # numbers of ours
        }
        for line in grid.lines
    ]
    return render(
        request, "learning/grid.html", context | {"course": course, "page": page, "rows": rows, **_heading(grid)}
    )


def _heading(grid: Grid) -> dict[str, Any]:
    sections = [(title, len(list(inside))) for title, inside in groupby(grid.columns, lambda column: column.section)]
    return {"sections": sections, "columns": grid.columns}

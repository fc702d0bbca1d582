"""Students for staff: who they are, what they study, how far they are."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.enrollment.calendar import Calendar
from colonnade.learning.reads import LectureStanding
from colonnade.learning.students import StudentRow, Study, find_students, lectures_of, with_studies
from colonnade.tenants.permissions import Permission, requires

ON_A_PAGE = 25
LONGEST_SEARCH = 100


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def students(request: HttpRequest) -> HttpResponse:
    """All of them, newest first, or those who are searched for."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    page = Paginator(find_students(text), ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = _calendar(request)
    rows = [_row(row, calendar) for row in with_studies(page)]
    return render(request, "learning/students.html", {"page": page, "rows": rows, "q": text})


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def student(request: HttpRequest, student_id: UUID) -> HttpResponse:
    """One person's courses, lecture by lecture."""
    found = get_object_or_404(User, pk=student_id)
    calendar = _calendar(request)
    (row,) = with_studies([found])
    lectures = lectures_of(found, [study.enrollment.course_id for study in row.studies])
    context = {
        "student": found,
        "row": _row(row, calendar),
        "joined": calendar.day(found.created_at),
        "courses": [_course(study, lectures.get(study.enrollment.course_id, []), calendar) for study in row.studies],
        "enroll_url": reverse("student-enroll") + "?" + urlencode({"email": found.email}),
        "breadcrumbs": [{"label": "Students", "url": reverse("students")}, {"label": Truncator(str(found)).chars(30)}],
    }
    return render(request, "learning/student.html", context)


def _calendar(request: HttpRequest) -> Calendar:
    return Calendar(request.tenant.time_zone)  # type: ignore[attr-defined]  # set by TenantMiddleware


def _row(row: StudentRow, calendar: Calendar) -> dict[str, Any]:
    return {
        "url": reverse("student", args=[row.student.pk]),
        "name": str(row.student),
        "email": row.student.email,
        "courses": [
            {
                "title": study.enrollment.course.title,
                "percent": study.standing.percent,
                "is_revoked": study.enrollment.revoked_at is not None,
            }
            for study in row.studies
        ],
        "last_seen": calendar.day(row.last_seen),
    }


def _course(study: Study, lectures: list[tuple[Lecture, LectureStanding]], calendar: Calendar) -> dict[str, Any]:
    enrollment, standing = study.enrollment, study.standing
    return {
        "enrollment": enrollment,
        "title": enrollment.course.title,
        "since": calendar.day(enrollment.created_at),
        "revoked": calendar.day(enrollment.revoked_at),
        "percent": standing.percent,
        "completed": standing.completed,
        "lecture_count": standing.lectures,
        "last_seen": calendar.minute(standing.last_seen),
        "lectures": [
            {
                "title": lecture.title,
                "section": lecture.section.title,
                "percent": progress.percent,
                "completed": calendar.day(progress.completed_at),
                "last_seen": calendar.minute(progress.last_seen),
            }
            for lecture, progress in lectures
        ],
    }

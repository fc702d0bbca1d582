"""One student: courses, lecture by lecture, and what they did when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.learning.reads import LectureStanding
from colonnade.learning.students import Event, Study, given_to, lectures_of, timeline, with_studies
from colonnade.learning.views.certificates.staff import certificate_row
from colonnade.tenants.calendar import Calendar, calendar_of
from colonnade.tenants.permissions import Permission, requires

EVENTS = 30  # of the timeline, at a time
_SAID = {
    "joined": ("log-in", "Made an account"),
    "enrolled": ("user", "Came into “{course}”"),
    "redeemed": ("ticket", "Came into “{course}” by an access code"),
    "revoked": ("lock", "Lost access to “{course}”"),
    "began": ("play", "Began “{lecture}”"),
    "completed": ("circle-check", "Completed “{lecture}”"),
    "certified": ("award", "Got the certificate of “{course}”"),
    "certificate-revoked": ("circle-x", "Lost the certificate of “{course}”"),
}


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def student(request: HttpRequest, student_id: UUID) -> HttpResponse:
    """One person's courses, lecture by lecture."""
    found = get_object_or_404(User, pk=student_id)
    calendar = calendar_of(request)
    (row,) = with_studies([found])
    lectures = lectures_of(found, [study.enrollment.course_id for study in row.studies])
    context = {
        "student": found,
        "name": str(found),
        "last_seen": calendar.day(row.last_seen),
        "joined": calendar.day(found.created_at),
        "courses": [_course(study, lectures.get(study.enrollment.course_id, []), calendar) for study in row.studies],
        "enroll_url": reverse("student-enroll") + "?" + urlencode({"email": found.email}),
        "certificates": [certificate_row(given, calendar) for given in given_to(found)],
        **_events(found, request, calendar),
        "breadcrumbs": [{"label": "Students", "url": reverse("students")}, {"label": Truncator(str(found)).chars(30)}],
    }
    return render(request, "learning/student.html", context)


def _events(student: User, request: HttpRequest, calendar: Calendar) -> dict[str, Any]:
    """A page of the timeline; an address that names no moment begins at the latest."""
    before = _moment(request.GET.get("before", ""))
    events = timeline(student.pk, before=before, limit=EVENTS + 1)
    shown = events[:EVENTS]
    onward = urlencode({"before": shown[-1].at.isoformat()}) if len(events) > EVENTS else ""
    return {
        "events": [_event(event, calendar) for event in shown],
        "earlier_url": f"?{onward}#timeline" if onward else "",
        "latest_url": f"{request.path}#timeline" if before else "",
    }


def _event(event: Event, calendar: Calendar) -> dict[str, Any]:
    icon, words = _SAID[event.what]
    return {
        "icon": icon,
        "text": words.format(course=event.course, lecture=event.lecture),
        "course": event.course if event.lecture else "",
        "at": calendar.minute(event.at),
    }


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


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

"""How the editor answers: scripts get the fragments that changed, a plain form is sent back to the course's page.

Fragments rather than the page, because a reload would end the uploads that run in it.
"""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator

from colonnade.courses.forms import ScheduleForm
from colonnade.courses.kinds import DEFAULT, menu_options
from colonnade.courses.models import Course, CourseQuerySet, CourseState, Lecture, Opening
from colonnade.courses.readiness import readiness_of
from colonnade.courses.wording import opening_words
from colonnade.tenants.calendar import Calendar, calendar_of

_IN_THE_SWITCHER = 8
_OF_THE_OUTLINE = ("courses/_lecture.html", "courses/_section.html")
_OTHERS_CHANGED = "Somebody else has changed the outline; it is shown as it is now."


def standing_of(request: HttpRequest, course: Course) -> dict[str, Any]:
    """What courses/_publication.html prints, of a course read `with_outline()`, whose parts learn when they open."""
    calendar = calendar_of(request)
    _tell_openings(course, calendar)
    planned = course.published_at if course.state == CourseState.SCHEDULED else None
    initial = {"at": calendar.written(planned)} if planned else None
    return {
        "readiness": readiness_of(course),
        "state": course.state,
        "published": calendar.day(course.published_at),
        "opens": calendar.minute(planned),
        "archived": calendar.day(course.archived_at),
        "schedule_form": ScheduleForm(calendar=calendar, initial=initial),
    }


def trail(lecture: Lecture, here: str) -> list[dict[str, str]]:
    """The way to a page about one lecture, whose course is at hand."""
    course_url = reverse("course", args=[lecture.course_id])
    return [
        {"label": "Courses", "url": reverse("courses")},
        {"label": Truncator(lecture.course.title).chars(30), "url": course_url},
        {"label": Truncator(lecture.title).chars(30), "url": f"{course_url}#lecture-{lecture.pk}"},
        {"label": here},
    ]


def _tell_openings(course: Course, calendar: Calendar) -> None:
    """Gives sections and lectures `opens`, the sentence that the outline prints. One query."""
    openings = Opening.objects.filter(course=course).select_related("after")
    words = {opening.section_id or opening.lecture_id: opening_words(opening, calendar) for opening in openings}
    for section in course.sections.all() if words else []:
        section.opens = words.get(section.pk, "")
        for lecture in section.lectures.all():
            lecture.opens = words.get(lecture.pk, "")


def _is_stale(request: HttpRequest, version: int) -> bool:
    """Whether the page has seen another outline than that of the version."""
    known = request.headers.get("Outline-Version", "")
    return known.isdecimal() and int(known) != version


def others(course_id: UUID) -> CourseQuerySet:
    """The newest of the other courses, for the switcher."""
    return Course.objects.exclude(pk=course_id).newest_first().only("pk", "title")[:_IN_THE_SWITCHER]


def changed(
    request: HttpRequest,
    course_id: UUID,
    fragment: str = "",
    context: dict[str, Any] | None = None,
    *,
    said: str = "",
    anchor: str = "",
    steps: int = 0,
) -> HttpResponse:
    """The answer to a change: `fragment` and the course's standing anew, and `said` as a toast.

    `anchor` is where a browser without scripts goes on. `steps` tells how often the change has moved the outline's
    version on: where the page has seen another outline before it, it gets the whole one instead of the fragment.
    """
    if not request.headers.get("HX-Request"):
        if said:
            messages.success(request, said)
        return redirect(reverse("course", args=[course_id]) + (f"#{anchor}" if anchor else ""))
    course = Course.objects.with_editor_outline().get(pk=course_id)
    is_stale = _is_stale(request, course.outline_version - steps)
    if is_stale and request.method == "POST":
        context = {**(context or {}), "moved": True}
        fragment, said = "" if fragment in _OF_THE_OUTLINE else fragment, f"{said} {_OTHERS_CHANGED}".strip()
    everything = {
        "course": course,
        **standing_of(request, course),
        "others": others(course_id),
        "fragment": fragment,
        "is_current": not is_stale or (context or {}).get("moved"),
        "may_edit": True,
        "kind_options": menu_options(DEFAULT),
        **(context or {}),
    }
    response = render(request, "courses/_changed.html", everything)
    if said:
        response["HX-Trigger"] = json.dumps({"toast": {"text": said, "tone": "success", "target": "body"}})
    return response

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

from colonnade.accounts.models import User
from colonnade.courses.models import Course, CourseQuerySet
from colonnade.courses.readiness import readiness_of

_IN_THE_SWITCHER = 8


def person(request: HttpRequest) -> User:
    """Who asks; LoginRequiredMiddleware has seen to it that somebody does."""
    assert isinstance(request.user, User)
    return request.user


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
) -> HttpResponse:
    """The answer to a change: `fragment` and the course's standing anew, and `said` as a toast.

    `anchor` is where a browser without scripts goes on.
    """
    if not request.headers.get("HX-Request"):
        if said:
            messages.success(request, said)
        return redirect(reverse("course", args=[course_id]) + (f"#{anchor}" if anchor else ""))
    course = Course.objects.with_outline().get(pk=course_id)
    everything = {
        "course": course,
        "readiness": readiness_of(course),
        "others": others(course_id),
        "fragment": fragment,
        "may_edit": True,
        **(context or {}),
    }
    response = render(request, "courses/_changed.html", everything)
    if said:
        response["HX-Trigger"] = json.dumps({"toast": {"text": said, "tone": "success", "target": "body"}})
    return response

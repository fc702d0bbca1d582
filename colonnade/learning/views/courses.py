"""The student's own courses, and one of them from the inside."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from colonnade.accounts.models import User
from colonnade.accounts.person import person
from colonnade.courses.lengths import summary
from colonnade.enrollment.models import Enrollment
from colonnade.learning.access import Opened
from colonnade.learning.certificates import certificate_line
from colonnade.learning.outline import outline_for
from colonnade.learning.reads import CourseStanding, course_standings
from colonnade.learning.views.opening import inside_course
from colonnade.tenants.permissions import Permission, allows, requires


@require_safe
@requires(Permission.LEARN)
def my_courses(request: HttpRequest) -> HttpResponse:
    """Every course the person is in: the one last watched first."""
    user = person(request)
    cards = sorted(_cards(user), key=lambda card: card["last_seen"], reverse=True)
    resume = next((card for card in cards if card["is_under_way"]), None)
    context = {"cards": cards, "resume": resume, "others": [card for card in cards if card is not resume]}
    return render(request, "learning/courses.html", context)


@require_safe
@requires(Permission.LEARN)
@inside_course
def course(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The outline with what is done, and the way on."""
    user = person(request)
    outline = outline_for(opened.course, user.pk, opened.locks())
    standing = outline.standing
    context = {
        "course": opened.course,
        "is_preview": opened.is_preview,
        "may_edit": allows(user, Permission.EDIT_COURSES),
        "outline": outline,
        "next": outline.next,
        "standing": standing,
        "certificate": certificate_line(opened.course, user, standing) if standing.completed else None,
    }
    return render(request, "learning/course.html", context)


@require_safe
@requires(Permission.LEARN)
@inside_course
def course_continue(request: HttpRequest, opened: Opened) -> HttpResponse:
    """On to the next unfinished lecture; to the outline where there is none."""
    item = outline_for(opened.course, person(request).pk, opened.locks()).next
    if item is None:
        return redirect("learn-course", opened.course.slug)
    return redirect(f"{item.url}#play")


def _cards(user: User) -> list[dict[str, Any]]:
    standings = course_standings([user.pk])
    enrollments = Enrollment.objects.active().of(user).select_related("course")
    return [_card(enrollment, standings.get((user.pk, enrollment.course_id))) for enrollment in enrollments]


def _card(enrollment: Enrollment, found: CourseStanding | None) -> dict[str, Any]:
    course, standing = enrollment.course, found or CourseStanding()
    return {
        "title": course.title,
        "image": course.small_picture,
        "url": reverse("learn-course", args=[course.slug]),
        "continue_url": reverse("learn-continue", args=[course.slug]),
        "percent": standing.percent,
        "meta": _meta(standing),
        "badge": "Completed" if standing.is_complete else "",
        "is_under_way": standing.lectures > 0 and not standing.is_complete,
        "has_begun": standing.last_seen is not None,
        "last_seen": max(filter(None, [standing.last_seen, enrollment.created_at])),
    }


def _meta(standing: CourseStanding) -> str:
    if not standing.lectures:
        return "The lectures are being prepared."
    if not standing.completed:
        return summary(standing.lectures, None)
    return f"{standing.completed} of {summary(standing.lectures, None)} done"

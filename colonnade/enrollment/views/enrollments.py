"""Who is in which course, changed by staff. The lists stand in the pages of students (learning)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.enrollment.actions import enroll, restore_enrollment, revoke_enrollment, set_access_end
from colonnade.enrollment.forms import AccessEndForm, EnrollForm
from colonnade.enrollment.models import Enrollment, Source
from colonnade.lib.problems import Conflict, Problem
from colonnade.tenants.calendar import Calendar, calendar_of
from colonnade.tenants.permissions import Permission, requires

PRESETS = [("30 days more", 30), ("90 days more", 90), ("A year more", 365)]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def student_enroll(request: HttpRequest) -> HttpResponse:
    """Let somebody who has an account into a course, without a code."""
    form = EnrollForm(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    if form.is_valid():
        student, course = form.cleaned_data["email"], form.cleaned_data["course"]
        try:
            enroll(user=student, course=course, access_days=form.cleaned_data["access_days"], by=person(request))
        except Conflict as conflict:
            form.add_error(None, conflict.detail)
        else:
            messages.success(request, f"{student} is in “{course}” now.")
            return redirect("student", student.pk)
    breadcrumbs = [{"label": "Students", "url": reverse("students")}, {"label": "Enroll a student"}]
    context = {"form": form, "breadcrumbs": breadcrumbs}
    return render(request, "enrollment/enroll.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def enrollment(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    """One person's access to one course: since when, until when, by which door."""
    found, calendar = _enrollment(enrollment_id), calendar_of(request)
    form = AccessEndForm(request.POST or None, calendar=calendar, initial={"last_day": _last_day(found, calendar)})
    if request.method == "POST" and form.is_valid():
        try:
            found = set_access_end(enrollment=found, expires_at=form.expires_at(), by=person(request))
        except Problem as problem:
            form.add_error("last_day", problem.detail)
        else:
            until = f"until {calendar.day(_last_moment(found))}" if found.expires_at else "for good"
            messages.success(request, f"“{found.course}” is open to {found.user} {until}.")
            return redirect("student", found.user_id)
    context = {
        "enrollment": found,
        "form": form,
        "since": calendar.minute(found.created_at),
        "until": calendar.minute(found.expires_at),
        "revoked": calendar.minute(found.revoked_at),
        "door": Source(found.source).label,
        "presets": [
            {"label": label, "day": (_from(found, calendar) + timedelta(days=days)).isoformat()}
            for label, days in PRESETS
        ],
        "breadcrumbs": [
            {"label": "Students", "url": reverse("students")},
            {"label": Truncator(str(found.user)).chars(30), "url": reverse("student", args=[found.user_id])},
            {"label": "Access"},
        ],
    }
    return render(request, "enrollment/access.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def enrollment_revocation(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    enrollment = _enrollment(enrollment_id)
    try:
        revoke_enrollment(enrollment=enrollment, by=person(request))
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, f"“{enrollment.course}” is closed to {enrollment.user}. Their progress is kept.")
    return redirect("student", enrollment.user_id)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def enrollment_restoration(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    enrollment = _enrollment(enrollment_id)
    try:
        restore_enrollment(enrollment=enrollment, by=person(request))
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, f"“{enrollment.course}” is open to {enrollment.user} again.")
    return redirect("student", enrollment.user_id)


def _last_moment(enrollment: Enrollment) -> datetime | None:
    # It ends with the day's end, which is already the next day's beginning.
    return enrollment.expires_at and enrollment.expires_at - timedelta(microseconds=1)


def _last_day(enrollment: Enrollment, calendar: Calendar) -> date | None:
    moment = _last_moment(enrollment)
    return moment.astimezone(calendar.zone).date() if moment else None


def _from(enrollment: Enrollment, calendar: Calendar) -> date:
    """From where time is added: the end that is set, or today where it is over."""
    return max(filter(None, [_last_day(enrollment, calendar), calendar.today]))


def _enrollment(enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(Enrollment.objects.select_related("user", "course"), pk=enrollment_id)

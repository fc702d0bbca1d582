"""Who is in which course, changed by staff. The lists stand in the pages of students (learning)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.enrollment.actions import enroll, restore_enrollment, revoke_enrollment
from colonnade.enrollment.forms import EnrollForm
from colonnade.enrollment.models import Enrollment
from colonnade.enrollment.views.asking import person
from colonnade.lib.problems import Conflict
from colonnade.tenants.permissions import Permission, requires


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


def _enrollment(enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(Enrollment.objects.select_related("user", "course"), pk=enrollment_id)

"""The student's own certificate of a course."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from colonnade.accounts.person import person
from colonnade.enrollment.models import Enrollment
from colonnade.learning.access import Opened
from colonnade.learning.actions import issue_certificate, what_is_missing
from colonnade.learning.forms import NameForm
from colonnade.learning.models import Certificate, CertificateRule
from colonnade.learning.reads import CourseStanding, course_standings
from colonnade.learning.views.opening import inside_course
from colonnade.lib.problems import Conflict
from colonnade.tenants.permissions import Permission, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LEARN)
@inside_course
def my_certificate(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What it takes, the button that gives it, or the certificate itself."""
    user, course = person(request), opened.course
    enrollment = Enrollment.objects.filter(course=course, user=user).select_related("course").first()
    rule = CertificateRule.objects.filter(course=course).first()
    held = Certificate.objects.filter(enrollment=enrollment).first() if enrollment else None
    if held is not None:
        return redirect("certificate", held.code)
    if rule is None:
        raise Http404
    form = NameForm(request.POST or None, initial={"name": user.name})
    if enrollment is not None and form.is_valid():
        try:
            given = issue_certificate(enrollment=enrollment, name=form.cleaned_data["name"], by=user)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        else:
            messages.success(request, "Congratulations! This is your certificate.")
            return redirect("certificate", given.code)
    standing = course_standings([user.pk], [course.pk]).get((user.pk, course.pk), CourseStanding())
    context = {"course": course, "form": form, "standing": standing, "missing": what_is_missing(rule, standing)}
    status = 422 if form.errors else 200
    return render(request, "learning/my_certificate.html", context | {"is_preview": enrollment is None}, status=status)

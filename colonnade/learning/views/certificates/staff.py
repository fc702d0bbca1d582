"""What a course asks for its certificate, and what becomes of those that were given."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.learning import actions
from colonnade.learning.forms import EVERY, PERCENT, CertificateRuleForm, NameForm, ReasonForm
from colonnade.learning.models import Certificate, CertificateRule
from colonnade.lib.problems import Conflict, Invalid
from colonnade.tenants.calendar import Calendar, calendar_of
from colonnade.tenants.permissions import Permission, allows, requires

ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def offer(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The rule, for whoever may edit courses, and the certificates that were given."""
    course = get_object_or_404(Course, pk=course_id)
    rule = CertificateRule.objects.filter(course=course).first()
    may_edit = allows(person(request), Permission.EDIT_COURSES)
    form = CertificateRuleForm(
        request.POST if may_edit and request.method == "POST" else None, initial=_initial(request, rule)
    )
    if form.is_valid():
        cleaned = form.cleaned_data
        actions.offer_certificate(
            course=course, percent=cleaned["percent"], signed_by=cleaned["signed_by"], by=person(request)
        )
        messages.success(request, f"“{course}” gives certificates.")
        return redirect("course-certificate", course.pk)
    given = Certificate.objects.filter(enrollment__course=course).order_by("-issued_at", "-id")
    page = Paginator(given.select_related("user"), ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    context = {
        "course": course,
        "rule": rule,
        "form": form,
        "may_edit": may_edit,
        "page": page,
        "rows": [certificate_row(certificate, calendar) for certificate in page],
        "breadcrumbs": [
            {"label": "Courses", "url": reverse("courses")},
            {"label": Truncator(course.title).chars(30), "url": reverse("course", args=[course.pk])},
            {"label": "Certificate"},
        ],
    }
    return render(request, "learning/offer.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.EDIT_COURSES)
def offer_end(request: HttpRequest, course_id: UUID) -> HttpResponse:
    course = get_object_or_404(Course, pk=course_id)
    actions.withdraw_offer(course=course, by=person(request))
    messages.success(request, f"“{course}” gives no more certificates. Those that were given are valid as before.")
    return redirect("course-certificate", course.pk)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def revocation(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    found, form = get_object_or_404(Certificate, pk=certificate_id), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _done(request, found, "The certificate is revoked.", lambda: actions.revoke_certificate(
        certificate=found, reason=reason, by=person(request)
    ))  # fmt: skip


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def restoration(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    found = get_object_or_404(Certificate, pk=certificate_id)
    return _done(request, found, "The certificate is valid again.", lambda: actions.restore_certificate(
        certificate=found, by=person(request)
    ))  # fmt: skip


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def certificate_name(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    found, form = get_object_or_404(Certificate, pk=certificate_id), NameForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    return _done(request, found, "The name is corrected.", lambda: actions.correct_certificate(
        certificate=found, name=name, by=person(request)
    ))  # fmt: skip


def certificate_row(certificate: Certificate, calendar: Calendar) -> dict[str, Any]:
    """For learning/_certificates.html; `user` must be at hand."""
    return {
        "id": certificate.pk,
        "name": certificate.name,
        "email": certificate.user.email,
        "student_url": reverse("student", args=[certificate.user_id]),
        "url": reverse("certificate", args=[certificate.code]),
        "code": certificate.written,
        "course": certificate.course_title,
        "issued": calendar.day(certificate.issued_at),
        "revoked": calendar.day(certificate.revoked_at),
        "reason": certificate.revoked_reason,
    }


def _initial(request: HttpRequest, rule: CertificateRule | None) -> dict[str, Any]:
    if rule is None:
        return {"needs": EVERY, "percent": 80, "signed_by": request.tenant.instructor_name}  # type: ignore[attr-defined]
    needs = EVERY if rule.percent is None else PERCENT
    return {"needs": needs, "percent": rule.percent or 80, "signed_by": rule.signed_by}


def _done(request: HttpRequest, certificate: Certificate, words: str, deed: Callable[[], None]) -> HttpResponse:
    """Back to the student's page, with what came of it."""
    try:
        deed()
    except (Conflict, Invalid) as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, words)
    return redirect("student", certificate.user_id)

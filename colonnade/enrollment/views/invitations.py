"""Invitations as staff see them: sent, waiting, accepted, taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.models import User
from colonnade.accounts.person import person
from colonnade.enrollment.actions import invite, revoke_invitation, send_again
from colonnade.enrollment.forms import InviteForm
from colonnade.enrollment.models import Invitation
from colonnade.enrollment.tries import limit_letters
from colonnade.enrollment.views.asking import named_course
from colonnade.enrollment.views.rows import named
from colonnade.lib.problems import Problem, TooManyRequests
from colonnade.tenants.calendar import Calendar, calendar_of
from colonnade.tenants.permissions import Permission, requires

ON_A_PAGE = 50


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def invitations(request: HttpRequest) -> HttpResponse:
    """Those that are open, or those that were answered; newest first."""
    past = request.GET.get("state") == "past"
    unanswered = Invitation.objects.unanswered()
    found = Invitation.objects.exclude(accepted_at=None, revoked_at=None) if past else unanswered
    found = found.select_related("accepted_by").prefetch_related("courses").order_by("-id")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    calendar, url = calendar_of(request), reverse("invitations")
    context = {
        "page": page,
        "rows": [_row(invitation, calendar) for invitation in page],
        "past": past,
        "tabs": [
            {"label": "Open", "url": url, "active": not past},
            {"label": "Answered", "url": f"{url}?state=past", "active": past},
        ],
        "breadcrumbs": [{"label": "Students", "url": reverse("students")}, {"label": "Invitations"}],
    }
    return render(request, "enrollment/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def invitation_new(request: HttpRequest) -> HttpResponse:
    initial = {"courses": named_course(request), "emails": request.GET.get("email", "")[:254]}
    form = InviteForm(request.POST or None, initial=initial)
    if form.is_valid():
        emails = form.cleaned_data.pop("emails")
        try:
            with transaction.atomic():  # all letters leave, or none does
                for email in emails:
                    _invite(email, form.cleaned_data, person(request))
        except TooManyRequests:
            raise
        except Problem as problem:
            form.add_error("emails", f"{problem.detail} Nobody was invited yet.")
        else:
            messages.success(request, f"{emails[0]} is invited." if len(emails) == 1 else f"{len(emails)} are invited.")
            return redirect("invitations")
    breadcrumbs = [
        {"label": "Students", "url": reverse("students")},
        {"label": "Invitations", "url": reverse("invitations")},
        {"label": "Invite"},
    ]
    context = {"form": form, "breadcrumbs": breadcrumbs}
    return render(request, "enrollment/invite.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def invitation_sending(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation_id)
    limit_letters(person(request))
    try:
        send_again(invitation=found, by=person(request))
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, f"The invitation to {found} is sent again, and good for two weeks from now.")
    return redirect("invitations")


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def invitation_revocation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation_id)
    try:
        revoke_invitation(invitation=found, by=person(request))
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, f"The invitation to {found} is taken back.")
    return redirect("invitations")


def _invite(email: str, asked: dict[str, Any], by: User) -> None:
    limit_letters(by)
    invite(email=email, courses=asked["courses"], access_days=asked["access_days"], by=by)


def _row(invitation: Invitation, calendar: Calendar) -> dict[str, Any]:
    state, tone = "Waiting", "info"
    if invitation.accepted_at:
        state, tone = "Accepted", "success"
    elif invitation.revoked_at:
        state, tone = "Taken back", "neutral"
    elif invitation.is_expired:
        state, tone = "Too old", "warning"
    elif invitation.sent_at is None:
        state, tone = "Being sent", "neutral"
    return {
        "invitation": invitation,
        "courses": named([course.title for course in invitation.courses.all()]),
        "sent": calendar.minute(invitation.sent_at),
        "until": calendar.day(invitation.expires_at),
        "answered": calendar.minute(invitation.accepted_at or invitation.revoked_at),
        "state": state,
        "tone": tone,
    }

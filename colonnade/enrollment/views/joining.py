"""The link of an invitation, followed by whoever reads the mailbox that it was sent to.

Following it changes nothing: programs that look after mailboxes follow links too. The link proves the mailbox, not who
sits before an account that is there already: that one's own sign-in does.
"""

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from colonnade.accounts.models import User
from colonnade.enrollment.actions import accept_invitation, join_by_invitation, waits_for_password
from colonnade.enrollment.forms import JoinForm
from colonnade.enrollment.letters import invitation_of
from colonnade.enrollment.models import Enrollment, Invitation
from colonnade.lib.problems import Conflict
from colonnade.lib.ratelimits import client_address, limit

RATE = "60 per minute"  # by address: a class behind one gets in


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    limit("invitation", RATE, client_address(request))
    response = _invitation(request, token)
    response["Referrer-Policy"] = "same-origin"  # the address is a secret
    return response


def _invitation(request: HttpRequest, token: str) -> HttpResponse:
    found, user = invitation_of(token), request.user
    if found is not None and isinstance(user, User) and found.accepted_by_id == user.pk:
        return redirect("learn")
    if found is None or found.accepted_at or found.revoked_at or found.is_expired:
        return render(request, "enrollment/invitation_gone.html", {"invitation": found}, status=410)
    if isinstance(user, User):
        return _for_reader(request, found, user)
    owner = User.objects.filter(email=found.email).first()
    if owner is not None and not waits_for_password(owner):
        sign_in = reverse("account_login") + "?" + urlencode({"next": request.path})
        return _page(request, found, sign_in=sign_in)
    return _for_newcomer(request, found, owner)


def _for_reader(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Somebody who is signed in: as themselves, they accept; as somebody else, they sign out first."""
    if user.email != invitation.email:
        return _page(request, invitation, is_other=True, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return _page(request, invitation)
    return redirect(_way_in(accept_invitation(invitation=invitation, by=user)))


def _for_newcomer(request: HttpRequest, invitation: Invitation, owner: User | None) -> HttpResponse:
    """Who has no account, or one that was made for them and has no password yet."""
    form = JoinForm(request.POST or None, initial={"name": invitation.name or (owner.name if owner else "")})
    if form.is_valid():
        try:
            user, opened = join_by_invitation(invitation=invitation, **form.cleaned_data)
        except Conflict as conflict:
            form.add_error(None, conflict.detail)
        else:
            response: HttpResponse = perform_login(request, user, redirect_url=_way_in(opened))
            return response
    return _page(request, invitation, form=form, status=422 if form.errors else 200)


def _way_in(opened: list[Enrollment]) -> str:
    return reverse("learn-course", args=[opened[0].course.slug]) if len(opened) == 1 else reverse("learn")


def _page(request: HttpRequest, invitation: Invitation, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "enrollment/invitation.html", {"invitation": invitation, **context}, status=status)

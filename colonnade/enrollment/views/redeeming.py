"""From a code to its course, in one flow: also for who has no account yet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from colonnade.accounts.models import User
from colonnade.enrollment import codes
from colonnade.enrollment.actions import redeem
from colonnade.enrollment.forms import RedeemForm
from colonnade.enrollment.models import Enrollment
from colonnade.enrollment.refusals import AlreadyEnrolled, CodeMistyped, CodeUsedByYou
from colonnade.enrollment.tries import limit_tries
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.permissions import Permission, requires

_COOKIE = "code"
_KEPT_FOR = 3600  # seconds: time enough to sign up and to look for a lost password


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def redeem_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """Who is signed in goes on to the course; who is not, to the sign-up first, with the code kept."""
    if request.method != "POST":
        return _page(request, RedeemForm(initial={"code": code}))
    form = RedeemForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    text = form.cleaned_data["code"]
    if isinstance(request.user, User):
        return _redeem(request, request.user, text)
    symbols = codes.read(text)
    if symbols is None:
        return _refused(request, text, CodeMistyped())
    # A stranger is told nothing beyond the typing: the database is not asked before somebody is there to be limited.
    response = redirect(reverse("account_signup") + "?" + urlencode({"next": reverse("redeem-continue")}))
    _keep(request, response, symbols)
    return response


@never_cache
@require_safe
@requires(Permission.LEARN)
def redeem_continue(request: HttpRequest) -> HttpResponse:
    """After the sign-up: redeem the code that this browser brought along. Following a link here does nothing else."""
    kept = request.get_signed_cookie(_COOKIE, "", salt=_salt(), max_age=_KEPT_FOR)
    if not kept:
        return redirect("redeem")
    assert isinstance(request.user, User)
    response = _redeem(request, request.user, codes.write(kept))
    response.delete_cookie(_COOKIE, path=reverse("redeem"))
    return response


def _redeem(request: HttpRequest, user: User, text: str) -> HttpResponse:
    try:
        limit_tries(request, text, by=user)
        opened = redeem(text=text, by=user)
    except (AlreadyEnrolled, CodeUsedByYou) as problem:
        if problem.enrollment is None:
            return _refused(request, text, problem)
        messages.info(request, problem.detail)
        return _to_course([problem.enrollment])
    except Problem as problem:
        return _refused(request, text, problem)
    messages.success(request, f"Welcome to {_named(opened)}.")
    return _to_course(opened)


def _to_course(opened: list[Enrollment]) -> HttpResponse:
    return redirect("learn-course", opened[0].course.slug) if len(opened) == 1 else redirect("learn")


def _named(opened: list[Enrollment]) -> str:
    """ "“Greek”, “Latin” and “Logic”"."""
    *others, last = [f"“{enrollment.course}”" for enrollment in opened]
    return f"{', '.join(others)} and {last}" if others else last


def _refused(request: HttpRequest, text: str, problem: Problem) -> HttpResponse:
    form = RedeemForm({"code": text})
    form.add_error("code", problem.detail)
    response = _page(request, form, problem.status)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _page(request: HttpRequest, form: RedeemForm, status: int = 200) -> HttpResponse:
    return render(request, "enrollment/redeem.html", {"form": form}, status=status)


def _keep(request: HttpRequest, response: HttpResponse, symbols: str) -> None:
    """In the browser that brought it, and nowhere at rest here."""
    response.set_signed_cookie(
        _COOKIE, symbols, salt=_salt(), max_age=_KEPT_FOR, path=reverse("redeem"),
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip


def _salt() -> str:
    return f"redeem {current_tenant_id()}"

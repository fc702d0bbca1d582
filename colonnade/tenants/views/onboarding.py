"""At the platform: a creator opens schools and enters them."""

from collections.abc import Callable
from typing import TypeVar, cast
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from colonnade.accounts.models import User
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.ratelimits import limit
from colonnade.tenants.actions import TooManySchools, hand_over, open_school
from colonnade.tenants.forms import OnboardingForm
from colonnade.tenants.models import Tenant, schools_of
from colonnade.tenants.permissions import Permission, requires
from colonnade.tenants.subdomains import normal, refusal


def _schools_origin() -> str:
    """Where forms of these pages lead in the end: browsers hold a form's redirects to `form-action` as well."""
    example = Tenant(subdomain="any").url("")
    return example.replace("//any.", "//*.")


V = TypeVar("V", bound=Callable[..., HttpResponse])


def leads_to_schools(view: V) -> V:
    return cast(V, csp_update({"form-action": [_schools_origin()]})(view))


@requires(Permission.OPEN_SCHOOLS)
@require_http_methods(["GET", "POST"])
@leads_to_schools
def onboarding(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = OnboardingForm(request.POST or None, initial={"instructor_name": request.user.name})
    if form.is_valid():
        limit("open-school", "20/hour", str(request.user.pk))
        try:
            tenant = open_school(creator=request.user, **form.cleaned_data)
        except TooManySchools as problem:
            form.add_error(None, problem.detail)
        except (Conflict, Invalid) as problem:
            form.add_error("subdomain", problem.detail)
        else:
            return _enter(tenant, request.user)
    context = {"form": form, "suffix": f".{settings.PLATFORM_HOST}", "first": not schools_of(request.user.pk).exists()}
    return render(request, "tenants/onboarding.html", context, status=422 if form.is_bound else 200)


@requires(Permission.OPEN_SCHOOLS)
@require_GET
def subdomain_check(request: HttpRequest) -> HttpResponse:
    """A sentence about the address, while it is being typed."""
    assert isinstance(request.user, User)
    limit("subdomain", "120/minute", str(request.user.pk))  # typing takes a few a second; reading out all names more
    subdomain = normal(request.GET.get("subdomain", ""))
    sentence = refusal(subdomain) if subdomain else ""
    host = f"{subdomain}.{settings.PLATFORM_HOST}" if subdomain else ""
    return render(request, "tenants/_subdomain.html", {"sentence": sentence, "host": host})


@requires(Permission.OPEN_SCHOOLS)
@require_GET
@leads_to_schools
def schools(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    own = list(schools_of(request.user.pk))
    if not own:
        return redirect("onboarding")
    context = {"schools": own, "may_open": len(own) < settings.SCHOOLS_PER_CREATOR}
    return render(request, "tenants/schools.html", context)


@requires(Permission.OPEN_SCHOOLS)
@require_POST
def school_enter(request: HttpRequest, tenant_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    return _enter(get_object_or_404(schools_of(request.user.pk), pk=tenant_id), request.user)


def _enter(tenant: Tenant, creator: User) -> HttpResponseRedirect:
    response = HttpResponseRedirect(hand_over(tenant=tenant, creator=creator))
    response["Cache-Control"] = "no-store"
    return response

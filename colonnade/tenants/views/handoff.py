"""At the school: a creator arrives from the platform."""

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from colonnade.accounts.actions import take_hand_off
from colonnade.lib.ratelimits import client_address, limit
from colonnade.lib.tenancy import PLATFORM_ID
from colonnade.tenants.models import Tenant


@login_not_required
@require_GET
@never_cache
def handoff(request: HttpRequest, secret: str) -> HttpResponse:
    """Signs in whom the secret names, once. A second factor of theirs at this school is still asked for."""
    limit("handoff", "30/minute", client_address(request))
    user = take_hand_off(secret=secret)
    if user is None:
        again = Tenant(id=PLATFORM_ID).url("/schools/")
        response = render(request, "tenants/handoff_gone.html", {"schools_url": again}, status=410)
    else:
        if request.user.is_authenticated and request.user.pk != user.pk:
            logout(request)
        response = perform_login(request, user, redirect_url=reverse("dashboard"))
    response["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return response

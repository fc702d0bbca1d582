"""How a view joins the outer cache."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.models import Tenant

P = ParamSpec("P")

FILLING = "colonnade.outer_cache"
"""In the WSGI environment: the cache itself asks, for everybody who has no session."""

TTL_HEADER = "X-Colonnade-Public-Seconds"
"""From the view to the cache, which takes it off: how long the page stays fresh."""

_BOUND = "public_page_stale_at"


def publicly_cached(
    *, ttl: timedelta
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """The view's page for visitors without a session depends on host and path alone, and may be kept for `ttl`.

    It goes stale at once when the school's public_version grows; `ttl` only bounds what no deed announces.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def cached(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.META.get(FILLING):
                response = view(request, *args, **kwargs)
                response.headers.setdefault("Cache-Control", "private, no-cache")
                return response
            # The middleware's may be a moment older than the version under which the page will be kept.
            request.tenant = Tenant.objects.get(pk=current_tenant_id())  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            seconds = ttl.total_seconds()
            if bound := getattr(request, _BOUND, None):
                seconds = max(1.0, min(seconds, (bound - timezone.now()).total_seconds()))
            response.headers[TTL_HEADER] = str(seconds)
            return response

        cached.publicly_cached = True  # type: ignore[attr-defined]  # read by is_public()
        return cached

    return decorate


def stale_at(request: HttpRequest, moment: datetime | None) -> None:
    """The view knows that what it shows holds until the moment only, such as a course's date of publication."""
    setattr(request, _BOUND, moment)


def is_public(path: str, urlconf: str) -> bool:
    """Whether the view at this path has joined. Asked on a miss, before anybody waits for anybody."""
    try:
        view = resolve(path, urlconf).func
    except Resolver404:
        return False
    return getattr(view, "publicly_cached", False)

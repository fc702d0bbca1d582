"""How a view joins the outer cache."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.models import Tenant

P = ParamSpec("P")

FILLING = "colonnade.outer_cache"
"""In the WSGI environment: the cache itself asks, for everybody who has no session."""

TTL_HEADER = "X-Colonnade-Public-Seconds"
"""From the view to the cache, which takes it off: how long the page stays fresh."""


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
            response.headers[TTL_HEADER] = str(ttl.total_seconds())
            return response

        cached.publicly_cached = True  # type: ignore[attr-defined]  # read by is_public()
        return cached

    return decorate


def is_public(path: str, urlconf: str) -> bool:
    """Whether the view at this path has joined. Asked on a miss, before anybody waits for anybody."""
    try:
        view = resolve(path, urlconf).func
    except Resolver404:
        return False
    return getattr(view, "publicly_cached", False)

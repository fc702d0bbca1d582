"""Host → tenant, and the tenant's scope around all that the request does."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.utils import timezone

from colonnade.lib.problems import NotFound, respond
from colonnade.lib.tenancy import tenant_scope
from colonnade.tenants.models import Tenant, tenant_of_host


class TenantRequest(HttpRequest):
    """A request as views see it: its school is known."""

    tenant: Tenant


class TenantMiddleware:
    """Sets `request.tenant`; an unknown host gets 404 before any view. The whole request is one transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, port = split_domain_port(request.get_host())
        if _is_loopback(host):
            platform = f"{settings.PLATFORM_HOST}:{port}" if port else settings.PLATFORM_HOST
            return HttpResponseRedirect(f"{request.scheme}://{platform}{request.get_full_path()}")
        tenant = tenant_of_host(host)
        if tenant is None:
            request.urlconf = settings.PLATFORM_URLCONF
            return respond(request, NotFound(f"There is no school at {host}. Check the address for a typing error."))
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant.is_platform:
            request.urlconf = settings.PLATFORM_URLCONF
        with tenant_scope(tenant.pk), timezone.override(tenant.time_zone):
            return self.get_response(request)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

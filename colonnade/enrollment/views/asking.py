"""Who asks, and by which calendar they are answered."""

from uuid import UUID

from django.http import HttpRequest

from colonnade.accounts.models import User
from colonnade.tenants.calendar import Calendar


def person(request: HttpRequest) -> User:
    """LoginRequiredMiddleware has seen to it that somebody is there."""
    assert isinstance(request.user, User)
    return request.user


def calendar_of(request: HttpRequest) -> Calendar:
    """The school's, without a query: TenantMiddleware knows it."""
    return Calendar(request.tenant.time_zone)  # type: ignore[attr-defined]


def named_course(request: HttpRequest) -> list[UUID]:
    """The course that a link to this page names, if any."""
    try:
        return [UUID(request.GET.get("course", ""))]
    except ValueError:
        return []

"""What every page knows: its school, its colours, and where its reader may go."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from colonnade.accounts.confirmation import is_confirmed
from colonnade.accounts.models import User
from colonnade.tenants.brand import Brand, brand_of
from colonnade.tenants.permissions import Permission, allows


class Place(NamedTuple):
    """A page of the navigation; `below` is the path that makes it the active one."""

    label: str
    name: str
    icon: str
    permission: Permission
    exact: bool = False


SCHOOL_PLACES = (
    Place("Home", "dashboard", "house", Permission.SEE_DASHBOARD, exact=True),
    Place("Courses", "courses", "book-open", Permission.SEE_DASHBOARD),
    Place("Codes", "codes", "ticket", Permission.MANAGE_STUDENTS),
    Place("Students", "students", "users", Permission.MANAGE_STUDENTS),
    Place("Search", "course-search", "search", Permission.SEE_DASHBOARD),
    Place("Activity", "activity", "history", Permission.SEE_AUDIT),
    Place("Settings", "settings", "settings", Permission.MANAGE_SCHOOL),
)
STUDENT_PLACES = (
    Place("My courses", "learn", "graduation-cap", Permission.LEARN),
    Place("Search", "search", "search", Permission.LEARN),
)
TOKENS = Place("API tokens", "tokens", "key-round", Permission.USE_API)
PLATFORM_PLACES = (Place("Your schools", "schools", "building-2", Permission.OPEN_SCHOOLS),)


def school(request: HttpRequest) -> dict[str, Any]:
    """Context processor. What costs anything is made when a template asks for it."""
    tenant = getattr(request, "tenant", None)
    return {
        "tenant": tenant,
        "brand": brand_of(tenant.brand_color) if tenant else Brand("", ""),
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "account_extra": SimpleLazyObject(lambda: account_places(request)),
        "email_to_confirm": SimpleLazyObject(lambda: email_to_confirm(request)),
        "theme": request.COOKIES.get("theme", ""),
        "inbox_on": not settings.DELIVERY_BACKEND,
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Where the signed-in person may go from here."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return [_entry(place, request.path) for place in _places(user) if allows(user, place.permission)]


def account_places(request: HttpRequest) -> list[dict[str, Any]]:
    """Further pages of the person's own account."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return [_entry(TOKENS, request.path)] if allows(user, TOKENS.permission) else []


def email_to_confirm(request: HttpRequest) -> str:
    """The signed-in person's address as long as it is not confirmed, else empty."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or is_confirmed(user):
        return ""
    return user.email


def _places(user: User) -> tuple[Place, ...]:
    if allows(user, Permission.OPEN_SCHOOLS):
        return PLATFORM_PLACES
    return SCHOOL_PLACES if user.is_staff_member else STUDENT_PLACES


def _entry(place: Place, path: str) -> dict[str, Any]:
    url = reverse(place.name)
    active = path == url if place.exact else path.startswith(url)
    return {"label": place.label, "url": url, "icon": place.icon, "active": active}

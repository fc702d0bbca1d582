"""Who may do what: one table of roles and permissions, and the decorator that asks it."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from colonnade.accounts.models import Role, User
from colonnade.lib.problems import Forbidden

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class Permission(StrEnum):
    SEE_DASHBOARD = "see-dashboard"
    EDIT_COURSES = "edit-courses"
    MANAGE_STUDENTS = "manage-students"  # codes, enrollments, progress of others
    MANAGE_SCHOOL = "manage-school"
    SEE_AUDIT = "see-audit"
    USE_API = "use-api"
    LEARN = "learn"
    OPEN_SCHOOLS = "open-schools"
    OPERATE = "operate"


_STAFF = frozenset({Permission.SEE_DASHBOARD, Permission.LEARN, Permission.USE_API})

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.STUDENT: frozenset({Permission.LEARN, Permission.USE_API}),
    Role.ASSISTANT: _STAFF | {Permission.MANAGE_STUDENTS},
    Role.INSTRUCTOR: _STAFF | {Permission.MANAGE_STUDENTS, Permission.EDIT_COURSES},
    Role.OWNER: _STAFF
    | {Permission.MANAGE_STUDENTS, Permission.EDIT_COURSES, Permission.MANAGE_SCHOOL, Permission.SEE_AUDIT},
    Role.CREATOR: frozenset({Permission.OPEN_SCHOOLS}),
    Role.OPERATOR: frozenset({Permission.OPEN_SCHOOLS, Permission.OPERATE}),
}


def allows(user: User, permission: Permission) -> bool:
    """Whether the person's role has the permission."""
    return permission in ROLE_PERMISSIONS[user.role]


def require(user: User, permission: Permission) -> None:
    """Raises Forbidden if the person's role lacks the permission."""
    if not allows(user, permission):
        raise Forbidden(f"Your role here ({user.get_role_display().lower()}) does not allow this.")


def requires(
    permission: Permission,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """A view that needs a permission; LoginRequiredMiddleware has already asked who it is."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def permitted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            assert isinstance(request.user, User)
            require(request.user, permission)
            return view(request, *args, **kwargs)

        permitted.permission = permission  # type: ignore[attr-defined]  # read by tests/test_permissions.py
        return cast("Callable[Concatenate[HttpRequest, P], R]", permitted)

    return decorate


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission a view asks for, if any."""
    return getattr(view, "permission", None)

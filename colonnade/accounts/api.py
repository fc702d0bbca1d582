"""Who asks: tokens, scopes and the person behind them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer

from colonnade.accounts.models import ApiToken, Scope, User
from colonnade.accounts.person import person
from colonnade.lib.problems import Forbidden
from colonnade.lib.ratelimits import limit

RATE = "600/minute"  # ten a second, all day: no script of a school needs more, no loop gone wild hurts the others


class TokenAuth(HttpBearer):
    """`Authorization: Bearer col_…`; sets `request.user` to the token's person."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = ApiToken.objects.for_secret(token)
        if found is None:
            return None
        limit("api", RATE, str(found.pk))
        found.note_use(timezone.now())
        request.user = found.user
        return found


def scoped(scope: Scope) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An operation that needs a scope of the token, besides what the person's role allows."""

    def decorate(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def permitted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            token = request.auth  # type: ignore[attr-defined]
            if scope.value not in token.scopes:
                raise Forbidden(f"This token lacks the scope {scope.value}. Make one that has it at /account/tokens/.")
            return operation(request, *args, **kwargs)

        permitted.scope = scope  # type: ignore[attr-defined]  # read by tests/test_permissions.py
        return permitted

    return decorate


router = Router(tags=["People"])


class PersonOut(Schema):
    id: UUID
    email: str
    name: str
    role: str


@router.get("/me", response=PersonOut, summary="The person behind the token")
def me(request: HttpRequest) -> User:
    return person(request)

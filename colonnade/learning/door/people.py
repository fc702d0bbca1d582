"""Whose session it is, asked of the database and remembered for a while."""

import time
from collections.abc import Callable
from uuid import UUID

from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from colonnade.accounts.models import User
from colonnade.accounts.sessions import SessionStore
from colonnade.lib.tenancy import tenant_scope
from colonnade.tenants.models import tenant_of_host
from colonnade.tenants.permissions import Permission, allows

KNOWN_FOR = 30.0  # seconds: who signs out may be told of a few seconds more; what they may write is asked every time
MOST = 20_000

Person = tuple[UUID, UUID]  # of the school and of the user


def person_of(host: str, session_key: str) -> Person | None:
    """From the database: somebody who is signed in at this host and may learn."""
    close_old_connections()
    tenant = tenant_of_host(host)
    if tenant is None or tenant.is_platform:
        return None
    with tenant_scope(tenant.pk):
        request = HttpRequest()
        request.session = SessionStore(session_key)
        user = get_user(request)
        if not isinstance(user, User) or not user.is_active or not allows(user, Permission.LEARN):
            return None
        return tenant.pk, user.pk


class People:
    """`ask` is person_of(), in a thread that has connections."""

    def __init__(self, ask: Callable[[str, str], Person | None]) -> None:
        self._ask = ask
        self._known: dict[tuple[str, str], tuple[Person, float]] = {}

    def at(self, host: str, session_key: str) -> Person | None:
        known = self._known.get((host, session_key))
        if known and known[1] > time.monotonic():
            return known[0]
        person = self._ask(host, session_key)
        if person is None:
            self._known.pop((host, session_key), None)
            return None
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[host, session_key] = person, time.monotonic() + KNOWN_FOR
        return person

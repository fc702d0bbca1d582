"""People of the school that makes courses, and doing things at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from colonnade.accounts.models import User
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import tenant_scope
from tests.factories import School


@pytest.fixture
def owner(school: School) -> User:
    return school.person("owner")


@pytest.fixture
def at_once(school: School) -> Callable[[Sequence[Callable[[], Any]]], list[Any]]:
    """Runs deeds in transactions of their own that begin together; gives what each returned, or its Problem."""

    def run(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(deeds))

        def one(deed: Callable[[], Any]) -> Any:
            try:
                with tenant_scope(school.tenant.pk):
                    start.wait(10)
                    return deed()
            except Problem as problem:
                return problem
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(one, deeds))

    return run

"""Fixtures for every test."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from colonnade.lib.jobs import work
from tests import factories


@pytest.fixture(scope="session", autouse=True)
def _database_is_open(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests commit to a database of their process; nothing is rolled back, so nothing is hidden."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session", autouse=True)
def _mail_is_kept(django_test_environment: None) -> None:
    """As in real life: Django's test environment would catch mail in memory instead."""
    django_settings.EMAIL_BACKEND = "colonnade.ops.mail.OutboxBackend"


@pytest.fixture
def empty_queue() -> None:
    empty_the_queue()


def empty_the_queue() -> None:
    """No job of an earlier test waits: a worker started now has this test's alone."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'failed')")


@pytest.fixture
def run_jobs() -> Callable[..., None]:
    """Runs what waits until the queues are empty. In a thread: Playwright leaves a loop running in the tests' own."""

    def run(**options: Any) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, work(once=True, **options)).result()

    return run


@pytest.fixture
def school() -> factories.School:
    return factories.school()


@pytest.fixture
def other_school() -> factories.School:
    return factories.school()


@pytest.fixture
def platform() -> factories.School:
    return factories.platform()

"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import factories


@pytest.fixture(scope="session", autouse=True)
def _database_is_open(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests commit to a database of their process; nothing is rolled back, so nothing is hidden."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def school() -> factories.School:
    return factories.school()


@pytest.fixture
def other_school() -> factories.School:
    return factories.school()


@pytest.fixture
def platform() -> factories.School:
    return factories.platform()

"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from pytest_django.plugin import DjangoDbBlocker

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
def school() -> factories.School:
    return factories.school()


@pytest.fixture
def other_school() -> factories.School:
    return factories.school()


@pytest.fixture
def platform() -> factories.School:
    return factories.platform()

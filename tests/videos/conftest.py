"""Encodings of tests leave nothing in the working folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings


@pytest.fixture(autouse=True)
def work_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VIDEO_WORK = tmp_path / "work"
    return tmp_path / "work"


@pytest.fixture(autouse=True)
def _no_jobs_are_left() -> Iterator[None]:
    """The tests share a queue: a worker that the next one starts would run what this one left."""
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")

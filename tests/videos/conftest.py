"""Encodings of tests leave nothing in the working folder."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def work_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VIDEO_WORK = tmp_path / "work"
    return tmp_path / "work"

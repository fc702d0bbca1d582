"""Made clips are kept for the whole run, and shared by the processes of a parallel one."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "clips"
    folder.mkdir(exist_ok=True)
    return folder

"""The main job over a PostgreSQL and a Redis that somebody else has started, named by DATABASE_URL and REDIS_URL."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from colonnade.lib.embedded import Embedded
from tests.browser.house import House, free_port
from tests.browser.test_main_job import redeem_and_watch, teach

OWN = ("DATABASE_APP_URL", "DATABASE_PLATFORM_URL", "COLONNADE_HOME")


@pytest.fixture
def separate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Servers with a data folder, keys and a life of their own."""
    for name in OWN:
        monkeypatch.delenv(name)  # as on a machine that knows only what it is told
    with Embedded(tmp_path / "servers", ("postgres", "valkey"), throwaway=True) as started:
        named = {name: started[name] for name in ("DATABASE_URL", "REDIS_URL")}
        yield named | {"COLONNADE_HOME": str(tmp_path / "home"), "SECRET_KEY": "of this installation alone"}


def test_the_main_job_works_on_servers_that_run_elsewhere(
    separate: dict[str, str],
    chromium: Browser,
    visitor: Callable[..., Page],
    accessible: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    house = House(free_port(), separate)
    subprocess.run([sys.executable, "-m", "colonnade", "prepare"], env={**os.environ, **separate}, check=True)
    house.start("web", "worker")
    try:
        taught = teach(house, chromium, tmp_path)
        redeem_and_watch(visitor(), taught, accessible)
    finally:
        house.stop()

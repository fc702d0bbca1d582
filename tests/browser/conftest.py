"""A real Chromium before the real house."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.house import House, free_port
from tests.fixtures import empty_the_queue

# Playwright keeps an event loop in the tests' own thread; their queries run between its turns, never within one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOTS = Path("test-results")
SETTLED = """() => Promise.allSettled(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime < 5000).map(each => each.finished))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks these tests and puts them first, in the order that chance gave them: they take long, and one that came last
    would keep a process busy while the others have nothing to do.
    """
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """For one module's tests, so that its worker takes no job from tests of jobs."""
    empty_the_queue()
    house = House(free_port())
    house.start("web", "worker")
    yield house
    house.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Makes browsers of people who do not share cookies; a failed test leaves a picture of each one's page."""
    expect.set_options(timeout=15_000)
    contexts: list[BrowserContext] = []

    def arrive(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield arrive
    failed = getattr(request.node, "failed", False)
    for number, context in enumerate(contexts):
        for page in context.pages if failed else []:
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"{request.node.name}-{number}.png")
        context.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    outcome: Any = yield
    if outcome.get_result().when == "call":
        item.failed = outcome.get_result().failed  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def accessible() -> Callable[[Page], None]:
    """Asks axe-core about the page as it stands; fails with what it found."""
    axe = Axe()

    def check(page: Page) -> None:
        page.evaluate(SETTLED)  # a toast that is fading in has no contrast yet
        results = axe.run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check

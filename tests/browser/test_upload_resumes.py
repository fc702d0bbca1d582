"""An upload that is interrupted loses nothing: a broken line, a reload, a restart of the server."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import pytest
from playwright.sync_api import Page, Request, expect

from colonnade.accounts.models import Role
from colonnade.courses.models import Lecture, Section
from tests.browser.house import House
from tests.factories import PASSWORD, School

READY = '[data-testid="video-state"][data-state="ready"]'


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real video of three parts: noise, which no encoder makes small."""
    made = tmp_path_factory.mktemp("films") / "film.mp4"
    source = "nullsrc=s=640x360:r=12:d=4,geq=random(1)*255:128:128"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", source]
    subprocess.run([*command, "-c:v", "libx264", "-qp", "3", "-preset", "ultrafast", str(made)], check=True)
    size = made.stat().st_size
    assert 17_000_000 < size < 100_000_000, size
    return made


@pytest.fixture
def editor(house: House, school: School, visitor: Callable[..., Page]) -> Page:
    """The editor of a course with one lecture that has no video."""
    course = school.course("Noise", lectures=0, published=False)
    with school:
        Lecture.objects.create(course=course, section=Section.objects.get(), title="Film", position=1)
    page = visitor()
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave? The upload is not finished."
    site = house.at(school.tenant.subdomain)
    page.goto(f"{site}/login/?next=/dashboard/courses/{course.pk}/")
    page.locator("[name=login]").fill(school.person(Role.INSTRUCTOR).email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_test_id("login-button").click()
    page.wait_for_url(re.compile(str(course.pk)))
    return page


def parts_sent(page: Page) -> list[int]:
    """Numbers of the parts that the page sends from now on, as they go out."""
    numbers: list[int] = []

    def note(request: Request) -> None:
        found = re.search(r"partNumber=(\d+)", request.url)
        if request.method == "PUT" and found:
            numbers.append(int(found[1]))

    page.on("request", note)
    return numbers


def test_an_upload_goes_on_after_a_broken_line_and_a_reload(editor: Page, film: Path, house: House) -> None:
    editor.route(re.compile(r"partNumber=([2-9]|\d\d)"), lambda route: route.abort("internetdisconnected"))
    with editor.expect_response(re.compile("partNumber=1&")) as first:
        editor.get_by_test_id("upload-file").set_input_files(film)
    assert first.value.ok
    expect(editor.get_by_test_id("upload")).to_be_visible()
    expect(editor.locator(READY)).to_have_count(0)

    house.stop("web")  # and the server restarts meanwhile
    house.start("web")
    editor.reload()
    editor.unroute_all()
    sent = parts_sent(editor)
    editor.get_by_test_id("upload-file").set_input_files(film)
    expect(editor.locator(READY)).to_have_count(1, timeout=90_000)
    assert sent
    assert 1 not in sent, "the part that had arrived was sent again"


def test_an_upload_waits_for_the_line_to_come_back_by_itself(editor: Page, film: Path) -> None:
    down = True
    editor.route(
        re.compile("partNumber="),
        lambda route: route.abort("internetdisconnected") if down else route.continue_(),
    )
    with editor.expect_event("requestfailed", lambda request: "partNumber=" in request.url):
        editor.get_by_test_id("upload-file").set_input_files(film)
    down = False
    expect(editor.locator(READY)).to_have_count(1, timeout=90_000)

"""A course is taken along from one school and brought in at another, as a person does it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from colonnade.accounts.models import Role
from colonnade.courses.models import Course
from colonnade.lib.tenancy import uuid7
from colonnade.videos.models import Video
from tests import factories
from tests.archives.zipping import zipped
from tests.browser.house import House
from tests.factories import PASSWORD, School
from tests.videos.clips import lesson


def signed_in(house: House, school: School, page: Page, path: str) -> Page:
    page.goto(f"{house.at(school.tenant.subdomain)}/login/?next={path}")
    page.locator("[name=login]").fill(school.person(Role.INSTRUCTOR).email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_test_id("login-button").click()
    page.wait_for_url(re.compile(re.escape(path)))
    return page


def send(page: Page, body: bytes, name: str) -> None:
    file = FilePayload(name=name, mimeType="application/zip", buffer=body)
    page.get_by_test_id("upload-file").set_input_files(file)
    page.locator('[data-testid="sent-archive"]:not([data-state="checking"])').first.wait_for()
    page.get_by_role("link", name=name).click()


def test_a_zip_of_videos_becomes_a_course_which_goes_on_to_another_school(
    house: House, school: School, visitor: Callable[..., Page], accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    page = signed_in(house, school, visitor(), "/dashboard/courses/")
    page.get_by_test_id("import-course").click()
    accessible(page)
    send(
        page,
        zipped({"Greek/1 Alpha.mp4": lesson(), "Greek/2 Reading.md": "Some *words*.", "Greek/x.exe": "?"}),
        "g.zip",
    )
    expect(page.get_by_test_id("plan-title")).to_have_text("Greek")
    expect(page.get_by_test_id("notes")).to_contain_text("x.exe")
    accessible(page)
    page.get_by_test_id("confirm-import").click()
    page.get_by_test_id("open-course").click()
    expect(page.get_by_role("heading", name="Greek", level=1)).to_be_visible()
    expect(page.locator('[data-testid="video-state"][data-state="ready"]')).to_be_visible(timeout=60_000)

    page.get_by_test_id("export-page").click()
    accessible(page)
    page.get_by_test_id("export-course").click()
    with page.expect_download() as download:
        page.get_by_test_id("download-export").click()
    archive = tmp_path / "greek.zip"
    download.value.save_as(archive)

    other = factories.school()
    there = signed_in(house, other, visitor(viewport={"width": 390, "height": 844}), "/dashboard/courses/archives/")
    send(there, archive.read_bytes(), "greek.zip")
    there.get_by_test_id("confirm-import").click()
    expect(there.get_by_test_id("open-course")).to_be_visible(timeout=30_000)
    accessible(there)
    with other:
        assert [course.title for course in Course.objects.all()] == ["Greek"]
        assert Video.objects.get().filename == "1 Alpha.mp4"


def test_a_hostile_archive_is_refused_with_a_reason(
    house: House, school: School, visitor: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = signed_in(house, school, visitor(), "/dashboard/courses/archives/")
    send(page, zipped({"../../evil.md": "x"}), f"evil-{uuid7()}.zip")
    expect(page.get_by_test_id("refusal")).to_contain_text("a name that leads out of it")
    accessible(page)
    page.get_by_test_id("delete-archive").click()
    page.get_by_role("button", name="Delete archive").click()
    expect(page.get_by_test_id("sent-archive")).to_have_count(0)

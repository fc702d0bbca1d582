"""Building a course as an instructor does: type, drag, press keys, upload, publish."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from colonnade.accounts.models import Role
from colonnade.courses.models import Course
from tests.browser.house import House
from tests.courses.images import picture
from tests.factories import PASSWORD, School
from tests.videos.clips import lesson


@pytest.fixture
def signed_in(house: House, school: School, visitor: Callable[..., Page]) -> Callable[..., Page]:
    """Makes a browser in which the person is signed in at the school."""

    def sign_in(role: str = Role.INSTRUCTOR, **options: object) -> Page:
        person = school.person(role)
        page = visitor(**options)
        page.goto(f"{house.at(school.tenant.subdomain)}/login/?next=/dashboard/courses/")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile("/dashboard/courses/$"))
        return page

    return sign_in


def titles(page: Page) -> list[list[str]]:
    """The titles of the lectures, section by section, as they stand on the page."""
    lists = page.get_by_test_id("lectures").all()
    return [
        [box.input_value() for box in found.get_by_test_id("lecture").locator("input[name=title]").all()]
        for found in lists
    ]


def outline(school: School) -> list[list[str]]:
    with school:
        course = Course.objects.with_outline().get()
        return [[lecture.title for lecture in section.lectures.all()] for section in course.sections.all()]


def lecture(page: Page, title: str) -> Locator:
    return page.get_by_test_id("lecture").filter(has=page.locator(f'input[value="{title}"]'))


def add(page: Page, section: int, title: str) -> None:
    box = page.get_by_test_id("section").nth(section).get_by_test_id("lecture-title")
    box.fill(title)
    box.press("Enter")
    expect(lecture(page, title)).to_be_visible()


def test_an_outline_is_typed_moved_renamed_and_emptied(
    school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = signed_in()
    page.click('[data-testid="create-course"]')
    page.fill('[data-testid="course-title"]', "Greek")
    page.click('[data-testid="save-course"]')
    expect(page.get_by_test_id("course-list")).to_contain_text("Greek")

    for title in ("One", "Two"):
        page.get_by_test_id("section-title").fill(title)
        page.get_by_test_id("add-section").click()
        expect(page.locator(f'[data-testid="section"][data-name="{title}"]')).to_be_visible()
        expect(page.get_by_test_id("section-title")).to_have_value("")
    for title in ("alpha", "beta", "gamma"):
        add(page, 0, title)
        expect(page.get_by_test_id("section").first.get_by_test_id("lecture-title")).to_be_focused()
    assert outline(school) == [["alpha", "beta", "gamma"], []]
    accessible(page)

    with page.expect_response(re.compile("lectures/order/")):
        handle = lecture(page, "gamma").locator("[data-handle]")
        handle.focus()
        handle.press("ArrowUp")
    assert titles(page) == outline(school) == [["alpha", "gamma", "beta"], []]

    with page.expect_response(re.compile("lectures/order/")):
        lecture(page, "alpha").locator("[data-handle]").drag_to(page.get_by_test_id("lectures").nth(1))
    assert titles(page) == outline(school) == [["gamma", "beta"], ["alpha"]]

    lecture(page, "beta").locator("summary").click()
    lecture(page, "beta").get_by_role("button", name="Move down").click()
    expect(page.get_by_test_id("lectures").nth(1).get_by_test_id("lecture")).to_have_count(2)
    assert titles(page) == outline(school) == [["gamma"], ["beta", "alpha"]]

    box = lecture(page, "gamma").locator("input[name=title]")
    box.fill("Γάμμα")
    with page.expect_response(re.compile("/lectures/")):
        box.press("Enter")
    assert page.url.endswith("/")
    assert outline(school)[0] == ["Γάμμα"]

    row = page.get_by_test_id("section").first
    row.locator("summary").first.click()
    row.get_by_role("button", name="Delete section").click()
    expect(page.locator("#confirm-dialog")).to_contain_text("Delete the section “One”?")
    page.get_by_test_id("confirm-cancel").click()
    expect(page.get_by_test_id("section")).to_have_count(2)
    row.locator("summary").first.click()
    row.get_by_role("button", name="Delete section").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id("section")).to_have_count(1)
    assert outline(school) == [["beta", "alpha"]]


def test_a_stale_order_is_told_and_nothing_is_lost(school: School, signed_in: Callable[..., Page]) -> None:
    course = school.course(lectures=3)
    first, second = signed_in(), signed_in()
    for page in (first, second):
        page.goto(page.url + f"{course.pk}/")
    add(first, 0, "Added meanwhile")
    handle = lecture(second, "Lecture 3").locator("[data-handle]")
    handle.focus()
    handle.press("ArrowUp")
    expect(second.locator("#toasts")).to_contain_text("Somebody else has changed the outline.")
    assert outline(school) == [["Lecture 1", "Lecture 2", "Lecture 3", "Added meanwhile"]]
    expect(lecture(second, "Added meanwhile")).to_be_visible()
    assert titles(second) == outline(school)
    with second.expect_response(re.compile("/lectures/order/$")) as answer:
        lecture(second, "Lecture 3").locator("[data-handle]").press("ArrowUp")
    assert answer.value.status == 200
    assert outline(school) == [["Lecture 1", "Lecture 3", "Lecture 2", "Added meanwhile"]]


def test_details_and_picture_are_saved_without_leaving_the_page(
    school: School, signed_in: Callable[..., Page], tmp_path: Path
) -> None:
    course = school.course("Greek", published=False)
    page = signed_in()
    page.goto(page.url + f"{course.pk}/")
    page.fill("#details [name=title]", "Greek II")
    page.click("#details [data-testid=save-course]")
    expect(page.locator("h1")).to_have_text("Greek II")
    expect(page.get_by_test_id("course-list")).to_contain_text("Greek II")

    page.fill("#details [name=title]", "")
    page.click("#details [data-testid=save-course]")
    expect(page.locator("#details")).to_contain_text("Give the course a title.")

    file = tmp_path / "words.png"
    file.write_text("just words")
    page.set_input_files("#picture [type=file]", file)
    page.click('[data-testid="save-thumbnail"]')
    expect(page.locator("#picture")).to_contain_text("not a picture that we can read")

    file.write_bytes(picture().read())
    page.set_input_files("#picture [type=file]", file)
    page.click('[data-testid="save-thumbnail"]')
    expect(page.get_by_test_id("thumbnail")).to_have_attribute("src", re.compile("/media/thumbnails/.*webp"))
    expect(page.locator("#toasts")).to_contain_text("The picture is saved.")


def test_a_course_is_published_when_its_checklist_is_done_and_taken_back(
    school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    course = school.course("Greek", published=False)
    page = signed_in()
    page.goto(page.url + f"{course.pk}/")
    add(page, 0, "Not recorded yet")
    expect(page.get_by_test_id("lacking")).to_contain_text("Not recorded yet – no video yet")
    expect(page.get_by_test_id("publish-course")).to_be_disabled()
    accessible(page)

    lecture(page, "Not recorded yet").locator("summary").click()
    lecture(page, "Not recorded yet").get_by_role("button", name="Delete lecture").click()
    page.get_by_test_id("confirm-yes").click()
    page.get_by_test_id("publish-course").click()
    expect(page.get_by_test_id("course-state")).to_have_text("Published")
    page.get_by_test_id("unpublish-course").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id("course-state")).to_have_text("Draft")


def test_a_lectures_video_is_uploaded_and_the_checklist_follows_until_all_can_be_watched(
    school: School, signed_in: Callable[..., Page], tmp_path: Path
) -> None:
    course = school.course(lectures=0, published=False)
    page = signed_in()
    page.goto(page.url + f"{course.pk}/")
    add(page, 0, "Recorded")
    row = lecture(page, "Recorded")
    words, film = tmp_path / "words.mp4", tmp_path / "lesson.mp4"
    words.write_text("just words")
    film.write_bytes(lesson())

    row.get_by_test_id("upload-file").set_input_files(words)
    expect(row.get_by_test_id("video-failure")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("lacking")).to_contain_text("the video could not be encoded")

    row.get_by_test_id("upload-file").set_input_files(film)
    expect(row.get_by_test_id("video-state")).to_have_attribute("data-state", "ready", timeout=90_000)
    expect(row).to_contain_text("0:02")
    expect(page.get_by_test_id("publish-course")).to_be_enabled()
    page.get_by_test_id("publish-course").click()
    expect(page.get_by_test_id("course-state")).to_have_text("Published")

    another = tmp_path / "another.mp4"
    another.write_bytes(lesson(seconds=4))
    row.get_by_test_id("video-menu").locator("summary").click()
    row.get_by_role("button", name="Replace video").click()
    row.get_by_test_id("upload-file").set_input_files(another)
    expect(row.get_by_test_id("replacement")).to_contain_text("another.mp4", timeout=30_000)
    expect(row.get_by_test_id("video-state").first).to_contain_text("0:02")  # which plays until then
    expect(row.get_by_test_id("replacement")).to_have_count(0, timeout=90_000)
    expect(row).to_contain_text("0:04")
    expect(page.get_by_test_id("course-state")).to_have_text("Published")

    row.get_by_test_id("video-menu").locator("summary").click()
    row.get_by_role("button", name="Delete video").click()
    expect(page.locator("#confirm-dialog")).to_contain_text("another.mp4")
    page.get_by_test_id("confirm-yes").click()
    expect(row.get_by_test_id("upload-file")).to_be_attached()
    expect(page.get_by_test_id("lacking")).to_contain_text("no video yet")


def test_an_upload_goes_on_while_the_outline_changes_around_it(
    school: School, signed_in: Callable[..., Page], tmp_path: Path
) -> None:
    course = school.course(lectures=0, published=False)
    page = signed_in()
    page.goto(page.url + f"{course.pk}/")
    add(page, 0, "Recorded")
    film = tmp_path / "lesson.mp4"
    film.write_bytes(lesson())
    held: list[Route] = []
    page.route(re.compile("partNumber="), lambda route: held.append(route))
    with page.expect_request(re.compile("partNumber=")):
        lecture(page, "Recorded").get_by_test_id("upload-file").set_input_files(film)
    add(page, 0, "Second")
    lecture(page, "Recorded").locator("summary").click()
    lecture(page, "Recorded").get_by_role("button", name="Move down").click()
    page.fill("#details [name=title]", "Renamed meanwhile")
    page.click("#details [data-testid=save-course]")
    expect(page.locator("h1")).to_have_text("Renamed meanwhile")
    assert titles(page) == [["Second", "Recorded"]]
    expect(lecture(page, "Recorded").get_by_test_id("upload")).to_have_attribute("data-state", "uploading")
    for route in held:
        route.continue_()
    state = lecture(page, "Recorded").get_by_test_id("video-state")
    expect(state).to_have_attribute("data-state", re.compile("queued|encoding|ready"), timeout=30_000)


def test_without_scripts_the_outline_is_built_all_the_same(school: School, signed_in: Callable[..., Page]) -> None:
    course = school.course(lectures=0, published=False)
    page = signed_in(java_script_enabled=False)
    page.goto(page.url + f"{course.pk}/")
    for title in ("first", "second"):
        page.get_by_test_id("lecture-title").fill(title)
        page.get_by_test_id("lecture-title").press("Enter")
        expect(lecture(page, title)).to_be_visible()
    lecture(page, "second").locator("summary").click()
    lecture(page, "second").get_by_role("link", name="More …").click()
    page.get_by_role("button", name="Move up").click()
    expect(page.get_by_test_id("lecture").first).to_have_attribute("data-name", "second")
    lecture(page, "first").locator("summary").click()
    lecture(page, "first").get_by_role("link", name="More …").click()
    page.locator("main input[name=title]").fill("third")
    page.locator("main input[name=title]").press("Enter")
    expect(lecture(page, "third")).to_be_visible()
    assert titles(page) == outline(school) == [["second", "third"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_on_a_phone(
    school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None], scheme: str
) -> None:
    course = school.course("Greek", lectures=2, published=False)
    with school:
        for video, state in zip(course.lectures.all(), ("failed", "encoding"), strict=True):
            assert video.video is not None
            video.video.state, video.video.failure, video.video.progress = state, "It has no video in it.", 42
            video.video.save()
    page = signed_in(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("", "new/", f"{course.pk}/"):
        page.goto(re.sub("/dashboard/.*", f"/dashboard/courses/{address}", page.url))
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address

"""Lectures of every kind, as their makers and their readers meet them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from colonnade.accounts.models import Role
from colonnade.courses import actions
from colonnade.courses.kinds.embed.actions import set_embed
from colonnade.courses.models import Content, Course, Lecture
from tests.browser.house import House
from tests.courses.images import picture
from tests.courses.kinds.documents import pdf
from tests.factories import PASSWORD, School
from tests.videos.clips import lesson

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def signed_in(house: House, school: School, visitor: Callable[..., Page]) -> Callable[..., Page]:
    """Makes a browser in which a person of the role is signed in, at an address of the school."""

    def sign_in(role: str, path: str, course: Course | None = None, **options: object) -> Page:
        person = school.person(role)
        if course is not None:
            school.enroll(person, course)
        page = visitor(**options)
        page.goto(f"{house.at(school.tenant.subdomain)}/login/?next={path}")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(path) + "$"))
        return page

    return sign_in


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=1)


def made(school: School, course: Course, kind: str, title: str) -> Lecture:
    with school:
        return actions.add_lecture(section=course.sections.get(), title=title, kind=kind, by=school.person("owner"))


MOVED = """video => new Promise(done => {
    const look = () => video.currentTime > 0 && done(video.currentTime);
    video.addEventListener("timeupdate", look);
    look();
})"""


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_text_is_added_written_and_read(
    school: School, course: Course, signed_in: Callable[..., Page], accessible: Callable[[Page], None],
    tmp_path: Path, size: dict[str, int], scheme: str,
) -> None:  # fmt: skip
    page = signed_in(Role.INSTRUCTOR, f"/dashboard/courses/{course.pk}/", viewport=size, color_scheme=scheme)
    page.get_by_test_id("lecture-kind").select_option("text")
    page.get_by_test_id("lecture-title").fill("The alphabet")
    page.get_by_test_id("lecture-title").press("Enter")
    page.get_by_test_id("edit-content").click()

    area = page.get_by_test_id("text-area")
    area.click()
    page.get_by_role("button", name="Heading", exact=True).click()
    area.press_sequentially("Alpha and Omega")
    area.press("Enter")
    area.press_sequentially("It begins with alpha. ")
    file = tmp_path / "map.png"
    file.write_bytes(picture((600, 300)).getvalue())
    with page.expect_response(re.compile("/pictures/$")) as sent:
        page.locator(".text-editor [type=file]").set_input_files(file)
    assert sent.value.status == 201
    expect(page.locator(".text-page img")).to_be_visible()
    page.locator(".text-page img").click()
    page.get_by_test_id("picture-alt").fill("A map of Greece")
    page.get_by_test_id("picture-alt").press("Tab")
    expect(page.get_by_test_id("save-state")).to_have_text("Saved")
    accessible(page)
    assert fits(page)
    page.screenshot(path=f"test-results/kind-text-editor-{size['width']}-{scheme}.png")
    with school:
        body = Content.objects.get().body["html"]
    assert "<h2>Alpha and Omega</h2>" in body
    assert re.search(r'<img src="texts/[0-9a-f-]+\.webp" alt="A map of Greece">', body)

    with school:
        lecture = Lecture.objects.get(title="The alphabet")
    reader = signed_in(Role.STUDENT, f"/learn/{course.slug}/{lecture.pk}/", course, viewport=size, color_scheme=scheme)
    expect(reader.get_by_test_id("text").get_by_role("heading", name="Alpha and Omega")).to_be_visible()
    shown = reader.get_by_role("img", name="A map of Greece")
    expect(shown).to_be_visible()
    assert shown.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 600
    accessible(reader)
    assert fits(reader)
    reader.screenshot(path=f"test-results/kind-text-{size['width']}-{scheme}.png")
    reader.get_by_test_id("mark-done").click()
    expect(reader.get_by_test_id("mark-done")).to_have_count(0)


def test_two_who_write_one_text_are_told_and_lose_nothing(
    school: School, course: Course, signed_in: Callable[..., Page]
) -> None:
    lecture = made(school, course, "text", "Alphabet")
    pages = [signed_in(Role.INSTRUCTOR, f"/dashboard/courses/lectures/{lecture.pk}/text/") for _ in range(2)]
    for page, words in zip(pages, ("Mine", "Theirs"), strict=True):
        expect(page.get_by_test_id("text-area")).to_be_visible()
        page.get_by_test_id("text-area").press_sequentially(words)
        expect(page.get_by_test_id("save-state")).not_to_have_text(re.compile("Saving|Not saved"))
    expect(pages[0].get_by_test_id("save-state")).to_have_text("Saved")
    expect(pages[1].get_by_test_id("save-problem")).to_contain_text("Somebody else has changed this lecture")
    expect(pages[1].get_by_test_id("text-area")).to_contain_text("Theirs")
    with school:
        assert Content.objects.get().body["html"] == "<p>Mine</p>"


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_a_pdf_is_uploaded_and_looked_at(
    school: School, course: Course, signed_in: Callable[..., Page], accessible: Callable[[Page], None],
    tmp_path: Path, size: dict[str, int], scheme: str,
) -> None:  # fmt: skip
    lecture = made(school, course, "file", "Handout")
    file, fake = tmp_path / "handout.pdf", tmp_path / "fake.pdf"
    file.write_bytes(pdf("Alpha", "Beta", "Gamma"))
    fake.write_bytes(b"<html><script>alert(1)</script></html>")
    page = signed_in(Role.INSTRUCTOR, f"/dashboard/courses/lectures/{lecture.pk}/file/", viewport=size)
    page.get_by_test_id("file-field").set_input_files(fake)
    expect(page.get_by_test_id("file-state")).to_contain_text("its content is none")
    page.get_by_test_id("file-field").set_input_files(file)
    expect(page.get_by_test_id("file-name")).to_have_text("handout.pdf")
    accessible(page)
    page.get_by_test_id("is-downloadable").uncheck()
    page.get_by_test_id("save-download").click()
    expect(page.locator("#toasts")).to_contain_text("only looked at")

    reader = signed_in(Role.STUDENT, f"/learn/{course.slug}/{lecture.pk}/", course, viewport=size, color_scheme=scheme)
    expect(reader.locator(".pdf")).to_have_attribute("data-state", "ready")
    expect(reader.get_by_test_id("pdf-page")).to_have_text("1 of 3")
    expect(reader.locator(".pdf-page").first.get_by_text("Alpha")).to_be_attached()
    reader.get_by_role("button", name="Next page").click()
    expect(reader.get_by_test_id("pdf-page")).to_have_text("2 of 3")
    expect(reader.get_by_test_id("file-download")).to_have_count(0)
    accessible(reader)
    assert fits(reader)
    reader.screenshot(path=f"test-results/kind-pdf-{size['width']}-{scheme}.png")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_video_elsewhere_is_not_loaded_before_somebody_agrees(
    school: School, course: Course, signed_in: Callable[..., Page], accessible: Callable[[Page], None],
    size: dict[str, int],
) -> None:  # fmt: skip
    lecture = made(school, course, "embed", "Bunny")
    with school:
        set_embed(lecture=lecture, address="https://youtu.be/aqz-KE-bpKQ", by=school.person("owner"))
    page = signed_in(Role.STUDENT, "/learn/", course, viewport=size)
    asked: list[str] = []

    def there(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>the film</p>", content_type="text/html")

    page.route(re.compile("youtube"), there)
    page.goto(re.sub("/learn/$", f"/learn/{course.slug}/{lecture.pk}/", page.url))
    expect(page.get_by_test_id("embed-load")).to_be_visible()
    accessible(page)
    assert fits(page)
    page.screenshot(path=f"test-results/kind-embed-{size['width']}.png")
    assert asked == []
    page.get_by_test_id("embed").get_by_role("checkbox").check()
    page.get_by_test_id("embed-load").click()
    expect(page.frame_locator("[data-testid=embed-frame]").get_by_text("the film")).to_be_visible()
    assert asked[0].startswith("https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ")
    page.reload()
    expect(page.get_by_test_id("embed-frame")).to_be_visible()


def test_many_videos_make_a_lecture_each_and_a_free_preview_plays_for_anybody(
    house: House, school: School, signed_in: Callable[..., Page], visitor: Callable[..., Page], tmp_path: Path
) -> None:
    course = school.course("Films", lectures=0)
    names = ["10 Omega.mp4", "2 Beta.mp4", "1 Alpha.mp4"]
    for name in names:
        (tmp_path / name).write_bytes(lesson())
    page = signed_in(Role.INSTRUCTOR, f"/dashboard/courses/{course.pk}/")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("add-videos").click()
    chooser.value.set_files([tmp_path / name for name in names])
    titles = page.get_by_test_id("lecture").locator("input[name=title]")
    expect(titles).to_have_count(3)
    assert [field.input_value() for field in titles.all()] == ["1 Alpha", "2 Beta", "10 Omega"]
    for row in page.get_by_test_id("lecture").all():
        expect(row.get_by_test_id("video-state")).to_have_attribute("data-state", "ready", timeout=90_000)
    with school:
        shown = {lecture.title: lecture.video.filename for lecture in Lecture.objects.select_related("video")}
    assert shown == {"1 Alpha": "1 Alpha.mp4", "2 Beta": "2 Beta.mp4", "10 Omega": "10 Omega.mp4"}

    row = page.get_by_test_id("lecture").first
    row.locator("> div summary").first.click()
    row.get_by_role("button", name="Make it a free preview").click()
    expect(row.get_by_test_id("is-preview")).to_be_visible()

    anybody = visitor(viewport=PHONE)
    anybody.goto(f"{house.at(school.tenant.subdomain)}/courses/{course.slug}/")
    anybody.get_by_test_id("free-preview").click()
    expect(anybody.get_by_test_id("lecture-title")).to_have_text("1 Alpha")
    video = anybody.locator("video")
    video.evaluate("video => video.play()")
    expect(anybody.get_by_test_id("player")).to_have_attribute("data-state", re.compile("playing|paused|ended"))
    assert video.evaluate(MOVED) > 0
    assert fits(anybody)
    anybody.screenshot(path="test-results/free-preview-390.png")

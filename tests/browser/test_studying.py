"""What students do beside watching, and what the school sees of it: notes, certificates, progress made offline."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import add_note, offer_certificate, record_progress
from colonnade.learning.models import Progress
from tests import factories
from tests.browser.house import House, free_port
from tests.browser.test_main_job import CLIP, PLAYER, VIDEO, longer, play, sign_in, wait
from tests.browser.test_player import PHONE, Watched, ready
from tests.videos.watching import encoded

Visitor = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(scope="module")
def web() -> Iterator[House]:
    house = House(free_port())
    house.start("web")
    yield house
    house.stop()


@pytest.fixture(scope="module")
def watched(web: House, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A course of two lectures of 21 s, which gives certificates."""
    school = factories.school("The school of drawing", brand_color="#7c3aed")
    course = school.course("Drawing animals", lectures=2)
    video = encoded(school, longer(CLIP, tmp_path_factory.mktemp("clips")).read_bytes())
    owner = school.person("owner")
    with school:
        Lecture.objects.filter(course=course).update(video=video)
        lecture = Lecture.objects.filter(course=course).in_order()[0]
        offer_certificate(course=course, percent=None, signed_by="Grace Teacher", by=owner)
    return Watched(school, course, lecture, web.at(school.tenant.subdomain))


def studied(watched: Watched, *seconds: int, name: str = "Ada Lovelace") -> User:
    """Somebody who came a day ago and has watched so much of each lecture."""
    user = watched.person(name=name)
    with watched.school:
        Enrollment.objects.filter(user=user).update(created_at=timezone.now() - timedelta(days=1))
        lectures = Lecture.objects.filter(course=watched.course).select_related("video").in_order()
        for lecture, until in zip(lectures, seconds, strict=False):
            record_progress(lecture=lecture, ranges=[[0, until]], position=until, by=user)
    return user


def arrive(visitor: Visitor, watched: Watched, user: User, path: str, **options: object) -> Page:
    page = visitor(**options)
    sign_in(page, watched.url, user.email)
    page.goto(f"{watched.url}{path}")
    return page


def lecture_path(watched: Watched) -> str:
    return f"/learn/{watched.course.slug}/{watched.lecture.pk}/"


def to_notes(page: Page) -> None:
    """They come once they are in sight, and take the place of what was there."""
    page.evaluate("document.getElementById('notes').scrollIntoView()")
    expect(page.get_by_test_id("note-body")).to_be_visible()


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_notes_are_pinned_to_the_moment_and_lead_back_to_it(
    watched: Watched, visitor: Visitor, accessible: Check, options: dict[str, object]
) -> None:
    page = arrive(visitor, watched, studied(watched), f"{lecture_path(watched)}#t=7", **options)
    ready(page)
    to_notes(page)
    page.get_by_test_id("note-body").fill("The **rabbit** wakes up")
    expect(page.get_by_test_id("note-pin")).to_have_text("at 0:07")
    page.get_by_test_id("add-note").click()
    note = page.get_by_test_id("note-list").locator("li")
    expect(note.locator("strong")).to_have_text("rabbit")
    accessible(page)
    page.locator(VIDEO).evaluate("video => { video.currentTime = 0 }")
    page.get_by_test_id("note-time").click()
    wait(page, "document.querySelector('video').currentTime >= 7")
    if options:  # held upright, the video stays in sight while the notes are read
        box = page.locator(PLAYER).bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 200
    note.get_by_test_id("edit-note").click()
    page.get_by_test_id("edit-body").fill("It wakes up slowly")
    page.get_by_test_id("save-note").click()
    expect(note).to_contain_text("It wakes up slowly")
    note.get_by_test_id("delete-note").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete this note at 0:07? “It wakes up slowly”")
    page.get_by_role("dialog").get_by_role("button", name="Delete note").click()
    expect(note).to_have_count(0)


def test_what_is_being_written_survives_a_reload(watched: Watched, visitor: Visitor) -> None:
    page = arrive(visitor, watched, studied(watched), lecture_path(watched))
    ready(page)
    page.keyboard.press("n")
    expect(page.get_by_test_id("note-body")).to_be_focused()
    page.keyboard.type("Half a th")
    page.reload()
    to_notes(page)
    expect(page.get_by_test_id("note-body")).to_have_value("Half a th")


def test_notes_of_a_course_are_searched_and_taken_along(watched: Watched, visitor: Visitor, accessible: Check) -> None:
    user = studied(watched)
    with watched.school:
        add_note(lecture=watched.lecture, body="Ears are *long*", second=12, by=user)
        add_note(lecture=watched.lecture, body="Tails are short", second=None, by=user)
    page = arrive(visitor, watched, user, f"/learn/{watched.course.slug}/notes/")
    accessible(page)
    with page.expect_download() as download:
        page.get_by_test_id("export-notes").click()
    assert "**0:12**\n\nEars are *long*" in download.value.path().read_text()
    page.get_by_test_id("note-search").fill("ears")
    page.get_by_test_id("note-search").press("Enter")
    expect(page.get_by_test_id("note-group")).not_to_contain_text("Tails")
    page.get_by_role("link", name="Go to 0:12").click()
    ready(page)
    wait(page, "document.querySelector('video').currentTime >= 12")


def test_theatre_is_as_it_was_at_the_next_lecture(watched: Watched, visitor: Visitor, accessible: Check) -> None:
    page = arrive(visitor, watched, studied(watched), lecture_path(watched))
    ready(page)
    before = page.locator(PLAYER).bounding_box()
    page.locator("[data-theatre]").last.click()
    wide = page.locator(PLAYER).bounding_box()
    assert before is not None
    assert wide is not None
    assert wide["width"] > before["width"] + 200
    accessible(page)
    page.get_by_test_id("next-lecture").click()
    ready(page)
    expect(page.locator(".lecture")).to_have_attribute("data-theatre", "")
    page.keyboard.press("t")
    expect(page.locator(".lecture")).not_to_have_attribute("data-theatre", "")


def test_what_was_watched_offline_is_sent_another_day_from_another_page(watched: Watched, visitor: Visitor) -> None:
    """The tab is closed without a connection; days later the person opens the list of their courses."""
    user = studied(watched)
    page = arrive(visitor, watched, user, lecture_path(watched))
    ready(page)
    play(page, until=2.5)
    page.context.route("**/progress/", lambda route: route.abort())
    wait(page, "document.querySelector('video').currentTime > 6")
    page.close()
    with watched.school:
        told = Progress.objects.get(user=user).watched_seconds
    assert told < 5, "it was cut off before"
    later = page.context.new_page()
    page.context.unroute("**/progress/")
    with later.expect_response(re.compile("/progress/")) as answer:
        later.goto(f"{watched.url}/learn/")
    assert answer.value.status == 200
    with watched.school:
        progress = Progress.objects.get(user=user)
    assert progress.watched_seconds >= 5
    assert progress.position > 5
    expect(later.locator("body")).to_be_visible()
    assert later.evaluate("Object.keys(localStorage).filter(key => key.startsWith('colonnade:watched')).length") == 0


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_a_certificate_is_earned_printed_checked_and_revoked(
    watched: Watched, visitor: Visitor, accessible: Check, options: dict[str, object]
) -> None:
    user = studied(watched, 21, 21)
    page = arrive(visitor, watched, user, f"/learn/{watched.course.slug}/", **options)
    page.get_by_test_id("certificate-link").click()
    accessible(page)
    page.get_by_test_id("certificate-name").fill("Augusta Ada King")
    page.get_by_test_id("get-certificate").click()
    expect(page.get_by_test_id("certificate-valid")).to_contain_text("Augusta Ada King")
    expect(page.get_by_role("img", name=re.compile("on paper"))).to_have_js_property("naturalWidth", 1123)
    accessible(page)
    begins = "url => fetch(url).then(answer => answer.text()).then(text => text.slice(0, 5))"
    assert page.evaluate(begins, f"{page.url}certificate.pdf") == "%PDF-"

    staff = arrive(visitor, watched, watched.school.person("owner"), f"/dashboard/students/{user.pk}/", **options)
    staff.get_by_text("Correct or revoke").click()
    accessible(staff)
    staff.get_by_label(re.compile("^Why")).fill("It was somebody else.")
    staff.get_by_test_id("revoke-certificate").click()
    expect(staff.get_by_role("dialog")).to_contain_text("Revoke the certificate of Augusta Ada King")
    staff.get_by_role("dialog").get_by_role("button", name="Revoke certificate").click()
    expect(staff.get_by_test_id("certificate")).to_contain_text("It was somebody else.")

    anybody = visitor(**options)
    anybody.goto(page.url)
    expect(anybody.get_by_test_id("certificate-revoked")).to_contain_text("It was somebody else.")
    accessible(anybody)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_staff_find_students_and_see_the_grid(
    watched: Watched, visitor: Visitor, accessible: Check, options: dict[str, object]
) -> None:
    studied(watched, 21, 21, name="Done Dora")
    studied(watched, 21, 4, name="Halfway Hal")
    owner = watched.school.person("owner")
    page = arrive(visitor, watched, owner, "/dashboard/students/", **options)
    page.get_by_test_id("filter-course").select_option(label="Drawing animals")
    page.get_by_test_id("filter-progress").select_option("completed")
    page.get_by_test_id("filter-apply").click()
    expect(page.get_by_test_id("student-list")).to_contain_text("Done Dora")
    expect(page.get_by_test_id("student-list")).not_to_contain_text("Halfway Hal")
    accessible(page)
    with page.expect_download() as download:
        page.get_by_test_id("students-csv").click()
    assert "Done Dora" in download.value.path().read_text()
    page.get_by_role("link", name="Progress grid").click()
    page.get_by_test_id("filter-progress").select_option("")
    page.get_by_test_id("filter-apply").click()
    row = page.get_by_test_id("grid").get_by_role("row", name=re.compile("Halfway Hal")).first
    expect(row).to_contain_text("✓")
    accessible(page)
    row.get_by_role("link").click()
    expect(page.get_by_test_id("timeline")).to_contain_text("Completed “Lecture 1”")
    accessible(page)

"""Every door into a course as people use it: staff at a desk and on a phone, students on theirs."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.actions import set_admission
from colonnade.enrollment.models import Enrollment
from colonnade.ops.models import Mail
from tests.browser.house import House
from tests.factories import PASSWORD, School, unique

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DEVICES = pytest.mark.parametrize("device", [PHONE, {}], ids=["phone", "desk"])
LOOK = os.environ.get("LOOK")  # a folder for pictures of every page, light and dark

Visitor = Callable[..., Page]
Accessible = Callable[[Page], None]


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek for beginners")


@pytest.fixture
def staff(house: House, school: School, visitor: Visitor) -> Callable[..., Page]:
    """A browser in which an instructor is signed in, at a page of the dashboard."""

    def arrive(path: str, **options: object) -> Page:
        page = visitor(**options)
        person = school.person("instructor", name="Grace Hopper")
        page.goto(f"{house.at(school.tenant.subdomain)}/login/?next={path}")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.get_by_test_id("login-button").click()
        page.wait_for_url(re.compile(re.escape(path)))
        return page

    return arrive


def look(page: Page, name: str) -> None:
    if not LOOK or page.viewport_size is None:
        return
    wide = "phone" if page.viewport_size["width"] < 500 else "desk"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(LOOK) / f"{name}-{wide}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


@DEVICES
def test_codes_for_a_class_are_made_printed_redeemed_and_told_of(
    house: House, school: School, course: Course, staff: Callable[..., Page], visitor: Visitor,
    accessible: Accessible, device: dict[str, object], tmp_path: Path,
) -> None:  # fmt: skip
    other = school.course("Latin")
    page = staff(f"/dashboard/codes/new/?course={course.pk}", **device)
    expect(page.get_by_label("Greek for beginners")).to_be_checked()
    page.get_by_label(other.title, exact=True).check()
    page.get_by_test_id("quantity").fill("3")
    page.get_by_test_id("seats").fill("2")
    page.get_by_test_id("access-days").fill("90")
    page.get_by_test_id("label").fill("Spring class")
    page.get_by_test_id("note").fill("For the school by the sea.")
    accessible(page)
    fits(page)
    look(page, "codes-new")
    page.get_by_test_id("save-codes").click()
    expect(page.get_by_test_id("codes-shown")).to_be_visible()
    accessible(page)
    fits(page)
    look(page, "codes-shown")
    code = page.get_by_test_id("code").first.inner_text()
    with page.expect_download() as cards:
        page.get_by_test_id("download-cards").click()
    cards.value.save_as(tmp_path / "cards.pdf")
    assert (tmp_path / "cards.pdf").read_bytes().startswith(b"%PDF-")
    with page.expect_download() as sheet:
        page.get_by_test_id("download-csv").click()
    sheet.value.save_as(tmp_path / "codes.csv")
    assert code in (tmp_path / "codes.csv").read_text(encoding="utf-8")

    student = visitor(**PHONE)
    student.goto(f"{house.at(school.tenant.subdomain)}/redeem/{code}/")
    student.get_by_test_id("redeem-button").click()
    student.get_by_test_id("email").fill(f"{unique('ada')}@example.org")
    student.get_by_test_id("password").fill(PASSWORD)
    student.get_by_test_id("signup-button").click()
    student.wait_for_url(re.compile("/learn/$"))
    expect(student.get_by_text("Welcome to “Greek for beginners” and “Latin”.")).to_be_visible()

    page.reload()
    expect(page.get_by_test_id("batch-used")).to_contain_text("1")
    expect(page.get_by_test_id("code-row").first).to_contain_text("1 of 2")
    page.get_by_test_id("batch-log").click()
    expect(page.get_by_test_id("redemption-list")).to_contain_text("@example.org")
    accessible(page)
    fits(page)
    look(page, "code-log")
    page.go_back()
    page.get_by_test_id("revoke-batch").click()
    expect(page.get_by_role("dialog")).to_contain_text("Spring class")
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_text("3 codes are revoked.")).to_be_visible()


@DEVICES
def test_a_course_is_made_free_and_a_stranger_starts_it_in_one_flow(
    house: House, school: School, course: Course, staff: Callable[..., Page], visitor: Visitor,
    accessible: Accessible, device: dict[str, object],
) -> None:  # fmt: skip
    page = staff(f"/dashboard/courses/{course.pk}/", **device)
    page.get_by_test_id("course-admission").click()
    page.get_by_test_id("is-free").check()
    page.get_by_test_id("access-days").fill("30")
    accessible(page)
    fits(page)
    look(page, "admission")
    page.get_by_test_id("save-admission").click()
    page.wait_for_url(re.compile(f"/dashboard/courses/{course.pk}/$"))

    stranger = visitor(**device)
    stranger.goto(f"{house.at(school.tenant.subdomain)}/courses/{course.slug}/")
    accessible(stranger)
    look(stranger, "free-course")
    stranger.get_by_test_id("start-learning").click()
    stranger.get_by_test_id("email").fill(f"{unique('bob')}@example.org")
    stranger.get_by_test_id("password").fill(PASSWORD)
    stranger.get_by_test_id("signup-button").click()
    stranger.wait_for_url(re.compile(f"/learn/{course.slug}/$"))
    expect(stranger.get_by_text("Welcome to “Greek for beginners”.")).to_be_visible()


def test_somebody_who_is_signed_in_starts_a_free_course_with_a_click(
    house: House, school: School, course: Course, visitor: Visitor, accessible: Accessible
) -> None:
    student, owner = school.person(), school.person("owner")
    with school:
        set_admission(course=course, is_free=True, access_days=None, by=owner)
    page, site = visitor(**PHONE), house.at(school.tenant.subdomain)
    page.goto(f"{site}/login/?next=/start/{course.slug}/")
    page.fill("[name=login]", student.email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_test_id("login-button").click()
    expect(page.get_by_test_id("start-learning")).to_be_visible()
    accessible(page)
    look(page, "start")
    page.get_by_test_id("start-learning").click()
    page.wait_for_url(re.compile(f"/learn/{course.slug}/$"))


@DEVICES
def test_people_are_invited_and_come_in_by_the_link_in_their_mailbox(
    house: House, school: School, course: Course, staff: Callable[..., Page], visitor: Visitor,
    accessible: Accessible, device: dict[str, object],
) -> None:  # fmt: skip
    page, email = staff("/dashboard/students/", **device), f"{unique('ada')}@example.org"
    page.get_by_test_id("invitations").click()
    accessible(page)
    page.get_by_test_id("invite").click()
    page.get_by_test_id("emails").fill(f"{email}\nlater@example.org")
    page.get_by_label(course.title, exact=True).check()
    accessible(page)
    fits(page)
    look(page, "invite")
    page.get_by_test_id("send-invitations").click()
    expect(page.get_by_test_id("invitation-row")).to_have_count(2)
    accessible(page)
    fits(page)
    look(page, "invitations")
    page.get_by_test_id("invitation-row").filter(has_text="later@").get_by_test_id("revoke-invitation").click()
    expect(page.get_by_role("dialog")).to_contain_text("later@example.org")
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id("invitation-row")).to_have_count(1)

    with school:
        text = Mail.objects.get(recipients=[email]).text
    found = re.search(r"(/invitation/\S+/)", text)
    assert found is not None
    reader = visitor(**device)
    reader.goto(house.at(school.tenant.subdomain) + found[1])
    accessible(reader)
    fits(reader)
    look(reader, "invitation")
    reader.get_by_test_id("name").fill("Ada Lovelace")
    reader.get_by_test_id("password").fill(PASSWORD)
    reader.get_by_test_id("accept-invitation").click()
    reader.wait_for_url(re.compile(f"/learn/{course.slug}/$"))
    page.goto(f"{house.at(school.tenant.subdomain)}/dashboard/invitations/?state=past")
    expect(page.get_by_test_id("invitation-row").filter(has_text=email)).to_contain_text("Accepted")


@DEVICES
def test_a_list_is_imported_after_its_mistakes_are_corrected(
    school: School, course: Course, staff: Callable[..., Page], accessible: Accessible, device: dict[str, object],
    tmp_path: Path,
) -> None:  # fmt: skip
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text("E-Mail;Vorname;Nachname\nzoe@example.org;Zoë;Müller\nnobody;Bob;Bell\n", encoding="cp1252")
    right.write_text(
        "E-Mail;Vorname;Nachname\nzoe@example.org;Zoë;Müller\nbob@example.org;Bob;Bell\n", encoding="utf-16"
    )
    page = staff("/dashboard/students/", **device)
    page.get_by_test_id("import-students").click()
    accessible(page)
    fits(page)
    look(page, "import")
    page.get_by_test_id("import-file").set_input_files(wrong)
    page.get_by_test_id("import-preview").click()
    expect(page.get_by_test_id("import-errors")).to_contain_text("“nobody” is no e-mail address.")
    accessible(page)
    look(page, "import-errors")
    page.get_by_test_id("import-again").click()
    page.get_by_test_id("import-file").set_input_files(right)
    page.get_by_label(course.title, exact=True).check()
    page.get_by_test_id("import-preview").click()
    expect(page.get_by_test_id("import-new")).to_contain_text("2")
    expect(page.get_by_text("Zoë Müller")).to_be_visible()
    accessible(page)
    fits(page)
    look(page, "import-preview")
    page.get_by_test_id("import-run").click()
    expect(page.get_by_text("Imported: 2 new accounts, 2 enrollments, 2 letters on their way.")).to_be_visible()
    with school:
        assert User.objects.get(email="zoe@example.org").name == "Zoë Müller"


@DEVICES
def test_access_that_has_ended_is_prolonged(
    house: House, school: School, course: Course, staff: Callable[..., Page], visitor: Visitor,
    accessible: Accessible, device: dict[str, object],
) -> None:  # fmt: skip
    student = school.person(name="Ada Lovelace")
    enrollment = school.enroll(student, course)
    with school:
        past = timezone.now() - timedelta(minutes=1)
        Enrollment.objects.update(created_at=past - timedelta(days=30), expires_at=past)
    theirs = visitor(**device)
    theirs.goto(f"{house.at(school.tenant.subdomain)}/login/?next=/learn/{course.slug}/")
    theirs.fill("[name=login]", student.email)
    theirs.fill("[name=password]", PASSWORD)
    theirs.get_by_test_id("login-button").click()
    expect(theirs.get_by_test_id("course-closed")).to_contain_text("ended on")
    accessible(theirs)
    look(theirs, "ended")

    page = staff(f"/dashboard/students/{student.pk}/", **device)
    expect(page.get_by_test_id("study")).to_contain_text("Ended")
    page.get_by_test_id("change-access").click()
    expect(page.get_by_test_id("access-state")).to_contain_text("ended on")
    accessible(page)
    fits(page)
    look(page, "access")
    page.get_by_test_id("prolong").first.click()
    page.wait_for_url(re.compile(f"/dashboard/students/{student.pk}/$"))
    expect(page.get_by_test_id("study")).to_contain_text("access ends on")
    theirs.reload()
    expect(theirs.get_by_test_id("course-closed")).to_have_count(0)
    with school:
        enrollment.refresh_from_db()
        assert enrollment.is_active

"""A course from schedule to archive, lectures that open by and by, and what people search for: phone and desktop."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Course, Lecture
from colonnade.learning.models import Progress
from tests import factories
from tests.browser.house import House
from tests.courses.test_search import caption
from tests.factories import PASSWORD, School

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SIZES: list[dict[str, Any]] = [{}, PHONE]


@pytest.fixture
def school() -> School:
    return factories.school(time_zone="America/Santiago")


@pytest.fixture
def signed_in(house: House, school: School, visitor: Callable[..., Page]) -> Callable[..., Page]:
    def sign_in(person: User, at: str, **options: Any) -> Page:
        page = visitor(**options)
        page.goto(f"{house.at(school.tenant.subdomain)}/login/?next={at}")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(at)))
        return page

    return sign_in


def choose(page: Page, button: str) -> None:
    page.get_by_test_id(button).click()
    page.get_by_test_id("confirm-yes").click()


@pytest.mark.parametrize("options", SIZES, ids=["desktop", "phone"])
def test_a_course_is_scheduled_published_archived_and_brought_back(
    house: House, school: School, signed_in: Callable[..., Page], visitor: Callable[..., Page],
    accessible: Callable[[Page], None], options: dict[str, Any],
) -> None:  # fmt: skip
    course = school.course("Greek", lectures=2, published=False)
    page = signed_in(school.person(Role.INSTRUCTOR), f"/dashboard/courses/{course.pk}/", **options)
    public = f"{house.at(school.tenant.subdomain)}/courses/{course.slug}/"
    stranger = visitor(**options)

    expect(page.get_by_test_id("checklist")).to_contain_text("(good to have)")
    page.get_by_test_id("schedule").locator("summary").click()
    page.get_by_test_id("schedule-at").fill("2020-01-01T09:00")
    page.get_by_test_id("schedule-course").click()
    expect(page.get_by_test_id("publication")).to_contain_text("This time is over")
    page.get_by_test_id("schedule-at").fill("2031-03-05T09:30")
    page.get_by_test_id("schedule-course").click()
    expect(page.get_by_test_id("course-state")).to_have_text("Scheduled")
    expect(page.get_by_test_id("publication")).to_contain_text("from 5 March 2031, 09:30")
    accessible(page)
    assert stranger.goto(public).status == 404  # type: ignore[union-attr]

    with school:  # the time comes; the worker of this house tells of it
        Course.objects.filter(pk=course.pk).update(published_at=timezone.now() - timedelta(seconds=1))
    assert stranger.goto(public + "?").status == 200  # type: ignore[union-attr]
    page.reload()
    expect(page.get_by_test_id("course-state")).to_have_text("Published")
    choose(page, "archive-course")
    expect(page.get_by_test_id("course-state")).to_have_text("Archived")
    accessible(page)
    assert stranger.goto(public + "?").status == 404  # type: ignore[union-attr]
    page.get_by_test_id("unarchive-course").click()
    expect(page.get_by_test_id("course-state")).to_have_text("Published")
    choose(page, "unpublish-course")
    expect(page.get_by_test_id("course-state")).to_have_text("Draft")


@pytest.mark.parametrize("options", SIZES, ids=["desktop", "phone"])
def test_lectures_open_on_a_date_and_one_after_the_other(
    house: House, school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None],
    options: dict[str, Any],
) -> None:  # fmt: skip
    course, student = school.course("Greek", lectures=3), school.person()
    school.enroll(student, course)
    with school:
        first, second, third = course.lectures.order_by("position")
    staff = signed_in(school.person(Role.INSTRUCTOR), f"/dashboard/courses/{course.pk}/", **options)

    def rule(lecture: Lecture, kind: str) -> None:
        staff.locator(f"#lecture-{lecture.pk} summary").first.click()
        staff.locator(f"#lecture-{lecture.pk}").get_by_role("link", name="When it opens").click()
        staff.locator(f"input[value={kind}]").check()

    rule(second, "after")
    staff.get_by_test_id("opening-after").select_option(label="Lecture 1")
    accessible(staff)
    staff.get_by_test_id("save-opening").click()
    rule(third, "at")
    staff.get_by_test_id("opening-at").fill("2031-09-07T00:30")
    staff.get_by_test_id("save-opening").click()
    expect(staff.get_by_text("there is no 00:30 in America/Santiago")).to_be_visible()
    staff.get_by_test_id("opening-at").fill("2031-09-07T01:00")
    staff.get_by_test_id("save-opening").click()
    expect(staff.get_by_test_id("opens")).to_have_text(
        ["Opens once “Lecture 1” is completed.", "Opens on 7 September 2031."]
    )
    accessible(staff)

    page = signed_in(student, f"/learn/{course.slug}/", **options)
    expect(page.get_by_test_id("lock")).to_have_text(
        ["Opens once you have completed “Lecture 1”.", "Opens on 7 September 2031."]
    )
    accessible(page)
    page.get_by_test_id("outline-lecture").nth(1).click()
    expect(page.get_by_test_id("locked")).to_contain_text("Opens once you have completed “Lecture 1”.")
    expect(page.locator('[data-island="player"]')).to_have_count(0)
    accessible(page)
    with school:
        Progress.objects.create(user=student, lecture=first, completed_at=timezone.now())
    page.reload()
    expect(page.locator('[data-island="player"]')).to_have_count(1)
    page.goto(f"{house.at(school.tenant.subdomain)}/learn/{course.slug}/{third.pk}/")
    expect(page.get_by_test_id("locked")).to_contain_text("Opens on 7 September 2031.")


@pytest.mark.parametrize("options", SIZES, ids=["desktop", "phone"])
def test_people_find_courses_and_what_is_said_in_them(
    house: House, school: School, signed_in: Callable[..., Page], visitor: Callable[..., Page],
    accessible: Callable[[Page], None], options: dict[str, Any],
) -> None:  # fmt: skip
    course, student, teacher = school.course("Biology"), school.person(), school.person(Role.INSTRUCTOR, name="Ada")
    school.course("History")
    school.enroll(student, course)
    with school:
        caption(course.lectures.get().video)

    staff = signed_in(teacher, f"/dashboard/courses/{course.pk}/", **options)
    staff.get_by_test_id("course-catalogue").click()
    staff.get_by_test_id("category").fill("Science")
    staff.get_by_test_id("tags").fill("cells, life")
    staff.get_by_test_id("outcomes").fill("Name the parts of a cell\nDraw one")
    staff.get_by_label("Ada").check()
    accessible(staff)
    staff.get_by_test_id("save-catalogue").click()
    staff.goto(f"{house.at(school.tenant.subdomain)}/dashboard/profile/")
    staff.fill("[name=name]", "Dr Ada")
    staff.get_by_test_id("bio").fill("Twenty years among cells.")
    accessible(staff)
    staff.get_by_test_id("save-profile").click()
    staff.goto(f"{house.at(school.tenant.subdomain)}/dashboard/search/")
    staff.get_by_test_id("search").fill("powerhouse")
    staff.get_by_test_id("search").press("Enter")
    expect(staff.get_by_test_id("hit")).to_have_count(1)
    accessible(staff)

    stranger = visitor(**options)
    stranger.goto(f"{house.at(school.tenant.subdomain)}/courses/")
    stranger.get_by_test_id("search").fill("cell")
    stranger.get_by_test_id("find-courses").click()
    expect(stranger.get_by_test_id("public-courses").get_by_role("link")).to_have_text(["Biology"])
    accessible(stranger)
    stranger.get_by_role("link", name="Biology").click()
    expect(stranger.get_by_test_id("outcomes")).to_contain_text("Name the parts of a cell")
    expect(stranger.get_by_test_id("instructors")).to_contain_text("Dr Ada")
    accessible(stranger)
    stranger.get_by_role("link", name="Science").click()
    expect(stranger.get_by_test_id("public-courses").get_by_role("link")).to_have_text(["Biology"])

    page = signed_in(student, "/learn/", **options)
    page.get_by_test_id("search").fill("powerhouse of")
    page.get_by_test_id("search").press("Enter")
    expect(page.get_by_test_id("hit")).to_contain_text("at 1:05")
    expect(page.locator("mark").first).to_have_text("powerhouse")
    accessible(page)
    page.get_by_test_id("hit").get_by_role("link").click()
    page.wait_for_url(re.compile(r"\?t=65$"))
    expect(page.get_by_test_id("lecture-title")).to_have_text("Lecture 1")

"""The outer cache around the real application: deeds of people show at once, in every process, and nowhere else."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colonnade.accounts.models import Role, User
from colonnade.courses.actions import edit_course, publish_course, unpublish_course
from colonnade.courses.models import Course
from colonnade.pages.outer_cache import OuterCache
from colonnade.tenants.actions import change_school
from tests import factories
from tests.factories import School
from tests.pages.visitors import Answer, visit


@pytest.fixture
def processes() -> list[OuterCache]:
    """Each has what a process of the web has: its own memory of versions and pages."""
    return [OuterCache(get_wsgi_application()) for _ in range(3)]


@pytest.fixture
def pass_a_second(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    offset = [0.0]
    real = time.monotonic
    monkeypatch.setattr("colonnade.pages.outer_cache.versions.time.monotonic", lambda: real() + offset[0])

    def pass_() -> None:
        offset[0] += 1.0

    return pass_


@pytest.fixture
def owner(school: School) -> User:
    return school.person(Role.OWNER)


def change(
    school: School, by: User, *, name: str = "", brand_color: str = "", instructor_name: str = "Somebody"
) -> None:
    with school:
        change_school(
            tenant=school.tenant, name=name or school.tenant.name, instructor_name=instructor_name,
            brand_color=brand_color, time_zone="UTC", watermark=False, by=by,
        )  # fmt: skip


def test_each_deed_shows_in_every_process_within_a_second(
    processes: list[OuterCache], pass_a_second: Callable[[], None], school: School, owner: User
) -> None:
    course = school.course("Bread", published=False)

    def seen(path: str = "/") -> list[Answer]:
        pass_a_second()
        return [visit(process, school.host, path) for process in processes]

    path = f"/courses/{course.slug}/"
    assert all("Bread" not in answer.text for answer in seen())
    assert {answer.status for answer in seen(path)} == {404}
    with school:
        publish_course(course=course, by=owner)
    assert all("Bread" in answer.text for answer in seen())
    assert {answer.status for answer in seen(path)} == {200}
    with school:
        edit_course(course=Course.objects.get(), title="Sourdough", description="New words.", by=owner)
        path = f"/courses/{Course.objects.get().slug}/"
    assert all("Sourdough" in answer.text for answer in seen())
    assert all("New words." in answer.text for answer in seen(path))
    change(school, owner, name="Renamed Academy")
    assert all("Renamed Academy" in answer.text for answer in seen())
    assert all("Renamed Academy" in answer.text for answer in seen(path))
    change(school, owner, brand_color="#123456")
    assert all("#123456" in answer.text for answer in seen())
    with school:
        unpublish_course(course=Course.objects.get(), by=owner)
    assert all("Sourdough" not in answer.text for answer in seen())
    assert {answer.status for answer in seen(path)} == {404}


def test_a_deed_touches_no_other_schools_pages(
    processes: list[OuterCache],
    pass_a_second: Callable[[], None],
    school: School,
    other_school: School,
    owner: User,
) -> None:
    process = processes[0]
    visit(process, school.host), visit(process, other_school.host)
    kept = process.shelf.get((other_school.host, "/"))
    change(school, owner, name="Renamed")
    pass_a_second()
    assert "Renamed" in visit(process, school.host).text
    visit(process, other_school.host)
    assert process.shelf.get((other_school.host, "/")) is kept


def test_a_kept_page_costs_no_query(processes: list[OuterCache], school: School) -> None:
    visit(processes[0], school.host)
    with CaptureQueriesContext(connection) as queries:
        assert visit(processes[0], school.host).status == 200
    assert not queries.captured_queries


def test_nobody_who_is_signed_in_gets_or_leaves_a_page(processes: list[OuterCache], school: School) -> None:
    amara = school.client(school.person(name="Amara")).cookies["sessionid"].value
    process = processes[0]
    assert "Welcome back, Amara" in visit(process, school.host, HTTP_COOKIE=f"sessionid={amara}").text
    assert len(process.shelf) == 0
    assert "Amara" not in visit(process, school.host).text
    assert "Welcome back, Amara" in visit(process, school.host, HTTP_COOKIE=f"theme=dark; sessionid={amara}").text
    assert "Amara" not in visit(process, school.host).text


def test_schools_never_share_a_page(processes: list[OuterCache]) -> None:
    first, second = factories.school("The First School"), factories.school("The Second School")
    for _ in range(2):
        assert "The Second School" not in visit(processes[0], first.host).text
        assert "The First School" not in visit(processes[0], second.host).text
    assert visit(processes[0], first.host)["ETag"] != visit(processes[0], second.host)["ETag"]


def test_policies_stay_on_kept_pages(processes: list[OuterCache], school: School) -> None:
    for _ in range(2):
        answer = visit(processes[0], school.host)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "nonce" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert "Set-Cookie" not in answer


def test_the_theme_of_whoever_comes_first_is_nobody_elses(processes: list[OuterCache], school: School) -> None:
    dark = visit(processes[0], school.host, HTTP_COOKIE="theme=dark")
    assert "data-theme" not in dark.text.partition("<head>")[0]
    assert dark.body == visit(processes[0], school.host).body


def test_an_unknown_school_is_told_so_and_leaves_nothing(processes: list[OuterCache]) -> None:
    answer = visit(processes[0], f"no-such-school.{settings.PLATFORM_HOST}")
    assert answer.status == 404
    assert len(processes[0].shelf) == 0


def test_the_platforms_page_is_kept_as_well(processes: list[OuterCache], platform: School) -> None:
    first, second = visit(processes[0], platform.host), visit(processes[0], platform.host)
    assert first.status == 200
    assert first.body == second.body
    assert len(processes[0].shelf) == 1

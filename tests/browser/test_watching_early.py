"""A viewer begins on a video while it is being made, and sees it through without a reload."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from colonnade.courses.models import Lecture
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import jobs
from tests.browser.house import House, free_port
from tests.browser.test_main_job import PLAYER, VIDEO, sign_in, wait
from tests.factories import School
from tests.fixtures import empty_the_queue
from tests.videos.test_encoding import now
from tests.videos.test_sharing import SECONDS, begun, make, short_chunks, waiting

__all__ = ["short_chunks"]


@pytest.fixture
def web() -> Iterator[House]:
    """Without a worker: the test itself makes the chunks, when it wants to."""
    empty_the_queue()
    house = House(free_port())
    house.start("web")
    yield house
    house.stop()


@pytest.mark.usefixtures("short_chunks")
def test_a_video_plays_while_it_is_made(web: House, school: School, visitor: Callable[..., Page]) -> None:
    video = begun(school)
    first, sound, *others = [job["name"] for job in waiting()]
    make(school, video, first)
    make(school, video, sound)
    course, student = school.course(lectures=1), school.person()
    school.enroll(student, course)
    with school:
        lecture = Lecture.objects.get(course=course)
        lecture.video = video
        lecture.save()
    page, site = visitor(), web.at(school.tenant.subdomain)
    sign_in(page, site, student.email)
    page.goto(f"{site}/learn/{course.slug}/{lecture.pk}/")
    expect(page.get_by_test_id("still-growing")).to_be_visible()
    page.locator(VIDEO).evaluate("video => video.play()")
    wait(page, "video.currentTime > 0.3")
    expect(page.locator(PLAYER)).to_have_attribute("data-levels", "1")
    page.evaluate("window.sameDocument = true")

    for name in others:
        make(school, video, name)
    with naming_tenant(school.tenant.pk):
        jobs.gather(video_id=str(video.pk), making=video.making)
    assert now(school, video).is_ready
    expect(page.locator(PLAYER)).to_have_attribute("data-levels", "2", timeout=30_000)
    wait(page, "video.ended")
    assert page.locator(VIDEO).evaluate("video => video.currentTime") == pytest.approx(SECONDS, abs=0.3)
    assert page.evaluate("window.sameDocument") is True
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")

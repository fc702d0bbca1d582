"""Free previews: a lecture that anybody may take from the course's public page, and no other."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

from colonnade.accounts.models import User
from colonnade.courses import actions, jobs
from colonnade.courses.kinds.text.actions import write_text
from colonnade.courses.models import Course, Lecture
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import current_tenant_id
from colonnade.videos.playback import VISITORS
from colonnade.videos.playback.address import read_address, tag_of
from colonnade.videos.playback.grants import may_watch
from tests.factories import School
from tests.quizzes.making import SINGLE, make_quiz


@pytest.fixture
def owner(school: School) -> User:
    return school.person("owner")


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=2)


@pytest.fixture
def lecture(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.get(title="Lecture 1")


def visit(client: Client, course: Course, lecture: Lecture) -> int:
    return client.get(f"/courses/{course.slug}/{lecture.pk}/").status_code


def test_nothing_is_open_before_somebody_says_so(school: School, course: Course, lecture: Lecture, owner: User) -> None:
    visitor = school.client()
    assert visit(visitor, course, lecture) == 404
    assert "free preview" not in visitor.get(f"/courses/{course.slug}/").content.decode()
    with school:
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
        other = Lecture.objects.get(title="Lecture 2")
    assert visit(visitor, course, lecture) == 200
    assert visit(visitor, course, other) == 404
    page = visitor.get(f"/courses/{course.slug}/").content.decode()
    assert page.count('data-testid="free-preview"') == 1
    assert f"/courses/{course.slug}/{lecture.pk}/" in page


def test_a_draft_shows_none_of_it_to_visitors(school: School, course: Course, lecture: Lecture, owner: User) -> None:
    with school:
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
        actions.unpublish_course(course=course, by=owner)
    assert visit(school.client(), course, lecture) == 404


def test_what_is_not_ready_is_not_there_yet(school: School, course: Course, owner: User) -> None:
    with school:
        text = actions.add_lecture(section=course.sections.get(), title="Text", kind="text", by=owner)
        actions.set_preview(lecture=text, is_preview=True, by=owner)
    assert visit(school.client(), course, text) == 404
    with school:
        write_text(lecture=text, html="<p>Alpha</p>", by=owner)
    page = school.client().get(f"/courses/{course.slug}/{text.pk}/")
    assert "<p>Alpha</p>" in page.content.decode()


def test_a_visitor_may_watch_and_may_not_once_it_is_closed(
    school: School, course: Course, lecture: Lecture, owner: User
) -> None:
    with school:
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
    page = school.client().get(f"/courses/{course.slug}/{lecture.pk}/")
    assert page["Cache-Control"].startswith("max-age=0")
    found = re.search(r'"src": "(/v/[^"]+)"', page.content.decode())
    assert found
    address = read_address(urlsplit(found[1]).path)
    assert address is not None
    assert address.tag == tag_of(VISITORS)
    with school:
        assert address.tenant_id == current_tenant_id()
        assert may_watch(address.tag, address.video_id)
        actions.set_preview(lecture=lecture, is_preview=False, by=owner)
        jobs.settle_visitors(video_id=str(lecture.video_id))
        assert not may_watch(address.tag, address.video_id)
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
        jobs.settle_visitors(video_id=str(lecture.video_id))
    visit(school.client(), course, lecture)
    with school:
        assert may_watch(address.tag, address.video_id)


def test_a_course_that_is_taken_off_the_shelf_takes_its_previews_along(
    school: School, course: Course, lecture: Lecture, owner: User, run_jobs: Callable[[], None]
) -> None:
    with school:
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
    visit(school.client(), course, lecture)
    assert lecture.video_id

    def is_open() -> bool:
        run_jobs()
        with school:
            assert lecture.video_id
            return may_watch(tag_of(VISITORS), lecture.video_id)

    assert is_open()
    for close, reopen in (
        (actions.archive_course, actions.unarchive_course),
        (actions.unpublish_course, actions.publish_course),
    ):
        with school:
            close(course=course, by=owner)
        assert not is_open()
        with school:
            reopen(course=course, by=owner)
        visit(school.client(), course, lecture)
        assert is_open()


def test_a_shared_video_stays_open_while_one_lecture_is(
    school: School, course: Course, lecture: Lecture, owner: User
) -> None:
    with school:
        copy = actions.duplicate_lecture(lecture=lecture, by=owner)
        for each in (lecture, copy):
            actions.set_preview(lecture=each, is_preview=True, by=owner)
    visit(school.client(), course, lecture)
    with school:
        actions.set_preview(lecture=copy, is_preview=False, by=owner)
        jobs.settle_visitors(video_id=str(lecture.video_id))
        assert lecture.video_id is not None
        assert may_watch(tag_of(VISITORS), lecture.video_id)


def test_a_quiz_asks_who_takes_it(school: School, course: Course, owner: User) -> None:
    quiz = make_quiz(school, SINGLE, by=owner, course=course)
    with school, pytest.raises(Conflict, match="asks who"):
        actions.set_preview(lecture=quiz.lecture, is_preview=True, by=owner)


def test_it_is_no_progress_of_anybody(school: School, course: Course, lecture: Lecture, owner: User) -> None:
    student = school.person()
    school.enroll(student, course)
    with school:
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
    page = school.client(student).get(f"/courses/{course.slug}/{lecture.pk}/").content.decode()
    assert '"progress_url": ""' in page

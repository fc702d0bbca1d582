"""Lectures that are read rather than watched are marked as done; videos are not."""

from http import HTTPStatus

import pytest
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course, Lecture
from colonnade.learning.actions import NotInCourse, complete_lecture
from colonnade.learning.models import Progress
from colonnade.learning.reads import course_standings
from colonnade.lib.problems import Conflict
from tests.factories import School


@pytest.fixture
def student(school: School) -> User:
    return school.person()


@pytest.fixture
def course(school: School, student: User) -> Course:
    """One video, and one text after it."""
    course = school.course()
    school.enroll(student, course)
    with school:
        section = course.sections.get()
        filled = {"kind": "text", "filled_at": timezone.now()}
        Lecture.objects.create(course=course, section=section, title="Reading", position=2, **filled)
    return course


@pytest.fixture
def video(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.select_related("video").get(course=course, position=1)


@pytest.fixture
def text(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.select_related("video").get(course=course, position=2)


def test_a_text_is_done_once_however_often_it_is_said(school: School, student: User, text: Lecture) -> None:
    with school:
        done = complete_lecture(lecture=text, by=student).completed_at
        assert done is not None
        assert complete_lecture(lecture=text, by=student).completed_at == done
        assert AuditEntry.objects.filter(action="lecture.completed", by_id=student.pk).count() == 1


def test_completed_lectures_of_every_kind_count_alike(school: School, student: User, text: Lecture) -> None:
    with school:
        key = (student.pk, text.course_id)
        before = course_standings([student.pk])[key]
        assert (before.lectures, before.completed, before.percent) == (2, 0, 0)
        complete_lecture(lecture=text, by=student)
        after = course_standings([student.pk])[key]
        assert (after.lectures, after.completed, after.percent) == (2, 1, 50)


def test_a_video_is_not_completed_by_saying_so(school: School, student: User, video: Lecture) -> None:
    with school:
        with pytest.raises(Conflict, match="completed by watching it"):
            complete_lecture(lecture=video, by=student)
        assert not Progress.objects.exists()


def test_who_is_not_in_the_course_completes_nothing(school: School, text: Lecture) -> None:
    stranger = school.person()
    with school, pytest.raises(NotInCourse):
        complete_lecture(lecture=text, by=stranger)


def test_the_button_goes_on_within_the_course(school: School, student: User, course: Course, text: Lecture) -> None:
    client = school.client(student)
    here = f"/learn/{course.slug}/"
    path = f"{here}{text.pk}/completion/"
    assert client.post(path)["Location"] == f"{here}{text.pk}/"
    assert client.post(path, {"next": here})["Location"] == here
    assert client.post(path, {"next": "//elsewhere.example"})["Location"] == f"{here}{text.pk}/"
    answer = client.post(path, headers={"accept": "application/json"})
    assert answer.json() == {"completed": True}


def test_the_button_refuses_a_video(school: School, student: User, course: Course, video: Lecture) -> None:
    answer = school.client(student).post(f"/learn/{course.slug}/{video.pk}/completion/")
    assert answer.status_code == HTTPStatus.CONFLICT


def test_staff_who_preview_leave_no_trace(school: School, course: Course, text: Lecture) -> None:
    path = f"/learn/{course.slug}/{text.pk}/completion/"
    answer = school.client(school.person("owner")).post(path, headers={"accept": "application/json"})
    assert answer.json() == {"completed": False}
    with school:
        assert not Progress.objects.exists()

"""The student's side: courses, the outline, the lecture page, the heartbeat."""

import json
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Lecture, Section
from colonnade.enrollment.actions import revoke_enrollment
from colonnade.enrollment.models import Enrollment
from colonnade.learning.models import Progress
from tests.factories import School


@pytest.fixture
def student(school: School) -> User:
    return school.person()


@pytest.fixture
def client(school: School, student: User) -> Client:
    return school.client(student)


@pytest.fixture
def course(school: School, student: User) -> Course:
    """Three lectures of a minute, which the student has been able to watch for a day."""
    course = school.course("Greek", lectures=3)
    school.enroll(student, course)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(days=1))
    return course


@pytest.fixture
def lectures(school: School, course: Course) -> list[Lecture]:
    with school:
        return list(Lecture.objects.filter(course=course).select_related("video").in_order())


def page(client: Client, path: str, status: int = HTTPStatus.OK) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def at(course: Course, lecture: Lecture) -> str:
    return f"/learn/{course.slug}/{lecture.pk}/"


def beat(client: Client, course: Course, lecture: Lecture, ranges: Any, position: Any = 0.0) -> Any:
    body = json.dumps({"ranges": ranges, "position": position})
    return client.post(
        f"{at(course, lecture)}progress/", body, "application/json", headers={"accept": "application/json"}
    )


def player(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', text)
    assert found is not None
    return dict(json.loads(found[1]))


def test_an_empty_list_offers_to_redeem_a_code(client: Client) -> None:
    text = page(client, "/learn/")
    assert "No courses yet" in text
    assert 'href="/redeem/"' in text


def test_the_list_shows_each_course_with_its_progress_and_the_way_on(
    client: Client, course: Course, lectures: list[Lecture]
) -> None:
    beat(client, course, lectures[0], [[0, 60]])
    text = page(client, "/learn/")
    assert "1 of 3 lectures done" in text
    assert 'value="33"' in text
    assert f"/learn/{course.slug}/continue/" in text


def test_a_revoked_course_is_off_the_list(school: School, client: Client, student: User, course: Course) -> None:
    with school:
        revoke_enrollment(enrollment=Enrollment.objects.get(), by=student)
    assert "No courses yet" in page(client, "/learn/")


def test_the_outline_marks_what_is_done_and_leads_to_what_is_next(
    client: Client, course: Course, lectures: list[Lecture]
) -> None:
    assert "Start the course" in page(client, f"/learn/{course.slug}/")
    beat(client, course, lectures[0], [[0, 60]])
    text = page(client, f"/learn/{course.slug}/")
    assert text.count("data-done") == 1
    assert f'<a href="{at(course, lectures[1])}"' in text  # the button to go on
    assert "1 of 3 lectures completed" in text
    response = client.get(f"/learn/{course.slug}/continue/")
    assert response["Location"] == f"{at(course, lectures[1])}#play"


def test_going_on_means_the_lecture_that_was_being_watched(
    client: Client, course: Course, lectures: list[Lecture]
) -> None:
    beat(client, course, lectures[1], [[0, 10]], 10)
    assert client.get(f"/learn/{course.slug}/continue/")["Location"] == f"{at(course, lectures[1])}#play"
    beat(client, course, lectures[1], [[0, 60]], 60)
    assert client.get(f"/learn/{course.slug}/continue/")["Location"] == f"{at(course, lectures[2])}#play"
    beat(client, course, lectures[2], [[0, 60]], 60)
    assert client.get(f"/learn/{course.slug}/continue/")["Location"] == f"{at(course, lectures[0])}#play"


def test_a_completed_course_says_so(client: Client, course: Course, lectures: list[Lecture]) -> None:
    for lecture in lectures:
        beat(client, course, lecture, [[0, 60]])
    assert "You have completed this course." in page(client, f"/learn/{course.slug}/")
    assert client.get(f"/learn/{course.slug}/continue/")["Location"] == f"/learn/{course.slug}/"
    assert "Completed" in page(client, "/learn/")


def test_the_player_gets_a_signed_address_and_resumes(
    school: School, client: Client, student: User, course: Course, lectures: list[Lecture]
) -> None:
    beat(client, course, lectures[0], [[0, 20]], 20.5)
    config = player(page(client, at(course, lectures[0])))
    video = lectures[0].video_id
    assert re.fullmatch(rf"/v/\d+\.[\w-]{{43}}/{school.tenant.pk}/{video}/master\.m3u8", config["src"])
    assert (config["position"], config["duration"], config["completed"]) == (20.5, 60.0, False)
    assert config["progress_url"] == f"{at(course, lectures[0])}progress/"
    assert (config["next_url"], config["next_title"]) == (at(course, lectures[1]), "Lecture 2")
    assert config["viewer"] == str(student.pk)
    last = player(page(client, at(course, lectures[2])))
    assert (last["next_url"], last["next_title"]) == (None, None)


def test_the_lecture_page_is_never_taken_from_a_cache(client: Client, course: Course, lectures: list[Lecture]) -> None:
    assert "no-store" in client.get(at(course, lectures[0]))["Cache-Control"]


def test_the_lecture_page_leads_to_its_neighbours(client: Client, course: Course, lectures: list[Lecture]) -> None:
    first, second, last = (page(client, at(course, lecture)) for lecture in lectures)
    assert 'data-testid="previous-lecture"' not in first
    assert f'href="{at(course, lectures[0])}"' in second
    assert 'aria-current="page"' in second
    assert 'data-testid="next-lecture"' not in last
    assert "Back to the course" in last


def test_a_lecture_without_a_ready_video_says_so(
    school: School, client: Client, course: Course, lectures: list[Lecture]
) -> None:
    with school:
        Lecture.objects.filter(pk=lectures[0].pk).update(video=None)
    text = page(client, at(course, lectures[0]))
    assert "not ready yet" in text
    assert "application/json" not in text
    assert player(page(client, at(course, lectures[1])))["next_title"] == "Lecture 3"


def test_a_heartbeat_is_answered_with_what_is_known_now(
    client: Client, course: Course, lectures: list[Lecture]
) -> None:
    assert beat(client, course, lectures[0], [[0, 30]], 30).json() == {"watched_percent": 50, "completed": False}
    assert beat(client, course, lectures[0], [[0, 30]], 30).json() == {"watched_percent": 50, "completed": False}
    assert beat(client, course, lectures[0], [[30, 57]], 57).json() == {"watched_percent": 95, "completed": True}
    assert beat(client, course, lectures[0], []).json() == {"watched_percent": 95, "completed": True}


def test_opening_the_page_starts_the_clock_that_heartbeats_are_held_to(
    school: School, client: Client, course: Course, lectures: list[Lecture]
) -> None:
    page(client, at(course, lectures[0]))
    response = beat(client, course, lectures[0], [[0, 60]])
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "10"
    with school:
        Progress.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    assert beat(client, course, lectures[0], [[0, 60]]).json()["completed"] is True


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", "null", '{"ranges": [], "position": "NaN"}', '{"ranges": [], "position": NaN}',
        '{"ranges": [], "position": 1e999}', '{"ranges": [], "position": -1}', '{"ranges": [[0]], "position": 0}',
        '{"ranges": [[0.5, 2]], "position": 0}', '{"ranges": [["0", "2"]], "position": 0}',
        '{"ranges": [[5, 2]], "position": 0}', '{"ranges": [[-5, 2]], "position": 0}',
        json.dumps({"ranges": [[0, 1]] * 501, "position": 0}),
    ],
)  # fmt: skip
def test_nonsense_gets_a_problem_document_and_changes_nothing(
    school: School, client: Client, course: Course, lectures: list[Lecture], body: str
) -> None:
    response = client.post(f"{at(course, lectures[0])}progress/", body, "application/json")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with school:
        assert not Progress.objects.exists()


def test_who_is_not_in_the_course_is_told_what_opens_it(
    school: School, course: Course, lectures: list[Lecture]
) -> None:
    stranger = school.client(school.person())
    for path in (f"/learn/{course.slug}/", f"/learn/{course.slug}/continue/", at(course, lectures[0])):
        text = page(stranger, path, HTTPStatus.FORBIDDEN)
        assert "You are not in “Greek”." in text
        assert 'href="/redeem/"' in text
        assert "/v/" not in text
    assert beat(stranger, course, lectures[0], [[0, 5]]).status_code == HTTPStatus.FORBIDDEN


def test_a_program_is_told_by_a_problem_document(school: School, course: Course, lectures: list[Lecture]) -> None:
    stranger = school.client(school.person())
    response = stranger.get(at(course, lectures[0]), headers={"accept": "application/json"})
    assert response.json()["type"].endswith("#course-closed")


def test_a_draft_is_no_news_to_strangers_and_stays_open_to_who_is_in_it(
    school: School, client: Client, course: Course, lectures: list[Lecture]
) -> None:
    with school:
        Course.objects.filter(pk=course.pk).update(published_at=None, published_by_id=None)
    stranger = school.client(school.person())
    page(stranger, f"/learn/{course.slug}/", HTTPStatus.NOT_FOUND)
    page(stranger, at(course, lectures[0]), HTTPStatus.NOT_FOUND)
    assert player(page(client, at(course, lectures[0])))["title"] == "Lecture 1"


def test_a_revoked_student_is_told_when_and_gets_no_address(
    school: School, client: Client, student: User, course: Course, lectures: list[Lecture]
) -> None:
    with school:
        revoke_enrollment(enrollment=Enrollment.objects.get(), by=student)
    today = timezone.now()
    text = page(client, at(course, lectures[0]), HTTPStatus.FORBIDDEN)
    assert f"was taken back on {today.day} {today:%B}" in text
    assert "/v/" not in text
    assert beat(client, course, lectures[0], [[0, 5]]).status_code == HTTPStatus.FORBIDDEN


def test_staff_look_at_a_course_without_leaving_a_trace(
    school: School, course: Course, lectures: list[Lecture]
) -> None:
    with school:
        Course.objects.filter(pk=course.pk).update(published_at=None, published_by_id=None)
    for role in ("owner", "instructor", "assistant"):
        staff = school.client(school.person(role))
        assert "Preview" in page(staff, f"/learn/{course.slug}/")
        text = page(staff, at(course, lectures[0]))
        assert "What you watch is not kept." in text
        assert player(text)["src"].startswith("/v/")
        assert beat(staff, course, lectures[0], [[0, 5]]).json() == {"watched_percent": 0, "completed": False}
    with school:
        assert not Progress.objects.exists()


def test_what_is_not_there_is_not_found(
    school: School, other_school: School, client: Client, course: Course, lectures: list[Lecture]
) -> None:
    foreign = other_school.course()
    second = school.course()
    with other_school:
        theirs = Lecture.objects.get(course=foreign)
    with school:
        elsewhere = Lecture.objects.get(course=second)
    for path in (
        f"/learn/{foreign.slug}/", at(foreign, theirs), at(course, theirs), at(course, elsewhere),
        f"/learn/{course.slug}/{uuid4()}/", "/learn/nothing/",
    ):  # fmt: skip
        page(client, path, HTTPStatus.NOT_FOUND)
    assert beat(client, course, elsewhere, [[0, 5]]).status_code == HTTPStatus.NOT_FOUND
    assert beat(client, foreign, theirs, [[0, 5]]).status_code == HTTPStatus.NOT_FOUND


def test_who_is_not_signed_in_is_asked_to(school: School, course: Course, lectures: list[Lecture]) -> None:
    stranger = school.client()
    response = stranger.get(at(course, lectures[0]))
    assert response["Location"] == f"/login/?next={at(course, lectures[0])}"


def test_titles_are_shown_as_text(school: School, client: Client, course: Course, lectures: list[Lecture]) -> None:
    evil = "</script><script>alert(1)</script>"
    with school:
        Course.objects.filter(pk=course.pk).update(title=evil, description=evil)
        Section.objects.update(title=evil)
        Lecture.objects.update(title=evil)
    for path in ("/learn/", f"/learn/{course.slug}/", at(course, lectures[0])):
        assert "<script>alert" not in page(client, path)


def test_pages_ask_as_much_of_the_database_for_many_rows_as_for_few(
    school: School, client: Client, student: User, course: Course, lectures: list[Lecture],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    paths = ["/learn/", f"/learn/{course.slug}/", at(course, lectures[0])]

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
                page(client, path)
            counts.append(len(queries))
        return counts

    counted()  # the first opening of a lecture starts its clock
    few = counted()
    with school:
        section = Section.objects.create(course=course, title="More", position=2)
        for number in range(20):
            Lecture.objects.create(
                course=course, section=section, title=f"More {number}", position=number, video=lectures[0].video
            )
    for _ in range(3):
        school.enroll(student, school.course(lectures=2))
    assert counted() == few

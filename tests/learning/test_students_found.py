"""Students found by what they study and how far they are; the grid, the file and the timeline."""

import csv
from datetime import timedelta
from http import HTTPStatus
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.actions import make_codes, redeem, revoke_enrollment
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import begin_lecture, record_progress
from colonnade.learning.reads import DONE
from colonnade.learning.students import Access, Filter, How, find_students, grid_of, timeline
from tests.factories import School


@pytest.fixture
def client(school: School) -> Client:
    return school.client(school.person("assistant"))


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=2)


def study(school: School, student: User, course: Course, *watched: int) -> User:
    """Lets them in a day ago, and has them watch so many seconds of each lecture in turn."""
    school.enroll(student, course)
    with school:
        Enrollment.objects.filter(user=student).update(created_at=timezone.now() - timedelta(days=1))
        lectures = Lecture.objects.filter(course=course).select_related("video").in_order()
        for lecture, seconds in zip(lectures, watched, strict=False):
            record_progress(lecture=lecture, ranges=[[0, seconds]], position=seconds, by=student)
    return student


@pytest.fixture
def people(school: School, course: Course) -> dict[str, User]:
    """One of each: new in the course, under way, done, shut out, in another course, in none."""
    named = {name: school.person(name=name) for name in ("new", "going", "done", "out", "else", "none")}
    study(school, named["new"], course)
    study(school, named["going"], course, 60, 10)
    study(school, named["done"], course, 60, 60)
    study(school, named["out"], course)
    study(school, named["else"], school.course("Latin"), 60)
    with school:
        held = Enrollment.objects.get(user=named["out"])
        revoke_enrollment(enrollment=held, by=named["out"])
    return named


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), "new going done out else none"),
        (Filter(access=Access.OPEN), "new going done else"),
        (Filter(access=Access.CLOSED), "out"),
        (Filter(access=Access.NONE), "none"),
        (Filter(how=How.NEW), "new out"),
        (Filter(how=How.UNDER_WAY), "going"),
        (Filter(how=How.COMPLETED), "done else"),
        (Filter(how=How.NEW, access=Access.OPEN), "new"),
        (Filter(text="go"), "going"),
    ],
)
def test_students_are_found_by_what_they_study(
    school: School, people: dict[str, User], wanted: Filter, found: str
) -> None:
    with school:
        assert {student.name for student in find_students(wanted)} == set(found.split())


def test_a_course_narrows_every_other_choice(school: School, people: dict[str, User], course: Course) -> None:
    with school:

        def found(**wanted: object) -> set[str]:
            return {student.name for student in find_students(Filter(course_id=course.pk, **wanted))}  # type: ignore[arg-type]

        assert found() == {"new", "going", "done", "out"}
        assert found(how=How.COMPLETED) == {"done"}


def test_an_address_with_nonsense_asks_for_everybody() -> None:
    assert Filter.read({"course": "x", "access": "y", "progress": "z", "q": " \0 "}) == Filter()


def test_completed_means_what_the_percentages_say(school: School, course: Course, people: dict[str, User]) -> None:
    """A lecture whose video is not ready is not missing to anybody."""
    with school:
        Lecture.objects.create(course=course, section=course.sections.get(), title="Soon", position=3)
        assert {s.name for s in find_students(Filter(course_id=course.pk, how=How.COMPLETED))} == {"done"}


def test_the_grid_has_a_line_a_student_and_a_column_a_lecture(
    school: School, course: Course, people: dict[str, User]
) -> None:
    with school:
        grid = grid_of(course, [people["going"].pk, people["done"].pk])
    assert [column.title for column in grid.columns] == ["Lecture 1", "Lecture 2"]
    going, done = grid.lines
    assert going.lectures == [DONE, 16]
    assert going.standing.percent == 58
    assert done.standing.is_complete


def test_the_grid_is_shown_for_a_course_and_asks_which_without(
    client: Client, course: Course, people: dict[str, User]
) -> None:
    assert "Which course?" in client.get("/dashboard/students/grid/").content.decode()
    text = client.get(f"/dashboard/students/grid/?course={course.pk}").content.decode()
    assert '<td class="c4">✓</td><td class="c1">16</td>' in text
    assert ">none<" not in text
    text = client.get(f"/dashboard/students/grid/?course={course.pk}&progress=completed").content.decode()
    assert ">done<" in text
    assert ">going<" not in text


def test_the_grid_of_another_schools_course_is_not_there(client: Client, other_school: School) -> None:
    foreign = other_school.course()
    assert client.get(f"/dashboard/students/grid/?course={foreign.pk}").status_code == HTTPStatus.NOT_FOUND


def test_the_grid_asks_as_often_for_many_as_for_few(
    school: School, client: Client, course: Course, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    study(school, school.person(), course, 10)
    path = f"/dashboard/students/grid/?course={course.pk}"

    def count() -> int:
        with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
            assert client.get(path).status_code == HTTPStatus.OK
        return len(queries)

    few = count()
    for _ in range(4):
        study(school, school.person(), course, 10)
    with school:
        for number in range(5):
            Lecture.objects.create(course=course, section=course.sections.get(), title=str(number), position=9)
    assert count() == few


def test_the_file_has_a_line_for_each_course_of_those_who_are_asked_for(
    client: Client, people: dict[str, User], course: Course
) -> None:
    answer = client.get(f"/dashboard/students/students.csv?course={course.pk}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = {row["Name"]: row for row in csv.DictReader(StringIO(answer.content.decode("utf-8-sig")))}
    assert set(rows) == {"new", "going", "done", "out"}
    assert (rows["going"]["Percent"], rows["going"]["Completed"], rows["going"]["Lectures"]) == ("58", "1", "2")
    assert (rows["out"]["Access"], rows["new"]["Access"], rows["new"]["Last watched"]) == ("closed", "open", "")
    everybody = client.get("/dashboard/students/students.csv").content.decode()
    assert "none," in everybody


def test_no_name_becomes_a_formula(school: School, client: Client) -> None:
    school.person(name='=HYPERLINK("https://evil.example")')
    (row,) = csv.DictReader(StringIO(client.get("/dashboard/students/students.csv").content.decode("utf-8-sig")))
    assert row["Name"] == '\'=HYPERLINK("https://evil.example")'


def test_a_timeline_tells_what_somebody_did_newest_first(school: School, course: Course) -> None:
    student = school.person()
    with school:
        _, (code,) = make_codes(courses=[course], quantity=1, by=student)
    with school:
        redeem(text=code, by=student)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(hours=1))
        lecture = Lecture.objects.filter(course=course).select_related("video").in_order()[0]
        record_progress(lecture=lecture, ranges=[[0, 60]], position=60, by=student)
    with school:
        events = timeline(student.pk)
        assert [event.what for event in events] == ["completed", "joined", "began", "redeemed"]
        assert (events[0].lecture, events[0].course) == ("Lecture 1", "Greek")
        earlier = timeline(student.pk, before=events[1].at, limit=1)
        assert len(earlier) == 1
        assert earlier[0].at < events[1].at


def test_a_students_page_has_their_timeline_in_pages(school: School, client: Client) -> None:
    course = school.course(lectures=40)
    student = study(school, school.person(), course)
    with school:
        for lecture in Lecture.objects.filter(course=course):
            begin_lecture(lecture=lecture, by=student)
    text = client.get(f"/dashboard/students/{student.pk}/").content.decode()
    assert "Began “Lecture" in text
    assert text.count('class="timeline-mark"') == 30
    assert client.get(f"/dashboard/students/{student.pk}/?before=nonsense").status_code == HTTPStatus.OK

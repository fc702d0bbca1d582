"""Students as staff see them."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import record_progress
from colonnade.learning.students import find_students
from tests.factories import School


@pytest.fixture
def client(school: School) -> Client:
    return school.client(school.person("assistant"))


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=2)


@pytest.fixture
def ada(school: School, course: Course) -> User:
    """Has watched half of the first of two lectures."""
    ada = school.person(name="Ada Lovelace", email="ada@example.org")
    school.enroll(ada, course)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(days=1))
        first = Lecture.objects.filter(course=course).select_related("video").in_order()[0]
        record_progress(lecture=first, ranges=[[0, 30]], position=30, by=ada)
    return ada


def page(client: Client, path: str, status: int = HTTPStatus.OK) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_an_empty_list_offers_the_first_step(client: Client) -> None:
    text = page(client, "/dashboard/students/")
    assert "No students yet" in text
    assert text.count('href="/dashboard/codes/"') >= 2  # beside the navigation's


def test_the_list_shows_students_with_courses_progress_and_when_they_were_seen(client: Client, ada: User) -> None:
    text = page(client, "/dashboard/students/")
    today = timezone.now()
    assert "Ada Lovelace" in text
    assert "Greek" in text
    assert "25 %" in text  # half of one of two lectures
    assert f"{today.day} {today:%B}" in text


def test_staff_are_not_in_the_list(school: School, client: Client) -> None:
    school.person("owner", name="The Owner")
    assert "The Owner" not in page(client, "/dashboard/students/")


def test_students_are_found_by_the_beginning_of_their_address_or_by_name(school: School) -> None:
    with school:
        for email, name in (("ada@example.org", "Lovelace"), ("adam@example.org", "Smith"), ("eva@ada.org", "Adams")):
            User.objects.create(email=email, name=name)

        def found(text: str) -> set[str]:
            return {student.email for student in find_students(text)}

        assert found("ADA") == {"ada@example.org", "adam@example.org", "eva@ada.org"}  # the last by her name
        assert found("ada@") == {"ada@example.org"}
        assert found("smi") == {"adam@example.org"}
        assert found("%") == found("_") == found("zz") == set()


def test_a_search_that_finds_nobody_says_so_and_keeps_what_was_typed(client: Client, ada: User) -> None:
    text = page(client, "/dashboard/students/?q=%3Cb%3Enobody%00")
    assert "Nobody found" in text
    assert 'value="&lt;b&gt;nobody"' in text


def test_another_schools_students_are_neither_listed_nor_found(
    school: School, other_school: School, client: Client
) -> None:
    foreign = other_school.person(name="Foreign Student")
    assert "Nobody found" in page(client, "/dashboard/students/?q=Foreign")
    page(client, f"/dashboard/students/{foreign.pk}/", HTTPStatus.NOT_FOUND)
    other_course = other_school.course()
    enrollment = other_school.enroll(foreign, other_course)
    for deed in ("revocation", "restoration"):
        assert client.post(f"/dashboard/enrollments/{enrollment.pk}/{deed}/").status_code == HTTPStatus.NOT_FOUND
    with other_school:
        assert Enrollment.objects.active().count() == 1


def test_one_students_page_shows_each_lecture(client: Client, ada: User) -> None:
    text = page(client, f"/dashboard/students/{ada.pk}/")
    for words in ("Ada Lovelace", "ada@example.org", "Lecture 1", "Lecture 2", "50 %", "0 of 2 lectures completed"):
        assert words in text
    assert "Close “Greek” to Ada Lovelace?" in text


def test_a_student_in_no_course_is_offered_one(school: School, client: Client) -> None:
    student = school.person(email="new@example.org")
    text = page(client, f"/dashboard/students/{student.pk}/")
    assert "In no course yet" in text
    assert "/dashboard/students/enroll/?email=new%40example.org" in text


def test_access_is_revoked_and_restored(school: School, client: Client, ada: User) -> None:
    with school:
        enrollment = Enrollment.objects.get(user=ada)
    path = f"/dashboard/enrollments/{enrollment.pk}"
    text = client.post(f"{path}/revocation/", follow=True).content.decode()
    assert "“Greek” is closed to Ada Lovelace. Their progress is kept." in text
    assert 'data-testid="restore-access"' in text
    assert "has no access" in client.post(f"{path}/revocation/", follow=True).content.decode()
    assert "Revoked" in page(client, "/dashboard/students/")
    text = client.post(f"{path}/restoration/", follow=True).content.decode()
    assert "“Greek” is open to Ada Lovelace again." in text
    assert "25 %" in text
    assert "is already in" in client.post(f"{path}/restoration/", follow=True).content.decode()


def test_somebody_with_an_account_is_enrolled_by_their_address(school: School, client: Client, course: Course) -> None:
    student = school.person(email="eva@example.org", name="Eva")
    form = {"email": "EVA@example.org", "course": course.pk}
    response = client.post("/dashboard/students/enroll/", form, follow=True)
    assert response.redirect_chain[-1][0] == f"/dashboard/students/{student.pk}/"
    assert "Eva is in “Greek” now." in response.content.decode()
    again = client.post("/dashboard/students/enroll/", form)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Eva is already in “Greek”." in again.content.decode()
    assert 'value="EVA@example.org"' in again.content.decode()


def test_an_address_that_nobody_here_has_is_told_so(
    school: School, other_school: School, client: Client, course: Course
) -> None:
    stranger = other_school.person()
    response = client.post("/dashboard/students/enroll/", {"email": stranger.email, "course": course.pk})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Nobody at your school has this address." in response.content.decode()


def test_names_are_shown_as_text(school: School, client: Client) -> None:
    student = school.person(name="<script>alert(1)</script>")
    school.enroll(student, school.course("<script>alert(2)</script>"))
    for path in ("/dashboard/students/", f"/dashboard/students/{student.pk}/"):
        assert "<script>alert" not in page(client, path)


def test_students_do_not_see_each_other(school: School, ada: User) -> None:
    client = school.client(school.person())
    page(client, "/dashboard/students/", HTTPStatus.FORBIDDEN)
    page(client, f"/dashboard/students/{ada.pk}/", HTTPStatus.FORBIDDEN)


def test_pages_ask_as_much_of_the_database_for_many_rows_as_for_few(
    school: School, client: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paths = ["/dashboard/students/", f"/dashboard/students/{ada.pk}/"]

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
                page(client, path)
            counts.append(len(queries))
        return counts

    few = counted()
    for _ in range(4):
        extra = school.course(lectures=3)
        school.enroll(ada, extra)
        school.enroll(school.person(), extra)
    assert counted() == few


def test_the_list_comes_in_pages(school: School, client: Client) -> None:
    with school:
        User.objects.bulk_create(User(email=f"student{number}@example.org") for number in range(30))
    text = page(client, "/dashboard/students/?q=student")
    assert "Page 1 of 2" in text
    assert "q=student&amp;page=2" in text

"""Search boxes: who finds what, where a result leads, and how many queries it takes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import ApiToken, Scope, User
from colonnade.courses import actions
from colonnade.courses.actions import Rule
from colonnade.courses.models import Course, Lecture
from tests.courses.test_search import caption
from tests.factories import School


@pytest.fixture
def course(school: School) -> Course:
    course = school.course("Biology", lectures=2)
    with school:
        caption(course.lectures.get(position=1).video)
    return course


@pytest.fixture
def student(school: School, course: Course) -> User:
    person = school.person()
    school.enroll(person, course)
    return person


@pytest.fixture
def client(school: School, student: User) -> Client:
    return school.client(student)


def first(course: Course) -> Lecture:
    return course.lectures.get(position=1)


def test_a_result_leads_into_the_lecture_at_the_second(school: School, course: Course, client: Client) -> None:
    with school:
        place = f"/learn/{course.slug}/{first(course).pk}/?t=65"
    page = client.get("/search/?q=powerhouse").text
    assert f'href="{place}"' in page
    assert "at 1:05" in page
    assert "<mark>powerhouse</mark>" in page
    assert '"position": 65' in client.get(place).text


def test_what_is_locked_is_not_found_until_it_opens(
    school: School, course: Course, student: User, client: Client
) -> None:
    owner = school.person("owner")
    with school:
        actions.set_opening(thing=course.sections.get(), rule=Rule(at=timezone.now() + timedelta(days=9)), by=owner)
    assert "Nothing found" in client.get("/search/?q=powerhouse").text
    with school:
        actions.clear_opening(thing=course.sections.get(), by=owner)
    assert 'data-testid="hit"' in client.get("/search/?q=powerhouse").text


def test_courses_of_others_are_found_by_what_visitors_see_and_lead_to_their_page(
    school: School, course: Course, client: Client
) -> None:
    other = school.course("Botany of the powerhouse")
    with school:
        caption(first(other).video)
    page = client.get("/search/?q=powerhouse").text
    assert page.count('data-testid="hit"') == 2
    assert f'href="/courses/{other.slug}/"' in page
    assert f"/learn/{other.slug}/" not in page


def test_staff_find_drafts_and_are_led_to_the_editor(school: School, course: Course) -> None:
    draft = school.course("Powerhouse drafts", published=False)
    client = school.client(school.person("assistant"))
    page = client.get("/dashboard/search/?q=powerhouse").text
    assert f'href="/dashboard/courses/{draft.pk}/"' in page
    assert f"/learn/{course.slug}/" in page


def test_what_is_typed_is_shown_as_text(client: Client) -> None:
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    assert "Nothing found" in page


def test_the_api_finds_the_same(school: School, course: Course, student: User) -> None:
    secret = ApiToken.new_secret()
    with school:
        ApiToken.objects.create(
            user=student, name="t", secret_hash=ApiToken.hash_of(secret), scopes=[Scope.LEARNING, Scope.COURSES_READ]
        )
    api = school.client(headers={"authorization": f"Bearer {secret}"})
    (hit,) = api.get("/api/v1/me/search?q=powerhouse").json()
    assert (hit["kind"], hit["second"], hit["course_id"]) == ("transcript", 65, str(course.pk))
    assert api.get("/api/v1/search?q=powerhouse").status_code == 403


def test_a_search_takes_as_many_queries_in_many_courses_as_in_one(
    school: School, course: Course, student: User, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owner = school.person("owner")

    def lock(course: Course) -> None:
        with school:
            rule = Rule(after_id=first(course).pk)
            actions.set_opening(thing=course.lectures.get(position=2), rule=rule, by=owner)

    def counted() -> int:
        with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
            client.get("/search/?q=powerhouse")
        return len(queries)

    lock(course)
    few = counted()
    for _ in range(4):
        another = school.course("Powerhouse", lectures=2)
        school.enroll(student, another)
        lock(another)
    assert counted() == few

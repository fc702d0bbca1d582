"""The page and the API where it is said when sections and lectures open."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import ApiToken, Scope, User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions
from colonnade.courses.actions import Rule
from colonnade.courses.models import Course, Opening, Section
from tests import factories
from tests.factories import School


@pytest.fixture
def school() -> School:
    return factories.school(time_zone="America/Santiago")


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=3)


@pytest.fixture
def browser(school: School, owner: User) -> Client:
    return school.client(owner)


def pages(school: School, course: Course) -> tuple[str, list[str]]:
    with school:
        section = reverse("section-opening", args=[course.sections.get().pk])
        return section, [reverse("lecture-opening", args=[each.pk]) for each in course.lectures.order_by("position")]


def test_each_rule_is_set_shown_in_the_outline_and_taken_away(school: School, course: Course, browser: Client) -> None:
    section, lectures = pages(school, course)
    with school:
        first = course.lectures.get(position=1)
    sent = [
        (section, {"rule_kind": "days", "days": "7"}, "Opens 7 days after a student comes in."),
        (lectures[1], {"rule_kind": "at", "at": "2031-03-05T09:30"}, "Opens on 5 March 2031, 09:30."),
        (lectures[2], {"rule_kind": "after", "after": str(first.pk)}, "Opens once “Lecture 1” is completed."),
    ]
    for url, fields, _ in sent:
        assert browser.post(url, fields).status_code == 302
    editor = browser.get(reverse("course", args=[course.pk])).text
    assert editor.count('data-testid="opens"') == 3
    for _, _, words in sent:
        assert words in editor
    with school:
        assert Opening.objects.get(at__isnull=False).at == datetime(2031, 3, 5, 12, 30, tzinfo=UTC)
        assert AuditEntry.objects.filter(action__endswith="opening_set").count() == 3
    assert 'value="2031-03-05T09:30"' in browser.get(lectures[1]).text
    for url, _, _ in sent:
        browser.post(url, {"rule_kind": "now"})
    with school:
        assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rule_kind": "at", "at": ""}, "Choose a date and a time."),
        ({"rule_kind": "at", "at": "2031-09-07T00:30"}, "there is no 00:30 in America/Santiago"),
        ({"rule_kind": "days", "days": ""}, "Write how many days."),
        ({"rule_kind": "days", "days": "0"}, "greater than or equal to 1"),
        ({"rule_kind": "after", "after": ""}, "Choose a lecture."),
        ({"rule_kind": "often"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_rule_is_told_in_the_form(
    school: School, course: Course, browser: Client, fields: dict[str, Any], said: str
) -> None:
    _, lectures = pages(school, course)
    answer = browser.post(lectures[0], fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_circle_is_told_in_the_form(school: School, course: Course, owner: User, browser: Client) -> None:
    _, lectures = pages(school, course)
    with school:
        first, second = course.lectures.get(position=1), course.lectures.get(position=2)
        actions.set_opening(thing=second, rule=Rule(after_id=first.pk), by=owner)
    answer = browser.post(lectures[0], {"rule_kind": "after", "after": str(second.pk)})
    assert answer.status_code == 422
    assert "“Lecture 1” waits for “Lecture 2” waits for “Lecture 1”" in answer.text


def test_only_lectures_of_the_course_outside_the_section_are_offered(
    school: School, course: Course, browser: Client
) -> None:
    section, lectures = pages(school, course)
    school.course("Latin")
    with school:
        other = Section.objects.create(course=course, title="More", position=2)
        course.lectures.filter(position=3).update(section=other)
    assert browser.get(section).text.count("<option") == 2
    assert browser.get(lectures[0]).text.count("<option") == 3


def test_the_api_does_what_the_page_does(school: School, course: Course, owner: User) -> None:
    secret = ApiToken.new_secret()
    with school:
        scopes = [Scope.COURSES_READ, Scope.COURSES_WRITE]
        ApiToken.objects.create(user=owner, name="t", secret_hash=ApiToken.hash_of(secret), scopes=scopes)
        first, second = course.lectures.get(position=1), course.lectures.get(position=2)
        section = course.sections.get()
    api = school.client(headers={"authorization": f"Bearer {secret}"})
    put: dict[str, Any] = {"content_type": "application/json"}
    made = api.put(f"/api/v1/lectures/{second.pk}/opening", {"after_id": str(first.pk)}, **put)
    assert (made.status_code, made.json()["after_id"]) == (200, str(first.pk))
    assert api.put(f"/api/v1/sections/{section.pk}/opening", {"days": 3}, **put).status_code == 200
    circle = api.put(f"/api/v1/lectures/{first.pk}/opening", {"after_id": str(second.pk)}, **put)
    assert (circle.status_code, circle.json()["type"].rpartition("#")[2]) == (409, "opens-never")
    naive = api.put(f"/api/v1/lectures/{first.pk}/opening", {"at": "2031-01-01T00:00"}, **put)
    assert (naive.status_code, "offset" in naive.json()["detail"]) == (422, True)
    assert api.put(f"/api/v1/lectures/{first.pk}/opening", {}, **put).status_code == 422
    assert len(api.get(f"/api/v1/courses/{course.pk}/openings").json()) == 2
    assert api.delete(f"/api/v1/lectures/{second.pk}/opening").status_code == 204
    assert [each["section_id"] for each in api.get(f"/api/v1/courses/{course.pk}/openings").json()] == [str(section.pk)]


def test_the_editor_asks_once_for_all_rules(
    school: School, course: Course, owner: User, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def counted() -> int:
        with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
            browser.get(reverse("course", args=[course.pk]))
        return len(queries)

    few = counted()
    with school:
        first = course.lectures.get(position=1)
        for lecture in course.lectures.exclude(pk=first.pk):
            actions.set_opening(thing=lecture, rule=Rule(after_id=first.pk), by=owner)
    assert counted() == few

"""Drip: a section or lecture opens on a date, days after somebody came in, or when another lecture is completed."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Range
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.courses import actions
from colonnade.courses.actions import OpensNever, Rule
from colonnade.courses.models import Course, Lecture, Opening, Section
from colonnade.enrollment.models import Enrollment
from colonnade.learning import locks as drip
from colonnade.learning.actions import complete_lecture, record_progress
from colonnade.learning.locks import LectureLocked, locks, opens_at
from colonnade.learning.models import Progress
from colonnade.lib.problems import Invalid
from colonnade.tenants.calendar import Calendar
from tests import factories
from tests.factories import School

FAR = timedelta(days=400)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def owner(school: School) -> User:
    return school.person("owner")


@pytest.fixture
def course(school: School) -> Course:
    """Five lectures; the last two stand in a section of their own."""
    course = school.course("Greek", lectures=5)
    with school:
        second = Section.objects.create(course=course, title="Later", position=2)
        Lecture.objects.filter(course=course, position__gt=3).update(section=second)
    return course


@pytest.fixture
def student(school: School, course: Course) -> User:
    person = school.person()
    school.enroll(person, course)
    return person


@pytest.fixture
def client(school: School, student: User) -> Client:
    return school.client(student)


def lecture(course: Course, number: int) -> Lecture:
    return Lecture.objects.select_related("video", "course").get(course=course, position=number)


def section(course: Course, number: int) -> Section:
    return Section.objects.get(course=course, position=number)


def let(thing: Section | Lecture, by: User, **rule: Any) -> Opening:
    return actions.set_opening(thing=thing, rule=Rule(**rule), by=by)


def closed(course: Course, student: User) -> dict[int, str]:
    """The numbers of the lectures that are closed, and why."""
    found = locks(course, Enrollment.objects.get(course=course, user=student))
    numbers = dict(course.lectures.values_list("pk", "position"))
    return {numbers[pk]: lock.reason for pk, lock in found.items()}


def complete(lecture: Lecture, student: User) -> None:
    Progress.objects.update_or_create(lecture=lecture, user=student, defaults={"completed_at": timezone.now()})


# What clocks do: Berlin goes forward on 29 March 2026 at 2:00 and back on 25 October at 3:00, New York on 8 March and
# 1 November at 2:00. Santiago, in the south, goes forward on 6 September at midnight, so that day begins at 1:00, and
# back on 5 April at midnight, so that 4 April has an eleventh hour of the evening twice.
@pytest.mark.parametrize(
    ("zone", "enrolled", "days", "opens"),
    [
        ("Europe/Berlin", "2026-03-27T12:00+01:00", 1, "2026-03-28T00:00+01:00"),
        ("Europe/Berlin", "2026-03-27T12:00+01:00", 2, "2026-03-29T00:00+01:00"),
        ("Europe/Berlin", "2026-03-27T12:00+01:00", 3, "2026-03-30T00:00+02:00"),
        ("Europe/Berlin", "2026-03-28T23:59+01:00", 1, "2026-03-29T00:00+01:00"),
        ("Europe/Berlin", "2026-03-29T03:00+02:00", 1, "2026-03-30T00:00+02:00"),
        ("Europe/Berlin", "2026-10-24T12:00+02:00", 1, "2026-10-25T00:00+02:00"),
        ("Europe/Berlin", "2026-10-24T12:00+02:00", 2, "2026-10-26T00:00+01:00"),
        ("Europe/Berlin", "2026-10-25T02:30+01:00", 1, "2026-10-26T00:00+01:00"),
        ("Europe/Berlin", "2026-01-31T23:30+00:00", 1, "2026-02-02T00:00+01:00"),  # it is February in Berlin by then
        ("America/New_York", "2026-03-07T20:00-05:00", 1, "2026-03-08T00:00-05:00"),
        ("America/New_York", "2026-03-07T20:00-05:00", 2, "2026-03-09T00:00-04:00"),
        ("America/New_York", "2026-10-31T20:00-04:00", 1, "2026-11-01T00:00-04:00"),
        ("America/New_York", "2026-10-31T20:00-04:00", 2, "2026-11-02T00:00-05:00"),
        ("America/New_York", "2026-03-09T01:00+00:00", 7, "2026-03-15T00:00-04:00"),  # it is still the 8th in New York
        ("America/Santiago", "2026-09-04T12:00-04:00", 1, "2026-09-05T00:00-04:00"),
        ("America/Santiago", "2026-09-04T12:00-04:00", 2, "2026-09-06T01:00-03:00"),
        ("America/Santiago", "2026-09-04T12:00-04:00", 3, "2026-09-07T00:00-03:00"),
        ("America/Santiago", "2026-04-03T12:00-03:00", 1, "2026-04-04T00:00-03:00"),
        ("America/Santiago", "2026-04-03T12:00-03:00", 2, "2026-04-05T00:00-04:00"),
        ("America/Santiago", "2026-04-04T23:30-04:00", 1, "2026-04-05T00:00-04:00"),
        ("UTC", "2026-02-28T00:00+00:00", 1, "2026-03-01T00:00+00:00"),
    ],
)
def test_days_are_the_schools_whatever_clocks_do(zone: str, enrolled: str, days: int, opens: str) -> None:
    assert opens_at(Opening(days=days), moment(enrolled), Calendar(zone)) == moment(opens)


@pytest.mark.parametrize(
    ("zone", "enrolled", "last_closed", "first_open"),
    [
        ("Europe/Berlin", "2026-03-27T12:00+01:00", "2026-03-29T23:59:59+02:00", "2026-03-30T00:00+02:00"),
        ("America/New_York", "2026-10-30T12:00-04:00", "2026-11-01T23:59:59-05:00", "2026-11-02T00:00-05:00"),
        ("America/Santiago", "2026-09-03T12:00-04:00", "2026-09-05T23:59:59-04:00", "2026-09-06T01:00-03:00"),
    ],
)
def test_the_page_opens_to_the_second_across_a_change_of_clocks(
    zone: str, enrolled: str, last_closed: str, first_open: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = factories.school(time_zone=zone)
    course, student, owner = school.course(), school.person(), school.person("owner")
    school.enroll(student, course)
    with school:
        Enrollment.objects.update(created_at=moment(enrolled))
        let(course.lectures.get(), owner, days=3)
        url = f"/learn/{course.slug}/{course.lectures.get().pk}/"
    for now, status in ((last_closed, 403), (first_open, 200)):
        monkeypatch.setattr(drip, "timezone", SimpleNamespace(now=lambda now=now: moment(now)))
        assert school.client(student).get(url).status_code == status, now


def test_a_lecture_opens_at_a_moment_told_in_the_schools_time() -> None:
    tokyo = factories.school(time_zone="Asia/Tokyo")
    course, student, owner = tokyo.course(lectures=2), tokyo.person(), tokyo.person("owner")
    tokyo.enroll(student, course)
    with tokyo:
        let(lecture(course, 1), owner, at=moment("2031-03-05T09:30+09:00"))
        let(lecture(course, 2), owner, at=moment("2031-03-05T00:00+09:00"))
        assert closed(course, student) == {1: "Opens on 5 March 2031, 09:30.", 2: "Opens on 5 March 2031."}


def test_a_section_closes_all_its_lectures_and_the_last_rule_counts(
    school: School, course: Course, student: User, owner: User
) -> None:
    with school:
        let(section(course, 2), owner, at=moment("2031-01-01T00:00+00:00"))
        let(lecture(course, 4), owner, at=moment("2031-02-01T00:00+00:00"))
        let(lecture(course, 5), owner, at=moment("2030-02-01T00:00+00:00"))
        assert closed(course, student) == {4: "Opens on 1 February 2031.", 5: "Opens on 1 January 2031."}


def test_completing_a_lecture_opens_what_waits_for_it(
    school: School, course: Course, student: User, owner: User
) -> None:
    with school:
        let(lecture(course, 2), owner, after_id=lecture(course, 1).pk)
        let(section(course, 2), owner, after_id=lecture(course, 2).pk)
        assert closed(course, student) == {
            2: "Opens once you have completed “Lecture 1”.",
            4: "Opens once you have completed “Lecture 2”.",
            5: "Opens once you have completed “Lecture 2”.",
        }
        complete(lecture(course, 1), student)
        assert set(closed(course, student)) == {4, 5}
        complete(lecture(course, 2), student)
        assert closed(course, student) == {}


def test_all_rules_must_be_met(school: School, course: Course, student: User, owner: User) -> None:
    with school:
        let(section(course, 2), owner, at=moment("2031-01-01T00:00+00:00"))
        let(lecture(course, 4), owner, after_id=lecture(course, 1).pk)
        assert closed(course, student)[4] == "Opens on 1 January 2031, and once you have completed “Lecture 1”."


def test_nothing_closed_gets_out_by_any_door(
    school: School, course: Course, student: User, owner: User, client: Client
) -> None:
    with school:
        shut = lecture(course, 2)
        let(shut, owner, at=timezone.now() + FAR)
    outline = client.get(f"/learn/{course.slug}/").text
    assert outline.count('data-testid="lock"') == 1
    page = client.get(f"/learn/{course.slug}/{shut.pk}/")
    assert page.status_code == 403
    assert 'data-testid="locked"' in page.text
    for leak in ("/v/", "master.m3u8", 'data-island="player"'):
        assert leak not in page.text
    beat = {"ranges": [[0, 1]], "position": 1}
    at = f"/learn/{course.slug}/{shut.pk}"
    json: dict[str, Any] = {"content_type": "application/json", "headers": {"accept": "application/json"}}
    answer = client.post(f"{at}/progress/", beat, **json)
    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (403, "lecture-locked")
    assert client.post(f"{at}/completion/").status_code == 403
    with school:
        assert not Progress.objects.filter(lecture=shut).exists()
        with pytest.raises(LectureLocked):
            record_progress(lecture=shut, ranges=[(0, 1)], position=1, by=student)
        with pytest.raises(LectureLocked):
            complete_lecture(lecture=shut, by=student)


def test_the_way_on_leads_past_what_is_closed(
    school: School, course: Course, student: User, owner: User, client: Client
) -> None:
    with school:
        let(lecture(course, 1), owner, at=timezone.now() + FAR)
        second = lecture(course, 2)
    assert client.get(f"/learn/{course.slug}/continue/")["Location"] == f"/learn/{course.slug}/{second.pk}/#play"


def test_the_player_goes_on_with_what_this_lecture_opens(
    school: School, course: Course, student: User, owner: User, client: Client
) -> None:
    with school:
        first, second, third = (lecture(course, number) for number in (1, 2, 3))
        let(second, owner, after_id=first.pk)
        let(third, owner, at=timezone.now() + FAR)
    assert f'"next_url": "/learn/{course.slug}/{second.pk}/"' in client.get(f"/learn/{course.slug}/{first.pk}/").text


def test_heartbeats_are_kept_where_the_course_has_rules_and_the_lecture_is_open(
    school: School, course: Course, student: User, owner: User
) -> None:
    with school:
        let(lecture(course, 2), owner, after_id=lecture(course, 1).pk)
        record_progress(lecture=lecture(course, 1), ranges=[(0, 5)], position=5, by=student)
        assert Progress.objects.get(lecture=lecture(course, 1)).watched == Int4Multirange([Range(0, 5)])
        complete(lecture(course, 1), student)
        record_progress(lecture=lecture(course, 2), ranges=[(0, 5)], position=5, by=student)


def test_staff_preview_everything(school: School, course: Course, owner: User) -> None:
    with school:
        shut = lecture(course, 1)
        let(shut, owner, at=timezone.now() + FAR)
    page = school.client(owner).get(f"/learn/{course.slug}/{shut.pk}/")
    assert page.status_code == 200
    assert 'data-testid="lock' not in page.text


def test_circles_are_refused_whoever_closes_them(school: School, course: Course, owner: User) -> None:
    with school:
        one, two, three, four = (lecture(course, number) for number in (1, 2, 3, 4))
        with pytest.raises(OpensNever, match="“Lecture 1” waits for “Lecture 1”"):
            let(one, owner, after_id=one.pk)
        let(two, owner, after_id=one.pk)
        let(three, owner, after_id=two.pk)
        with pytest.raises(OpensNever, match="“Lecture 1” waits for “Lecture 3” waits for “Lecture 2” waits for"):
            let(one, owner, after_id=three.pk)
        with pytest.raises(OpensNever, match="“Lecture 4” waits for “Lecture 4”"):
            let(section(course, 2), owner, after_id=four.pk)
        let(section(course, 2), owner, after_id=three.pk)
        with pytest.raises(OpensNever):
            let(one, owner, after_id=four.pk)
        assert Opening.objects.filter(course=course).count() == 3


def test_moving_a_lecture_into_a_section_that_waits_for_it_is_refused(
    school: School, course: Course, owner: User
) -> None:
    with school:
        three = lecture(course, 3)
        let(section(course, 2), owner, after_id=three.pk)
        with pytest.raises(OpensNever):
            actions.move_lecture(lecture=three, step=1, by=owner)
        assert lecture(course, 3).section_id == section(course, 1).pk


def test_a_lecture_of_another_course_opens_nothing(school: School, course: Course, owner: User) -> None:
    other = school.course()
    with school, pytest.raises(Invalid, match="not one of this course"):
        let(lecture(course, 1), owner, after_id=other.lectures.get().pk)


@pytest.mark.parametrize("rule", [{}, {"days": 0}, {"days": 4000}, {"days": 1, "at": moment("2031-01-01T00:00+00:00")}])
def test_a_rule_is_one_and_makes_sense(rule: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Rule(**rule)


@pytest.mark.parametrize("facts", [{"at": None}, {"days": 3}, {"section": True}, {"at": None, "days": 0}])
def test_the_database_refuses_what_is_no_rule(
    school: School, course: Course, owner: User, facts: dict[str, Any]
) -> None:
    with school:
        opening = let(lecture(course, 1), owner, at=timezone.now() + FAR)
        if "section" in facts:
            facts = {"section": section(course, 1)}
        with pytest.raises(IntegrityError), transaction.atomic():
            Opening.objects.filter(pk=opening.pk).update(**facts)


def test_a_rule_is_changed_and_taken_away_and_goes_with_its_lectures(
    school: School, course: Course, student: User, owner: User
) -> None:
    with school:
        first, second = lecture(course, 1), lecture(course, 2)
        let(second, owner, days=3)
        let(second, owner, after_id=first.pk)
        assert Opening.objects.get().days is None
        actions.delete_lecture(lecture=first, by=owner)
        assert closed(course, student) == {}
        let(second, owner, days=3)
        actions.clear_opening(thing=second, by=owner)
        actions.clear_opening(thing=second, by=owner)
        assert closed(course, student) == {}


def test_a_course_without_rules_costs_one_query_and_one_with_many_four(
    school: School, course: Course, student: User, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with school:
        enrollment = Enrollment.objects.get(user=student)
        with django_assert_num_queries(1):
            locks(course, enrollment)
        for number in (2, 3, 4):
            let(lecture(course, number), owner, after_id=lecture(course, 1).pk)
        let(section(course, 2), owner, days=9)
        with django_assert_num_queries(4):
            locks(course, enrollment)

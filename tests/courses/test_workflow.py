"""Draft, scheduled, published, archived: each a dated fact, and the date alone says what visitors see."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions
from colonnade.courses.jobs import announce_scheduled
from colonnade.courses.models import Course, CourseState
from colonnade.enrollment.actions import enroll, make_codes, redeem
from colonnade.lib.problems import Conflict, Invalid, Problem
from colonnade.lib.tenancy import uuid7
from colonnade.tenants.calendar import Calendar, NoSuchTime
from tests import factories
from tests.factories import School

HTMX = {"HX-Request": "true"}


def let_pass(course: Course) -> None:
    """The time for which the course was scheduled is over by a minute."""
    Course.objects.filter(pk=course.pk).update(published_at=timezone.now() - timedelta(minutes=1))


def public_version(school: School) -> int:
    with school:
        school.tenant.refresh_from_db()
    return school.tenant.public_version


def entries(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def scheduled(school: School, owner: User, **after: int) -> Course:
    course = school.course(published=False)
    with school:
        return actions.schedule_course(course=course, at=timezone.now() + timedelta(**after or {"days": 1}), by=owner)


def test_a_scheduled_course_is_seen_by_nobody_before_its_time(school: School, owner: User) -> None:
    course = scheduled(school, owner)
    with school:
        assert course.state == CourseState.SCHEDULED
        assert not course.is_published
        assert not Course.objects.published().exists()
    assert school.client().get(f"/courses/{course.slug}/").status_code == 404
    assert course.title not in school.client().get("/courses/").text


def test_it_is_published_by_the_clock_alone_when_no_worker_runs(school: School, owner: User) -> None:
    course = scheduled(school, owner)
    with school:
        let_pass(course)
        assert Course.objects.get(pk=course.pk).is_published
        assert Course.objects.published().get() == course
        assert Course.objects.figures() == {"all": 1, "published": 1, "scheduled": 0, "draft": 0, "archived": 0}
    assert course.title in school.client().get("/courses/").text


def test_workers_tell_of_it_once_however_many_and_however_often(
    school: School, owner: User, at_once: Callable[[Sequence[Callable[[], Any]]], list[Any]]
) -> None:
    course = scheduled(school, owner)
    with school:
        let_pass(course)
    before = public_version(school)
    told = at_once([partial(actions.announce_course, course=course)] * 4)
    announce_scheduled()
    assert sorted(told) == [False, False, False, True]
    assert public_version(school) == before + 1
    with school:
        entry = AuditEntry.objects.get(action="course.published")
        assert (entry.by_id, entry.data) == (owner.pk, {"scheduled": True})


def test_the_job_goes_through_all_schools_and_leaves_what_is_not_due(owner: User, school: School) -> None:
    other = factories.school()
    theirs = scheduled(other, other.person("owner"))
    mine, later = scheduled(school, owner), scheduled(school, owner, days=2)
    for at, course in ((school, mine), (other, theirs)):
        with at:
            let_pass(course)
    announce_scheduled()
    for at, course in ((school, mine), (other, theirs)):
        with at:
            assert Course.objects.get(pk=course.pk).announced_at
            assert entries("course.published") == 1
    with school:
        assert Course.objects.get(pk=later.pk).announced_at is None


def test_another_date_moves_it_and_a_past_one_is_refused(school: School, owner: User) -> None:
    course, later = scheduled(school, owner), timezone.now() + timedelta(days=9)
    with school:
        assert actions.schedule_course(course=course, at=later, by=owner).published_at == later
        with pytest.raises(Invalid, match="This time is over"):
            actions.schedule_course(course=course, at=timezone.now(), by=owner)
        assert actions.unpublish_course(course=course, by=owner).state == CourseState.DRAFT
        assert (entries("course.scheduled"), entries("course.unscheduled"), entries("course.unpublished")) == (2, 1, 0)


def test_what_keeps_a_course_from_being_published_keeps_it_from_being_scheduled(school: School, owner: User) -> None:
    course = school.course(published=False, ready=False)
    with school, pytest.raises(actions.CourseIncomplete):
        actions.schedule_course(course=course, at=timezone.now() + timedelta(days=1), by=owner)


def test_students_of_an_archived_course_keep_it_and_visitors_lose_it(school: School, owner: User) -> None:
    course, student = school.course(), school.person()
    school.enroll(student, course)
    before = public_version(school)
    with school:
        course = actions.archive_course(course=course, by=owner)
    assert course.state == CourseState.ARCHIVED
    assert public_version(school) == before + 1
    assert school.client().get(f"/courses/{course.slug}/").status_code == 404
    assert course.title not in school.client().get("/courses/").text
    assert school.client(student).get(f"/learn/{course.slug}/").status_code == 200
    stranger = school.client(school.person()).get(f"/learn/{course.slug}/")
    assert stranger.status_code == 403
    assert "is not offered any more" in stranger.text


def test_a_code_of_an_archived_course_says_so_kindly_and_is_not_used_up(school: School, owner: User) -> None:
    course, student = school.course(), school.person()
    with school:
        _, (code,) = make_codes(courses=[course], quantity=1, by=owner)
        actions.archive_course(course=course, by=owner)
        with pytest.raises(Problem, match="is not offered any more") as refused:
            redeem(text=code, by=student)
        assert refused.value.code == "course-not-offered"
        actions.unarchive_course(course=course, by=owner)
        assert [each.course_id for each in redeem(text=code, by=student)] == [course.pk]


def test_staff_let_nobody_new_in_and_make_no_codes(school: School, owner: User) -> None:
    course = school.course()
    with school:
        course = actions.archive_course(course=course, by=owner)
        with pytest.raises(Conflict, match="nobody new gets in"):
            enroll(user=school.person(), course=course, by=owner)
        with pytest.raises(Conflict, match="Take it out of the archive first"):
            make_codes(courses=[course], quantity=1, by=owner)


def test_a_draft_is_not_archived_and_an_archived_course_not_unpublished(school: School, owner: User) -> None:
    draft, shown = school.course(published=False), school.course()
    with school:
        with pytest.raises(Conflict, match="is not published"):
            actions.archive_course(course=draft, by=owner)
        actions.archive_course(course=shown, by=owner)
        for deed in (actions.unpublish_course, actions.publish_course):
            with pytest.raises(actions.CourseArchived):
                deed(course=shown, by=owner)
        back = actions.unarchive_course(course=shown, by=owner)
        assert (back.state, back.archived_at, back.archived_by_id) == (CourseState.PUBLISHED, None, None)


@pytest.mark.parametrize(
    "facts",
    [
        {"archived_at": datetime(2026, 1, 2, tzinfo=UTC), "archived_by_id": uuid7()},
        {"published_at": datetime(2026, 1, 1, tzinfo=UTC), "published_by_id": uuid7(),
         "archived_at": datetime(2026, 1, 2, tzinfo=UTC)},
        {"published_at": datetime(2026, 1, 2, tzinfo=UTC), "published_by_id": uuid7(),
         "archived_at": datetime(2026, 1, 1, tzinfo=UTC), "archived_by_id": uuid7()},
        {"announced_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
    ids=["archived unpublished", "archived by nobody", "archived before published", "announced unpublished"],
)  # fmt: skip
def test_the_database_refuses_dates_that_cannot_be(school: School, facts: dict[str, Any]) -> None:
    course = school.course(published=False)
    with school, pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(**facts)


def test_the_date_is_taken_by_the_schools_clock(owner: User, school: School) -> None:
    tokyo = factories.school(time_zone="Asia/Tokyo")
    course, teacher = tokyo.course(published=False), tokyo.person("owner")
    client = tokyo.client(teacher)
    url = reverse("course-publication-date", args=[course.pk])
    answer = client.post(url, {"at": "2031-03-05T09:30"}, headers=HTMX)
    assert "from 5 March 2031, 09:30" in answer.text
    with tokyo:
        assert Course.objects.get().published_at == datetime(2031, 3, 5, 0, 30, tzinfo=UTC)
    assert 'value="2031-03-05T09:30"' in client.get(reverse("course", args=[course.pk])).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a date and a time."),
        ("tomorrow", "Write date and time as"),
        ("2020-01-01T10:00", "This time is over"),
        ("2031-03-30T02:30", "there is no 02:30 in Europe/Berlin"),
    ],
)
def test_a_date_that_cannot_be_is_told_in_the_form(text: str, said: str) -> None:
    berlin = factories.school(time_zone="Europe/Berlin")
    course, client = berlin.course(published=False), berlin.client(berlin.person("owner"))
    url = reverse("course-publication-date", args=[course.pk])
    for headers in (HTMX, {}):
        answer = client.post(url, {"at": text}, headers=headers)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{text}"' in answer.text or not text


def typed(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_time_that_comes_twice_is_the_first_and_one_left_out_is_refused() -> None:
    berlin = Calendar("Europe/Berlin")
    assert berlin.moment(typed("2026-10-25T02:30")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(NoSuchTime):
        berlin.moment(typed("2026-03-29T02:30"))


def test_the_page_has_every_step_of_the_way(school: School, owner: User) -> None:
    course, client = school.course(published=False), school.client(owner)
    page = reverse("course", args=[course.pk])
    assert 'data-testid="schedule-course"' in client.get(page).text
    client.post(reverse("course-publication-date", args=[course.pk]), {"at": "2031-03-05T09:30"})
    assert 'data-testid="unschedule-course"' in client.get(page).text
    client.post(reverse("course-publication", args=[course.pk]))
    assert 'data-testid="archive-course"' in client.get(page).text
    client.post(reverse("course-archive", args=[course.pk]))
    assert 'data-testid="unarchive-course"' in client.get(page).text
    client.post(reverse("course-archive-end", args=[course.pk]))
    with school:
        assert Course.objects.get().state == CourseState.PUBLISHED


def test_the_checklist_tells_what_blocks_from_what_advises(school: School, owner: User) -> None:
    with school:
        course = actions.create_course(title="Bare", by=owner)
        actions.add_section(course=course, title="Nothing yet", by=owner)
    text = school.client(owner).get(reverse("course", args=[course.pk])).text
    for line in ("Add a lecture first", "Something in the section “Nothing yet”", "A description", "A picture of"):
        assert line in text
    assert text.count("Missing, and needed") == 1
    assert text.count("(good to have)") == 3


def test_the_list_of_courses_is_told_apart_by_state(school: School, owner: User) -> None:
    school.course("Shown"), school.course("Drafted", published=False)
    with school:
        actions.archive_course(course=school.course("Kept"), by=owner)
    client = school.client(owner)
    assert "Archived" in client.get("/dashboard/courses/").text
    only = client.get("/dashboard/courses/?status=archived").text
    assert "Kept" in only
    assert "Drafted" not in only

"""The first page of the staff: who is greeted, what is counted, what comes next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Range

from colonnade.accounts.models import Role, User
from colonnade.analytics.figures import school_figures
from colonnade.analytics.first_steps import first_steps
from colonnade.audit.models import in_words, record
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.models import CodeBatch
from colonnade.learning.models import Progress
from tests.factories import School


def dashboard(school: School, user: User) -> str:
    response = school.client(user).get("/dashboard/")
    assert response.status_code == 200
    return response.content.decode()


def watch(school: School, user: User, lecture: Lecture, seconds: int, *, completed: bool = False) -> None:
    with school:
        Progress.objects.create(
            user=user, lecture=lecture, watched=Int4Multirange([Range(0, seconds)]), updated_at=timezone.now(),
            completed_at=timezone.now() if completed else None,
        )  # fmt: skip


def test_the_owner_is_welcomed_and_can_begin_a_course(school: School) -> None:
    html = dashboard(school, school.person(Role.OWNER, name="Test Instructor"))
    assert '<span data-testid="welcome-message">Welcome, Test Instructor</span>' in html
    assert html.count('data-testid="create-course"') == 1
    assert 'href="/dashboard/courses/new/"' in html


def test_an_assistant_is_not_offered_what_is_not_theirs(school: School) -> None:
    html = dashboard(school, school.person(Role.ASSISTANT))
    assert 'data-testid="create-course"' not in html
    assert 'data-testid="first-steps"' not in html
    assert "Recent activity" not in html
    assert "Latest students" in html


def test_a_student_has_no_business_here(school: School) -> None:
    assert school.client(school.person()).get("/dashboard/").status_code == 403
    assert school.client().get("/dashboard/").status_code == 302


def test_figures_count_this_school_alone(school: School, other_school: School) -> None:
    for one in (school, other_school):
        course = one.course(lectures=2)
        one.course(published=False)
        student = one.person()
        one.person(Role.ASSISTANT)
        with one:
            first, second = Lecture.objects.filter(course=course)
        watch(one, student, first, 600, completed=True)
        watch(one, student, second, 90)
    with school:
        figures = school_figures()
    assert (figures.courses, figures.published, figures.students) == (2, 1, 1)
    assert (figures.minutes_watched, figures.completed) == (11, 1)
    assert figures.published_hint == "1 published"


def test_large_figures_can_be_read(school: School) -> None:
    course, student = school.course(), school.person()
    with school:
        lecture = Lecture.objects.get(course=course)
    watch(school, student, lecture, 90_000)
    assert "1,500" in dashboard(school, school.person(Role.OWNER))


def test_the_first_steps_go_with_the_school_until_all_are_done(school: School) -> None:
    owner = school.person(Role.OWNER)

    def done() -> list[bool]:
        with school:
            return [step.is_done for step in first_steps(owner, school_figures())]

    assert done() == [False] * 4
    assert "0 of 4 done" in dashboard(school, owner)
    school.course(published=False)
    assert done() == [True, False, False, False]
    school.video(uploaded_at=timezone.now())
    assert done() == [True, True, False, False]
    with school:
        Course.objects.update(published_at=timezone.now(), published_by_id=owner.pk)
    assert "3 of 4 done" in dashboard(school, owner)
    with school:
        CodeBatch.objects.create(quantity=1, expires_at=timezone.now(), created_by_id=owner.pk)
    assert done() == []
    assert 'data-testid="first-steps"' not in dashboard(school, owner)


def test_who_came_last_and_what_was_done_last(school: School, other_school: School) -> None:
    course = school.course("Bread")
    first, last, shut_out = school.person(name="First"), school.person(name="Last"), school.person(name="Shut out")
    school.enroll(first, course)
    school.enroll(last, course)
    school.enroll(shut_out, course, revoked=True)
    other_school.enroll(other_school.person(name="Foreign"), other_school.course())
    owner = school.person(Role.OWNER)
    with school:
        record("course.published", course, by=owner)
    html = dashboard(school, owner)
    assert html.index(">Last<") < html.index(">First<")
    assert "Shut out" not in html
    assert "Foreign" not in html
    assert "Course published" in html
    assert f"Bread · {owner.email}" in html


@pytest.mark.parametrize(
    ("action", "words"), [("course.published", "Course published"), ("hand-off.made", "Hand off made")]
)
def test_deeds_are_told_in_words(action: str, words: str) -> None:
    assert in_words(action) == words


def test_it_reads_as_often_for_many_as_for_few(school: School) -> None:
    owner = school.person(Role.OWNER)
    client = school.client(owner)
    client.get("/dashboard/")
    with CaptureQueriesContext(connection) as few:
        client.get("/dashboard/")
    for _ in range(8):
        course = school.course(lectures=3)
        school.enroll(school.person(), course)
        with school:
            record("course.published", course, by=owner)
    with CaptureQueriesContext(connection) as many:
        client.get("/dashboard/")
    assert len(many) == len(few) <= 11, [query["sql"] for query in many.captured_queries]

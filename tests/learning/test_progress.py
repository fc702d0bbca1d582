"""Progress never lies: it is made of watched seconds, however often and late they are told."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Lecture
from colonnade.enrollment.actions import revoke_enrollment
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import FASTEST, HEAD_START, NotInCourse, begin_lecture, record_progress
from colonnade.learning.models import Progress
from colonnade.learning.reads import CourseStanding, course_standings, lecture_standings
from colonnade.lib.problems import Conflict, Invalid, TooManyRequests
from colonnade.lib.tenancy import tenant_scope
from tests.factories import School


@pytest.fixture
def student(school: School) -> User:
    return school.person()


@pytest.fixture
def lecture(school: School, student: User) -> Lecture:
    """A minute of video, in a course that the student has been in for a day."""
    course = school.course()
    school.enroll(student, course)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(days=1))
        return Lecture.objects.select_related("video", "course").get(course=course)


def watch(lecture: Lecture, user: User, *ranges: Sequence[int], position: float = 0) -> Progress:
    return record_progress(lecture=lecture, ranges=ranges, position=position, by=user)


def test_seconds_told_twice_count_once(school: School, student: User, lecture: Lecture) -> None:
    with school:
        for _ in range(3):
            progress = watch(lecture, student, [0, 10], [5, 20], position=20)
        assert (progress.watched_seconds, progress.percent) == (20, 33)
        assert Progress.objects.count() == 1


def test_the_slider_at_the_end_completes_nothing(school: School, student: User, lecture: Lecture) -> None:
    with school:
        progress = watch(lecture, student, [58, 60], position=60)
        assert (progress.percent, progress.completed_at, progress.position) == (3, None, 60)


def test_95_percent_complete_a_lecture_and_nothing_undoes_it(school: School, student: User, lecture: Lecture) -> None:
    with school:
        assert watch(lecture, student, [0, 56]).completed_at is None
        done = watch(lecture, student, [56, 57]).completed_at
        assert done is not None
        assert watch(lecture, student, [0, 1]).completed_at == done
        assert AuditEntry.objects.filter(action="lecture.completed", by_id=student.pk).count() == 1


def test_a_lecture_whose_video_is_replaced_stays_complete(school: School, student: User, lecture: Lecture) -> None:
    longer = school.video(duration=600)
    with school:
        done = watch(lecture, student, [0, 60]).completed_at
        lecture.video = longer
        lecture.save()
        progress = watch(lecture, student, [100, 110])
        assert (progress.completed_at, progress.percent) == (done, 11)
        assert course_standings([student.pk])[student.pk, lecture.course_id].percent == 100


def test_a_heartbeat_is_one_statement(
    school: School, student: User, lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with school:
        with django_assert_num_queries(3):  # with its savepoint
            watch(lecture, student, [0, 5])
        with django_assert_num_queries(3):
            watch(lecture, student, [5, 10])


def test_who_is_not_in_the_course_leaves_nothing(school: School, lecture: Lecture) -> None:
    stranger = school.person()
    with school:
        with pytest.raises(NotInCourse):
            watch(lecture, stranger, [0, 5])
        assert not Progress.objects.filter(user=stranger).exists()


def test_a_revoked_student_adds_nothing_and_loses_nothing(school: School, student: User, lecture: Lecture) -> None:
    with school:
        watch(lecture, student, [0, 5])
        revoke_enrollment(enrollment=Enrollment.objects.get(user=student), by=student)
        with pytest.raises(NotInCourse):
            watch(lecture, student, [5, 10])
        assert Progress.objects.get().watched_seconds == 5


def test_a_lecture_without_a_video_cannot_be_watched(school: School, student: User, lecture: Lecture) -> None:
    with school:
        lecture.video = None
        with pytest.raises(Conflict, match="no video"):
            watch(lecture, student, [0, 5])


@pytest.mark.parametrize("position", [-1.0, float("nan"), float("inf")])
def test_a_position_is_a_number_of_seconds(school: School, student: User, lecture: Lecture, position: float) -> None:
    with school, pytest.raises(Invalid):
        watch(lecture, student, position=position)


def test_a_position_beyond_the_end_is_the_end(school: School, student: User, lecture: Lecture) -> None:
    with school:
        assert watch(lecture, student, position=1e300).position == 60


def test_more_than_can_have_been_played_is_not_believed(school: School, student: User, lecture: Lecture) -> None:
    with school:
        begin_lecture(lecture=lecture, by=student)
    with school:
        with pytest.raises(TooManyRequests) as refusal:
            watch(lecture, student, [0, 60])
        assert refusal.value.headers["Retry-After"] == "10"
        assert Progress.objects.get().watched_seconds == 0


def test_many_small_lies_are_worth_no_more_than_a_large_one(school: School, student: User, lecture: Lecture) -> None:
    with school:
        begin_lecture(lecture=lecture, by=student)
    told = 0
    with school:
        for second in range(60):
            try:
                told = watch(lecture, student, [second, second + 1]).watched_seconds
            except TooManyRequests:
                break
    assert told < HEAD_START + FASTEST * 10


def test_what_was_watched_without_a_connection_is_taken_when_it_comes(
    school: School, student: User, lecture: Lecture
) -> None:
    with school:
        begin_lecture(lecture=lecture, by=student)
        Progress.objects.update(started_at=timezone.now() - timedelta(minutes=1))
        assert watch(lecture, student, [0, 60]).percent == 100


def test_opening_a_lecture_again_does_not_set_its_clock_back(school: School, student: User, lecture: Lecture) -> None:
    with school:
        begin_lecture(lecture=lecture, by=student)
        first = Progress.objects.get().started_at
    with school:
        begin_lecture(lecture=lecture, by=student)
        assert Progress.objects.get().started_at == first


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 9)), max_size=5), min_size=1, max_size=5), st.data()
)
def test_the_order_and_number_of_heartbeats_do_not_matter(
    school: School, student: User, lecture: Lecture, told: list[list[tuple[int, int]]], data: st.DataObject
) -> None:
    beats = [[[begin, begin + length] for begin, length in beat] for beat in told]
    covered = {second for beat in beats for begin, stop in beat for second in range(begin, min(stop, 60))}
    with school:
        Progress.objects.all().delete()
        for beat in data.draw(st.permutations(beats + beats)):
            progress = watch(lecture, student, *beat)
        assert progress.watched_seconds == len(covered)
        assert (progress.completed_at is not None) == (len(covered) >= 57)


def test_heartbeats_of_two_devices_at_once_lose_nothing(school: School, student: User, lecture: Lecture) -> None:
    start = Barrier(12)

    def beat(number: int) -> None:
        try:
            start.wait(timeout=60)
            with tenant_scope(school.tenant.pk):
                watch(lecture, student, [number * 5, number * 5 + 5])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(beat, range(12)))
    with school:
        assert Progress.objects.get().watched_seconds == 60
        assert AuditEntry.objects.filter(action="lecture.completed").count() == 1


def test_all_pages_read_one_percentage(
    school: School, student: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    course = school.course(lectures=4)
    school.enroll(student, course)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(days=1))
        first, second, third, _ = Lecture.objects.filter(course=course).in_order().select_related("video")
        watch(first, student, [0, 58])
        assert watch(second, student, [0, 30], position=30).percent == 50
        Lecture.objects.filter(pk=third.pk).update(video=None)
        with django_assert_num_queries(2):
            each = lecture_standings(student.pk, [course.pk])
            whole = course_standings([student.pk])[student.pk, course.pk]
        assert (each[second.pk].percent, each[second.pk].position) == (50, 30)
        assert third.pk not in each
        assert (whole.lectures, whole.completed, whole.percent) == (3, 1, 50)  # (100 + 50 + 0) / 3
        assert not whole.is_complete


def test_a_course_is_at_100_percent_exactly_when_all_is_complete(school: School, student: User) -> None:
    course = school.course(lectures=3)
    school.enroll(student, course)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(days=1))
        for number, lecture in enumerate(Lecture.objects.filter(course=course).select_related("video"), 1):
            watch(lecture, student, [0, 57])
            standing = course_standings([student.pk])[student.pk, course.pk]
            assert standing.is_complete == (standing.percent == 100) == (number == 3)


def test_a_course_with_nothing_to_watch_is_at_the_beginning(school: School, student: User) -> None:
    course = school.course(lectures=0)
    school.enroll(student, course)
    with school:
        standing = course_standings([student.pk]).get((student.pk, course.pk), CourseStanding())
    assert (standing.percent, standing.is_complete) == (0, False)


def test_another_schools_progress_is_not_read(school: School, other_school: School) -> None:
    course, student = other_school.course(), other_school.person()
    other_school.enroll(student, course)
    with school:
        assert course_standings([student.pk]) == {}
        assert lecture_standings(student.pk, [course.pk]) == {}

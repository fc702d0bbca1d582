"""Staff let people in, shut them out and let them in again; playback follows."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from django.utils import timezone

from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.actions import (
    enroll,
    make_codes,
    redeem,
    restore_enrollment,
    revoke_enrollment,
    set_access_end,
    set_admission,
)
from colonnade.enrollment.jobs import end_access, settle_playback
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import NotInCourse, record_progress
from colonnade.learning.reads import course_standings
from colonnade.lib.problems import Conflict, Invalid
from colonnade.videos import playback
from colonnade.videos.models import Video
from colonnade.videos.playback.address import tag_of
from colonnade.videos.playback.grants import may_watch
from tests.factories import School


def plays(school: School, video: Video, viewer_id: UUID) -> bool:
    """Whether the door would serve the viewer's address now."""
    with school:
        return may_watch(tag_of(viewer_id), video.pk)


def test_staff_enroll_a_student_without_a_code(school: School) -> None:
    course, staff, student = school.course(), school.person("assistant"), school.person()
    with school:
        enrollment = enroll(user=student, course=course, by=staff)
        assert enrollment.code_id is None
        assert AuditEntry.objects.get(action="enrollment.made").data["student"] == student.email
        with pytest.raises(Conflict, match="already in"):
            enroll(user=student, course=course, by=staff)


def test_enrolling_a_revoked_student_restores_them(school: School) -> None:
    course, staff, student = school.course(), school.person("assistant"), school.person()
    revoked = school.enroll(student, course, revoked=True)
    with school:
        assert enroll(user=student, course=course, by=staff).pk == revoked.pk
        assert Enrollment.objects.active().get() == revoked


def test_revoking_says_who_did_it_and_when_and_only_once(school: School) -> None:
    course, staff, student = school.course(), school.person("owner"), school.person()
    with school:
        enrollment = revoke_enrollment(enrollment=enroll(user=student, course=course, by=staff), by=staff)
        assert enrollment.revoked_at is not None
        assert enrollment.revoked_by_id == staff.pk
        with pytest.raises(Conflict, match="no access"):
            revoke_enrollment(enrollment=enrollment, by=staff)
        assert restore_enrollment(enrollment=enrollment, by=staff).revoked_at is None
        with pytest.raises(Conflict, match="already in"):
            restore_enrollment(enrollment=enrollment, by=staff)
        actions = AuditEntry.objects.order_by("at").values_list("action", flat=True)
        assert list(actions) == ["enrollment.made", "enrollment.revoked", "enrollment.restored"]


@pytest.fixture
def watched(school: School) -> tuple[Enrollment, Video]:
    """A student who is watching the course's video."""
    course, student = school.course(), school.person()
    enrollment = school.enroll(student, course)
    with school:
        video = Lecture.objects.select_related("video").get(course=course).video
        assert video is not None
        playback.addresses(video, student)
    return enrollment, video


def test_a_revoked_student_stops_watching_at_the_commit(school: School, watched: tuple[Enrollment, Video]) -> None:
    (enrollment, video), staff = watched, school.person("owner")
    assert plays(school, video, enrollment.user_id)
    with school:
        revoke_enrollment(enrollment=enrollment, by=staff)
        assert plays(school, video, enrollment.user_id)  # not before the commit: it may still be taken back
    assert not plays(school, video, enrollment.user_id)


def test_a_restored_student_watches_again_on_the_next_page(school: School, watched: tuple[Enrollment, Video]) -> None:
    (enrollment, video), staff = watched, school.person("owner")
    with school:
        revoke_enrollment(enrollment=enrollment, by=staff)
    with school:
        restore_enrollment(enrollment=enrollment, by=staff)
    with school:
        playback.addresses(video, enrollment.user)
    assert plays(school, video, enrollment.user_id)


def test_a_new_code_lets_a_revoked_student_watch_again(school: School, watched: tuple[Enrollment, Video]) -> None:
    (enrollment, video), staff = watched, school.person("owner")
    with school:
        revoke_enrollment(enrollment=enrollment, by=staff)
    with school:
        _, plain = make_codes(courses=[enrollment.course], quantity=1, by=staff)
        redeem(text=plain[0], by=enrollment.user)
    with school:
        playback.addresses(video, enrollment.user)
    assert plays(school, video, enrollment.user_id)


def test_the_job_withdraws_where_the_cache_was_away_at_the_commit(
    school: School, watched: tuple[Enrollment, Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    (enrollment, video), staff = watched, school.person("owner")

    def away(*_: object) -> None:
        raise ConnectionError("Valkey is being restarted")

    with monkeypatch.context() as broken:
        broken.setattr(playback, "withdraw", away)
        with school:
            revoke_enrollment(enrollment=enrollment, by=staff)
    assert plays(school, video, enrollment.user_id)
    with school:
        settle_playback(enrollment_id=str(enrollment.pk))
    assert not plays(school, video, enrollment.user_id)


def test_the_job_reads_what_is_so_by_now(school: School, watched: tuple[Enrollment, Video]) -> None:
    enrollment, video = watched
    with school:
        settle_playback(enrollment_id=str(enrollment.pk))  # a job of a revocation that has been taken back since
    assert plays(school, video, enrollment.user_id)


def test_a_video_that_another_course_opens_stays_open(school: School, watched: tuple[Enrollment, Video]) -> None:
    (enrollment, video), staff = watched, school.person("owner")
    second: Course = school.course()
    with school:
        Lecture.objects.filter(course=second).update(video=video)
        enroll(user=enrollment.user, course=second, by=staff)
        revoke_enrollment(enrollment=enrollment, by=staff)
    assert plays(school, video, enrollment.user_id)


def test_access_for_some_days_ends_by_itself_and_what_plays_stops(
    school: School, watched: tuple[Enrollment, Video]
) -> None:
    (enrollment, video), staff = watched, school.person("owner")
    student, client = enrollment.user, school.client(enrollment.user)
    path = f"/learn/{enrollment.course.slug}/"
    with school:
        set_access_end(enrollment=enrollment, expires_at=timezone.now() + timedelta(days=1), by=staff)
    assert client.get(path).status_code == HTTPStatus.OK
    let_time_pass(school, enrollment)
    with school:
        assert not Enrollment.objects.active().exists()
    page = client.get(path)
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert "ended on" in page.content.decode()
    assert plays(school, video, student.pk)  # an address given out before, until the sweep
    end_access()
    assert not plays(school, video, student.pk)
    end_access()
    with school:
        assert AuditEntry.objects.filter(action="enrollment.ended", by_id=None).count() == 1


def test_prolonging_opens_what_had_ended_with_its_progress(school: School, watched: tuple[Enrollment, Video]) -> None:
    (enrollment, video), staff = watched, school.person("owner")
    let_time_pass(school, enrollment)
    end_access()
    with school:
        again = set_access_end(enrollment=enrollment, expires_at=timezone.now() + timedelta(days=30), by=staff)
        assert (again.pk, again.ended_at, again.is_active) == (enrollment.pk, None, True)
    with school:
        playback.addresses(video, enrollment.user)
    assert plays(school, video, enrollment.user_id)


def test_what_has_ended_or_was_revoked_is_not_prolonged_into_the_past(school: School) -> None:
    course, staff, student = school.course(), school.person("owner"), school.person()
    revoked = school.enroll(student, course, revoked=True)
    with school:
        with pytest.raises(Invalid, match="This moment is over"):
            set_access_end(enrollment=revoked, expires_at=timezone.now(), by=staff)
        with pytest.raises(Conflict, match="Restore it first"):
            set_access_end(enrollment=revoked, expires_at=None, by=staff)


def test_enrolling_again_after_the_end_begins_a_new_time_on_the_same_row(school: School) -> None:
    course, staff, student = school.course(), school.person("owner"), school.person()
    with school:
        set_admission(course=course, is_free=False, access_days=14, by=staff)
        enrollment = enroll(user=student, course=course, by=staff)
        assert enrollment.expires_at is not None
        assert timedelta(days=13) < enrollment.expires_at - timezone.now() <= timedelta(days=14)
    let_time_pass(school, enrollment)
    end_access()
    with school:
        again = enroll(user=student, course=course, access_days=3, by=staff)
        assert (again.pk, again.ended_at, again.is_active) == (enrollment.pk, None, True)
        assert again.expires_at is not None
        assert again.expires_at - timezone.now() <= timedelta(days=3)


def test_progress_is_kept_over_an_end_and_a_return(school: School) -> None:
    course, staff, student = school.course(), school.person("owner"), school.person()
    enrollment = school.enroll(student, course)
    with school:
        lecture = Lecture.objects.select_related("video").get()
        record_progress(lecture=lecture, ranges=[[0, 30]], position=30, by=student)
    let_time_pass(school, enrollment)
    with school:
        with pytest.raises(NotInCourse):
            record_progress(lecture=lecture, ranges=[[30, 40]], position=40, by=student)
        enroll(user=student, course=course, by=staff)
        assert course_standings([student.pk])[student.pk, course.pk].percent == 50


def test_staff_change_the_end_on_a_page_in_the_schools_days(school: School) -> None:
    course, student = school.course("Greek"), school.person(name="Ada")
    enrollment, client = school.enroll(student, course), school.client(school.person("assistant"))
    path = f"/dashboard/enrollments/{enrollment.pk}/"
    assert "for good" in client.get(path).content.decode()
    last_day = (timezone.now() + timedelta(days=9)).date()
    page = client.post(path, {"last_day": last_day.isoformat()}, follow=True).content.decode()
    assert f"“Greek” is open to Ada until {last_day.day} {last_day:%B}" in page
    assert "access ends on" in page
    refused = client.post(path, {"last_day": "2020-01-01"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This day is over" in refused.content.decode()
    assert "is open to Ada for good" in client.post(path, {"last_day": ""}, follow=True).content.decode()


def let_time_pass(school: School, enrollment: Enrollment) -> None:
    """As if it had begun forty days ago, and ended a moment ago."""
    with school:
        Enrollment.objects.filter(pk=enrollment.pk).update(
            created_at=timezone.now() - timedelta(days=40), expires_at=timezone.now() - timedelta(seconds=1)
        )
        enrollment.refresh_from_db()

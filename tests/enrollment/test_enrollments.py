"""Staff let people in, shut them out and let them in again; playback follows."""

from uuid import UUID

import pytest

from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.actions import enroll, make_codes, redeem, restore_enrollment, revoke_enrollment
from colonnade.enrollment.jobs import settle_playback
from colonnade.enrollment.models import Enrollment
from colonnade.lib.problems import Conflict
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

"""Another video takes the place of one that plays, once it is ready; the lecture and what was watched stay."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions
from colonnade.courses.jobs import swap_in
from colonnade.courses.models import Course, Lecture
from colonnade.learning.actions import begin_lecture, record_progress
from colonnade.learning.models import Progress
from colonnade.learning.reads import lecture_standings
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import tenant_scope
from colonnade.videos.captions.actions import upload_captions
from colonnade.videos.encoding import when_ready
from colonnade.videos.models import FORMER_KEPT, Caption, Video, VideoState
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import run
from tests.videos.uploading import uploaded

HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(school: School) -> User:
    return school.person("owner")


@pytest.fixture
def browser(school: School, owner: User) -> Client:
    return school.client(owner)


@pytest.fixture
def course(school: School) -> Course:
    return school.course()


def the_lecture() -> Lecture:
    return Lecture.objects.select_related("video", "replacement").get()


def begin(by: User, name: str = "new.mp4") -> Video:
    return actions.upload_video(
        lecture=the_lecture(), filename=name, size=20_000_000, content_type="video/mp4", fingerprint=name, by=by
    )


def becomes(video: Video, state: str, **facts: Any) -> None:
    Video.objects.filter(pk=video.pk).update(state=state, **facts)


def becomes_ready(school: School, video: Video, *, duration: float = 30) -> None:
    with school:
        becomes(video, VideoState.READY, duration=duration, ready_at="2026-01-01T00:00Z")
    with tenant_scope(school.tenant.pk):
        swap_in(video_id=str(video.pk))


@pytest.mark.usefixtures("course")
def test_the_lecture_plays_its_video_until_the_new_one_is_ready(school: School, owner: User) -> None:
    with school:
        old, new = the_lecture().video, begin(owner)
        assert old
        for state in (VideoState.UPLOADING, VideoState.QUEUED, VideoState.ENCODING):
            becomes(new, state)
            swap_in(video_id=str(new.pk))
            assert (the_lecture().video, the_lecture().replacement) == (old, new)
            assert the_lecture().lack == ""
    becomes_ready(school, new)
    with school:
        assert (the_lecture().video, the_lecture().replacement) == (new, None)
        assert not Video.objects.filter(pk=old.pk).exists()
        entry = AuditEntry.objects.get(action="lecture.video_replaced")
        assert entry.data["before"] == str(old.pk)


@pytest.mark.usefixtures("course")
def test_the_old_videos_objects_stay_for_those_who_are_watching_it(school: School, owner: User) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    with school:
        old, new = the_lecture().video, begin(owner)
    assert old
    becomes_ready(school, new)
    job = ProcrastinateJob.objects.get(args__video_id=str(old.pk), task_name__endswith="remove_objects")
    assert job.scheduled_at is not None
    with school:
        done = AuditEntry.objects.get(action="lecture.video_replaced").at
    assert abs(job.scheduled_at - done - FORMER_KEPT).total_seconds() < 5


@pytest.mark.usefixtures("course")
def test_captions_go_over_to_the_new_video(school: School, owner: User) -> None:
    srt = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
    with school:
        old, new = the_lecture().video, begin(owner)
        assert old
        upload_captions(video=old, language="en", content=srt, by=owner)
    becomes_ready(school, new)
    with school:
        (caption,) = Caption.objects.all()
        assert (caption.video_id, caption.text, caption.is_draft) == (new.pk, "Hello", False)


def test_what_was_watched_stays_and_counts_against_the_new_length(school: School, owner: User, course: Course) -> None:
    student = school.person()
    school.enroll(student, course)
    with school:
        begin_lecture(lecture=the_lecture(), by=student)
        Progress.objects.update(started_at="2026-01-01T00:00Z")
        record_progress(lecture=the_lecture(), ranges=[[0, 15]], position=15, by=student)
        before = lecture_standings(student.pk, [course.pk])[the_lecture().pk]
        new = begin(owner)
    becomes_ready(school, new, duration=30)
    with school:
        after = lecture_standings(student.pk, [course.pk])[the_lecture().pk]
        assert Progress.objects.get().watched_seconds == 15
    assert (before.percent, after.percent, after.position) == (25, 50, 15)


@pytest.mark.usefixtures("course")
def test_a_replacement_that_fails_leaves_the_lecture_as_it_is(school: School, owner: User, browser: Client) -> None:
    with school:
        old, new = the_lecture().video, begin(owner)
        becomes(new, VideoState.FAILED, failure="It is broken.", failure_code="damaged")
        assert the_lecture().video == old
        lecture = the_lecture()
    shown = browser.get(reverse("lecture-video", args=[lecture.pk])).content.decode()
    assert "It is broken." in shown
    assert 'data-island="uploader"' in shown, "another file can be chosen at once"
    with school:
        another = begin(owner, "better.mp4")
        assert (the_lecture().video, the_lecture().replacement) == (old, another)
        assert not Video.objects.filter(pk=new.pk).exists()


@pytest.mark.usefixtures("course")
def test_a_replacement_under_way_is_not_replaced_unasked(school: School, owner: User) -> None:
    with school:
        new = begin(owner)
        becomes(new, VideoState.ENCODING)
        with pytest.raises(Conflict, match="is being encoded"):
            begin(owner, "other.mp4")


@pytest.mark.usefixtures("course")
def test_the_same_file_goes_on_where_its_upload_stopped(school: School, owner: User) -> None:
    with school:
        first, again = begin(owner), begin(owner)
        assert (again.pk, again.is_resumed) == (first.pk, True)


@pytest.mark.usefixtures("course")
def test_the_present_video_can_be_kept_after_all(school: School, owner: User, browser: Client) -> None:
    with school:
        old, new = the_lecture().video, begin(owner)
        lecture = the_lecture()
    address = reverse("lecture-replacement-removal", args=[lecture.pk])
    assert browser.post(address, headers=HTMX).status_code == 200
    assert browser.post(address, headers=HTMX).status_code == 200
    with school:
        assert (the_lecture().video, the_lecture().replacement) == (old, None)
        assert not Video.objects.filter(pk=new.pk).exists()
        assert AuditEntry.objects.filter(action="lecture.replacement_cancelled").count() == 1


Deed = Callable[[User, Course], object]


@pytest.mark.parametrize(
    "deed",
    [
        lambda by, course: actions.delete_lecture(lecture=the_lecture(), by=by),
        lambda by, course: actions.delete_section(section=course.sections.get(), by=by),
        lambda by, course: actions.delete_course(course=course, by=by),
        lambda by, course: actions.remove_video(lecture=the_lecture(), by=by),
    ],
)
def test_both_videos_go_with_what_they_belong_to(school: School, owner: User, course: Course, deed: Deed) -> None:
    with school:
        begin(owner)
        deed(owner, course)
        assert not Video.objects.exists()


@pytest.mark.usefixtures("course")
def test_a_video_that_is_ready_already_takes_the_place_at_once(school: School, owner: User) -> None:
    ready = school.video()
    with school:
        actions.attach_video(lecture=the_lecture(), video=ready, by=owner)
        assert (the_lecture().video, the_lecture().replacement) == (ready, None)


@pytest.mark.usefixtures("course")
def test_a_video_that_another_lecture_shows_is_kept(school: School, owner: User, course: Course) -> None:
    with school:
        old = the_lecture().video
        new = begin(owner)
        waiting = the_lecture()
        twin = Lecture.objects.create(course=course, section=course.sections.get(), title="twin", position=2, video=old)
        becomes(new, VideoState.READY, duration=30, ready_at="2026-01-01T00:00Z")
        actions.swap_in(lecture=waiting)
        twin.refresh_from_db()
        assert twin.video == old


def test_the_worker_swaps_a_video_in_as_soon_as_it_is_ready(school: School, owner: User, course: Course) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert swap_in in when_ready
    with school:
        old = the_lecture().video
    new = uploaded(school, clips.lesson())
    with school:
        actions.attach_video(lecture=the_lecture(), video=new, by=owner)
        assert the_lecture().video == old
    run(school, new)
    assert ProcrastinateJob.objects.filter(args__video_id=str(new.pk), task_name__endswith="swap_in").count() == 1
    with tenant_scope(school.tenant.pk):
        swap_in(video_id=str(new.pk))
        assert the_lecture().video == new


@pytest.mark.usefixtures("course")
def test_the_page_offers_the_upload_beside_what_plays(school: School, owner: User, browser: Client) -> None:
    with school:
        lecture = the_lecture()
    address = reverse("lecture-video", args=[lecture.pk])
    assert 'data-island="uploader"' not in browser.get(address).content.decode()
    offered = browser.get(f"{address}?replacing").content.decode()
    assert 'data-island="uploader"' in offered
    assert 'data-state="ready"' in offered
    assistant = school.client(school.person("assistant"))
    assert 'data-island="uploader"' not in assistant.get(f"{address}?replacing").content.decode()
    with school:
        becomes(begin(owner), VideoState.ENCODING, progress=42)
    shown = browser.get(address).content.decode()
    assert "42 %" in shown
    assert 'data-state="ready"' in shown
    assert 'hx-trigger="every 1s"' in shown

"""A course is published when every lecture can be watched, and says which cannot."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions
from colonnade.courses.actions import CourseIncomplete
from colonnade.courses.models import Course
from colonnade.lib.problems import problem_json
from tests.factories import School


def test_publishing_is_a_dated_fact_with_who(school: School, owner: User) -> None:
    course = school.course(published=False)
    with school:
        before = timezone.now()
        course = actions.publish_course(course=course, by=owner)
        assert course.published_at is not None
        assert before <= course.published_at <= timezone.now()
        assert course.published_by_id == owner.pk
        since = course.published_at
        assert actions.publish_course(course=course, by=owner).published_at == since
        assert AuditEntry.objects.filter(action="course.published").count() == 1
        course = actions.unpublish_course(course=course, by=owner)
        assert (course.published_at, course.published_by_id) == (None, None)
        actions.unpublish_course(course=course, by=owner)
        entry = AuditEntry.objects.get(action="course.unpublished")
        assert entry.data == {"published_since": str(since)}


def test_an_empty_course_asks_for_a_lecture_first(school: School, owner: User) -> None:
    with school:
        course = actions.create_course(title="Empty", by=owner)
        actions.add_section(course=course, title="Nothing in it", by=owner)
        with pytest.raises(CourseIncomplete, match=r"^Add a lecture first\.$"):
            actions.publish_course(course=course, by=owner)


def test_every_lecture_that_cannot_be_watched_is_named_in_order(school: School, owner: User) -> None:
    course = school.course(lectures=1, published=False)
    with school:
        section = course.sections.get()
        states = {"Sent": "uploading", "Waiting": "queued", "Worked on": "encoding", "Broken": "failed", "Bare": None}
        for title, state in states.items():
            lecture = actions.add_lecture(section=section, title=title, by=owner)
            if state:
                video = school.video(state=state, progress=42)
                actions.attach_video(lecture=lecture, video=video, by=owner)
        with pytest.raises(CourseIncomplete) as refused:
            actions.publish_course(course=course, by=owner)
        assert refused.value.detail == (
            "“Sent”: the upload is not finished. “Waiting”: the video waits to be encoded. "
            "“Worked on”: the video is being encoded (42 %). “Broken”: the video could not be encoded. "
            "“Bare”: no video yet."
        )
        assert [lecture["title"] for lecture in refused.value.extra["lectures"]] == list(states)
        assert b"problems#course-incomplete" in problem_json(refused.value).content
        assert not Course.objects.get(pk=course.pk).is_published


def test_the_database_wants_somebody_who_published(school: School) -> None:
    course = school.course(published=False)
    with school, pytest.raises(IntegrityError, match="published_by_somebody"), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(published_at=timezone.now())


def test_publishing_while_a_lecture_is_added_never_publishes_it_unseen(
    school: School, owner: User, at_once: Callable[[Sequence[Callable[[], Any]]], list[Any]]
) -> None:
    course = school.course(published=False)
    with school:
        section = course.sections.get()
    added, published = at_once(
        [
            partial(actions.add_lecture, section=section, title="Late", by=owner),
            partial(actions.publish_course, course=course, by=owner),
        ]
    )
    with school:
        if isinstance(published, CourseIncomplete):
            assert "Late" in published.detail
        else:  # published first, so the lecture was added to a published course
            first, second = AuditEntry.objects.order_by("at", "pk").values_list("action", flat=True)
            assert {first, second} == {"course.published", "lecture.added"}
        assert added.title == "Late"

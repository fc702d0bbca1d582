"""The table of kinds: what a lecture can be, and what the rest of the house asks it."""

import pytest

from colonnade.accounts.models import User
from colonnade.courses import actions
from colonnade.courses.kinds import KINDS, Kind, in_menu, kind_of, register
from colonnade.courses.models import Course, Lecture
from colonnade.lib.problems import Conflict, Invalid
from tests.factories import School


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", published=False)


def test_every_room_is_in_the_table_and_video_comes_first() -> None:
    assert {"video", "text", "file", "embed"} <= set(KINDS)
    assert in_menu()[0].name == "video"
    for kind in in_menu():
        assert kind.label
        assert kind.icon
        assert kind.template or kind.name == "video"


def test_two_kinds_of_one_name_are_refused() -> None:
    class Impostor(Kind):
        name = "text"
        label = "Impostor"
        icon = "x"

    with pytest.raises(ValueError, match="two kinds"):
        register(Impostor())
    register(kind_of(Lecture(kind="text")))  # the same again, as when apps are loaded twice


def test_an_unknown_kind_is_refused_with_those_that_there_are(school: School, course: Course, owner: User) -> None:
    with school, pytest.raises(Invalid, match="video, text"):
        actions.add_lecture(section=course.sections.get(), title="Song", kind="song", by=owner)


def test_a_lecture_of_another_kind_takes_no_video(school: School, course: Course, owner: User) -> None:
    video = school.video()
    with school:
        lecture = actions.add_lecture(section=course.sections.get(), title="Read", kind="text", by=owner)
        with pytest.raises(Conflict, match="no video lecture"):
            actions.attach_video(lecture=lecture, video=video, by=owner)


@pytest.mark.parametrize("kind", ["text", "file", "embed"])
def test_what_is_empty_keeps_the_course_from_being_published(
    school: School, course: Course, owner: User, kind: str
) -> None:
    with school:
        lecture = actions.add_lecture(section=course.sections.get(), title="Empty", kind=kind, by=owner)
        assert lecture.lack == KINDS[kind].empty
        with pytest.raises(actions.CourseIncomplete, match="“Empty”: no "):
            actions.publish_course(course=course, by=owner)

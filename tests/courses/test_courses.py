"""Making, editing and deleting courses."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions
from colonnade.courses.actions.wording import DESCRIPTION_LENGTH, TITLE_LENGTH
from colonnade.courses.models import Course, Lecture
from colonnade.lib.problems import Invalid, NotFound
from colonnade.tenants.models import Tenant
from colonnade.videos.models import Video
from tests.factories import School, unique


def audit(action: str) -> AuditEntry:
    """The one row of that deed."""
    return AuditEntry.objects.get(action=action)


def public_version(school: School) -> int:
    return Tenant.objects.values_list("public_version", flat=True).get(pk=school.tenant.pk)


def test_a_new_course_is_a_draft_with_an_address_from_its_title(school: School, owner: User) -> None:
    with school:
        course = actions.create_course(title="  Greek\tfor\nBeginners! ", description="One.\r\nTwo.\n", by=owner)
        assert (course.title, course.slug, course.description) == (
            "Greek for Beginners!",
            "greek-for-beginners",
            "One.\nTwo.",
        )
        assert not course.is_published
        entry = audit("course.created")
        assert (entry.by_id, entry.subject_id, entry.subject_label) == (
            owner.pk,
            str(course.pk),
            "Greek for Beginners!",
        )


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Économie & Straße", "economie-strasse"),
        ("Ελληνικά", "course"),
        ("🏛️🏛️", "course"),
        ("<script>alert(1)</script>", "scriptalert1script"),
        ("x" * TITLE_LENGTH, "x" * TITLE_LENGTH),
        ("--- a ---", "a"),
        ("NUL\x00 inside", "nul-inside"),
    ],
)
def test_any_title_makes_an_address_of_plain_letters(school: School, owner: User, title: str, slug: str) -> None:
    with school:
        assert actions.create_course(title=title, by=owner).slug == slug


@pytest.mark.parametrize("title", ["", "  \n\t ", "\x00\x07", "x" * (TITLE_LENGTH + 1)])
def test_a_course_without_a_fit_title_is_not_made(school: School, owner: User, title: str) -> None:
    with school:
        with pytest.raises(Invalid, match=r"title"):
            actions.create_course(title=title, by=owner)
        assert not Course.objects.exists()


def test_a_description_too_long_is_told(school: School, owner: User) -> None:
    with school, pytest.raises(Invalid, match="5000"):
        actions.create_course(title="A", description="x" * (DESCRIPTION_LENGTH + 1), by=owner)


def test_the_same_title_again_gets_a_number_and_another_school_the_plain_address(
    school: School, other_school: School, owner: User
) -> None:
    with school:
        slugs = [actions.create_course(title="Greek", by=owner).slug for _ in range(22)]
        assert slugs[:3] == ["greek", "greek-2", "greek-3"]
        assert slugs[19] == "greek-20"
        assert len(set(slugs)) == 22
    stranger = other_school.person("owner")
    with other_school:
        assert actions.create_course(title="Greek", by=stranger).slug == "greek"


def test_eight_people_choosing_one_title_at_once_get_eight_courses(
    school: School, owner: User, at_once: Callable[[Sequence[Callable[[], Any]]], list[Any]]
) -> None:
    made = at_once([partial(actions.create_course, title="Rhetoric", by=owner)] * 8)
    assert sorted(course.slug for course in made) == sorted(["rhetoric", *(f"rhetoric-{n}" for n in range(2, 9))])
    with school:
        assert Course.objects.count() == 8


def test_a_drafts_address_follows_its_title_and_a_published_ones_stays(school: School, owner: User) -> None:
    course = school.course(published=False)
    with school:
        course = actions.edit_course(course=course, title="Latin", description="", by=owner)
        assert course.slug == "latin"
        assert actions.edit_course(course=course, title="LATIN!", description="", by=owner).slug == "latin"
        actions.publish_course(course=course, by=owner)
        course = actions.edit_course(course=course, title="Latin, anew", description="More.", by=owner)
        assert (course.title, course.description, course.slug) == ("Latin, anew", "More.", "latin")
        assert AuditEntry.objects.filter(action="course.edited").count() == 3


def test_a_title_taken_by_another_course_gets_a_number_when_edited(school: School, owner: User) -> None:
    with school:
        actions.create_course(title="Latin", by=owner)
        other = actions.create_course(title="Greek", by=owner)
        assert actions.edit_course(course=other, title="Latin", description="", by=owner).slug == "latin-2"


def test_public_pages_go_stale_for_what_visitors_see_and_not_for_drafts(school: School, owner: User) -> None:
    draft, published = school.course(published=False), school.course()
    with school:
        before = public_version(school)
        actions.edit_course(course=draft, title="Unseen", description="", by=owner)
        section = actions.add_section(course=draft, title="Unseen", by=owner)
        actions.add_lecture(section=section, title="Unseen", by=owner)
        actions.delete_course(course=draft, by=owner)
        assert public_version(school) == before
        seen = published.sections.get()
        deeds: list[Callable[[], Any]] = [
            partial(actions.edit_course, course=published, title="Seen", description="", by=owner),
            partial(actions.add_section, course=published, title="Two", by=owner),
            partial(actions.rename_section, section=seen, title="One", by=owner),
            partial(actions.add_lecture, section=seen, title="New", by=owner),
            partial(actions.unpublish_course, course=published, by=owner),
        ]
        for number, deed in enumerate(deeds, start=1):
            deed()
            assert public_version(school) == before + number, deed


def test_deleting_a_course_deletes_its_videos_but_not_one_that_another_course_shows(
    school: School, owner: User
) -> None:
    course, other = school.course(lectures=2), school.course()
    with school:
        own, shared = (lecture.video for lecture in course.lectures.all())
        lecture = other.lectures.get()
        lecture.video = shared
        lecture.save()
        student = school.person()
        school.enroll(student, course)
        actions.delete_course(course=course, by=owner)
        assert list(Course.objects.all()) == [other]
        assert Lecture.objects.get().video == shared
        assert not Video.objects.filter(pk=own.pk).exists()
        entry = audit("course.deleted")
        assert (entry.subject_label, entry.data) == (course.title, {"lectures": 2, "videos": 2})
        assert audit("video.deleted").subject_id == str(own.pk)


def test_what_was_deleted_meanwhile_is_told(school: School, owner: User) -> None:
    course = school.course()
    with school:
        section, lecture = course.sections.get(), course.lectures.get()
        actions.delete_lecture(lecture=lecture, by=owner)
        with pytest.raises(NotFound, match="lecture was deleted"):
            actions.rename_lecture(lecture=lecture, title="Late", by=owner)
        actions.delete_section(section=section, by=owner)
        with pytest.raises(NotFound, match="section was deleted"):
            actions.add_lecture(section=section, title="Late", by=owner)
        gone = Course.objects.get(pk=course.pk)
        actions.delete_course(course=course, by=owner)
        with pytest.raises(NotFound, match="course was deleted"):
            actions.add_section(course=gone, title="Late", by=owner)


def test_another_schools_course_is_not_there_to_be_changed(school: School, other_school: School, owner: User) -> None:
    foreign = other_school.course(title := unique("foreign"))
    with school, pytest.raises(NotFound):
        actions.edit_course(course=foreign, title="Mine", description="", by=owner)
    with other_school:
        assert Course.objects.get().title == title

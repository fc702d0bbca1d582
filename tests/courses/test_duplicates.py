"""Copies of lectures, sections and courses: whole, in their place, and sharing their videos."""

from typing import Any

import pytest
from django.urls import reverse

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions, jobs
from colonnade.courses.actions.wording import called
from colonnade.courses.kinds.text.actions import add_picture, write_text
from colonnade.courses.models import Content, Course, Lecture, Opening, Section
from colonnade.lib.objects import media
from colonnade.lib.problems import Invalid
from colonnade.videos.models import Video, VideoState
from tests.courses.images import picture
from tests.factories import School
from tests.test_api import token_of


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=2, published=False)


def titles(course: Course) -> list[list[str]]:
    fresh = Course.objects.with_outline().get(pk=course.pk)
    return [[lecture.title for lecture in section.lectures.all()] for section in fresh.sections.all()]


def test_a_copy_stands_after_its_original_and_shares_its_video(school: School, course: Course, owner: User) -> None:
    with school:
        lecture = Lecture.objects.get(title="Lecture 1")
        actions.set_preview(lecture=lecture, is_preview=True, by=owner)
        copy = actions.duplicate_lecture(lecture=lecture, by=owner)
        assert titles(course) == [["Lecture 1", "Lecture 1 (copy)", "Lecture 2"]]
        assert copy.video_id
        assert copy.video_id == lecture.video_id
        assert not copy.is_preview
        actions.delete_lecture(lecture=lecture, by=owner)
        assert Video.objects.filter(pk=copy.video_id).exists(), "the copy still shows it"
        actions.delete_lecture(lecture=copy, by=owner)
        assert not Video.objects.filter(pk=copy.video_id).exists()


def test_removing_the_video_of_one_leaves_it_to_the_other(school: School, course: Course, owner: User) -> None:
    with school:
        lecture = Lecture.objects.get(title="Lecture 1")
        copy = actions.duplicate_lecture(lecture=lecture, by=owner)
        actions.remove_video(lecture=copy, by=owner)
        lecture.refresh_from_db()
        assert lecture.lack == ""


@pytest.mark.parametrize("state", [VideoState.UPLOADING, VideoState.FAILED])
def test_a_video_that_is_not_there_is_not_shared(school: School, course: Course, owner: User, state: str) -> None:
    video = school.video(state=state)
    with school:
        lecture = Lecture.objects.get(title="Lecture 1")
        Lecture.objects.filter(pk=lecture.pk).update(video=video)
        assert actions.duplicate_lecture(lecture=lecture, by=owner).video_id is None


def test_a_text_is_copied_and_its_pictures_stay_while_one_names_them(
    school: School, course: Course, owner: User
) -> None:
    with school:
        text = actions.add_lecture(section=course.sections.get(), title="Text", kind="text", by=owner)
        path, _ = add_picture(lecture=text, image=picture((400, 300)), by=owner)
        write_text(lecture=text, html=f'<p>Alpha</p><img src="{path}">', by=owner)
        copy = actions.duplicate_lecture(lecture=text, by=owner)
        assert copy.lack == ""
        write_text(lecture=copy, html=f'<p>Beta</p><img src="{path}">', by=owner)
        assert "Alpha" in Content.objects.get(lecture=text).body["html"]
        actions.delete_lecture(lecture=text, by=owner)
        jobs.delete_unnamed_files(paths=[path])
        assert media().get(path)


def test_a_section_is_copied_with_its_lectures(school: School, course: Course, owner: User) -> None:
    with school:
        section = course.sections.get()
        actions.add_section(course=course, title="Last", by=owner)
        copy = actions.duplicate_section(section=section, by=owner)
        assert [each.title for each in course.sections.all()] == ["Beginning", "Beginning (copy)", "Last"]
        assert titles(course)[1] == ["Lecture 1", "Lecture 2"]
        actions.delete_section(section=copy, by=owner)
        assert Video.objects.count() == 2


def test_a_course_is_copied_as_a_draft_with_all_that_it_says(school: School, course: Course, owner: User) -> None:
    with school:
        actions.set_thumbnail(course=course, image=picture(), by=owner)
        first, second = course.lectures.all()
        actions.add_lecture(section=course.sections.get(), title="Text", kind="text", by=owner)
        Opening.objects.create(course=course, lecture=second, after=first)
        Opening.objects.create(course=course, section=course.sections.get(), days=3)
        copy = actions.duplicate_course(course=Course.objects.get(pk=course.pk), by=owner)
        assert (copy.title, copy.state, copy.description) == ("Greek (copy)", "draft", course.description)
        assert titles(copy) == [["Lecture 1", "Lecture 2", "Text"]]
        assert copy.thumbnail != Course.objects.get(pk=course.pk).thumbnail
        assert media().get(copy.thumbnail)
        opening = Opening.objects.get(course=copy, lecture__isnull=False)
        assert opening.after is not None
        assert (opening.after.course_id, opening.after.title) == (copy.pk, "Lecture 1")
        assert Opening.objects.get(course=copy, section__isnull=False).days == 3
        assert AuditEntry.objects.filter(action="course.duplicated").count() == 1
        actions.delete_course(course=course, by=owner)
        assert Video.objects.count() == 2
        assert media().get(copy.thumbnail)


def test_long_titles_stay_within_their_length(school: School, course: Course, owner: User) -> None:
    with school:
        lecture = Lecture.objects.get(title="Lecture 1")
        lecture = actions.rename_lecture(lecture=lecture, title="ä" * 160, by=owner)
        assert actions.duplicate_lecture(lecture=lecture, by=owner).title.endswith("ä (copy)")


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("01_the-alphabet.mp4", "01 the alphabet"),
        ("C:\\films\\Lesson 2.final.mov", "Lesson 2 final"),
        ("/home/x/Überblick.mkv", "Überblick"),
        ("___.mp4", "Video"),
        ("a\0b.mp4", "ab"),
        ("x" * 300 + ".mp4", "x" * 160),
    ],
)
def test_a_lecture_is_called_after_its_file(filename: str, title: str) -> None:
    assert called(filename) == title


def test_many_videos_make_a_lecture_each_in_order(school: School, course: Course, owner: User) -> None:
    client = school.client(owner)
    with school:
        section = course.sections.get()
    url = reverse("section-videos", args=[section.pk])
    json: dict[str, Any] = {"content_type": "application/json"}
    answer = client.post(url, {"filenames": ["1 Alpha.mp4", "2 Beta.mp4"]}, **json)
    assert answer.status_code == 201
    with school:
        assert titles(course) == [["Lecture 1", "Lecture 2", "1 Alpha", "2 Beta"]]
        assert [str(pk) for pk in Lecture.objects.filter(video=None).in_order().values_list("pk", flat=True)] == (
            answer.json()["lectures"]
        )
        assert AuditEntry.objects.filter(action="section.videos_added").count() == 1
        for wrong in ([], ["a.mp4"] * 201):
            with pytest.raises(Invalid, match="up to 200"):
                actions.add_videos(section=section, filenames=wrong, by=owner)


def test_through_pages_and_api(school: School, course: Course, owner: User) -> None:
    client, api = school.client(owner), token_of(school, owner)
    with school:
        section, lecture = Section.objects.get(), Lecture.objects.get(title="Lecture 1")
    assert client.post(reverse("lecture-copy", args=[lecture.pk])).status_code == 302
    assert client.post(reverse("section-copy", args=[section.pk])).status_code == 302
    answer = client.post(reverse("course-copy", args=[course.pk]))
    assert answer["Location"] != reverse("course", args=[course.pk])
    for path in (f"lectures/{lecture.pk}", f"sections/{section.pk}", f"courses/{course.pk}"):
        assert api.post(f"/api/v1/{path}/copies").status_code == 201
    answer = api.post(
        f"/api/v1/sections/{section.pk}/videos", {"filenames": ["a.mp4"]}, content_type="application/json"
    )
    assert answer.json()[0]["title"] == "a"
    menu = client.get(reverse("lecture-menu", args=[lecture.pk]))
    assert "Rename" in menu.content.decode()
    fragment = client.get(reverse("lecture-menu", args=[lecture.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "Duplicate" in fragment
    assert "<html" not in fragment

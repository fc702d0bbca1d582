"""Sections and lectures, and the order of both while several people change it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions
from colonnade.courses.kinds import KINDS
from colonnade.courses.models import Course, Lecture, Section
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import uuid7
from colonnade.videos.models import Video, VideoState
from tests.factories import School

Outline = list[tuple[str, list[str]]]


def outline(course: Course) -> Outline:
    fresh = Course.objects.with_outline().get(pk=course.pk)
    return [(section.title, [lecture.title for lecture in section.lectures.all()]) for section in fresh.sections.all()]


@pytest.fixture
def course(school: School, owner: User) -> Course:
    """A: a1 a2 a3 · B: b1 · C: empty"""
    with school:
        course = actions.create_course(title="Alphabet", by=owner)
        for title, lectures in (("A", 3), ("B", 1), ("C", 0)):
            section = actions.add_section(course=course, title=title, by=owner)
            for number in range(1, lectures + 1):
                actions.add_lecture(section=section, title=f"{title.lower()}{number}", by=owner)
        return course


def section(title: str) -> Section:
    return Section.objects.get(title=title)


def lecture(title: str) -> Lecture:
    return Lecture.objects.get(title=title)


def ids(*titles: str) -> list[Any]:
    return [lecture(title).pk for title in titles]


def test_what_is_added_stands_at_the_end(school: School, course: Course) -> None:
    with school:
        assert outline(course) == [("A", ["a1", "a2", "a3"]), ("B", ["b1"]), ("C", [])]


def test_sections_and_lectures_are_renamed_once(school: School, course: Course, owner: User) -> None:
    with school:
        for _ in range(2):
            actions.rename_section(section=section("A"), title="A", by=owner)
            actions.rename_lecture(lecture=lecture("a1"), title=" a1 ", by=owner)
        assert not AuditEntry.objects.filter(action__endswith="renamed").exists()
        actions.rename_section(section=section("C"), title="<b>Gamma</b> 🙂", by=owner)
        actions.rename_lecture(lecture=lecture("b1"), title="beta", by=owner)
        assert outline(course)[1:] == [("B", ["beta"]), ("<b>Gamma</b> 🙂", [])]
        assert AuditEntry.objects.get(action="lecture.renamed").data == {"before": "b1"}
        with pytest.raises(Invalid, match="Give the section a title"):
            actions.rename_section(section=section("B"), title=" ", by=owner)


def test_sections_are_put_in_order(school: School, course: Course, owner: User) -> None:
    with school:
        wanted = [section(title).pk for title in "CAB"]
        actions.order_sections(course=course, section_ids=wanted, by=owner)
        assert [title for title, _ in outline(course)] == ["C", "A", "B"]


def test_an_order_of_sections_that_is_not_all_of_them_once_is_a_conflict(
    school: School, course: Course, owner: User
) -> None:
    foreign = school.course()
    with school:
        a, b, c = (section(title).pk for title in "ABC")
        for wrong in ([a, b], [a, b, c, c], [a, b, b], [a, b, foreign.sections.get().pk], [a, b, uuid7()], []):
            with pytest.raises(Conflict, match="Look at the outline"):
                actions.order_sections(course=course, section_ids=wrong, by=owner)
        assert [title for title, _ in outline(course)] == ["A", "B", "C"]


def test_lectures_are_put_in_order_and_move_between_sections(school: School, course: Course, owner: User) -> None:
    with school:
        actions.order_lectures(section=section("A"), lecture_ids=ids("a3", "a1", "a2"), by=owner)
        actions.order_lectures(section=section("C"), lecture_ids=ids("a1"), by=owner)
        actions.order_lectures(section=section("B"), lecture_ids=ids("a2", "b1"), moved=ids("a2"), by=owner)
        assert outline(course) == [("A", ["a3"]), ("B", ["a2", "b1"]), ("C", ["a1"])]
        moved_in = AuditEntry.objects.filter(action="section.lectures_ordered").values_list("data__moved_in", flat=True)
        assert sorted(moved_in) == [[], ["a1"], ["a2"]]


def test_a_stale_or_foreign_order_of_lectures_is_a_conflict_and_loses_nothing(
    school: School, course: Course, owner: User
) -> None:
    elsewhere = school.course()
    with school:
        before = outline(course)
        a = section("A")
        foreign = elsewhere.lectures.get().pk
        wrong_orders: list[list[Any]] = [
            ids("a1", "a2"),  # a3 was added meanwhile
            [*ids("a1", "a2", "a3"), uuid7()],  # one was deleted meanwhile
            ids("a1", "a1", "a2", "a3"),
            [*ids("a1", "a2", "a3"), foreign],
            [],
        ]
        for wrong in wrong_orders:
            with pytest.raises(Conflict, match="Look at the outline"):
                actions.order_lectures(section=a, lecture_ids=wrong, by=owner)
        assert outline(course) == before
        assert elsewhere.lectures.get().section == elsewhere.sections.get()


def test_a_lecture_that_somebody_else_moved_away_is_not_pulled_back(
    school: School, course: Course, owner: User
) -> None:
    with school:
        seen_by_the_second = ids("a3", "a2", "a1")
        actions.order_lectures(section=section("B"), lecture_ids=ids("b1", "a3"), moved=ids("a3"), by=owner)
        with pytest.raises(Conflict):
            actions.order_lectures(section=section("A"), lecture_ids=seen_by_the_second, moved=ids("a1"), by=owner)
        assert outline(course) == [("A", ["a1", "a2"]), ("B", ["b1", "a3"]), ("C", [])]


def test_one_step_moves_within_the_section_and_then_over_its_edge(school: School, course: Course, owner: User) -> None:
    with school:
        steps: list[tuple[str, int, Outline]] = [
            ("a1", 1, [("A", ["a2", "a1", "a3"]), ("B", ["b1"]), ("C", [])]),
            ("a3", 1, [("A", ["a2", "a1"]), ("B", ["a3", "b1"]), ("C", [])]),
            ("a3", -1, [("A", ["a2", "a1", "a3"]), ("B", ["b1"]), ("C", [])]),
            ("a2", -1, [("A", ["a2", "a1", "a3"]), ("B", ["b1"]), ("C", [])]),
            ("b1", 1, [("A", ["a2", "a1", "a3"]), ("B", []), ("C", ["b1"])]),
            ("b1", 1, [("A", ["a2", "a1", "a3"]), ("B", []), ("C", ["b1"])]),
        ]
        for title, step, expected in steps:
            actions.move_lecture(lecture=lecture(title), step=step, by=owner)
            assert outline(course) == expected
        actions.move_section(section=section("C"), step=-1, by=owner)
        actions.move_section(section=section("A"), step=-1, by=owner)
        assert [title for title, _ in outline(course)] == ["A", "C", "B"]


def test_orders_sent_at_once_leave_one_of_them_whole(
    school: School, course: Course, owner: User, at_once: Callable[[Sequence[Callable[[], Any]]], list[Any]]
) -> None:
    with school:
        a = section("A")
        orders = [ids("a3", "a2", "a1"), ids("a2", "a1", "a3"), ids("a1", "a3", "a2"), ids("a3", "a1", "a2")]
        titles = dict(Lecture.objects.values_list("pk", "title"))
    answers = at_once([partial(actions.order_lectures, section=a, lecture_ids=order, by=owner) for order in orders])
    assert not any(isinstance(answer, Exception) for answer in answers)
    with school:
        found = dict(outline(course))["A"]
        assert found in [[titles[pk] for pk in order] for order in orders]
        assert sorted(Lecture.objects.filter(section=a).values_list("position", flat=True)) == [1, 2, 3]


def test_adding_while_others_order_loses_no_lecture(
    school: School, course: Course, owner: User, at_once: Callable[[Sequence[Callable[[], Any]]], list[Any]]
) -> None:
    with school:
        a = section("A")
        order = ids("a3", "a2", "a1")
    deeds = [partial(actions.add_lecture, section=a, title=f"new{number}", by=owner) for number in range(3)] + [
        partial(actions.order_lectures, section=a, lecture_ids=order, by=owner)
    ] * 2
    answers = at_once(deeds)
    assert all(answer is None or isinstance(answer, (Lecture, Section, Conflict)) for answer in answers)
    with school:
        lectures = dict(outline(course))["A"]
        assert sorted(lectures) == ["a1", "a2", "a3", "new0", "new1", "new2"]
        assert len(set(Lecture.objects.filter(section=a).values_list("position", flat=True))) == 6


def test_deleting_a_section_takes_its_lectures_and_videos(school: School, course: Course, owner: User) -> None:
    with school:
        video = school.video()
        actions.attach_video(lecture=lecture("a1"), video=video, by=owner)
        actions.delete_section(section=section("A"), by=owner)
        assert outline(course) == [("B", ["b1"]), ("C", [])]
        assert not Video.objects.filter(pk=video.pk).exists()
        assert AuditEntry.objects.get(action="section.deleted").data == {"course": "Alphabet", "lectures": 3}


def test_another_video_takes_the_place_of_the_one_before(school: School, course: Course, owner: User) -> None:
    with school:
        first, second = school.video(), school.video()
        actions.attach_video(lecture=lecture("a1"), video=first, by=owner)
        actions.attach_video(lecture=lecture("a1"), video=first, by=owner)
        assert AuditEntry.objects.filter(action="lecture.video_attached").count() == 1
        actions.attach_video(lecture=lecture("a1"), video=second, by=owner)
        assert lecture("a1").video == second
        assert not Video.objects.filter(pk=first.pk).exists()
        actions.remove_video(lecture=lecture("a1"), by=owner)
        assert lecture("a1").video is None
        assert not Video.objects.filter(pk=second.pk).exists()


def begin(name: str, course: Course, *, by: User, title: str = "a1") -> Video:
    return actions.upload_video(
        lecture=lecture(title),
        filename=name,
        size=20_000_000,
        content_type="video/mp4",
        fingerprint=f"{name}:20",
        by=by,
    )


def test_an_upload_becomes_the_lectures_video_and_the_same_file_goes_on(
    school: School, course: Course, owner: User
) -> None:
    with school:
        video = begin("one.mp4", course, by=owner)
        assert lecture("a1").video == video
        again = begin("one.mp4", course, by=owner)
        assert (again.pk, again.is_resumed, video.is_resumed) == (video.pk, True, False)
        elsewhere = begin("one.mp4", course, by=owner, title="b1")
        assert elsewhere.pk != video.pk, "the same file in two lectures is two uploads"


@pytest.mark.parametrize("state", [VideoState.UPLOADING, VideoState.FAILED])
def test_an_unfinished_upload_of_another_file_and_a_failed_video_make_way(
    school: School, course: Course, owner: User, state: str
) -> None:
    with school:
        before = school.video(state=state, created_by_id=owner.pk)
        actions.attach_video(lecture=lecture("a1"), video=before, by=owner)
        video = begin("two.mp4", course, by=owner)
        assert lecture("a1").video == video
        assert not Video.objects.filter(pk=before.pk).exists()


@pytest.mark.parametrize("state", [VideoState.QUEUED, VideoState.ENCODING])
def test_a_video_under_way_is_not_replaced_unasked(school: School, course: Course, owner: User, state: str) -> None:
    with school:
        present = school.video(state=state)
        actions.attach_video(lecture=lecture("a1"), video=present, by=owner)
        with pytest.raises(Conflict, match="is being encoded"):
            begin("two.mp4", course, by=owner)
        assert lecture("a1").video == present


def test_a_colleagues_running_upload_is_not_cut_off(school: School, course: Course, owner: User) -> None:
    colleague = school.person("instructor")
    with school:
        theirs = begin("theirs.mp4", course, by=colleague)
        with pytest.raises(Conflict, match="Somebody else"):
            begin("mine.mp4", course, by=owner)
        Video.objects.filter(pk=theirs.pk).update(updated_at="2020-01-01T00:00Z")
        begin("mine.mp4", course, by=owner)
        assert lecture("a1").video.filename == "mine.mp4"


def test_addresses_written_out_are_those_of_the_urls(school: School, course: Course) -> None:
    with school:
        part, one = section("A"), lecture("a1")
    assert course.manage_url == reverse("course", args=[course.pk])
    assert part.manage_url == reverse("section", args=[part.pk])
    assert one.manage_url == reverse("lecture", args=[one.pk])
    for kind in ("text", "file", "embed"):
        assert KINDS[kind].editor_url(one) == reverse(f"lecture-{kind}", args=[one.pk])

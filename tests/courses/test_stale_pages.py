"""Two who edit an outline at once: who is late is told, and nothing is lost in silence."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from colonnade.accounts.models import User
from colonnade.courses import actions
from colonnade.courses.actions.locking import OutlineChanged
from colonnade.courses.actions.wording import TitleChanged
from colonnade.courses.models import Course, Lecture, Section
from tests.factories import School
from tests.test_api import token_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Alphabet", lectures=3, published=False)


@pytest.fixture
def browser(school: School, owner: User) -> Client:
    return school.client(owner)


def ids(course: Course) -> list[Any]:
    return list(Lecture.objects.filter(course=course).in_order().values_list("pk", flat=True))


def test_of_two_orders_at_once_one_is_refused(
    school: School, course: Course, owner: User, at_once: Callable[[Sequence[Callable[[], Any]]], list[Any]]
) -> None:
    with school:
        section, (a, b, c) = course.sections.get(), ids(course)
    wishes = [[b, a, c], [a, c, b]]
    answers = at_once(
        [
            partial(actions.order_lectures, section=section, lecture_ids=wish, known_version=1, by=owner)
            for wish in wishes
        ]
    )
    refused = [isinstance(answer, OutlineChanged) for answer in answers]
    assert sorted(refused) == [False, True]
    with school:
        assert ids(course) == wishes[refused.index(False)]
        assert Course.objects.get(pk=course.pk).outline_version == 2


def test_whatever_changes_the_order_moves_the_version_on(school: School, course: Course, owner: User) -> None:
    with school:
        section = course.sections.get()
        versions = []

        def note() -> None:
            versions.append(Course.objects.get(pk=course.pk).outline_version)

        lecture = actions.add_lecture(section=section, title="More", by=owner)
        note()
        actions.rename_lecture(lecture=lecture, title="Even more", by=owner)
        note()
        actions.duplicate_lecture(lecture=lecture, by=owner)
        note()
        actions.delete_lecture(lecture=lecture, by=owner)
        note()
        other = actions.add_section(course=course, title="Other", by=owner)
        note()
        actions.move_section(section=other, step=-1, by=owner)
        note()
        actions.delete_section(section=other, by=owner)
        note()
        actions.add_videos(section=section, filenames=["a.mp4", "b.mp4"], by=owner)
        note()
    assert versions == [2, 2, 3, 4, 5, 6, 7, 8]


def test_a_stale_page_is_told_and_shown_the_outline(school: School, course: Course, browser: Client) -> None:
    with school:
        section, (a, b, c) = course.sections.get(), [str(pk) for pk in ids(course)]
    url = reverse("section-lecture-order", args=[section.pk])

    def order(wish: list[str], version: int) -> Any:
        return browser.post(
            url, {"order": wish, "version": version}, content_type="application/json",
            headers={"accept": "application/json"},
        )  # fmt: skip

    assert order([b, a, c], 1).json() == {"version": 2}
    stale = order([a, c, b], 1)
    assert stale.status_code == 409
    assert stale.json()["type"].endswith("outline-changed")
    fresh = browser.get(reverse("course-outline", args=[course.pk]), headers=HTMX).content.decode()
    assert fresh.index(f"lecture-{b}") < fresh.index(f"lecture-{a}")
    assert 'data-version="2"' in fresh


def test_adding_to_a_stale_page_brings_it_the_whole_outline(school: School, course: Course, browser: Client) -> None:
    with school:
        section = course.sections.get()
    url = reverse("section-lectures", args=[section.pk])
    current = browser.post(url, {"title": "Four"}, headers=HTMX | {"Outline-Version": "1"})
    assert 'hx-target="#sections"' not in current.content.decode()
    stale = browser.post(url, {"title": "Five"}, headers=HTMX | {"Outline-Version": "1"})
    assert 'hx-target="#sections"' in stale.content.decode()
    assert "Somebody else has changed the outline" in stale["HX-Trigger"]


def test_asking_after_a_video_makes_no_stale_page_look_current(school: School, course: Course, browser: Client) -> None:
    with school:
        lecture = Lecture.objects.filter(course=course).first()
        assert lecture is not None
        Course.objects.filter(pk=course.pk).update(outline_version=5)
    url = reverse("lecture-video", args=[lecture.pk])
    assert "outline-version" not in browser.get(url, headers=HTMX | {"Outline-Version": "4"}).content.decode()
    assert 'data-version="5"' in browser.get(url, headers=HTMX | {"Outline-Version": "5"}).content.decode()


def test_a_title_that_somebody_else_has_changed_is_not_replaced_unseen(
    school: School, course: Course, owner: User, browser: Client
) -> None:
    with school:
        lecture = Lecture.objects.filter(course=course).in_order()[0]
        section = course.sections.get()
        actions.rename_lecture(lecture=lecture, title="Theirs “Ä”", by=owner)
        with pytest.raises(TitleChanged, match="Theirs"):
            actions.rename_lecture(lecture=lecture, title="Mine", was="Lecture 1", by=owner)
        with pytest.raises(TitleChanged):
            actions.rename_section(section=section, title="Mine", was="What it was", by=owner)
    url = reverse("lecture", args=[lecture.pk])
    refused = browser.post(url, {"title": "Mine"}, headers=HTMX | {"Title-Was": "Lecture%201"})
    assert refused.status_code == 409
    taken = browser.post(url, {"title": "Mine"}, headers=HTMX | {"Title-Was": quote("Theirs “Ä”")})
    assert taken.status_code == 200
    again = browser.post(url, {"title": "Mine"}, headers=HTMX | {"Title-Was": quote("Theirs “Ä”")})
    assert again.status_code == 200, "the same wish twice, as when an answer was lost"
    with school:
        assert Lecture.objects.get(pk=lecture.pk).title == "Mine"


def test_programs_are_told_as_well(school: School, course: Course, owner: User) -> None:
    api = token_of(school, owner)
    with school:
        section, (a, b, c) = Section.objects.get(), [str(pk) for pk in ids(course)]
    assert api.get(f"/api/v1/courses/{course.pk}").json()["outline_version"] == 1
    url = f"/api/v1/sections/{section.pk}/lecture-order"
    json: dict[str, Any] = {"content_type": "application/json"}
    assert api.put(url, {"ids": [b, a, c], "outline_version": 1}, **json).status_code == 200
    assert api.put(url, {"ids": [a, b, c], "outline_version": 1}, **json).status_code == 409
    assert api.put(url, {"ids": [a, b, c]}, **json).status_code == 200

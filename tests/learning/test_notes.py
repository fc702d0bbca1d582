"""Notes: pinned to a second, Markdown that can do no harm, nobody's but their writer's."""

from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course, Lecture
from colonnade.learning.actions import add_note
from colonnade.learning.actions.notes import MOST
from colonnade.learning.markdown import rendered
from colonnade.learning.models import Note
from colonnade.lib.problems import Conflict, Invalid
from tests.factories import School


@pytest.fixture
def ada(school: School) -> User:
    return school.person(name="Ada")


@pytest.fixture
def course(school: School, ada: User) -> Course:
    course = school.course("Greek", lectures=2)
    school.enroll(ada, course)
    return course


@pytest.fixture
def lecture(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.filter(course=course).in_order()[0]


@pytest.fixture
def client(school: School, ada: User) -> Client:
    return school.client(ada)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def test_a_note_is_written_changed_and_deleted(
    school: School, client: Client, course: Course, lecture: Lecture, ada: User
) -> None:
    path = f"/learn/{course.slug}/{lecture.pk}/notes/"
    text = client.post(path, {"body": "The **stylobate**", "second": "83"}).content.decode()
    assert "<strong>stylobate</strong>" in text
    assert 'data-seek="83"' in text
    assert ">1:23<" in text
    with school:
        note = Note.objects.get()
    assert "The **stylobate**" in text_of(client, f"/notes/{note.pk}/")
    text = client.post(f"/notes/{note.pk}/", {"body": "The base", "second": ""}).content.decode()
    assert "<p>The base</p>" in text
    assert "data-seek" not in text
    client.post(f"/notes/{note.pk}/deletion/")
    with school:
        assert not Note.objects.exists()
        assert not AuditEntry.objects.filter(by_id=ada.pk).exists(), "notes are nobody else's business"


def test_the_first_second_is_a_moment_too(client: Client, course: Course, lecture: Lecture) -> None:
    text = client.post(f"/learn/{course.slug}/{lecture.pk}/notes/", {"body": "x", "second": "0"}).content.decode()
    assert ">0:00<" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/pixel.png)",
        "<a href=x onclick=alert(1)>x</a>",
        "`<b onmouseover=alert(1)>`",
        "<https://x.example/\"onmouseover='alert(1)'>",
    ],
)
def test_markdown_does_no_harm(hostile: str) -> None:
    html = rendered(hostile).lower()
    for word in ("<script", "<img", "<b ", 'href="javascript', 'href="data', "<a href=x", "'alert(1)'>"):
        assert word not in html, html


def test_links_lead_away_without_telling_where_from() -> None:
    assert rendered("[a](https://x.example/)") == (
        '<p><a href="https://x.example/" rel="noopener noreferrer nofollow">a</a></p>\n'
    )


def test_nobody_else_sees_a_note_not_even_the_school(
    school: School, course: Course, lecture: Lecture, ada: User
) -> None:
    with school:
        note = add_note(lecture=lecture, body="My secret", second=1, by=ada)
    other = school.person()
    school.enroll(other, course)
    for person in (other, school.person("owner")):
        client = school.client(person)
        assert "My secret" not in text_of(client, f"/learn/{course.slug}/{lecture.pk}/notes/")
        assert "My secret" not in text_of(client, f"/learn/{course.slug}/notes/")
        assert "My secret" not in text_of(client, f"/learn/{course.slug}/notes.md")
        assert client.get(f"/notes/{note.pk}/").status_code == HTTPStatus.NOT_FOUND
        assert client.post(f"/notes/{note.pk}/", {"body": "x"}).status_code == HTTPStatus.NOT_FOUND
        assert client.post(f"/notes/{note.pk}/deletion/").status_code == HTTPStatus.NOT_FOUND
    assert "My secret" not in text_of(school.client(school.person("owner")), f"/dashboard/students/{ada.pk}/")


def test_who_is_not_in_the_course_writes_none(school: School, course: Course, lecture: Lecture) -> None:
    stranger = school.client(school.person())
    answer = stranger.post(f"/learn/{course.slug}/{lecture.pk}/notes/", {"body": "x"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_what_was_typed_is_kept_when_it_cannot_be_taken(client: Client, course: Course, lecture: Lecture) -> None:
    path = f"/learn/{course.slug}/{lecture.pk}/notes/"
    text = client.post(path, {"body": "x" * 10_001, "second": "7"}).content.decode()
    assert "A note has at most 10,000 characters. This one has 10,001." in text
    assert "x" * 10_001 in text
    assert 'name="second" value="7"' in text
    assert "Write something first." in client.post(path, {"body": " \r\n"}).content.decode()


def test_a_second_is_a_number_that_videos_have(school: School, lecture: Lecture, ada: User) -> None:
    with school:
        for second in (-1, 10**6):
            with pytest.raises(Invalid):
                add_note(lecture=lecture, body="x", second=second, by=ada)


def test_there_is_an_end_to_notes(school: School, lecture: Lecture, ada: User) -> None:
    with school:
        Note.objects.bulk_create(Note(lecture=lecture, user=ada, body="x") for _ in range(MOST))
        with pytest.raises(Conflict, match="500 notes"):
            add_note(lecture=lecture, body="x", second=None, by=ada)


def test_notes_of_a_course_are_searched_and_taken_along(
    school: School, client: Client, course: Course, ada: User
) -> None:
    assert "No notes yet" in text_of(client, f"/learn/{course.slug}/notes/")
    with school:
        first, second = Lecture.objects.filter(course=course).in_order()
        add_note(lecture=second, body="On *columns*", second=5, by=ada)
        add_note(lecture=first, body="Late", second=90, by=ada)
        add_note(lecture=first, body="Early", second=3, by=ada)
    text = text_of(client, f"/learn/{course.slug}/notes/")
    assert text.index("Early") < text.index("Late") < text.index("<em>columns</em>")
    assert f"/learn/{course.slug}/{second.pk}/#t=5" in text
    found = text_of(client, f"/learn/{course.slug}/notes/?q=COLUMN")
    assert "columns" in found
    assert "Early" not in found
    assert "Nothing found" in text_of(client, f"/learn/{course.slug}/notes/?q=nothing")
    answer = client.get(f"/learn/{course.slug}/notes.md")
    assert answer["Content-Disposition"] == 'attachment; filename="notes-greek.md"'
    assert answer.content.decode() == (
        "# Greek\n\n## Lecture 1\n\n**0:03**\n\nEarly\n\n**1:30**\n\nLate\n\n## Lecture 2\n\n**0:05**\n\nOn *columns*\n"
    )


def test_pages_of_notes_ask_as_often_for_many_as_for_few(
    school: School, client: Client, course: Course, lecture: Lecture, ada: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    paths = [f"/learn/{course.slug}/{lecture.pk}/notes/", f"/learn/{course.slug}/notes/"]

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
                text_of(client, path)
            counts.append(len(queries))
        return counts

    with school:
        add_note(lecture=lecture, body="x", second=1, by=ada)
    few = counted()
    with school:
        for each in Lecture.objects.filter(course=course):
            for number in range(5):
                add_note(lecture=each, body=f"note {number}", second=number, by=ada)
    assert counted() == few

"""Texts: what is kept of them, their pictures, and two who write at once."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions, jobs
from colonnade.courses.actions.contents import ContentChanged
from colonnade.courses.kinds.text.actions import add_picture, write_text
from colonnade.courses.kinds.text.writing import LONGEST, with_addresses, written
from colonnade.courses.models import Content, Course, Lecture
from colonnade.lib.objects import NoSuchObject, media
from colonnade.lib.problems import Conflict, Invalid
from tests.courses.images import picture
from tests.factories import School
from tests.test_api import token_of

JSON: dict[str, Any] = {"content_type": "application/json"}
PICTURE = "texts/01999999-0000-7000-8000-000000000001.webp"


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", published=False)


@pytest.fixture
def lecture(school: School, course: Course, owner: User) -> Lecture:
    with school:
        return actions.add_lecture(section=course.sections.get(), title="Alphabet", kind="text", by=owner)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>Plain <strong>bold</strong> <em>soft</em></p>", "<p>Plain <strong>bold</strong> <em>soft</em></p>"),
        ("<h2>Title</h2><ul><li><p>one</p></li></ul>", "<h2>Title</h2><ul><li><p>one</p></li></ul>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ('<p onclick="alert(1)" style="color:red" class="x">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<a href="https://example.org/">a</a>', '<a href="https://example.org/" rel="noopener noreferrer">a</a>'),
        ("<iframe src='https://evil.example'></iframe><object></object><form><input></form>", ""),
        ("<svg><script>alert(1)</script></svg><math><mtext></mtext></math>", ""),
        ('<img src="https://evil.example/spy.gif" alt="x">', ""),
        ('<img src="data:image/png;base64,AAAA">', ""),
        (f'<img src="/media/t/{PICTURE}?X-Amz-Signature=abc" alt="A map">', f'<img src="{PICTURE}" alt="A map">'),
        (f'<img src="https://store.example/media/t/{PICTURE}" onerror="x">', f'<img src="{PICTURE}">'),
        ('<img src="https://store.example/?texts/../../secret">', ""),
        ("<style>p{}</style><!-- note --><p>a\0b</p>", "<p>ab</p>"),
        ("<p>unclosed <b>old", "<p>unclosed old</p>"),
    ],
)
def test_only_what_may_stand_in_a_page_is_kept(sent: str, kept: str) -> None:
    assert written(sent).html == kept


def test_words_are_found_apart_and_pictures_named() -> None:
    text = written(f'<h2>Alpha &amp; Beta</h2><p>one</p><p>two<br>three</p><img src="{PICTURE}"><img src="{PICTURE}">')
    assert text.words == "Alpha & Beta one two three"
    assert text.pictures == [PICTURE]


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="two lectures"):
        written("a" * (LONGEST + 1))


def test_a_text_shows_and_an_empty_one_does_not(school: School, lecture: Lecture, owner: User) -> None:
    with school:
        write_text(lecture=lecture, html="<p>Alpha</p>", by=owner)
        lecture.refresh_from_db()
        assert lecture.lack == ""
        since = lecture.filled_at
        write_text(lecture=lecture, html="<p>Alpha, beta</p>", by=owner)
        lecture.refresh_from_db()
        assert lecture.filled_at == since
        write_text(lecture=lecture, html="<p></p>", by=owner)
        lecture.refresh_from_db()
        assert lecture.lack == "no text yet"
        content = Content.objects.get()
        assert (content.version, content.words) == (3, "")


def test_two_who_write_at_once_lose_nothing(
    school: School, lecture: Lecture, owner: User, at_once: Callable[..., list[Any]]
) -> None:
    other = school.person("instructor")
    with school:
        write_text(lecture=lecture, html="<p>Alpha</p>", by=owner)
    outcomes = at_once(
        [
            lambda: write_text(lecture=lecture, html="<p>Mine</p>", known_version=1, by=owner),
            lambda: write_text(lecture=lecture, html="<p>Theirs</p>", known_version=1, by=other),
        ]
    )
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, ContentChanged)]
    assert refused.extra["version"] == 2
    with school:
        assert Content.objects.get().version == 2


def test_two_who_begin_at_once_are_told(
    school: School, lecture: Lecture, owner: User, at_once: Callable[..., list[Any]]
) -> None:
    deed = lambda: write_text(lecture=lecture, html="<p>First</p>", known_version=0, by=owner)  # noqa: E731
    outcomes = at_once([deed, deed])
    assert sum(isinstance(outcome, ContentChanged) for outcome in outcomes) == 1


def test_a_sitting_is_one_line_of_the_log(school: School, lecture: Lecture, owner: User) -> None:
    other = school.person("instructor")
    with school:
        for words in ("a", "ab", "abc"):
            write_text(lecture=lecture, html=f"<p>{words}</p>", by=owner)
        entries = AuditEntry.objects.filter(action="lecture.content_changed")
        assert entries.count() == 1
        write_text(lecture=lecture, html="<p>abcd</p>", by=other)
        assert entries.count() == 2
        Content.objects.update(updated_at=timezone.now() - timedelta(hours=1))
        write_text(lecture=lecture, html="<p>abcde</p>", by=other)
        assert entries.count() == 3


def test_a_picture_is_written_anew_and_goes_when_no_text_names_it(
    school: School, lecture: Lecture, owner: User
) -> None:
    with school:
        path, made = add_picture(lecture=lecture, image=picture((2000, 1000)), by=owner)
        assert (made.width, made.height) == (1600, 800)
        assert media().get(path)[8:12] == b"WEBP"
        write_text(lecture=lecture, html=f'<p>See</p><img src="{path}">', by=owner)
        jobs.delete_unnamed_files(paths=[path])
        assert media().get(path)
        assert "X-Amz-Signature" in with_addresses(Content.objects.get().body["html"])
        write_text(lecture=lecture, html="<p>See</p>", by=owner)
        jobs.delete_unnamed_files(paths=[path])
        with pytest.raises(NoSuchObject):
            media().get(path)


def test_what_is_no_picture_is_refused(school: School, lecture: Lecture, owner: User) -> None:
    with school, pytest.raises(Invalid, match="not a picture"):
        add_picture(lecture=lecture, image=BytesIO(b"<svg onload=alert(1)>"), by=owner)


def test_a_video_lecture_takes_no_text(school: School, course: Course, owner: User) -> None:
    with school, pytest.raises(Conflict, match="is no text"):
        write_text(lecture=course.lectures.get(), html="<p>a</p>", by=owner)


def test_the_editor_saves_and_tells_who_is_late(school: School, lecture: Lecture, owner: User) -> None:
    client = school.client(owner)
    url = f"/dashboard/courses/lectures/{lecture.pk}/text/"
    page = client.get(url)
    assert page.status_code == 200
    assert "img-src 'self' data: blob: http://" in page["Content-Security-Policy"]

    def send(html: str, version: int) -> Any:
        return client.post(
            url,
            {"html": html, "version": version},
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    assert send("<p>One</p>", 0).json() == {"version": 1}
    late = send("<p>Two</p>", 0)
    assert late.status_code == 409
    assert late.json()["version"] == 1
    upload = SimpleUploadedFile("map.png", picture((400, 300)).getvalue(), "image/png")
    sent = client.post(f"{url}pictures/", {"image": upload})
    assert sent.status_code == 201
    assert sent.json()["width"] == 400
    assert client.post(f"{url}pictures/").status_code == 422


def test_a_student_reads_it_and_marks_it_as_done(school: School, course: Course, lecture: Lecture, owner: User) -> None:
    student = school.person()
    school.enroll(student, course)
    with school:
        path, _ = add_picture(lecture=lecture, image=picture((400, 300)), by=owner)
        write_text(lecture=lecture, html=f'<h2>Alpha</h2><img src="{path}" alt="A map">', by=owner)
    client, url = school.client(student), f"/learn/{course.slug}/{lecture.pk}/"
    page = client.get(url)
    body = page.content.decode()
    assert "<h2>Alpha</h2>" in body
    assert "X-Amz-Signature" in body
    assert "mark-done" in body
    assert "http://" in page["Content-Security-Policy"].partition("img-src")[2].partition(";")[0]
    assert client.post(f"{url}completion/", {"next": ""}).status_code == 302
    assert "mark-done" not in client.get(url).content.decode()


def test_programs_read_and_write_it(school: School, lecture: Lecture, owner: User, course: Course) -> None:
    api = token_of(school, owner)
    url = f"/api/v1/lectures/{lecture.pk}/text"
    assert api.get(url).json()["version"] == 0
    assert api.put(url, {"html": "<p>Alpha<script></script></p>"}, **JSON).json()["html"] == "<p>Alpha</p>"
    assert api.put(url, {"html": "<p>Late</p>", "version": 0}, **JSON).status_code == 409
    with school:
        video = course.lectures.get(kind="video")
    assert api.get(f"/api/v1/lectures/{video.pk}/text").status_code == 409

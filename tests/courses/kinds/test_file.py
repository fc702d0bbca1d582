"""Files: sent to the store by the browser, and judged by what has arrived."""

from typing import Any

import pytest
import urllib3

from colonnade.accounts.models import User
from colonnade.courses import actions, jobs
from colonnade.courses.kinds.file.actions import BYTES_MAXIMUM, FileUpload, begin_file, complete_file
from colonnade.courses.kinds.file.formats import FORMATS, HEAD, check
from colonnade.courses.kinds.file.held import held_file
from colonnade.courses.kinds.file.jobs import delete_upload
from colonnade.courses.models import Content, Course, Lecture
from colonnade.lib.objects import NoSuchObject, media, uploads
from colonnade.lib.problems import Conflict, Invalid
from tests.courses.images import picture
from tests.courses.kinds.documents import pdf
from tests.factories import School
from tests.test_api import token_of


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", published=False)


@pytest.fixture
def lecture(school: School, course: Course, owner: User) -> Lecture:
    with school:
        return actions.add_lecture(section=course.sections.get(), title="Handout", kind="file", by=owner)


def put(upload: FileUpload | dict[str, Any], body: bytes) -> int:
    url = upload.url if isinstance(upload, FileUpload) else upload["url"]
    return urllib3.request("PUT", url, body=body, retries=False).status


def send(lecture: Lecture, name: str, body: bytes, by: User) -> Any:
    upload = begin_file(lecture=lecture, filename=name, size=len(body), by=by)
    assert put(upload, body) == 200
    return complete_file(lecture=lecture, ticket=upload.ticket, by=by)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        ("A.PDF", b"\n\n%PDF-1.4"),
        ("a.docx", b"PK\x03\x04rest"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.mp3", b"ID3\x04"),
        ("a.mp3", b"\xff\xfb\x90"),
        ("a.m4a", b"\0\0\0\x20ftypM4A "),
        ("a.csv", "Wörter;Zahl\n".encode()),
        ("a.txt", ("ä" * HEAD).encode()[:HEAD]),
        ("a.txt", b""),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name: str, head: bytes) -> None:
    assert check(name, head).content_type


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>", "called a PDF"),
        ("a.pdf", b"MZ\x90\0", "called a PDF"),
        ("a.png", b"%PDF-1.7", "called a PNG"),
        ("a.txt", b"MZ\0\0", "called a TXT"),
        ("a.txt", b"\xff\xfe\xfd\xfc\xfb", "called a TXT"),
        ("a.html", b"<p>", "Put anything else into a ZIP"),
        ("a.svg", b"<svg/>", "Put anything else into a ZIP"),
        ("a.pdf.exe", b"%PDF-", "Put anything else into a ZIP"),
        ("noname", b"%PDF-", "Put anything else into a ZIP"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name: str, head: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        check(name, head)


def test_nothing_that_a_browser_runs_is_among_the_formats() -> None:
    for found in FORMATS.values():
        assert not any(word in found.content_type for word in ("html", "svg", "script", "xml;", "xhtml"))


def test_a_pdf_is_kept_and_looked_at(school: School, lecture: Lecture, owner: User) -> None:
    body = pdf("Alpha")
    with school:
        file = send(lecture, "C:\\docs\\Hand\nout.pdf", body, owner)
        assert (file.filename, file.size, file.look) == ("Handout.pdf", len(body), "pdf")
        assert media().get(file.path) == body
        lecture.refresh_from_db()
        assert lecture.lack == ""
        shown = file.document(lecture.title)
    answer = urllib3.request("GET", shown["src"], retries=False)
    assert answer.headers["Content-Type"] == "application/pdf"
    answer = urllib3.request("GET", shown["download_url"], retries=False)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_is_called_a_pdf_and_is_none_is_not_kept(school: School, lecture: Lecture, owner: User) -> None:
    with school:
        with pytest.raises(Invalid, match="called a PDF"):
            send(lecture, "a.pdf", b"<html><script>alert(1)</script></html>", owner)
        assert not Content.objects.exists()


def test_what_has_not_arrived_or_not_whole_is_told(school: School, lecture: Lecture, owner: User) -> None:
    body = pdf("Alpha")
    with school:
        upload = begin_file(lecture=lecture, filename="a.pdf", size=len(body), by=owner)
        with pytest.raises(Conflict, match="not arrived"):
            complete_file(lecture=lecture, ticket=upload.ticket, by=owner)
        assert put(upload, body + b"more than was said") >= 400 or True
        uploads().put(_path(upload), body[:50], content_type="application/pdf")
        with pytest.raises(Conflict, match="not arrived whole"):
            complete_file(lecture=lecture, ticket=upload.ticket, by=owner)


def _path(upload: FileUpload) -> str:
    return "files/" + upload.url.partition("/files/")[2].partition("?")[0]


@pytest.mark.parametrize("size", [0, -1, BYTES_MAXIMUM + 1])
def test_sizes_have_bounds(school: School, lecture: Lecture, owner: User, size: int) -> None:
    with school, pytest.raises(Invalid, match="up to 500 MB"):
        begin_file(lecture=lecture, filename="a.pdf", size=size, by=owner)


def test_a_ticket_is_of_one_lecture_and_one_person(
    school: School, course: Course, lecture: Lecture, owner: User
) -> None:
    body = pdf("Alpha")
    with school:
        other = actions.add_lecture(section=course.sections.get(), title="Other", kind="file", by=owner)
        upload = begin_file(lecture=lecture, filename="a.pdf", size=len(body), by=owner)
        put(upload, body)
        for there, by in ((other, owner), (lecture, school.person("instructor"))):
            with pytest.raises(Invalid, match="another lecture"):
                complete_file(lecture=there, ticket=upload.ticket, by=by)
        with pytest.raises(Invalid, match="expired"):
            complete_file(lecture=lecture, ticket=upload.ticket + "x", by=owner)


def test_another_file_takes_its_place_and_the_former_goes(school: School, lecture: Lecture, owner: User) -> None:
    with school:
        first = send(lecture, "a.pdf", pdf("Alpha"), owner)
        second = send(lecture, "b.png", picture().getvalue(), owner)
        assert held_file(lecture) == second
        jobs.delete_unnamed_files(paths=[first.path, second.path])
        assert media().get(second.path)
        with pytest.raises(NoSuchObject):
            media().get(first.path)


def test_what_was_sent_and_never_shown_is_deleted(school: School, lecture: Lecture, owner: User) -> None:
    with school:
        upload = begin_file(lecture=lecture, filename="a.pdf", size=9, by=owner)
        put(upload, b"%PDF-1.7\n")
        delete_upload(path=_path(upload))
        with pytest.raises(NoSuchObject):
            uploads().get(_path(upload))


def test_through_the_pages(school: School, course: Course, lecture: Lecture, owner: User) -> None:
    client, url = school.client(owner), f"/dashboard/courses/lectures/{lecture.pk}/file/"
    student = school.person()
    school.enroll(student, course)
    json: dict[str, Any] = {"content_type": "application/json"}
    assert client.get(url).status_code == 200
    assert client.post(f"{url}uploads/", {"filename": "a.exe", "size": 5}, **json).status_code == 422
    begun = client.post(f"{url}uploads/", {"filename": "a.pdf", "size": len(pdf("A"))}, **json)
    assert begun.status_code == 201
    assert put(begun.json(), pdf("A")) == 200
    assert client.post(url, {"ticket": begun.json()["ticket"]}, **json).json() == {"url": url}
    assert "a.pdf" in client.get(url).content.decode()

    page = school.client(student).get(f"/learn/{course.slug}/{lecture.pk}/").content.decode()
    assert 'data-island="pdf"' in page
    assert "file-download" in page
    assert client.post(f"{url}download/", {}).status_code == 302
    page = school.client(student).get(f"/learn/{course.slug}/{lecture.pk}/").content.decode()
    assert 'data-island="pdf"' in page
    assert "file-download" not in page


def test_what_cannot_be_looked_at_is_always_offered(school: School, lecture: Lecture, owner: User) -> None:
    with school:
        file = send(lecture, "a.zip", b"PK\x05\x06" + b"\0" * 18, owner)
    assert file.look == "download"
    assert file.is_offered


def test_programs_upload_a_file(school: School, lecture: Lecture, owner: User) -> None:
    api, url = token_of(school, owner), f"/api/v1/lectures/{lecture.pk}/file"
    json: dict[str, Any] = {"content_type": "application/json"}
    assert api.get(url).status_code == 404
    begun = api.post(f"{url}/uploads", {"filename": "a.pdf", "size": len(pdf("A"))}, **json)
    assert begun.status_code == 201
    assert put(begun.json(), pdf("A")) == 200
    assert api.put(url, {"ticket": begun.json()["ticket"]}, **json).json()["filename"] == "a.pdf"
    assert api.patch(url, {"is_downloadable": False}, **json).json()["is_downloadable"] is False
    assert api.get(url).json()["content_type"] == "application/pdf"

"""A course leaves one school and arrives at another, whole; and ZIP files of videos and texts become courses."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest

from colonnade.accounts.models import Role
from colonnade.archives import actions
from colonnade.archives.jobs import forget_old
from colonnade.archives.models import KEPT, CourseExport, CourseImport, ImportState
from colonnade.audit.models import AuditEntry
from colonnade.courses.actions import Rule, add_lecture, set_opening, set_thumbnail
from colonnade.courses.kinds.embed.actions import set_embed
from colonnade.courses.kinds.file.actions import restore_file
from colonnade.courses.kinds.text.actions import add_picture, write_text
from colonnade.courses.models import Course, Lecture, Opening
from colonnade.lib.objects import media, uploads
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos.captions.actions import upload_captions
from colonnade.videos.models import Video, VideoState
from tests.archives.sending import send
from tests.archives.zipping import zipped
from tests.courses.images import picture
from tests.courses.kinds.documents import pdf
from tests.factories import School
from tests.videos.clips import lesson
from tests.videos.uploading import uploaded

pytestmark = pytest.mark.usefixtures("empty_queue")
VTT = b"WEBVTT\n\n00:00:00.500 --> 00:00:01.500\nHello\n"


@pytest.fixture
def film() -> bytes:
    return lesson()


@pytest.fixture
def course(school: School, film: bytes) -> Course:
    """Two sections; a video with captions, one that is still being uploaded, and a picture."""
    owner = school.person(Role.OWNER)
    made = school.course("Greek & Latin", lectures=2, published=False)
    with school:
        video = uploaded(school, film, filename="Alpha.mp4")
        upload_captions(video=video, language="de", content=VTT, by=owner)
        first, second = Lecture.objects.filter(course=made).in_order()
        Lecture.objects.filter(pk=first.pk).update(video=video, title="Alpha", is_preview=True)
        assert second.video_id
        Video.objects.filter(pk=second.video_id).update(state=VideoState.UPLOADING, uploaded_at=None)
        set_thumbnail(course=made, image=picture(), by=owner)
        made.refresh_from_db()
    return made


def exported(school: School, course: Course, run_jobs: Callable[[], None], name: str = "greek-latin.zip") -> bytes:
    with school:
        export = actions.export_course(course=course, by=school.person(Role.INSTRUCTOR))
    run_jobs()
    with school:
        url = actions.export_url(CourseExport.objects.get(pk=export.pk))
    with urlopen(url) as answer:
        assert name in answer.headers["Content-Disposition"]
        return bytes(answer.read())


def test_a_course_arrives_at_another_school_as_it_left(
    school: School, other_school: School, course: Course, film: bytes, run_jobs: Callable[[], None]
) -> None:
    body = exported(school, course, run_jobs)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("colonnade.json"))
        assert archive.read(manifest["course"]["sections"][0]["lectures"][0]["video"]["file"]) == film
    sent = send(other_school, body, "greek.zip")
    run_jobs()
    with other_school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.CHECKED
        assert not Course.objects.exists()  # a dry run
        actions.confirm_import(sent=sent, by=other_school.person(Role.INSTRUCTOR))
    run_jobs()
    run_jobs()  # what the import has queued
    with other_school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.DONE, sent.failure
        made = sent.course
        assert made is not None
        assert (made.title, made.description, made.is_published) == (course.title, course.description, False)
        assert made.thumbnail
        first, second = Lecture.objects.filter(course=made).in_order().select_related("section", "video")
        assert (first.title, first.section.title, first.is_preview) == ("Alpha", "Beginning", True)
        assert first.video is not None
        assert (first.video.filename, first.video.size) == ("Alpha.mp4", len(film))
        assert first.video.state == VideoState.READY
        assert [caption.language for caption in first.video.captions.all()] == ["de"]
        assert second.video is None
        assert AuditEntry.objects.filter(action="course.imported").count() == 1
        assert list(uploads().paths(f"archives/{sent.pk}/")) == []  # what was sent is not kept


def test_texts_files_embeds_and_openings_come_along(
    school: School, other_school: School, run_jobs: Callable[[], None]
) -> None:
    by = school.person(Role.OWNER)
    course = school.course("Mixed", lectures=0, published=False)
    with school:
        section = course.sections.get()
        text = add_lecture(section=section, title="Reading", kind="text", by=by)
        path, _ = add_picture(lecture=text, image=picture(), by=by)
        write_text(lecture=text, html=f'<p>See</p><img src="{path}" alt="a square">', by=by)
        embed = add_lecture(section=section, title="Seen elsewhere", kind="embed", by=by)
        set_embed(lecture=embed, address="https://youtu.be/aqz-KE-bpKQ", by=by)
        file = add_lecture(section=section, title="Handout", kind="file", by=by)
        media().put("files/handout.pdf", pdf("Hello"), content_type="application/pdf")
        restore_file(lecture=file, body={"filename": "Handout.pdf", "path": "files/handout.pdf"}, by=by)
        set_opening(thing=embed, rule=Rule(after_id=text.pk), by=by)
        set_opening(thing=section, rule=Rule(days=7), by=by)
    sent = send(other_school, exported(school, course, run_jobs, "mixed.zip"), "mixed.zip")
    run_jobs()
    with other_school:
        actions.confirm_import(sent=sent, by=other_school.person(Role.INSTRUCTOR))
    run_jobs()
    with other_school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.DONE, sent.failure or sent.refusal
        read, seen, handout = Lecture.objects.in_order()
        assert [each.kind for each in (read, seen, handout)] == ["text", "embed", "file"]
        assert all(each.filled_at for each in (read, seen, handout))
        (shown,) = read.contents.get().files
        assert shown != path
        assert shown in read.contents.get().body["html"]
        assert media().get(shown).startswith(b"RIFF")
        (held,) = handout.contents.get().files
        assert media().get(held) == pdf("Hello")
        rules = {opening.section_id or opening.lecture_id: opening for opening in Opening.objects.all()}
        assert rules[seen.pk].after_id == read.pk
        assert rules[read.section_id].days == 7


def test_content_that_names_what_the_archive_does_not_hold_is_refused(
    school: School, run_jobs: Callable[[], None]
) -> None:
    with school:
        media().put("files/secret.pdf", pdf("Of another lecture"), content_type="application/pdf")
    lecture = {"title": "l", "kind": "file", "content": {"body": {"filename": "a.pdf", "path": "files/secret.pdf"}}}
    course = {"title": "x", "sections": [{"title": "s", "lectures": [lecture]}]}
    manifest = {"format": "colonnade-course", "version": 1, "course": course}
    sent = send(school, zipped({"colonnade.json": json.dumps(manifest)}), "x.zip")
    run_jobs()
    with school:
        actions.confirm_import(sent=sent, by=school.person(Role.INSTRUCTOR))
    run_jobs()
    with school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.FAILED
        assert "is not in the archive" in sent.failure


def test_an_archive_says_what_is_not_in_it(school: School, course: Course, run_jobs: Callable[[], None]) -> None:
    with school:
        Video.objects.filter(filename="Alpha.mp4").update(original_dropped_at=course.created_at)
        export = actions.export_course(course=course, by=school.person(Role.INSTRUCTOR))
    run_jobs()
    with school:
        export.refresh_from_db()
        assert len(export.left_out) == 2
        assert "no longer kept" in export.left_out[0]
        assert "still being uploaded" in export.left_out[1]


def test_asking_twice_writes_one_archive(school: School, course: Course) -> None:
    by = school.person(Role.INSTRUCTOR)
    with school:
        first = actions.export_course(course=course, by=by)
        assert actions.export_course(course=course, by=by) == first
        with pytest.raises(Conflict, match="still being written"):
            actions.export_url(first)


def test_files_and_folders_become_lectures_and_sections(
    school: School, film: bytes, run_jobs: Callable[[], None]
) -> None:
    files: dict[str, Any] = {
        "My course/README.md": "What you *will* learn.",
        "My course/10 Later/1 End.md": "# The end\n\n<script>alert(1)</script> of **it**.",
        "My course/2 First_steps/10_Ten.mp4": film,
        "My course/2 First_steps/2 - Two.mp4": film,
        "My course/2 First_steps/2 - Two.de.vtt": VTT,
        "My course/2 First_steps/notes.xyz": "?",
        "My course/empty.mp4": b"",
    }
    sent = send(school, zipped(files), "archive.zip")
    run_jobs()
    with school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.CHECKED, sent.refusal
        assert [note for note in sent.notes if "notes.xyz" in note]
        assert [note for note in sent.notes if "empty.mp4" in note]
        actions.confirm_import(sent=sent, by=school.person(Role.INSTRUCTOR))
        actions.confirm_import(sent=sent, by=school.person(Role.INSTRUCTOR))  # twice is once
    run_jobs()
    with school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.DONE, sent.failure
        assert sent.course is not None
        assert (sent.course.title, sent.course.description) == ("My course", "What you *will* learn.")
        outline = [
            (lecture.section.title, lecture.title)
            for lecture in sent.course.lectures.in_order().select_related("section")
        ]
        assert outline == [
            ("First steps", "Two"), ("First steps", "Ten"), ("Later", "End"), ("Lectures", "empty"),
        ]  # fmt: skip
        text = Lecture.objects.get(title="End")
        assert text.kind == "text"
        html = text.contents.get().body["html"]
        assert "<strong>it</strong>" in html
        assert "<script" not in html
        assert Course.objects.count() == 1


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ('{"format": "colonnade-course", "version": 2, "course": {}}', "newer Colonnade"),
        ('{"format": "else", "version": 1, "course": {"title": "x"}}', "not as it should be: at format"),
        ("[" * 100_000, "not as it should be|nested too deeply"),
        ('{"format": "colonnade-course", "version": 1, "course": {"title": "x", "id": "7"}}', "at course.id"),
        (
            '{"format": "colonnade-course", "version": 1, "tenant": "0192-foreign", "course": {"title": "x"}}',
            "at tenant",
        ),
        (
            '{"format": "colonnade-course", "version": 1, "course": {"title": "x", "sections": [{"title": "s",'
            ' "lectures": [{"title": "l", "kind": "shell"}]}]}}',
            "kind that is not known here",
        ),
    ],
)
def test_a_manifest_that_is_wrong_is_refused_with_a_reason(
    school: School, run_jobs: Callable[[], None], manifest: str, reason: str
) -> None:
    sent = send(school, zipped({"colonnade.json": manifest}), "x.zip")
    run_jobs()
    with school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.REFUSED
    assert re.search(reason, sent.refusal), sent.refusal
    with school, pytest.raises(Conflict):
        actions.confirm_import(sent=sent, by=school.person(Role.INSTRUCTOR))


def test_an_archive_that_cannot_be_brought_in_leaves_nothing(
    school: School, film: bytes, run_jobs: Callable[[], None]
) -> None:
    sent = send(school, zipped({"a.mp4": film, "b.md": "x " * 200_000}), "long.zip")
    run_jobs()
    with school:
        actions.confirm_import(sent=sent, by=school.person(Role.INSTRUCTOR))
    run_jobs()
    with school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.FAILED
        assert "“b” cannot be brought in" in sent.failure
        assert not Course.objects.exists()
        assert not Video.objects.exists()


def test_a_worker_that_takes_over_brings_no_video_twice(
    school: School, film: bytes, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from colonnade.archives import jobs, making

    sent = send(school, zipped({"1.mp4": film, "2.mp4": film}), "two.zip")
    run_jobs()
    with school:
        actions.confirm_import(sent=sent, by=school.person(Role.INSTRUCTOR))
    whole = making.make_course

    def die(*_: object) -> None:
        raise ConnectionError("killed")

    monkeypatch.setattr(making, "make_course", die)
    with pytest.raises(ConnectionError), naming_tenant(school.tenant.pk):
        jobs.bring(import_id=str(sent.pk))
    monkeypatch.setattr(making, "make_course", whole)
    run_jobs()
    with school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.DONE
        assert Video.objects.count() == 2


def test_archives_have_their_time(school: School, course: Course, run_jobs: Callable[[], None]) -> None:
    sent = send(school, zipped({"a.md": "x"}), "x.zip")
    with school:
        export = actions.export_course(course=course, by=school.person(Role.INSTRUCTOR))
    run_jobs()
    with school:
        CourseExport.objects.update(asked_at=export.asked_at - KEPT)
        CourseImport.objects.update(created_at=sent.created_at - KEPT)
    forget_old()
    run_jobs()
    with school:
        assert not CourseExport.objects.exists()
        assert not CourseImport.objects.exists()
        assert list(uploads().paths("archives/")) == []


def test_another_school_finds_nothing(school: School, other_school: School, course: Course) -> None:
    with school:
        export = actions.export_course(course=course, by=school.person(Role.INSTRUCTOR))
    sent = send(school, zipped({"a.md": "x"}), "x.zip")
    stranger = other_school.client(other_school.person(Role.OWNER))
    for path in (
        f"/dashboard/courses/exports/{export.pk}/",
        f"/dashboard/courses/{course.pk}/exports/",
        f"/dashboard/courses/archives/{sent.pk}/",
    ):
        assert stranger.get(path).status_code == 404

"""The doors to captions: the editor's endpoints, its page, the API, and what viewers get of it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from colonnade.accounts.models import ApiToken, Role, Scope, User
from colonnade.courses.models import Course, Lecture
from colonnade.videos.captions.actions import upload_captions
from colonnade.videos.models import Caption, Video
from tests.factories import School

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nGood morning\n\n2\n00:00:03,000 --> 00:00:04,000\nR&D\n"
JSON = {"accept": "application/json"}


@pytest.fixture
def course(school: School) -> Course:
    return school.course()


@pytest.fixture
def lecture(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.select_related("video").get(course=course)


@pytest.fixture
def video(lecture: Lecture) -> Video:
    video: Video | None = lecture.video
    assert video
    return video


@pytest.fixture
def editor(school: School) -> User:
    return school.person(Role.INSTRUCTOR)


@pytest.fixture
def browser(school: School, editor: User) -> Client:
    return school.client(editor, headers=JSON)


def at(video: Video, end: str = "") -> str:
    return f"/dashboard/videos/{video.pk}/captions/{end}"


def send(browser: Client, video: Video, content: bytes = SRT, **fields: Any) -> Any:
    file = SimpleUploadedFile("a.srt", content, "application/x-subrip")
    return browser.post(at(video), {"file": file, "language": "en"} | fields)


def put(browser: Client, video: Video, language: str = "en", **body: Any) -> Any:
    return browser.put(at(video, f"{language}/"), json.dumps(body), content_type="application/json")


def test_a_file_becomes_captions_and_comes_back_as_both_kinds(browser: Client, video: Video) -> None:
    answer = send(browser, video)
    assert answer.status_code == 201
    document = answer.json()
    assert (document["label"], document["version"], document["cue_count"]) == ("English", 1, 2)
    assert document["cues"][1] == {"start": 3000, "end": 4000, "text": "R&D", "settings": ""}
    vtt, srt = browser.get(at(video, "en.vtt")), browser.get(at(video, "en.srt"))
    assert vtt["Content-Type"] == "text/vtt; charset=utf-8"
    assert vtt["Content-Disposition"] == 'attachment; filename="lesson.en.vtt"'
    assert b"R&amp;D" in vtt.content
    assert srt.content.decode().endswith("00:00:03,000 --> 00:00:04,000\nR&D\n")
    assert browser.get(at(video, "en.exe")).status_code == 404
    assert browser.get(at(video, "de.vtt")).status_code == 404


def test_what_is_wrong_with_a_file_is_told(browser: Client, video: Video) -> None:
    answer = send(browser, video, b"nonsense")
    assert answer.status_code == 422
    assert "neither an SRT nor a WebVTT" in answer.json()["detail"]
    assert browser.post(at(video), {"language": "en"}).json()["detail"] == "Choose an SRT or WebVTT file."
    assert "is no language" in send(browser, video, language="Klingonese").json()["detail"]


def test_replacing_names_the_version(browser: Client, video: Video) -> None:
    send(browser, video)
    assert send(browser, video).status_code == 409
    assert send(browser, video, version="1").json()["version"] == 2
    assert send(browser, video, version="nonsense").status_code == 409


def test_the_first_captions_can_be_written(browser: Client, video: Video) -> None:
    cue = {"start": 0, "end": 1000, "text": "Hallo <script>x</script>", "settings": "line:0 region:x nonsense"}
    answer = put(browser, video, "de", version=None, cues=[cue])
    assert answer.status_code == 200
    assert answer.json()["cues"] == [{"start": 0, "end": 1000, "text": "Hallo", "settings": "line:0"}]
    assert put(browser, video, "de", version=None, cues=[cue]).status_code == 409


def test_a_change_is_saved_and_a_stale_one_is_told(school: School, browser: Client, video: Video) -> None:
    send(browser, video)
    cue = {"start": 0, "end": 1000, "text": "Changed"}
    saved = put(browser, video, version=1, cues=[cue], label="English (CC)")
    assert (saved.json()["version"], saved.json()["label"]) == (2, "English (CC)")
    stale = put(browser, video, version=1, cues=[cue])
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    wrong = put(browser, video, version=2, cues=[{"start": 5, "end": 1, "text": "x"}])
    assert (wrong.status_code, "Caption 1 ends" in wrong.json()["detail"]) == (422, True)
    assert put(browser, video, version=2, cues="x").status_code == 422
    with school:
        assert Caption.objects.get().text == "Changed"


def test_captions_are_deleted(browser: Client, video: Video) -> None:
    send(browser, video)
    assert browser.delete(at(video, "en/")).status_code == 204
    assert browser.get(at(video, "en/")).status_code == 404
    gone = put(browser, video, version=1, cues=[{"start": 0, "end": 1000, "text": "x"}])
    assert (gone.status_code, "deleted by somebody else" in gone.json()["detail"]) == (404, True)


def test_the_page_has_what_the_editor_needs(browser: Client, lecture: Lecture, video: Video) -> None:
    send(browser, video)
    path = f"/dashboard/courses/lectures/{lecture.pk}/captions/"
    page = browser.get(path, headers={"accept": "text/html"})
    assert f"Captions of {lecture.title}" in page.content.decode()
    found = browser.get(path).json()
    assert found["captions"] == [
        {"language": "en", "name": "English", "label": "English", "source": "Uploaded", "version": 1, "cue_count": 2,
         "is_draft": False, "progress": None}
    ]  # fmt: skip
    assert found["captions_url"] == at(video)
    assert ["de", "German"] in found["languages"]
    assert found["src"].startswith("/v/")


def test_without_a_ready_video_the_page_says_so(school: School, browser: Client, lecture: Lecture) -> None:
    with school:
        Lecture.objects.update(video=None)
    page = browser.get(f"/dashboard/courses/lectures/{lecture.pk}/captions/", headers={"accept": "text/html"})
    assert "There is no video to write captions for yet" in page.content.decode()


def test_viewers_get_captions_with_the_player(
    school: School, editor: User, course: Course, lecture: Lecture, video: Video
) -> None:
    student = school.person()
    school.enroll(student, course)
    path = f"/learn/{course.slug}/{lecture.pk}/"
    without = school.client(student).get(path)
    assert without.context["player"]["tracks"] == []
    assert "data-island=&quot;transcript" not in without.content.decode()
    assert 'data-island="transcript"' not in without.content.decode()
    with school:
        upload_captions(video=video, language="en", content=SRT, by=editor)
    page = school.client(student).get(path)
    (track,) = page.context["player"]["tracks"]
    assert (track["srclang"], track["label"]) == ("en", "English")
    assert 'data-island="transcript"' in page.content.decode()


def test_programs_set_read_and_delete_captions(school: School, editor: User, video: Video) -> None:
    secret = ApiToken.new_secret()
    with school:
        ApiToken.objects.create(user=editor, name="t", secret_hash=ApiToken.hash_of(secret), scopes=Scope.values)
    client = school.client(headers={"authorization": f"Bearer {secret}"})
    path = f"/api/v1/videos/{video.pk}/captions"

    def set_to(text: str, **headers: str) -> Any:
        body = json.dumps({"content": f"WEBVTT\n\n00:01.000 --> 01:30.000\n{text}\n"})
        return client.put(f"{path}/ger", body, content_type="application/json", headers=headers)

    made = set_to("Eins").json()
    assert (made["language"], made["name"], made["text"], made["version"]) == ("de", "German", "Eins", 1)
    assert "Are they of this video?" in made["doubts"][0]
    assert set_to("Zwei").json()["version"] == 2
    assert [each["language"] for each in client.get(path).json()] == ["de"]
    read = client.get(f"{path}/de")
    assert read.json()["vtt"].endswith("Zwei\n")
    assert set_to("Drei", if_match='"old"').status_code == 412
    assert set_to("Drei", if_match=read["ETag"]).status_code == 200
    assert client.delete(f"{path}/de", headers={"if_match": read["ETag"]}).status_code == 412
    assert client.delete(f"{path}/de").status_code == 204
    assert client.get(f"{path}/de").status_code == 404
    assert client.get(f"{path}/nonsense").status_code == 404

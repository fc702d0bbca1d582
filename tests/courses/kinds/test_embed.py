"""Videos that lie elsewhere: their addresses in all shapes, and nothing loaded before somebody agrees."""

import pytest

from colonnade.accounts.models import User
from colonnade.courses import actions
from colonnade.courses.kinds.embed.actions import set_embed
from colonnade.courses.kinds.embed.providers import Embedded, read_address
from colonnade.courses.models import Course, Lecture
from colonnade.lib.problems import Invalid
from tests.factories import School
from tests.test_api import token_of

BUNNY = "aqz-KE-bpKQ"


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", published=False)


@pytest.fixture
def lecture(school: School, course: Course, owner: User) -> Lecture:
    with school:
        return actions.add_lecture(section=course.sections.get(), title="Bunny", kind="embed", by=owner)


@pytest.mark.parametrize(
    ("address", "start"),
    [
        (f"https://www.youtube.com/watch?v={BUNNY}", 0),
        (f"http://youtube.com/watch?v={BUNNY}&list=PL1&index=2", 0),
        (f"youtube.com/watch?feature=share&v={BUNNY}", 0),
        (f"https://m.youtube.com/watch?v={BUNNY}&t=90", 90),
        (f"https://music.youtube.com/watch?v={BUNNY}", 0),
        (f"https://youtu.be/{BUNNY}?si=abcdef&t=1m30s", 90),
        (f"youtu.be/{BUNNY}", 0),
        (f"https://www.youtube.com/embed/{BUNNY}?start=5", 5),
        (f"https://www.youtube-nocookie.com/embed/{BUNNY}", 0),
        (f"https://www.youtube.com/shorts/{BUNNY}", 0),
        (f"https://www.youtube.com/live/{BUNNY}?feature=share", 0),
        (f"https://www.youtube.com/v/{BUNNY}", 0),
        (f"https://www.youtube.com/watch?v={BUNNY}#t=1h2m3s", 3723),
        (f"  //www.youtube.com/watch?v={BUNNY} ", 0),
        (f'<iframe width="560" height="315" src="https://www.youtube.com/embed/{BUNNY}?si=x&amp;start=7"></iframe>', 7),
    ],
)
def test_youtubes_addresses(address: str, start: int) -> None:
    assert read_address(address) == Embedded("YouTube", BUNNY, start=start)


@pytest.mark.parametrize(
    ("address", "secret", "start"),
    [
        ("https://vimeo.com/1084537", "", 0),
        ("https://vimeo.com/1084537/0123456789", "0123456789", 0),
        ("vimeo.com/1084537?share=copy#t=30s", "", 30),
        ("https://player.vimeo.com/video/1084537?h=0123456789&badge=0", "0123456789", 0),
        ("https://vimeo.com/channels/staffpicks/1084537", "", 0),
        ("https://vimeo.com/groups/animation/videos/1084537", "", 0),
        ("https://vimeo.com/showcase/123456/video/1084537", "", 0),
        ("https://vimeo.com/manage/videos/1084537", "", 0),
        ('<div><iframe src="https://player.vimeo.com/video/1084537?h=0123456789"></iframe></div>', "0123456789", 0),
    ],
)
def test_vimeos_addresses(address: str, secret: str, start: int) -> None:
    assert read_address(address) == Embedded("Vimeo", "1084537", secret, start)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hello",
        "https://example.org/watch?v=aqz-KE-bpKQ",
        "https://youtube.com.evil.example/watch?v=aqz-KE-bpKQ",
        "https://evil.example/https://youtu.be/aqz-KE-bpKQ",
        "https://youtube.com@evil.example/watch?v=aqz-KE-bpKQ",
        "javascript:alert(1)//youtube.com/watch?v=aqz-KE-bpKQ",
        "https://www.youtube.com/",
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/playlist?list=PL123",
        "https://www.youtube.com/embed/videoseries?list=PL123",
        "https://www.youtube.com/watch?v=tooshort",
        'https://www.youtube.com/watch?v="><script>a',
        "https://vimeo.com/",
        "https://vimeo.com/categories/animation",
        "ftp://vimeo.com/1084537",
        "https://[broken",
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="YouTube or Vimeo"):
        read_address(address)


def test_an_address_is_kept_in_one_form_that_reads_the_same_again() -> None:
    for video in (Embedded("YouTube", BUNNY, start=90), Embedded("Vimeo", "1084537", "0123456789", 30)):
        assert read_address(video.address) == video
        assert video.frame.startswith(video.origin)
    assert "dnt=1" in Embedded("Vimeo", "1084537").frame
    assert "youtube-nocookie.com" in Embedded("YouTube", BUNNY).frame


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(school: School, lecture: Lecture, owner: User) -> None:
    client, url = school.client(owner), f"/dashboard/courses/lectures/{lecture.pk}/embed/"
    answer = client.post(url, {"address": "https://example.org/film"})
    assert answer.status_code == 422
    assert "https://example.org/film" in answer.content.decode()
    answer = client.post(url, {"address": f"https://youtu.be/{BUNNY}"})
    assert answer["Location"].endswith(f"#lecture-{lecture.pk}")
    with school:
        lecture.refresh_from_db()
        assert lecture.lack == ""


def test_the_page_loads_nothing_from_there_and_may_frame_only_that(
    school: School, course: Course, lecture: Lecture, owner: User
) -> None:
    student = school.person()
    school.enroll(student, course)
    with school:
        set_embed(lecture=lecture, address=f"https://youtu.be/{BUNNY}", by=owner)
        video = course.lectures.get(kind="video")
    client = school.client(student)
    page = client.get(f"/learn/{course.slug}/{lecture.pk}/")
    body, policy = page.content.decode(), page["Content-Security-Policy"]
    assert "<iframe" not in body
    assert "Load from YouTube" in body
    assert "frame-src https://www.youtube-nocookie.com;" in policy + ";"
    assert "frame-src" not in client.get(f"/learn/{course.slug}/{video.pk}/")["Content-Security-Policy"]


def test_programs_name_a_video(school: School, lecture: Lecture, owner: User) -> None:
    api, url = token_of(school, owner), f"/api/v1/lectures/{lecture.pk}/embed"
    assert api.get(url).json()["provider"] is None
    answer = api.put(url, {"address": "https://vimeo.com/1084537"}, content_type="application/json")
    assert answer.json()["frame"].startswith("https://player.vimeo.com/video/1084537")
    assert api.put(url, {"address": "nothing"}, content_type="application/json").status_code == 422

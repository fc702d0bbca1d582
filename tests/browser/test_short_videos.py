"""Short videos of awkward lengths, through the worker and the player, to their last frame."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from colonnade.courses.models import Course, Lecture
from colonnade.lib.tenancy import uuid7
from colonnade.videos.models import Video, VideoState
from tests import factories
from tests.browser.house import House
from tests.browser.test_main_job import PLAYER, VIDEO, sign_in, wait
from tests.factories import School
from tests.videos.clips import ffmpeg
from tests.videos.uploading import uploaded

FASTER = 2


def clip(
    folder: Path, picture: float, sound: float, *, late: float = 0.0, gop: int = 250, matrix: str = "bt709"
) -> bytes:
    """Seconds of each; `gop` is the most frames from key frame to key frame. Only BT.709 can be copied."""
    made = folder / f"{uuid7()}.mp4"
    pictures = ["-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=25:duration={picture}"]
    sounds = ["-itsoffset", str(late), "-f", "lavfi", "-i", f"sine=frequency=440:duration={sound}"]
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-colorspace", matrix, "-c:a", "aac"]
    ffmpeg(*pictures, *sounds, *codecs, "-g", str(gop), str(made))
    return made.read_bytes()


MAKERS: dict[str, Callable[[Path], bytes]] = {
    "one segment of picture, copied": lambda folder: clip(folder, 5.28, 5.28),
    "one segment to the frame": lambda folder: clip(folder, 4, 4),
    "two segments to the frame": lambda folder: clip(folder, 8, 8, gop=50),
    "sound a little longer": lambda folder: clip(folder, 4, 4.05),
    "sound late and short": lambda folder: clip(folder, 5.28, 3.5, late=0.5),
    "encoded, two segments to the frame": lambda folder: clip(folder, 8, 8, matrix="smpte170m"),
}


@pytest.fixture(scope="module")
def school() -> School:
    return factories.school()


@pytest.fixture(scope="module")
def course(house: House, school: School, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A lecture for each clip, encoded by the house's worker."""
    folder = tmp_path_factory.mktemp("short")
    videos = [uploaded(school, make(folder)) for make in MAKERS.values()]
    course = school.course(lectures=len(videos))
    with school:
        for lecture, title, video in zip(course.lectures.order_by("position"), MAKERS, videos, strict=True):
            lecture.title, lecture.video = title, video
            lecture.save()
    for video in videos:
        wait_until_ready(school, video)
    return course


def wait_until_ready(school: School, video: Video) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with school:
            video.refresh_from_db()
        if video.state == VideoState.READY:
            return
        assert video.state != VideoState.FAILED, video.failure
        time.sleep(0.1)
    raise AssertionError(f"still {video.state}")


def test_short_videos_play_to_their_end(
    house: House, school: School, course: Course, visitor: Callable[..., Page], subtests: pytest.Subtests
) -> None:
    student = school.person()
    school.enroll(student, course)
    page = visitor()
    site = house.at(school.tenant.subdomain)
    sign_in(page, site, student.email)
    with school:
        lectures = list(Lecture.objects.filter(course=course).order_by("position"))
    for lecture in lectures:
        with subtests.test(lecture.title):
            page.goto(f"{site}/learn/{course.slug}/{lecture.pk}/")
            expect(page.locator(PLAYER)).to_have_attribute("data-state", "ready")
            page.locator(VIDEO).evaluate(f"video => {{ video.playbackRate = {FASTER}; return video.play() }}")
            wait(page, "video.ended")

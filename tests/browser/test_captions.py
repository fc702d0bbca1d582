"""Captions as an instructor makes them and a student reads them, in a real browser."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Course, Lecture
from colonnade.videos.captions.actions import edit_captions
from colonnade.videos.captions.cues import Cue
from colonnade.videos.models import Caption
from tests.browser.house import House
from tests.factories import PASSWORD, School
from tests.videos import clips
from tests.videos.captions.test_recognition import SPEECH
from tests.videos.uploading import uploaded

SECONDS = 12
SRT = """1
00:00:00,500 --> 00:00:03,000
Good morning

2
00:00:04,000 --> 00:00:07,000
Columns carry the roof

3
00:00:08,000 --> 00:00:11,000
Good night
"""


@pytest.fixture
def course(house: House, school: School) -> Course:
    return course_of(school, clips.lesson(SECONDS))


def course_of(school: School, file: bytes) -> Course:
    course = school.course()
    video = uploaded(school, file)
    deadline = time.monotonic() + 60
    while not video.is_ready:  # the house's worker makes it
        assert time.monotonic() < deadline, video.state
        time.sleep(0.2)
        with school:
            video.refresh_from_db()
    with school:
        Lecture.objects.filter(course=course).update(video=video)
    return course


@pytest.fixture
def lecture(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.get(course=course)


@pytest.fixture
def arrive(house: House, school: School, visitor: Callable[..., Page]) -> Callable[..., Page]:
    """Makes a browser in which the person is signed in, at the path."""

    def sign_in(person: User, path: str, **options: object) -> Page:
        page = visitor(**options)
        page.goto(f"{house.at(school.tenant.subdomain)}/login/?next={path}")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile("^[^?]*" + re.escape(path)))
        return page

    return sign_in


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.srt"
    path.write_text(SRT)
    return path


def editor_of(lecture: Lecture) -> str:
    return f"/dashboard/courses/lectures/{lecture.pk}/captions/"


def add_language(page: Page, tag: str, file: Path) -> None:
    page.get_by_test_id("new-language").select_option(tag)
    page.get_by_test_id("new-file").set_input_files(file)
    page.get_by_test_id("add-language").click()


def cues(page: Page) -> Locator:
    return page.get_by_test_id("cue")


def saved(page: Page) -> None:
    expect(page.get_by_test_id("captions")).to_have_attribute("data-state", "saved")


def texts(school: School, language: str = "en") -> list[str]:
    with school:
        return Caption.objects.get(language=language).text.split("\n")


def test_captions_are_uploaded_edited_and_read_by_a_student(
    school: School, course: Course, lecture: Lecture, srt: Path, arrive: Callable[..., Page],
    accessible: Callable[[Page], None],
) -> None:  # fmt: skip
    page = arrive(school.person(Role.INSTRUCTOR), f"/dashboard/courses/{course.pk}/")
    page.get_by_test_id("edit-captions").click()
    expect(page.get_by_role("heading", name="No captions yet")).to_be_visible()
    accessible(page)
    page.get_by_test_id("first-captions").click()
    accessible(page)
    add_language(page, "en", srt)
    expect(cues(page)).to_have_count(3)
    saved(page)
    accessible(page)

    cues(page).nth(1).locator("textarea").fill("Columns carry <b>the roof</b> & more")
    cues(page).nth(1).get_by_label("End of caption 2").fill("0:07.5")
    page.keyboard.press("Control+s")
    saved(page)
    expect(cues(page).nth(1).get_by_label("End of caption 2")).to_have_value("0:07.500")
    assert texts(school) == ["Good morning", "Columns carry the roof & more", "Good night"]
    with page.expect_download() as download:
        page.get_by_test_id("download-srt").click()
    assert "00:00:04,000 --> 00:00:07,500" in Path(download.value.path()).read_text()

    student = school.person()
    school.enroll(student, course)
    page = arrive(student, f"/learn/{course.slug}/{lecture.pk}/")
    lines = page.locator(".transcript-line")
    expect(lines).to_have_count(3)
    accessible(page)
    page.get_by_test_id("transcript-search").fill("ROOF")
    expect(page.get_by_test_id("transcript-says")).to_have_text("1 of 3 lines")
    expect(lines.filter(visible=True)).to_have_count(1)
    lines.filter(visible=True).click()
    video = page.locator("[data-island=player] video")
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    assert 4 <= video.evaluate("video => video.currentTime") < 8
    page.keyboard.press("Escape")

    page.locator("media-captions-button").click()
    shown = "v => [...v.textTracks].filter(t => t.mode === 'showing' && t.kind !== 'metadata').map(t => t.language)"
    page.wait_for_function(f"() => ({shown})(document.querySelector('[data-island=player] video')).length === 1")
    page.wait_for_function(
        "() => [...document.querySelector('[data-island=player] video').textTracks]"
        ".some(t => t.mode === 'showing' && t.cues && [...t.cues].some(c => c.text.includes('carry')))"
    )
    page.reload()
    page.wait_for_function(f"() => ({shown})(document.querySelector('[data-island=player] video')).join() === 'en'")


def test_the_keyboard_writes_captions_from_nothing(
    school: School, lecture: Lecture, arrive: Callable[..., Page]
) -> None:
    page = arrive(school.person(Role.INSTRUCTOR), editor_of(lecture))
    video = page.get_by_test_id("captions-video")
    page.wait_for_function("() => document.querySelector('[data-testid=captions-video]')?.readyState > 1")
    page.get_by_test_id("first-captions").click()
    page.get_by_test_id("new-language").select_option("de")
    page.get_by_label("Nothing: I write them here").check()
    page.get_by_test_id("add-language").click()
    page.keyboard.type("Guten Morgen")
    page.keyboard.press("Enter")
    page.keyboard.type("Säulen tragen das Dach")
    page.keyboard.press("Enter")
    page.keyboard.type("Weg damit")
    page.keyboard.press("Escape")
    expect(cues(page)).to_have_count(3)
    page.keyboard.press("Delete")
    expect(cues(page)).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(cues(page)).to_have_count(3)
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => !document.querySelector('[data-testid=captions-video]').seeking")
    assert video.evaluate("video => video.currentTime") == pytest.approx(2, abs=0.1)
    page.keyboard.press("i")
    expect(cues(page).first.get_by_label("Begin of caption 1")).to_have_value(re.compile(r"0:0[12]\.\d{3}"))
    page.keyboard.press("Control+s")
    saved(page)
    assert texts(school, "de") == ["Guten Morgen", "Säulen tragen das Dach"]
    page.keyboard.press("m")
    expect(cues(page)).to_have_count(1)
    page.keyboard.press("s")
    expect(cues(page)).to_have_count(2)


def test_nothing_typed_is_lost_without_a_line_or_to_somebody_faster(
    school: School, lecture: Lecture, srt: Path, arrive: Callable[..., Page]
) -> None:
    page = arrive(school.person(Role.INSTRUCTOR), editor_of(lecture))
    page.get_by_test_id("first-captions").click()
    add_language(page, "en", srt)
    expect(cues(page)).to_have_count(3)

    page.context.set_offline(True)
    cues(page).first.locator("textarea").fill("Typed in a tunnel")
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("save-state")).to_contain_text("No connection")
    page.context.set_offline(False)
    saved(page)
    assert texts(school)[0] == "Typed in a tunnel"

    cues(page).first.locator("textarea").fill("Typed and left")
    page.wait_for_function("() => document.querySelector('[data-testid=captions]')?.dataset.kept === 'true'")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(cues(page).first.locator("textarea")).to_have_value("Typed and left")
    expect(page.get_by_test_id("caption-notes")).to_contain_text("is back")

    with school:
        caption = Caption.objects.get()
        grace = school.person(Role.INSTRUCTOR, name="Grace")
        edit_captions(caption=caption, cues=[Cue(0, 900, "Hers")], version=caption.version, by=grace)
    page.get_by_test_id("save-captions").click()
    expect(page.get_by_test_id("caption-notes")).to_contain_text("Grace has saved these captions")
    page.get_by_test_id("take-theirs").click()
    expect(cues(page)).to_have_count(1)
    page.get_by_test_id("undo-captions").click()
    expect(cues(page).first.locator("textarea")).to_have_value("Typed and left")
    page.get_by_test_id("save-captions").click()
    saved(page)
    assert texts(school)[0] == "Typed and left"


def test_the_timeline_shows_the_sound_and_lets_edges_be_drawn(
    school: School, lecture: Lecture, srt: Path, arrive: Callable[..., Page]
) -> None:
    page = arrive(school.person(Role.INSTRUCTOR), editor_of(lecture))
    page.get_by_test_id("first-captions").click()
    add_language(page, "en", srt)
    timeline = page.get_by_test_id("timeline")
    expect(timeline.locator(".timeline-block")).to_have_count(3)
    page.wait_for_function(  # the tone of the clip is drawn: more than the marks of time are on the canvas
        """() => {
            const canvas = document.querySelector('.timeline-wave');
            const { data } = canvas.getContext('2d').getImageData(0, canvas.height / 2, canvas.width, 20);
            let drawn = 0;
            for (let at = 3; at < data.length; at += 4) if (data[at]) drawn += 1;
            return drawn > canvas.width;
        }"""
    )
    edge = timeline.locator(".timeline-block").first.locator("[data-edge=end]")
    edge.scroll_into_view_if_needed()
    box = edge.bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 34, box["y"] + 20, steps=5)
    page.mouse.up()
    expect(cues(page).first.get_by_label("End of caption 1")).to_have_value("0:03.500")


def test_a_computer_makes_a_draft_that_viewers_get_once_it_is_saved(
    house: House, school: School, arrive: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "spoken.mp4"
    picture = "color=c=navy:size=320x180:rate=10"
    clips.ffmpeg("-f", "lavfi", "-i", picture, "-i", str(SPEECH), "-shortest", "-c:a", "aac", str(path))
    course = course_of(school, path.read_bytes())
    with school:
        lecture = Lecture.objects.get(course=course)
    page = arrive(school.person(Role.INSTRUCTOR), editor_of(lecture))
    page.get_by_test_id("first-captions").click()
    page.get_by_test_id("new-language").select_option("is")
    expect(page.get_by_label("What a computer hears")).to_be_disabled()
    page.get_by_test_id("new-language").select_option("en")
    page.get_by_label("What a computer hears").check()
    page.get_by_test_id("add-language").click()
    expect(page.get_by_test_id("listening").or_(cues(page).first)).to_be_visible()
    expect(cues(page).first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("caption-notes")).to_contain_text("a draft that a computer has made")
    with school:
        assert not Caption.objects.shown().exists()
    page.get_by_test_id("save-captions").click()
    saved(page)
    with school:
        assert Caption.objects.shown().exists()

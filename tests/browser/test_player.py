"""The player by itself: how soon it starts, what it offers, and what it says when it cannot go on."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Course, Lecture
from colonnade.tenants.actions import change_school
from tests import factories
from tests.browser.house import House, free_port
from tests.browser.test_main_job import CLIP, PLAYER, VIDEO, longer, play, sign_in, wait
from tests.factories import School
from tests.videos.clips import lesson
from tests.videos.watching import encoded

Visitor = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.fixture(scope="module")
def web() -> Iterator[House]:
    house = House(free_port())
    house.start("web")
    yield house
    house.stop()


@dataclass
class Watched:
    """A lecture of 21 s in several sizes, and who may watch it."""

    school: School
    course: Course
    lecture: Lecture
    url: str

    def person(self, role: str = Role.STUDENT, **fields: Any) -> User:
        user = self.school.person(role, **fields)
        if role == Role.STUDENT:
            self.school.enroll(user, self.course)
        return user

    @property
    def page(self) -> str:
        return f"{self.url}/learn/{self.course.slug}/{self.lecture.pk}/"


@pytest.fixture(scope="module")
def watched(web: House, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    school = factories.school("A school of drawing")
    course = school.course("Drawing animals")
    video = encoded(school, longer(CLIP, tmp_path_factory.mktemp("clips")).read_bytes())
    with school:
        lecture = Lecture.objects.get(course=course)
        chapters = [(0, 10, "The rabbit"), (10, 21, "The butterfly")]
        video.chapters = [{"start": start, "end": end, "title": title} for start, end, title in chapters]
        video.save()
        lecture.video = video
        lecture.save()
    return Watched(school, course, lecture, web.at(school.tenant.subdomain))


def arrive(visitor: Visitor, watched: Watched, user: User | None = None, **options: Any) -> Page:
    """Signed in, on the lecture's page, the player there."""
    page = visitor(**options)
    sign_in(page, watched.url, (user or watched.person()).email)
    page.goto(watched.page)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator(PLAYER)).to_have_attribute("data-state", re.compile("ready|paused|playing"))


def throttle(page: Page, *, kilobits: int, round_trip: int) -> None:
    """A line of so many kbit/s and milliseconds there and back, as a telephone's."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": round_trip,
            "downloadThroughput": kilobits * 1000 / 8,
            "uploadThroughput": 50_000,
        },
    )


FIRST_FRAME = """video => new Promise(resolve => {
    const pressed = performance.now();
    video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(() => resolve(performance.now() - pressed)));
    video.closest('media-controller').querySelector('media-play-button').click();
})"""
REACTION = 500  # milliseconds until somebody who sees a button has pressed it


def test_on_a_slow_phone_line_it_plays_within_two_seconds_of_pressing_play(watched: Watched, visitor: Visitor) -> None:
    """1.6 Mbit/s and 150 ms, the first lecture of a visit: the player's script has to come, too."""
    page = visitor(**PHONE)
    sign_in(page, watched.url, watched.person().email)
    throttle(page, kilobits=1600, round_trip=150)
    page.goto(watched.page, wait_until="commit")
    page.locator("media-play-button").wait_for()
    page.wait_for_timeout(REACTION)
    took = page.locator(VIDEO).evaluate(FIRST_FRAME)
    print(f"the first frame moves {took:.0f} ms after play; {page.evaluate('performance.now()'):.0f} ms in all")
    assert took < 2000


SHIFTS = """window.shifts = [];
new PerformanceObserver(list => { for (const entry of list.getEntries())
    if (!entry.hadRecentInput) shifts.push([entry.value, entry.sources.map(({node}) => node?.className)])
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("device", [PHONE, {}], ids=["phone", "desk"])
def test_nothing_moves_while_the_player_comes(watched: Watched, visitor: Visitor, device: dict[str, Any]) -> None:
    page = visitor(**device)
    sign_in(page, watched.url, watched.person().email)
    page.add_init_script(SHIFTS)
    throttle(page, kilobits=4000, round_trip=80)  # so that it comes piece by piece
    page.goto(watched.page)
    play(page, until=1)
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.01, shifts


def quality(page: Page) -> str:
    """What the settings menu says of the quality."""
    item = page.locator("media-settings-menu-item", has=page.locator("media-rendition-menu"))
    return str(item.evaluate("item => item.shadowRoot.querySelector('slot[name=description] > span')?.textContent"))


def test_the_quality_menu_names_what_plays_and_the_choice_is_remembered(watched: Watched, visitor: Visitor) -> None:
    page = arrive(visitor, watched)
    play(page, until=1)
    expect(page.locator(PLAYER)).to_have_attribute("data-height", re.compile("[0-9]+"))
    height = page.locator(PLAYER).get_attribute("data-height")
    page.get_by_role("button", name="settings").click()
    assert quality(page) == f"Auto ({height}p)"
    page.get_by_role("menuitem", name=re.compile("Quality")).click()
    page.get_by_role("menuitemradio", name="480p", exact=True).click()
    expect(page.locator(PLAYER)).to_have_attribute("data-height", "480")
    page.reload()
    ready(page)
    play(page, until=0.5)
    expect(page.locator(PLAYER)).to_have_attribute("data-height", "480")
    page.get_by_role("button", name="settings").click()
    assert quality(page) == "480p"


def test_the_speed_is_remembered(watched: Watched, visitor: Visitor) -> None:
    page = arrive(visitor, watched)
    play(page, until=0.2)
    for _ in range(8):  # as far as it goes
        page.keyboard.press(">")
    assert page.locator(VIDEO).evaluate("video => video.playbackRate") == 3
    page.reload()
    ready(page)
    assert page.locator(VIDEO).evaluate("video => video.playbackRate") == 3


def test_chapters_are_marked_and_lead_there(watched: Watched, visitor: Visitor) -> None:
    page = arrive(visitor, watched)
    page.get_by_role("button", name="settings").click()
    page.get_by_role("menuitem", name=re.compile("Chapters")).click()
    page.get_by_role("menuitemradio", name=re.compile("The butterfly")).click()
    wait(page, "video.currentTime >= 10 && video.currentTime < 12")
    parts = page.locator("media-time-range").evaluate(
        "bar => bar.shadowRoot.querySelectorAll('#segments-clipping rect').length"
    )
    assert parts >= 2


def test_the_question_mark_shows_the_keys(
    watched: Watched, visitor: Visitor, accessible: Callable[[Page], None]
) -> None:
    page = arrive(visitor, watched)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the player")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_captions_look_as_the_viewer_likes(
    watched: Watched, visitor: Visitor, accessible: Callable[[Page], None]
) -> None:
    page = arrive(visitor, watched)
    page.get_by_role("button", name="settings").click()
    page.get_by_test_id("caption-look").click()
    accessible(page)
    page.get_by_label("Size").select_option("large")
    page.get_by_label("Colour").select_option("yellow")
    page.get_by_role("button", name="Close").click()
    page.reload()
    ready(page)
    expect(page.locator("media-controller")).to_have_attribute("data-caption-size", "large")
    expect(page.locator("media-controller")).to_have_attribute("data-caption-color", "yellow")


def test_on_one_device_more_than_allowed_the_player_says_kindly_what_to_do(watched: Watched, visitor: Visitor) -> None:
    student = watched.person()
    pages = [arrive(visitor, watched, student) for _ in range(3)]
    for page in pages:
        play(page, until=1)
    fourth = arrive_unready(visitor, watched, student)
    fourth.locator("media-play-button").click()
    panel = fourth.get_by_text("You are watching on three other devices. Pause there, then press play.")
    expect(panel).to_be_visible()
    expect(fourth.locator(PLAYER)).to_have_attribute("data-state", "problem")
    play(pages[0], until=2)  # they are not disturbed
    with pages[1].expect_response(re.compile("/stream/")):
        pages[1].locator(VIDEO).evaluate("video => { video.pause() }")
    fourth.locator(".player-panel").get_by_role("button", name="Play").click()
    wait(fourth, "video.currentTime > 0.5")
    expect(panel).to_have_count(0)
    fourth.reload()
    ready(fourth)
    play(fourth, until=0.5)  # a reload is no fifth


def arrive_unready(visitor: Visitor, watched: Watched, user: User) -> Page:
    page = visitor()
    sign_in(page, watched.url, user.email)
    page.goto(watched.page)
    page.locator("media-play-button").wait_for()
    return page


def test_the_viewer_is_named_in_the_picture(watched: Watched, visitor: Visitor) -> None:
    owner, school = watched.person(Role.OWNER), watched.school
    student = watched.person(name="Ann Example")
    tenant = school.tenant
    with school:
        change_school(
            tenant=tenant, name=tenant.name, instructor_name="Somebody", brand_color="", time_zone="UTC",
            watermark=True, by=owner,
        )  # fmt: skip
    page = arrive(visitor, watched, student)
    play(page, until=0.5)
    mark = page.get_by_test_id("watermark")
    expect(mark).to_have_text(f"Ann Example · {student.email}")
    expect(page.locator("media-controller")).to_have_attribute("userinactive", "")  # it stays when the controls go
    assert mark.evaluate("mark => getComputedStyle(mark).opacity") == "1"
    frame, place = page.locator(VIDEO).bounding_box(), mark.bounding_box()
    assert frame is not None
    assert place is not None
    assert min(place["width"], place["height"]) > 10
    assert frame["x"] <= place["x"] <= frame["x"] + frame["width"] - place["width"]
    assert frame["y"] <= place["y"] <= frame["y"] + frame["height"] - place["height"]


def test_where_the_store_cannot_be_reached_the_app_steps_in_and_hears_of_it(watched: Watched, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, watched.url, watched.person().email)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setBlockedURLs", {"urls": ["*X-Amz-Signature*"]})
    with page.expect_request(re.compile("/problems/")) as report:
        page.goto(watched.page)
        play(page, until=1)
    assert json.loads(report.value.post_data or "")["code"] == "store-out-of-reach"
    assert any(url.endswith("?through=app") for url in asked)


def test_segments_come_from_the_store_and_only_once(watched: Watched, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, watched.url, watched.person().email)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(watched.page)
    play(page, until=1)
    segments = [url for url in asked if ".m4s" in url]
    at_store = [url for url in segments if "X-Amz-Signature" in url]
    assert at_store
    assert len(at_store) == len(set(at_store)) == len(segments) / 2  # each after one at the door
    assert not any("through=app" in url for url in segments)


def test_an_encrypted_video_plays_with_one_key(web: House, visitor: Visitor) -> None:
    school = factories.school("A school of secrets", encrypts_videos=True)
    course = school.course("Secret animals")
    video = encoded(school, lesson(seconds=9, height=480))
    with school:
        lecture = Lecture.objects.get(course=course)
        lecture.video = video
        lecture.save()
    secret = Watched(school, course, lecture, web.at(school.tenant.subdomain))
    page = visitor()
    sign_in(page, secret.url, secret.person().email)
    keys: list[int] = []
    page.on("response", lambda answer: keys.append(answer.status) if answer.url.endswith("segments.key") else None)
    page.goto(secret.page)
    play(page, until=1)
    page.locator(VIDEO).evaluate("video => { video.currentTime = 8 }")
    wait(page, "video.ended")
    assert page.locator(VIDEO).evaluate("video => video.videoHeight") > 0
    expect(page.locator(PLAYER)).not_to_have_attribute("data-state", "problem")
    assert keys == [200]


CAPABLE = """MediaCapabilities.prototype.decodingInfo =
    async () => ({ supported: true, smooth: true, powerEfficient: POWER });"""


@pytest.mark.parametrize("hardware", [True, False])
def test_av1_plays_where_hardware_shows_it(web: House, visitor: Visitor, settings: Settings, hardware: bool) -> None:
    settings.VIDEO_AV1 = True
    school = factories.school("A school of codecs")
    course = school.course("Animals in two codecs")
    video = encoded(school, lesson(seconds=6, height=480))
    with school:
        lecture = Lecture.objects.get(course=course)
        lecture.video = video
        lecture.save()
    both = Watched(school, course, lecture, web.at(school.tenant.subdomain))
    page = visitor()
    page.add_init_script(CAPABLE.replace("POWER", str(hardware).lower()))
    sign_in(page, both.url, both.person().email)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(both.page)
    play(page, until=2)
    page.locator(VIDEO).evaluate("video => { video.currentTime = 5 }")
    wait(page, "video.ended")
    assert page.locator(VIDEO).evaluate("video => video.videoHeight") > 0
    pictures = [url for url in asked if re.search(r"/[0-9]+p(-av1)?/[0-9]+[.]m4s", url)]
    assert pictures
    assert all(("-av1/" in url) == hardware for url in pictures), pictures
    page.get_by_role("button", name="settings").click()
    page.get_by_role("menuitem", name=re.compile("Quality")).click()
    assert page.get_by_role("menuitemradio", name=re.compile("^480p")).count() == 1


def test_before_play_one_segment_is_fetched_and_no_more(watched: Watched, visitor: Visitor) -> None:
    page = arrive(visitor, watched)
    page.wait_for_timeout(1500)
    buffered = page.locator(VIDEO).evaluate("video => video.buffered.length ? video.buffered.end(0) : 0")
    assert 3 < buffered < 9

"""The whole main job with a real video: an instructor's first click to a student who goes on where they left off."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import imageio_ffmpeg
import pytest
from playwright.sync_api import Browser, Page, expect

import colonnade.ops.demo
from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment import actions as enrollment
from colonnade.enrollment.models import Enrollment
from colonnade.lib.tenancy import across_tenants
from colonnade.tenants.models import Tenant
from tests.browser.house import House
from tests.factories import PASSWORD, School, unique

CLIP = Path(colonnade.ops.demo.__file__).with_name("bigbuckbunny.mp4")
PLAYER = '[data-island="player"]'
VIDEO = f"{PLAYER} video"
Visitor = Callable[..., Page]


@dataclass
class Taught:
    """A school with a published course, as an instructor's clicks have made it."""

    url: str
    subdomain: str
    course_title: str
    codes: list[str]

    @cached_property
    def school(self) -> School:
        return School(across_tenants(Tenant).get(subdomain=self.subdomain))


def open_school(page: Page, house: House, subdomain: str) -> None:
    page.goto(f"{house.url}/signup")
    page.get_by_test_id("email").fill(f"{unique('teacher')}@example.org")
    page.get_by_test_id("password").fill("SecurePass123")
    page.get_by_test_id("signup-button").click()
    page.get_by_test_id("subdomain").fill(subdomain)
    page.get_by_test_id("instructor-name").fill("Grace Teacher")
    page.get_by_test_id("complete-onboarding").click()
    page.wait_for_url(re.compile("/dashboard/$"))


def build_course(page: Page, title: str, lectures: dict[str, Path]) -> None:
    page.get_by_test_id("create-course").first.click()
    page.get_by_test_id("course-title").fill(title)
    page.get_by_test_id("course-description").fill("Animals, and how they are drawn.")
    page.get_by_test_id("save-course").click()
    page.get_by_test_id("section-title").fill("Beginning")
    page.get_by_test_id("add-section").click()
    for number, (lecture, file) in enumerate(lectures.items()):
        page.get_by_test_id("lecture-title").fill(lecture)
        page.get_by_test_id("add-lecture").click()
        expect(page.get_by_test_id("lecture")).to_have_count(number + 1)
        page.get_by_test_id("lecture").nth(number).locator("input[type=file]").set_input_files(file)
    ready = page.locator('[data-testid="video-state"][data-state="ready"]')
    expect(ready).to_have_count(len(lectures), timeout=90_000)


def longer(clip: Path, folder: Path) -> Path:
    """The same clip four times in a row, so that there is time to look around in it."""
    made = folder / "longer.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-stream_loop", "3", "-i", clip]
    subprocess.run([*map(str, command), "-c", "copy", str(made)], check=True)
    return made


def make_codes(page: Page, site: str, course: str) -> list[str]:
    page.goto(f"{site}/dashboard/codes/new/")
    page.get_by_label(course, exact=True).check()
    page.get_by_label("How many").fill("3")
    page.get_by_test_id("save-codes").click()
    expect(page.get_by_test_id("codes-shown")).to_be_visible()
    return page.get_by_test_id("code").all_inner_texts()


def teach(house: House, chromium: Browser, folder: Path) -> Taught:
    """From sign-up to access codes, by clicks alone."""
    expect.set_options(timeout=20_000)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    subdomain, title = unique("grace"), "Drawing animals"
    open_school(page, house, subdomain)
    build_course(page, title, {"A rabbit wakes up": longer(CLIP, folder), "The rabbit again": CLIP})
    page.get_by_test_id("publish-course").click()
    expect(page.get_by_test_id("course-state")).to_contain_text("Published")
    codes = make_codes(page, house.at(subdomain), title)
    context.close()
    return Taught(house.at(subdomain), subdomain, title, codes)


@pytest.fixture(scope="module")
def taught(house: House, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """Made once; the tests below are each a visit to it."""
    return teach(house, chromium, tmp_path_factory.mktemp("clips"))


@pytest.fixture
def student(taught: Taught, visitor: Visitor) -> Page:
    """Somebody who has just been let into the course, looking at its first lecture."""
    with taught.school:
        user = taught.school.person()
        enrollment.enroll(user=user, course=Course.objects.get(title=taught.course_title), by=user)
    page = visitor()
    sign_in(page, taught.url, user.email)
    page.goto(f"{taught.url}/learn/")
    page.get_by_role("link", name=re.compile("Start|Continue|Drawing animals")).first.click()
    expect(page.locator(VIDEO)).to_be_attached()
    return page


def sign_in(page: Page, site: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{site}/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_test_id("login-button").click()
    page.wait_for_url(re.compile("/(learn|dashboard|onboarding|schools)/"))


def seconds(page: Page) -> float:
    return float(page.locator(VIDEO).evaluate("video => video.currentTime"))


def wait(page: Page, condition: str, arg: float = 0) -> None:
    """Wait until `(video, arg) => condition` holds. Playwright's own wait needs `eval`, which our pages forbid."""
    page.locator(VIDEO).evaluate(
        f"""(video, arg) => new Promise((resolve, reject) => {{
            const started = performance.now();
            const look = () => {condition} ? resolve()
                : performance.now() - started > 30000 ? reject(new Error(`at ${{video.currentTime}} s`))
                : setTimeout(look, 50);
            look();
        }})""",
        arg,
    )


def status(page: Page, path: str) -> int:
    """What the page's own host answers to a GET with the page's own cookies."""
    return int(page.evaluate('path => fetch(path, {cache: "no-store"}).then(answer => answer.status)', path))


def played(page: Page) -> list[str]:
    """Paths of what the player has fetched."""
    names = page.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname)")
    return [path for path in names if path.startswith("/v/") and path.endswith(".m4s")]


def play(page: Page, until: float) -> None:
    """Press play, unless it plays, and wait until the video has come that far."""
    expect(page.locator(PLAYER)).to_have_attribute("data-state", re.compile("ready|paused|playing"))
    page.locator(VIDEO).evaluate("video => { if (video.paused) video.play() }")
    wait(page, "(video.currentTime >= arg || video.ended)", until)


def redeem_and_watch(page: Page, taught: Taught, accessible: Callable[[Page], None]) -> None:
    """As a stranger: from the school's page over the code and the sign-up into the course."""
    page.goto(taught.url)
    expect(page.get_by_text(taught.course_title).first).to_be_visible()
    accessible(page)
    page.goto(f"{taught.url}/redeem/")
    accessible(page)
    page.get_by_test_id("access-code").fill(taught.codes[0].lower().replace("-", " "))
    page.get_by_test_id("redeem-button").click()
    page.get_by_test_id("email").fill(f"{unique('student')}@example.org")
    page.get_by_test_id("password").fill("SecurePass123")
    accessible(page)
    page.get_by_test_id("signup-button").click()
    page.wait_for_url(re.compile("/learn/drawing-animals/"))
    accessible(page)
    if not page.locator(VIDEO).count():
        page.get_by_role("link", name=re.compile("A rabbit wakes up")).first.click()
    play(page, until=2)
    accessible(page)


def test_a_stranger_redeems_signs_up_and_watches_in_one_flow(
    taught: Taught, visitor: Visitor, accessible: Callable[[Page], None]
) -> None:
    redeem_and_watch(visitor(viewport={"width": 390, "height": 844}), taught, accessible)


def test_several_renditions_are_offered_and_the_seek_bar_works(student: Page) -> None:
    play(student, until=1)
    expect(student.locator(PLAYER)).to_have_attribute("data-levels", re.compile("^[2-9]$"))
    student.locator(VIDEO).evaluate("video => { video.pause() }")
    student.get_by_role("button", name="settings").click()
    expect(student.get_by_role("menuitem", name=re.compile("Quality"))).to_be_visible()
    student.keyboard.press("Escape")
    bar = student.locator("media-time-range")
    box = bar.bounding_box()
    assert box is not None
    student.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    student.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    wait(student, "video.currentTime > 14")


def test_a_reload_and_another_device_go_on_where_the_student_left_off(
    student: Page, taught: Taught, visitor: Visitor
) -> None:
    play(student, until=2.5)
    with student.expect_response(re.compile("/progress/")) as answer:
        student.locator(VIDEO).evaluate("video => { video.pause() }")
    assert answer.value.ok
    left_off = seconds(student)
    student.reload()
    wait(student, "Math.abs(video.currentTime - arg) < 1.5", left_off)
    other = visitor(viewport={"width": 390, "height": 844}, storage_state=student.context.storage_state())
    other.goto(student.url)
    wait(other, "Math.abs(video.currentTime - arg) < 1.5", left_off)


def test_a_lecture_is_done_when_watched_and_not_when_dragged_to_its_end(student: Page) -> None:
    student.get_by_role("link", name=re.compile("The rabbit again")).first.click()  # the last: nothing comes after it
    play(student, until=0.5)
    with student.expect_response(re.compile("/progress/")) as answer:
        student.locator(VIDEO).evaluate("video => { video.currentTime = video.duration - 1 }")
        wait(student, "video.ended")
    assert answer.value.json()["completed"] is False
    student.reload()
    done = student.locator("[data-testid=outline-lecture][aria-current=page][data-done]")
    expect(done).to_have_count(0)
    student.locator(VIDEO).evaluate("video => { video.currentTime = 0; video.play() }")
    expect(student.locator(PLAYER)).to_have_attribute("data-watched", "100", timeout=40_000)
    student.reload()
    expect(done).to_have_count(1)


def test_nobody_else_gets_anything(
    taught: Taught, student: Page, visitor: Visitor, other_school: School, house: House
) -> None:
    play(student, until=1)
    segment, lecture = played(student)[-1], student.url

    anonymous = visitor()
    anonymous.goto(lecture)
    expect(anonymous).to_have_url(re.compile("/login/"))

    foreign = house.at(other_school.tenant.subdomain)
    for role in ("owner", "student"):
        page = visitor()
        sign_in(page, foreign, other_school.person(role).email)
        assert page.goto(lecture.replace(taught.url, foreign)).status == 404  # type: ignore[union-attr]
        assert status(page, segment) in (403, 404)
        page.goto(lecture)
        expect(page).to_have_url(re.compile("/login/"))  # their cookie is nothing here

    outsider = visitor()
    sign_in(outsider, taught.url, taught.school.person().email)
    outsider.goto(lecture)
    expect(outsider.locator(VIDEO)).to_have_count(0)

    broken = re.sub(r"/v/(\d+)\.(.)", lambda m: f"/v/{m[1]}.{'B' if m[2] != 'B' else 'C'}", segment)
    assert status(student, broken) == 403
    assert status(student, segment) == 200


def test_a_revoked_student_gets_no_further_segment(taught: Taught, student: Page) -> None:
    play(student, until=1)
    segment = played(student)[-1]
    assert status(student, segment) == 200
    with taught.school:
        row = Enrollment.objects.active().order_by("-id").select_related("user").first()
        assert row is not None
        enrollment.revoke_enrollment(enrollment=row, by=User.objects.get(role="owner"))
    assert status(student, segment) == 403
    student.reload()
    expect(student.locator(VIDEO)).to_have_count(0)

"""The pictures of the user guide, taken of the real pages: `make pictures` writes them into docs/images/guide/."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from colonnade.accounts.models import Role, User
from colonnade.courses import actions
from colonnade.courses.kinds.text.actions import write_text
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.actions import make_codes
from colonnade.learning.actions import add_note, offer_certificate
from colonnade.learning.models import Progress
from colonnade.ops.demo.school import FOOTAGE
from tests import factories
from tests.browser.house import House, free_port
from tests.factories import PASSWORD, School
from tests.quizzes.making import MULTIPLE, ORDERING, SINGLE, make_quiz
from tests.videos.watching import encoded

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "images" / "guide"
NAMED = re.compile(r"!\[[^]]*\]\(images/guide/([\w-]+)\.png\)")
PHONE: dict[str, object] = {"viewport": {"width": 390, "height": 844}}
TEXT = """
<h2>Before you go</h2><p>Take <strong>a sketchbook</strong>, and count:</p><ol><li>steps</li><li>columns</li></ol>
"""
NAMES = (
    "outline", "text", "quiz-editor", "codes", "students", "grid", "catalogue", "my-courses", "lecture",
    "lecture-phone", "quiz",
)  # fmt: skip


class Guide:
    """A school with a course of every kind of lecture, and somebody in the middle of it."""

    def __init__(self) -> None:
        self.school: School = factories.school("Stoa", brand_color="#b45309")
        self.owner: User = self.school.person(Role.OWNER, name="An instructor")
        self.student: User = self.school.person(name="A student")
        video = encoded(self.school, FOOTAGE.read_bytes())
        with self.school:
            by = self.owner
            self.course: Course = actions.create_course(
                title="How Greek temples were built", description="From the quarry to the roof.", by=by
            )
            for title, lectures in {
                "Stone": ["From the quarry", "Moving a column drum"],
                "Order": ["Three orders in a minute", "Read a facade"],
            }.items():
                section = actions.add_section(course=self.course, title=title, by=by)
                for name in lectures:
                    lecture = actions.add_lecture(section=section, title=name, by=by)
                    actions.attach_video(lecture=lecture, video=video, by=by)
            text = actions.add_lecture(section=section, title="What to look for", kind="text", by=by)
            write_text(lecture=text, html=TEXT, by=by)
        quiz = make_quiz(self.school, SINGLE, MULTIPLE, ORDERING, by=self.owner, course=self.course)
        with self.school:
            actions.publish_course(course=self.course, by=self.owner)
            offer_certificate(course=self.course, percent=None, signed_by="An instructor", by=self.owner)
            make_codes(courses=[self.course], quantity=20, label="Evening class", by=self.owner)
            self.text, self.quiz = text, quiz.lecture
            self.first: Lecture = Lecture.objects.filter(course=self.course).in_order()[0]
            self.second: Lecture = Lecture.objects.filter(course=self.course).in_order()[1]
        for number in range(14):
            self._study(self.school.person(name=f"Student {number + 1}"), number % 5)
        self._study(self.student, 1)
        with self.school:
            add_note(lecture=self.second, body="Twelve oxen for **one** drum!", second=2, by=self.student)

    def _study(self, student: User, lectures: int) -> None:
        self.school.enroll(student, self.course)
        with self.school:
            for lecture in Lecture.objects.filter(course=self.course).in_order()[:lectures]:
                Progress.objects.create(user=student, lecture=lecture, completed_at=timezone.now())


@pytest.fixture(scope="module")
def web() -> Iterator[House]:
    house = House(free_port())
    house.start("web")
    yield house
    house.stop()


@pytest.fixture(scope="module")
def guide(web: House) -> Guide:
    return Guide()


@pytest.fixture
def take(web: House, guide: Guide, visitor: Callable[..., Page], tmp_path: Path) -> Callable[..., None]:
    """Takes a picture of a page as this person sees it; the page has to be whole by itself."""
    folder = PICTURES if os.environ.get("TAKE_PICTURES") else tmp_path

    def picture(name: str, person: User, path: str, wait_for: str, **options: object) -> None:
        page = visitor(**options)
        page.goto(f"{web.at(guide.school.tenant.subdomain)}/login/?next={path}")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(path)))
        expect(page.locator(wait_for).first).to_be_visible()
        page.evaluate("document.fonts.ready")
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return picture


def shots(guide: Guide) -> dict[str, tuple[User, str, str, dict[str, object]]]:
    """By name: who sees the page, where it is, what must be on it."""
    owner, student, course = guide.owner, guide.student, guide.course
    lectures = "/dashboard/courses/lectures"
    return {
        "outline": (owner, f"/dashboard/courses/{course.pk}/", '[data-testid="outline"]', {}),
        "text": (owner, f"{lectures}/{guide.text.pk}/text/", '[contenteditable="true"]', {}),
        "quiz-editor": (owner, f"{lectures}/{guide.quiz.pk}/quiz/", '[data-testid="question-line"]', {}),
        "codes": (owner, "/dashboard/codes/", "text=Evening class", {}),
        "students": (owner, "/dashboard/students/", "text=Student 1", {}),
        "grid": (owner, f"/dashboard/students/grid/?course={course.pk}", "table", {}),
        "catalogue": (student, "/", "text=How Greek temples were built", {}),
        "my-courses": (student, "/learn/", "text=How Greek temples were built", PHONE),
        "lecture": (student, f"/learn/{course.slug}/{guide.second.pk}/", "media-controller", {}),
        "lecture-phone": (student, f"/learn/{course.slug}/{guide.second.pk}/", "media-controller", PHONE),
        "quiz": (student, f"/learn/{course.slug}/{guide.quiz.pk}/", '[data-testid="start-quiz"]', PHONE),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_the_guide_can_be_taken(name: str, guide: Guide, take: Callable[..., None]) -> None:
    person, path, wait_for, options = shots(guide)[name]
    take(name, person, path, wait_for, **options)


def test_the_guide_shows_the_pictures_that_are_taken_and_no_others(guide: Guide) -> None:
    named = {name for page in ("instructors.md", "students.md") for name in NAMED.findall((DOCS / page).read_text())}
    assert named == set(shots(guide))
    assert {path.stem for path in PICTURES.glob("*.png")} == named

"""Quizzes as people meet them: written by an instructor, taken by students who close laptops and change devices."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Lecture, Section
from colonnade.learning.models import Progress
from colonnade.quizzes.models import Attempt, Question, Quiz
from tests.browser.house import House
from tests.factories import PASSWORD, School
from tests.quizzes.making import MULTIPLE, NUMBER, ORDERING, SINGLE, TEXT, TRUE, make_quiz, student_of

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def signed_in(house: House, school: School, visitor: Callable[..., Page]) -> Callable[..., Page]:
    """Makes a browser in which the person is signed in at an address of the school."""

    def sign_in(person: User, path: str, **options: object) -> Page:
        page = visitor(**options)
        page.goto(f"{house.at(school.tenant.subdomain)}/login/?next={path}")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(path)))
        return page

    return sign_in


def front(quiz: Quiz) -> str:
    return f"/learn/{quiz.lecture.course.slug}/{quiz.lecture_id}/"


def saved(page: Page) -> None:
    expect(page.get_by_test_id("quiz-saved")).to_have_text("All answers are saved")


def test_a_quiz_is_written_tried_taken_and_evaluated(
    school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    course = school.course()
    editor = school.person(Role.INSTRUCTOR)
    with school:
        section = Section.objects.get(course=course)
        lecture = Lecture.objects.create(course=course, section=section, title="Orders", position=9, kind="quiz")
    path = f"/dashboard/courses/lectures/{lecture.pk}/quiz/"
    page = signed_in(editor, path)
    expect(page.get_by_text("Ask the first question")).to_be_visible()
    accessible(page)

    page.get_by_test_id("add-question").get_by_role("link", name="Single choice").click()
    page.get_by_test_id("rich-text").fill("Which order is the oldest?")
    rows = page.get_by_test_id("choice-row")
    for place, text in enumerate(("Ionic", "Doric", "Corinthian")):
        rows.nth(place).get_by_role("textbox", name=re.compile("^Answer")).fill(text)
    page.get_by_test_id("save-question").click()
    expect(page.get_by_role("alert")).to_contain_text("Say which answer is right.")
    expect(rows.nth(1).get_by_role("textbox", name=re.compile("^Answer"))).to_have_value("Doric")  # kept as typed
    rows.nth(1).get_by_role("radio").check()
    handle = rows.nth(1).locator("[data-handle]")
    handle.focus()
    handle.press("ArrowUp")
    expect(rows.nth(0).get_by_role("textbox", name=re.compile("^Answer"))).to_have_value("Doric")
    accessible(page)
    page.get_by_test_id("save-question").click()
    expect(page.get_by_test_id("question-line")).to_have_count(1)

    page.get_by_test_id("add-question").get_by_role("link", name="Number").click()
    page.get_by_test_id("rich-text").fill("How many columns has a hexastyle front?")
    page.get_by_test_id("number-value").fill("6,0")
    page.get_by_test_id("save-question").click()
    expect(page.get_by_test_id("question-line")).to_have_count(2)
    with page.expect_response(re.compile("questions/order/")):
        handle = page.get_by_test_id("question-line").nth(1).locator("[data-handle]")
        handle.focus()
        handle.press("ArrowUp")
    with school:
        assert [each.kind for each in Question.objects.order_by("position")] == ["number", "single"]
    page.get_by_label("To pass, in per cent").fill("100")
    page.get_by_label("Attempts").fill("2")
    page.get_by_test_id("save-settings").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    accessible(page)

    page.get_by_test_id("preview-quiz").click()
    page.get_by_test_id("start-quiz").click()
    expect(page.get_by_text("Nothing of it counts.")).to_be_visible()
    page.get_by_label("Doric").check()
    saved(page)
    page.get_by_test_id("hand-in").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id("quiz-percent")).to_have_text("50 %")

    with school:
        quiz = Quiz.objects.select_related("lecture__course").get()
    student = student_of(school, quiz)
    theirs = signed_in(student, front(quiz), **PHONE)
    expect(theirs.get_by_test_id("attempts-left")).to_have_text("2")
    accessible(theirs)
    theirs.get_by_test_id("start-quiz").click()
    theirs.get_by_label("Doric").check()
    theirs.locator("[data-kind=number] input").fill("6")
    saved(theirs)
    accessible(theirs)
    theirs.get_by_test_id("hand-in").click()
    expect(theirs.get_by_test_id("quiz-percent")).to_have_text("100 %")
    expect(theirs.get_by_test_id("verdict")).to_have_text(["Right", "Right"])
    accessible(theirs)
    theirs.get_by_test_id("back-to-lecture").click()
    expect(theirs.get_by_test_id("lecture-completed")).to_be_visible()
    expect(theirs.get_by_test_id("attempts-left")).to_have_text("1")

    page.goto(page.url.split("/learn/")[0] + path)
    page.get_by_role("link", name="Results").click()
    expect(page.get_by_test_id("stat-passed")).to_contain_text("1")
    expect(page.get_by_test_id("share-right").first).to_have_text("100 %")
    accessible(page)
    page.get_by_role("link", name=student.name).click()
    expect(page.get_by_test_id("verdict")).to_have_count(2)
    accessible(page)


def test_an_attempt_survives_a_reload_and_a_closed_laptop_and_goes_on_elsewhere(
    school: School, signed_in: Callable[..., Page]
) -> None:
    quiz = make_quiz(school, SINGLE, MULTIPLE, TRUE, TEXT, NUMBER, ORDERING, shuffle_choices=False)
    student = student_of(school, quiz)
    page = signed_in(student, front(quiz))
    page.get_by_test_id("start-quiz").click()
    page.get_by_label("Doric").check()
    page.get_by_label("Ionic").check()
    page.get_by_label("True", exact=True).check()
    expect(page.locator("[data-quiz-count]")).to_have_text("3")  # the page's script is there
    handle = page.locator("[data-order] [data-id='1aaa'] [data-handle]")
    handle.focus()
    handle.press("End")  # by chance it may lie at the top already, where Home would be no answer
    handle.press("Home")
    saved(page)
    page.reload()
    expect(page.get_by_label("Doric")).to_be_checked()
    expect(page.get_by_label("Ionic")).to_be_checked()
    expect(page.get_by_label("True", exact=True)).to_be_checked()
    expect(page.locator("[data-order] [data-id]").first).to_have_attribute("data-id", "1aaa")
    expect(page.locator("[data-quiz-count]")).to_have_text("4")

    # The line is gone, and then the laptop is closed.
    page.context.route("**/answers/**", lambda route: route.abort())
    page.locator("[data-kind=text] input").fill("athene")
    page.get_by_label("Corinthian").check()
    expect(page.get_by_test_id("quiz-saved")).to_contain_text("No connection")
    context, address = page.context, page.url
    page.close()
    with school:
        assert Attempt.objects.get().answers.filter(given__isnull=False).count() == 4
    context.unroute("**/answers/**")
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-kind=text] input")).to_have_value("athene")
    saved(page)
    with school:
        assert Attempt.objects.get().answers.filter(given__isnull=False).count() == 5

    # On the telephone it goes on, and the laptop is told.
    phone = signed_in(student, front(quiz), **PHONE)
    phone.get_by_test_id("continue-quiz").click()
    expect(phone.get_by_test_id("quiz-notice")).to_contain_text("another tab")
    expect(phone.get_by_label("Corinthian")).to_be_checked()
    phone.locator("[data-kind=number] input").fill("8,5")
    saved(phone)
    page.locator("[data-kind=number] input").fill("1")
    expect(page.get_by_test_id("quiz-notice")).to_contain_text("another device")
    expect(page.locator("[data-quiz-questions]")).to_have_attribute("inert", "")
    page.get_by_test_id("continue-here").click()
    expect(page.locator("[data-kind=number] input")).to_have_value("8,5")

    phone.goto(phone.url.split("/attempts/")[0] + "/")
    phone.get_by_test_id("continue-quiz").click()
    saved(phone)
    phone.locator("[data-order] [data-id='3ccc'] [data-handle]").focus()
    phone.keyboard.press("End")
    saved(phone)
    phone.get_by_test_id("hand-in").click()
    expect(phone.get_by_test_id("quiz-percent")).to_have_text("100 %")
    with school:
        assert Progress.objects.get(user=student, lecture=quiz.lecture_id).completed_at is not None


def test_the_clock_hands_in_what_was_saved(school: School, signed_in: Callable[..., Page]) -> None:
    quiz = make_quiz(school, SINGLE, TEXT, time_limit=1)
    student = student_of(school, quiz)
    page = signed_in(student, front(quiz))
    page.get_by_test_id("start-quiz").click()
    page.get_by_label("Doric").check()
    saved(page)
    with school:
        Attempt.objects.update(ends_at=timezone.now() + timedelta(seconds=4))
    page.reload()
    expect(page.get_by_test_id("quiz-clock")).to_contain_text("0:0")
    page.locator("[data-kind=text] input").fill("Athena")
    expect(page.get_by_test_id("quiz-percent")).to_have_text("100 %")
    expect(page.get_by_text("The time ran out")).to_be_visible()


def test_feedback_at_once_is_told_question_by_question_and_not_before(
    school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    quiz = make_quiz(school, SINGLE, TRUE, feedback="at_once", shuffle_choices=False)
    student = student_of(school, quiz)
    page = signed_in(student, front(quiz), color_scheme="dark", **PHONE)
    told: list[str] = []
    page.on("response", lambda response: told.append(response.text()) if "/attempts/" in response.url else None)
    page.get_by_test_id("start-quiz").click()
    page.get_by_label("Baroque").check()
    saved(page)
    assert not any("Two thousand years later" in text or "The oldest" in text for text in told)
    page.get_by_test_id("check-answer").first.click()
    expect(page.get_by_test_id("verdict")).to_have_text("Wrong")
    expect(page.get_by_test_id("choice-feedback")).to_have_text("Two thousand years later.")
    accessible(page)
    expect(page.get_by_label("Baroque")).to_have_count(0)  # it stands
    page.reload()
    expect(page.get_by_test_id("verdict")).to_have_text("Wrong")


def test_questions_are_dragged_into_a_pool_of_which_attempts_draw(
    school: School, signed_in: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    quiz = make_quiz(school, SINGLE, TRUE, TEXT)
    editor = school.person(Role.OWNER)
    tall = {"width": 1280, "height": 1500}
    page = signed_in(editor, f"/dashboard/courses/lectures/{quiz.lecture_id}/quiz/", viewport=tall)
    page.get_by_test_id("pool-title").fill("Details")
    page.get_by_test_id("add-pool").click()
    pool = page.get_by_test_id("pool-questions")
    expect(pool).to_be_visible()
    for left in (2, 1):
        with page.expect_response(re.compile("/questions/order/")):
            page.get_by_test_id("questions").locator("[data-handle]").first.drag_to(pool)
        expect(page.get_by_test_id("questions").get_by_test_id("question-line")).to_have_count(left)
    page.reload()
    expect(pool.get_by_test_id("question-line")).to_have_count(2)
    expect(page.get_by_test_id("pool")).to_contain_text("of 2")
    line = page.get_by_test_id("questions").get_by_test_id("question-line")
    line.get_by_test_id("question-menu").click()
    line.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_test_id("questions").get_by_test_id("question-line")).to_have_count(2)
    accessible(page)

    student = student_of(school, quiz)
    theirs = signed_in(student, front(quiz))
    theirs.get_by_test_id("start-quiz").click()
    expect(theirs.get_by_test_id("question")).to_have_count(3)


def test_a_quiz_is_a_lecture_of_the_outline(school: School, signed_in: Callable[..., Page]) -> None:
    course = school.course()
    page = signed_in(school.person(Role.INSTRUCTOR), f"/dashboard/courses/{course.pk}/", **PHONE)
    page.get_by_test_id("lecture-title").fill("What have we learned?")
    page.get_by_test_id("lecture-kind").select_option("quiz")
    page.get_by_test_id("lecture-title").press("Enter")
    line = page.get_by_test_id("lecture").filter(has=page.locator('input[value="What have we learned?"]'))
    line.get_by_test_id("edit-content").click()
    page.wait_for_url(re.compile("/quiz/$"))
    page.get_by_test_id("add-question").get_by_role("link", name="True or false").click()
    page.get_by_test_id("rich-text").fill("Doric columns have a base.")
    page.get_by_label("False", exact=True).check()
    page.get_by_test_id("save-question").click()
    expect(page.get_by_test_id("question-line")).to_have_count(1)

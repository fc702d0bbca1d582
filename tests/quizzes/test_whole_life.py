"""A quiz's whole life with its lecture: it moves to another school, and goes with all that hangs on it."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from colonnade.accounts.models import Role
from colonnade.archives import actions as archives
from colonnade.archives.models import CourseImport, ImportState
from colonnade.courses.actions import delete_course, delete_lecture
from colonnade.courses.models import Lecture
from colonnade.lib.objects import media
from colonnade.quizzes.actions import add_picture, add_pool, add_question, close_attempt
from colonnade.quizzes.models import Answer, Attempt, Question, Quiz
from tests.archives.sending import send
from tests.archives.test_courses import exported
from tests.courses.images import picture
from tests.factories import School
from tests.quizzes.making import ALL, RIGHT, SINGLE, TRUE, ask, begin, give_all, make_quiz, student_of


@pytest.mark.usefixtures("empty_queue")
def test_a_quiz_arrives_at_another_school_with_its_pictures(
    school: School, other_school: School, run_jobs: Callable[[], None]
) -> None:
    editor = school.person(Role.OWNER)
    quiz = make_quiz(school, *ALL, by=editor, course=school.course("Orders"), time_limit=15)
    with school:
        pool = add_pool(quiz=quiz, title="Some", by=editor)
        ask(quiz, SINGLE, pool=pool, by=editor)
        path, _ = add_picture(image=picture())
        add_question(quiz=quiz, text=f'<p>Seen?</p><img src="{path}" alt="x">', content=TRUE, by=editor)
        close_attempt(attempt=begin(quiz, student_of(school, quiz)), by=None)
    sent = send(other_school, exported(school, quiz.lecture.course, run_jobs, "orders.zip"), "orders.zip")
    run_jobs()
    with other_school:
        archives.confirm_import(sent=sent, by=other_school.person(Role.INSTRUCTOR))
    run_jobs()
    with other_school:
        sent = CourseImport.objects.get(pk=sent.pk)
        assert sent.state == ImportState.DONE, sent.failure
        made = Quiz.objects.get()
        assert (made.time_limit, made.pools.get().title) == (15, "Some")
        assert [each.kind for each in made.current_questions] == [
            *(each["kind"] for each in ALL),
            "single",
            "true_false",
        ]
        text = made.current_questions.last().text  # type: ignore[union-attr]
        assert path not in text
        assert media().get(text.split('src="')[1].split('"')[0])
        assert not Attempt.objects.exists()


def test_a_quiz_goes_with_its_lecture_and_takes_attempts_along(school: School) -> None:
    editor = school.person(Role.OWNER)
    for delete in ("lecture", "course"):
        quiz = make_quiz(school, *ALL, by=editor)
        student = student_of(school, quiz)
        with school:
            attempt = begin(quiz, student)
            give_all(attempt, RIGHT)
            close_attempt(attempt=attempt, by=student)
            lecture = Lecture.objects.select_related("course").get(pk=quiz.lecture_id)
            if delete == "lecture":
                delete_lecture(lecture=lecture, by=editor)
            else:
                delete_course(course=lecture.course, by=editor)
            for model in (Quiz, Question, Attempt, Answer):
                assert not model._default_manager.exists()


def test_points_may_be_parts_and_nothing_at_all(school: School) -> None:
    quiz = make_quiz(school)
    editor, student = school.person(Role.OWNER), student_of(school, quiz)
    with school:
        ask(quiz, SINGLE, points="0", by=editor)
        ask(quiz, TRUE, points="2.5", by=editor)
        attempt = begin(quiz, student)
        give_all(attempt, RIGHT)
        closed = close_attempt(attempt=attempt, by=student)
        assert (closed.score, closed.percent) == (Decimal("2.5"), 100)

"""Taking a quiz: what is drawn, kept, graded and told, and what the clock and a second device do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from colonnade.courses.models import Lecture
from colonnade.learning.actions import NotInCourse
from colonnade.learning.models import Progress
from colonnade.lib.problems import Conflict, Invalid
from colonnade.quizzes.actions import (
    add_pool,
    check_answer,
    close_attempt,
    delete_question,
    edit_question,
    edit_quiz,
    save_answer,
    start_attempt,
    take_place,
)
from colonnade.quizzes.actions.answers import AnswerChanged, AnswersElsewhere, AttemptClosed, TimeIsUp
from colonnade.quizzes.models import GRACE, Answer, Attempt, Question
from tests.factories import School
from tests.quizzes.making import (
    ALL,
    MULTIPLE,
    ORDERING,
    RIGHT,
    SINGLE,
    TEXT,
    WRONG,
    answer_of,
    ask,
    begin,
    give,
    give_all,
    make_quiz,
    student_of,
)


def end_time(attempt: Attempt, ago: timedelta) -> None:
    """Let the attempt's time have been over for so long."""
    Attempt.objects.filter(pk=attempt.pk).update(ends_at=timezone.now() - ago)


def test_everything_right_passes_and_completes_the_lecture(school: School) -> None:
    quiz = make_quiz(school, *ALL)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give_all(attempt, RIGHT)
        closed = close_attempt(attempt=attempt, by=student)
        assert (closed.score, closed.maximum, closed.percent, closed.has_passed) == (Decimal(6), Decimal(6), 100, True)
        assert Progress.objects.get(user=student, lecture=quiz.lecture).completed_at is not None
        assert close_attempt(attempt=attempt, by=student).closed_at == closed.closed_at


def test_everything_wrong_does_not(school: School) -> None:
    quiz = make_quiz(school, *ALL, partial_credit=False)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give_all(attempt, WRONG)
        closed = close_attempt(attempt=attempt, by=student)
        assert (closed.score, closed.percent, closed.has_passed) == (Decimal(0), 0, False)
        assert Progress.objects.get(user=student, lecture=quiz.lecture).completed_at is None


def test_a_later_worse_attempt_takes_nothing_back(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    student = student_of(school, quiz)
    with school:
        for answers in (RIGHT, WRONG):
            attempt = begin(quiz, student)
            give_all(attempt, answers)
            close_attempt(attempt=attempt, by=student)
        assert Progress.objects.get(user=student, lecture=quiz.lecture).completed_at is not None
        assert list(Attempt.objects.order_by("number").values_list("number", "percent")) == [(1, 100), (2, 0)]


def test_partial_credit_is_a_setting_that_holds_for_the_attempt(school: School) -> None:
    quiz = make_quiz(school, MULTIPLE, partial_credit=True)
    student, editor = student_of(school, quiz), school.person("instructor")
    with school:
        attempt = begin(quiz, student)
        edit_quiz(quiz=quiz, changes={"partial_credit": False}, by=editor)
        give(attempt, "multiple", ["aaaa"])
        assert close_attempt(attempt=attempt, by=student).score == Decimal("0.5")
        again = begin(quiz, student)
        give(again, "multiple", ["aaaa"])
        assert close_attempt(attempt=again, by=student).score == 0


def test_starting_again_goes_on_with_the_open_attempt(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    student = student_of(school, quiz)
    with school:
        assert begin(quiz, student).pk == begin(quiz, student).pk


def test_two_devices_that_start_at_once_get_the_same_attempt(school: School) -> None:
    quiz = make_quiz(school, *ALL)
    student = student_of(school, quiz)
    barrier = Barrier(4)

    def start() -> Any:
        try:
            with school.__class__(school.tenant):
                barrier.wait()
                return begin(quiz, student).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        found = {future.result() for future in [threads.submit(start) for _ in range(4)]}
    assert len(found) == 1
    with school:
        assert Attempt.objects.count() == 1
        assert Answer.objects.count() == 6


def test_attempts_are_counted(school: School) -> None:
    quiz = make_quiz(school, SINGLE, attempts_allowed=2)
    student = student_of(school, quiz)
    with school:
        for _ in range(2):
            close_attempt(attempt=begin(quiz, student), by=student)
        with pytest.raises(Conflict, match="2 times"):
            begin(quiz, student)


def test_nobody_starts_from_outside_or_with_nothing_to_answer(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    empty = make_quiz(school)
    stranger, student = school.person(), student_of(school, empty)
    with school:
        with pytest.raises(NotInCourse):
            begin(quiz, stranger)
        with pytest.raises(Conflict, match="nothing to answer"):
            begin(empty, student)


def test_a_draw_is_fixed_and_different_for_others(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    editor = school.person("instructor")
    with school:
        pool = add_pool(quiz=quiz, title="Details", draw=3, by=editor)
        for number in range(20):
            ask(quiz, {"kind": "text", "accepted": [str(number)]}, pool=pool, by=editor)
    draws = set()
    for _ in range(4):
        student = student_of(school, quiz)
        with school:
            attempt = begin(quiz, student)
            drawn = [answer.question_id for answer in attempt.answers.all()]
            assert [answer.question_id for answer in begin(quiz, student).answers.all()] == drawn
            assert len(set(drawn)) == 4
            assert attempt.maximum == 4
            draws.add(tuple(drawn))
    assert len(draws) > 1


def test_choices_are_mixed_and_items_never_stand_in_their_order(school: School) -> None:
    quiz = make_quiz(school, ORDERING, {**SINGLE, "choices": [{"text": str(n), "is_right": n == 1} for n in range(9)]})
    orders = set()
    for _ in range(8):
        student = student_of(school, quiz)
        with school:
            attempt = begin(quiz, student)
            assert answer_of(attempt, "ordering").order != ["1aaa", "2bbb", "3ccc"]
            orders.add(tuple(answer_of(attempt, "single").order))
    assert len(orders) > 1


# --- Answers ------------------------------------------------------------------------------------------------------


def test_the_same_answer_sent_again_changes_nothing(school: School) -> None:
    quiz = make_quiz(school, TEXT)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        first = give(attempt, "text", "Athena")
        assert first.revision == 1
        again = answer_of(attempt, "text")
        again.revision = 0  # the answer to the first sending was lost on its way
        assert give(attempt, "text", "Athena").revision == 1
        assert give(attempt, "text", "Hera").revision == 2
        assert give(attempt, "text", None).given is None


def test_an_answer_that_follows_an_older_one_is_told_the_newer(school: School) -> None:
    quiz = make_quiz(school, TEXT)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give(attempt, "text", "Athena")
        with pytest.raises(AnswerChanged) as told:
            save_answer(attempt=attempt, answer_id=answer_of(attempt, "text").pk, given="Hera", revision=0, by=student)
        assert told.value.extra == {"given": "Athena", "revision": 1}
        assert answer_of(attempt, "text").given == "Athena"


def test_the_later_tab_is_told_and_the_earlier_one_stops(school: School) -> None:
    quiz = make_quiz(school, TEXT)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        assert not take_place(attempt=attempt, place="one", by=student)
        assert not take_place(attempt=attempt, place="one", by=student)  # a reload
        give(attempt, "text", "Athena", place="one")
        assert take_place(attempt=attempt, place="two", by=student)
        give(attempt, "text", "Hera", place="two")
        with pytest.raises(AnswersElsewhere):
            give(attempt, "text", "Athena", place="one")
        Attempt.objects.filter(pk=attempt.pk).update(place_seen_at=timezone.now() - timedelta(hours=1))
        assert not take_place(attempt=attempt, place="three", by=student)  # a laptop that was closed is no rival


def test_what_is_no_answer_is_refused(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    student = student_of(school, quiz)
    with school, pytest.raises(Invalid):
        give(begin(quiz, student), "single", "zzzz")


# --- The clock ----------------------------------------------------------------------------------------------------


def test_answers_count_until_the_time_and_its_grace_are_over(school: School) -> None:
    quiz = make_quiz(school, SINGLE, TEXT, time_limit=30)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        assert attempt.ends_at == attempt.started_at + timedelta(minutes=30)
        give(attempt, "single", "aaaa")
        end_time(attempt, GRACE - timedelta(seconds=3))
        give(attempt, "text", "Athena")
        end_time(attempt, GRACE + timedelta(seconds=1))
        with pytest.raises(TimeIsUp):
            give(attempt, "text", "Hera")
        closed = close_attempt(attempt=attempt, by=student)
        assert closed.score == 2
        assert closed.is_timed_out
        assert closed.closed_at == closed.ends_at
        with pytest.raises(AttemptClosed):
            give(attempt, "text", "Hera")


def test_an_attempt_left_alone_is_closed_by_a_job(
    school: School, empty_queue: None, run_jobs: Callable[..., None]
) -> None:
    quiz = make_quiz(school, SINGLE, time_limit=1)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give(attempt, "single", "aaaa")
        end_time(attempt, timedelta(minutes=1))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT scheduled_at - now() FROM procrastinate_jobs WHERE task_name LIKE '%close_when_over'")
        ((waits,),) = cursor.fetchall()
        assert timedelta(seconds=60) < waits < timedelta(seconds=75)
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name LIKE '%close_when_over'")
    run_jobs()
    with school:
        closed = Attempt.objects.get()
        assert (closed.percent, closed.is_timed_out) == (100, True)
        assert Progress.objects.get(user=student, lecture=quiz.lecture).completed_at is not None


def test_starting_anew_closes_what_time_has_ended(school: School) -> None:
    quiz = make_quiz(school, SINGLE, time_limit=1)
    student = student_of(school, quiz)
    with school:
        first = begin(quiz, student)
        end_time(first, timedelta(minutes=1))
        assert begin(quiz, student).number == 2
        assert Attempt.objects.get(number=1).percent == 0


# --- Feedback at once ---------------------------------------------------------------------------------------------


def test_a_checked_answer_stands(school: School) -> None:
    quiz = make_quiz(school, SINGLE, feedback="at_once")
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        single = answer_of(attempt, "single")
        with pytest.raises(Invalid, match="first"):
            check_answer(attempt=attempt, answer_id=single.pk, by=student)
        give(attempt, "single", "bbbb")
        assert check_answer(attempt=attempt, answer_id=single.pk, by=student).score == 0
        with pytest.raises(AnswerChanged, match="stands"):
            give(attempt, "single", "aaaa")
        assert close_attempt(attempt=attempt, by=student).score == 0


def test_a_quiz_that_does_not_tell_cannot_be_asked(school: School) -> None:
    quiz = make_quiz(school, SINGLE, feedback="after_attempt")
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give(attempt, "single", "aaaa")
        with pytest.raises(Conflict, match="does not tell"):
            check_answer(attempt=attempt, answer_id=answer_of(attempt, "single").pk, by=student)


# --- Editing ------------------------------------------------------------------------------------------------------


def edited(question: Question, school: School, **changes: Any) -> Question:
    fields = {
        "text": question.text, "content": question.content, "points": question.points,
        "explanation": question.explanation,
    }  # fmt: skip
    return edit_question(question=question, by=school.person("instructor"), **{**fields, **changes})


def test_attempts_keep_what_was_asked(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    student, editor = student_of(school, quiz), school.person("instructor")
    with school:
        attempt = begin(quiz, student)
        give(attempt, "single", "aaaa")
        choices = [{**choice, "is_right": choice["id"] == "bbbb"} for choice in SINGLE["choices"]]
        new = edited(Question.objects.get(), school, text="<p>Now?</p>", content={**SINGLE, "choices": choices})
        old = Question.objects.get(retired_at__isnull=False)
        assert (new.key, new.pk) == (old.key, Question.objects.current().get().pk)
        assert close_attempt(attempt=attempt, by=student).percent == 100  # judged as it was asked
        assert answer_of(attempt, "single").question.text == old.text
        later = begin(quiz, student)
        assert answer_of(later, "single").question.text == "<p>Now?</p>"
        delete_question(question=new, by=editor)
        assert Question.objects.current().count() == 0
        assert Question.objects.count() == 2


def test_a_question_nobody_was_asked_is_changed_in_its_place(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    with school:
        before = Question.objects.get()
        edited(before, school, text="<p>Now?</p>")
        assert Question.objects.get().pk == before.pk
        with pytest.raises(Conflict, match="Somebody else"):
            edited(Question.objects.get(), school, revision=before.revision)
        with pytest.raises(Invalid, match="type"):
            edited(before, school, content=TEXT)
        delete_question(question=Question.objects.get(), by=school.person("instructor"))
        assert not Question.objects.exists()
        assert Lecture.objects.get(pk=quiz.lecture_id).filled_at is None


def test_a_lecture_is_ready_once_there_is_a_question(school: School) -> None:
    quiz = make_quiz(school)
    with school:
        assert Lecture.objects.get(pk=quiz.lecture_id).lack == "no questions yet"
        ask(quiz, SINGLE, by=school.person("instructor"))
        assert Lecture.objects.get(pk=quiz.lecture_id).lack == ""


def test_a_preview_is_nobodys_result(school: School) -> None:
    quiz = make_quiz(school, SINGLE, attempts_allowed=1)
    editor = school.person("instructor")
    with school:
        for _ in range(3):
            attempt = start_attempt(lecture=quiz.lecture, by=editor, is_preview=True)
            give(attempt, "single", "aaaa")
            assert close_attempt(attempt=attempt, by=editor).has_passed
        assert Attempt.objects.count() == 1
        assert not Attempt.objects.counted().exists()
        assert not Progress.objects.exists()

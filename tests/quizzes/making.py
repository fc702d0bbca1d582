"""Quizzes for tests, made by the deeds that instructors do."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Lecture, Section
from colonnade.quizzes.actions import add_question, edit_quiz, quiz_of, save_answer, start_attempt
from colonnade.quizzes.models import Answer, Attempt, Pool, Question, Quiz
from tests.factories import School

SINGLE: dict[str, Any] = {
    "kind": "single",
    "choices": [
        {"id": "aaaa", "text": "Doric", "is_right": True, "feedback": "The oldest."},
        {"id": "bbbb", "text": "Baroque", "feedback": "Two thousand years later."},
        {"id": "cccc", "text": "Gothic"},
    ],
}
MULTIPLE: dict[str, Any] = {
    "kind": "multiple",
    "choices": [
        {"id": "aaaa", "text": "Ionic", "is_right": True},
        {"id": "bbbb", "text": "Corinthian", "is_right": True},
        {"id": "cccc", "text": "Rococo"},
    ],
}
TRUE: dict[str, Any] = {"kind": "true_false", "answer": True}
TEXT: dict[str, Any] = {"kind": "text", "accepted": ["Athénè", "Athena"]}
NUMBER: dict[str, Any] = {"kind": "number", "value": "8.5", "tolerance": "0.25"}
ORDERING: dict[str, Any] = {
    "kind": "ordering",
    "items": [{"id": "1aaa", "text": "Base"}, {"id": "2bbb", "text": "Shaft"}, {"id": "3ccc", "text": "Capital"}],
}
ALL = (SINGLE, MULTIPLE, TRUE, TEXT, NUMBER, ORDERING)
RIGHT: dict[str, Any] = {
    "single": "aaaa", "multiple": ["aaaa", "bbbb"], "true_false": True, "text": "athene", "number": "8,6",
    "ordering": ["1aaa", "2bbb", "3ccc"],
}  # fmt: skip
WRONG: dict[str, Any] = {
    "single": "bbbb", "multiple": ["cccc"], "true_false": False, "text": "Zeus", "number": "9",
    "ordering": ["2bbb", "3ccc", "1aaa"],
}  # fmt: skip


def make_quiz(
    school: School, *contents: Mapping[str, Any], by: User | None = None, course: Course | None = None, **settings: Any
) -> Quiz:
    """A published course (unless given) whose last lecture is a quiz with these questions, a point each."""
    course = course or school.course()
    by = by or school.person("instructor")
    with school:
        section = Section.objects.filter(course=course).latest("position")
        lecture = Lecture.objects.create(course=course, section=section, title="Orders", position=99, kind="quiz")
        quiz = quiz_of(lecture)
        if settings:
            quiz = edit_quiz(quiz=quiz, changes=settings, by=by)
        for content in contents:
            ask(quiz, content, by=by)
        return Quiz.objects.select_related("lecture__course").get(pk=quiz.pk)


def ask(quiz: Quiz, content: Mapping[str, Any], *, by: User, pool: Pool | None = None, points: str = "1") -> Question:
    return add_question(
        quiz=quiz,
        text=f"<p>What about {content['kind']}?</p>",
        content=content,
        explanation="<p>Because the ancients said so.</p>",
        points=Decimal(points),
        pool=pool,
        by=by,
    )


def student_of(school: School, quiz: Quiz) -> User:
    student = school.person()
    school.enroll(student, quiz.lecture.course)
    return student


def begin(quiz: Quiz, student: User) -> Attempt:
    return start_attempt(lecture=quiz.lecture, by=student)


def answer_of(attempt: Attempt, kind: str) -> Answer:
    return next(answer for answer in attempt.answers.select_related("question") if answer.question.kind == kind)


def give(attempt: Attempt, kind: str, given: Any, **more: Any) -> Answer:
    answer = answer_of(attempt, kind)
    return save_answer(
        attempt=attempt, answer_id=answer.pk, given=given, revision=answer.revision, by=attempt.user, **more
    )


def give_all(attempt: Attempt, answers: Mapping[str, Any]) -> None:
    for answer in attempt.answers.select_related("question"):
        give(attempt, answer.question.kind, answers[answer.question.kind])

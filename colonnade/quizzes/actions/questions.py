"""Questions: add, edit, delete, order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import uuid7
from colonnade.quizzes.actions.holding import hold_quiz, judge, note_content, require_revision
from colonnade.quizzes.content import new_id, read_content
from colonnade.quizzes.models import Answer, Pool, Question, Quiz
from colonnade.quizzes.wording import rich_text

MOST_QUESTIONS = 500
MOVED_AWAY = "The questions were changed in the meantime. Reload the page and order them again."


@transaction.atomic
def add_question(
    *,
    quiz: Quiz,
    text: str,
    content: Mapping[str, Any],
    by: User,
    pool: Pool | None = None,
    points: Decimal = Decimal(1),
    explanation: str = "",
) -> Question:
    """Add a question at the end; `text` and `explanation` are HTML, `content` as in content.py. Raises Invalid."""
    quiz = hold_quiz(quiz)
    if quiz.current_questions.count() >= MOST_QUESTIONS:
        raise Conflict(f"A quiz has at most {MOST_QUESTIONS} questions.")
    last = quiz.current_questions.aggregate(last=Max("position"))["last"] or 0
    question = Question(quiz=quiz, pool=pool, position=last + 1)
    _fill(question, text, content, points, explanation)
    question.save()
    note_content(quiz, by)
    record("question.added", question, by=by, quiz=quiz, kind=question.kind)
    return question


@transaction.atomic
def edit_question(
    *,
    question: Question,
    text: str,
    content: Mapping[str, Any],
    points: Decimal,
    explanation: str,
    by: User,
    revision: int | None = None,
    pool: Pool | None = None,
) -> Question:
    """Ask it in another way. Attempts that have it already keep it as it was.

    Raises Invalid, and Conflict if somebody has changed it since `revision`.
    """
    quiz = hold_quiz(question.quiz)
    question = get_object_or_404(Question.objects.current(), key=question.key)
    require_revision(question.revision, revision)
    if content.get("kind") != question.kind:
        raise Invalid("A question stays of its type. Add another one, and delete this.")
    question = _version_of(question)
    question.quiz, question.pool = quiz, pool
    question.revision += 1
    _fill(question, text, content, points, explanation)
    question.save()
    note_content(quiz, by)
    record("question.edited", question, by=by, quiz=quiz)
    return question


@transaction.atomic
def delete_question(*, question: Question, by: User) -> None:
    """Ask it no more. Attempts and results that have it keep it."""
    quiz = hold_quiz(question.quiz)
    record("question.deleted", question, by=by, quiz=quiz)
    _retire(question)
    note_content(quiz, by)


@transaction.atomic
def duplicate_question(*, question: Question, by: User) -> Question:
    """A copy right after the question."""
    quiz = hold_quiz(question.quiz)
    copy = Question(
        quiz=quiz, pool=question.pool, position=question.position, text=question.text, points=question.points,
        content=with_new_ids(question.content), explanation=question.explanation,
    )  # fmt: skip
    copy.save()
    order = list(quiz.current_questions.exclude(pk=copy.pk))
    order.insert([other.pk for other in order].index(question.pk) + 1, copy)
    _place(order)
    note_content(quiz, by)
    record("question.duplicated", copy, by=by, quiz=quiz)
    return copy


@transaction.atomic
def order_questions(*, quiz: Quiz, pool: Pool | None, keys: Sequence[UUID], by: User) -> None:
    """Put the questions of a pool (None: those that everybody gets) in this order; others of the quiz may move in.

    Raises Conflict if one that is there is not named, or one that is named is gone.
    """
    quiz = hold_quiz(quiz)
    every = {question.key: question for question in quiz.current_questions}
    pool_id = pool.pk if pool else None
    here = {key for key, question in every.items() if question.pool_id == pool_id}
    if len(set(keys)) != len(keys) or not here <= set(keys) <= every.keys():
        raise Conflict(MOVED_AWAY)
    named = [every[key] for key in keys]
    for question in named:
        question.pool = pool
    _place([*named, *(question for question in every.values() if question.key not in keys)])
    record("quiz.questions_ordered", quiz, by=by)


def with_new_ids(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same content with choices and items that no answer knows."""
    lists = {
        name: [{**each, "id": new_id()} for each in content[name]] for name in ("choices", "items") if name in content
    }
    return {**content, **lists}


def _fill(question: Question, text: str, content: Mapping[str, Any], points: Decimal, explanation: str) -> None:
    question.text, question.explanation = rich_text(text), rich_text(explanation)
    if not question.text:
        raise Invalid("Write the question.", errors={"text": ["Write the question."]})
    question.content = read_content(content).model_dump(mode="json")
    question.points = points
    judge(question, ["text", "points"])


def _version_of(question: Question) -> Question:
    """The row to change: the question's own while nobody has been asked it, else a new one in its place."""
    asked = question.pk
    if not Answer.objects.filter(question=asked).exists():
        return question
    _retire(question)
    question.pk, question.retired_at, question.created_at = uuid7(), None, timezone.now()
    question._state.adding = True
    return question


def _retire(question: Question) -> None:
    if Answer.objects.filter(question=question).exists():
        Question.objects.filter(pk=question.pk).update(retired_at=timezone.now())
    else:
        Question.objects.filter(pk=question.pk).delete()


def _place(questions: Sequence[Question]) -> None:
    for position, question in enumerate(questions, start=1):
        question.position = position
    Question.objects.bulk_update(questions, ["position", "pool"])

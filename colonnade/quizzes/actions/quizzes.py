"""The quiz itself: how it is taken."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Lecture
from colonnade.lib.problems import Conflict
from colonnade.quizzes.actions.holding import hold_quiz, judge, note_content, require_revision
from colonnade.quizzes.models import Quiz
from colonnade.quizzes.wording import rich_text

SETTINGS = (
    "introduction", "time_limit", "attempts_allowed", "passing_score", "feedback", "partial_credit",
    "shuffle_questions", "shuffle_choices",
)  # fmt: skip


@transaction.atomic
def quiz_of(lecture: Lecture) -> Quiz:
    """The quiz of a lecture; an empty one the first time. Raises Conflict for a lecture of another kind."""
    if lecture.kind != "quiz":
        raise Conflict(f"“{lecture}” is not a quiz.")
    return Quiz.objects.select_related("lecture__course").get_or_create(lecture=lecture)[0]


@transaction.atomic
def edit_quiz(*, quiz: Quiz, changes: Mapping[str, Any], by: User, revision: int | None = None) -> Quiz:
    """Change some of SETTINGS. Attempts under way keep their time and passing score; feedback follows at once.

    Raises Invalid for a value that cannot be, Conflict if somebody has changed them since `revision`.
    """
    quiz = hold_quiz(quiz)
    require_revision(quiz.revision, revision)
    changed = {name: value for name, value in changes.items() if name in SETTINGS}
    if "introduction" in changed:
        changed["introduction"] = rich_text(changed["introduction"])
    for name, value in changed.items():
        setattr(quiz, name, value)
    judge(quiz, changed)
    quiz.revision += 1
    quiz.save()
    if "introduction" in changed:
        note_content(quiz, by)
    record("quiz.edited", quiz, by=by, **{name: value for name, value in changed.items() if name != "introduction"})
    return quiz

"""A quiz as a whole: copied with its lecture, written into an archive, read from one."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.lib.problems import Invalid
from colonnade.quizzes.actions.pools import add_pool
from colonnade.quizzes.actions.questions import add_question, with_new_ids
from colonnade.quizzes.actions.quizzes import SETTINGS, edit_quiz, quiz_of
from colonnade.quizzes.models import Pool, Quiz


@transaction.atomic
def copy_quiz(*, lecture: Lecture, copy: Lecture, by: User) -> None:
    """Give a lecture the quiz that another one has; nobody's attempts come along."""
    restore_quiz(lecture=copy, document=quiz_document(lecture), by=by)


def quiz_document(lecture: Lecture) -> dict[str, Any]:
    """Everything an instructor has made, as JSON; questions name their pool by its place in `pools`. Four queries."""
    quiz = Quiz.objects.filter(lecture=lecture).first()
    if quiz is None:
        return {}
    pools = list(quiz.pools.all())
    places: dict[UUID | None, int] = {pool.pk: place for place, pool in enumerate(pools)}
    return {
        "settings": {name: getattr(quiz, name) for name in SETTINGS},
        "pools": [{"title": pool.title, "draw": pool.draw} for pool in pools],
        "questions": [
            {
                "text": question.text,
                "explanation": question.explanation,
                "points": str(question.points),
                "pool": places.get(question.pool_id),
                "content": question.content,
            }
            for question in quiz.current_questions
        ],
    }


@transaction.atomic
def restore_quiz(*, lecture: Lecture, document: Mapping[str, Any], by: User) -> None:
    """Make what `quiz_document()` gave, judged as if it was typed in: it may come from anywhere. Raises Invalid."""
    quiz = quiz_of(lecture)
    try:
        settings, pools, questions = (document.get(name) or {} for name in ("settings", "pools", "questions"))
        if settings:
            edit_quiz(quiz=quiz, changes=dict(settings), by=by)
        made = [add_pool(quiz=quiz, title=str(pool["title"]), draw=int(pool["draw"]), by=by) for pool in pools]
        for question in questions:
            add_question(
                quiz=quiz,
                pool=_pool_at(made, question.get("pool")),
                text=str(question["text"]),
                explanation=str(question.get("explanation", "")),
                points=Decimal(str(question.get("points", 1))),
                content=with_new_ids(question["content"]),
                by=by,
            )
    except (LookupError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise Invalid("The quiz in this archive cannot be read.") from error


def _pool_at(pools: list[Pool], place: Any) -> Pool | None:
    return None if place is None else pools[int(place)]

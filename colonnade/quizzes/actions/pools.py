"""Pools: questions of which each attempt draws some."""

from django.db import transaction
from django.db.models import Max

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.quizzes.actions.holding import hold_quiz, judge
from colonnade.quizzes.models import Pool, Quiz


@transaction.atomic
def add_pool(*, quiz: Quiz, title: str, by: User, draw: int = 1) -> Pool:
    """Add an empty pool at the end. Raises Invalid for a title or number that cannot be."""
    quiz = hold_quiz(quiz)
    last = quiz.pools.aggregate(last=Max("position"))["last"] or 0
    pool = Pool(quiz=quiz, title=title.strip(), draw=draw, position=last + 1)
    judge(pool, ["title", "draw"])
    pool.save()
    record("quiz_pool.added", pool, by=by, quiz=quiz)
    return pool


@transaction.atomic
def edit_pool(*, pool: Pool, title: str, draw: int, by: User) -> Pool:
    hold_quiz(pool.quiz)
    pool.title, pool.draw = title.strip(), draw
    judge(pool, ["title", "draw"])
    pool.save(update_fields=["title", "draw"])
    record("quiz_pool.edited", pool, by=by, draw=draw)
    return pool


@transaction.atomic
def delete_pool(*, pool: Pool, by: User) -> None:
    """Its questions stay, and are asked of everybody from then on."""
    hold_quiz(pool.quiz)
    record("quiz_pool.deleted", pool, by=by, quiz=pool.quiz)
    pool.delete()

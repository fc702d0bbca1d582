"""Which questions an attempt asks, and in which order: decided once, when it begins."""

import random
from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from colonnade.quizzes.content import Content, Ordering, TrueFalse, ids_of
from colonnade.quizzes.models import Pool, Question, Quiz

T = TypeVar("T")
_dice = random.SystemRandom()  # so that no attempt can be foretold from another


def drawn(quiz: Quiz, pools: Iterable[Pool], questions: Sequence[Question]) -> list[Question]:
    """The questions that everybody gets, then so many of each pool; all mixed if the quiz says so."""
    chosen = [question for question in questions if question.pool_id is None]
    for pool in pools:
        chosen += _some(pool, [question for question in questions if question.pool_id == pool.pk])
    return shuffled(chosen) if quiz.shuffle_questions else chosen


def order_of(content: Content, *, shuffle: bool) -> list[str]:
    """The order in which choices or items are shown. Items to be put in order never stand in it already."""
    ids = ids_of(content)
    if isinstance(content, TrueFalse) or not ids:
        return []
    if not isinstance(content, Ordering):
        return shuffled(ids) if shuffle else ids
    mixed = shuffled(ids)
    return mixed if mixed != ids else [*ids[1:], ids[0]]


def shuffled(things: Sequence[T]) -> list[T]:
    return _dice.sample(things, len(things))


def _some(pool: Pool, questions: list[Question]) -> list[Question]:
    taken: set[UUID] = {question.pk for question in _dice.sample(questions, min(pool.draw, len(questions)))}
    return [question for question in questions if question.pk in taken]

"""Locks, and what has to be true after every change of a quiz."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import get_object_or_404
from django.utils import timezone

from colonnade.courses.models import Lecture
from colonnade.lib.problems import Conflict, Invalid
from colonnade.quizzes.models import Attempt, Quiz

STALE = (
    "Somebody else changed this in the meantime. What you typed is still here: open the page in another tab to see "
    "theirs, and save again from there."
)


def hold_quiz(quiz: Quiz) -> Quiz:
    """The quiz as it stands, held against other editors until the transaction ends."""
    return get_object_or_404(Quiz.objects.select_for_update(no_key=True), pk=quiz.pk)


def hold_attempt(attempt: Attempt) -> Attempt:
    """Held against a second device and the clock until the transaction ends."""
    held = Attempt.objects.select_for_update(no_key=True, of=("self",)).select_related("quiz__lecture__course", "user")
    return get_object_or_404(held, pk=attempt.pk)


def require_revision(current: int, wanted: int | None) -> None:
    """Raises Conflict if somebody has changed the thing since `wanted`; None asks for nothing."""
    if wanted is not None and wanted != current:
        raise Conflict(STALE)


def judge(thing: models.Model, fields: Iterable[str]) -> None:
    """Raises Invalid naming the first of these fields that cannot be as it is."""
    exclude = {field.name for field in thing._meta.fields} - set(fields)
    try:
        thing.clean_fields(exclude=exclude)
    except ValidationError as error:
        name, said = next(iter(error.message_dict.items()))
        raise Invalid(f"{_words(thing, name)}: {said[0]}", errors=error.message_dict) from error


def note_content(quiz: Quiz) -> None:
    """Tells the lecture whether there is anything to answer. Call it after each change of questions or pools."""
    has_some = quiz.current_questions.exists()
    lectures = Lecture.objects.filter(pk=quiz.lecture_id)
    lectures.filter(filled_at__isnull=has_some).update(filled_at=timezone.now() if has_some else None)


def _words(thing: Any, name: str) -> str:
    return str(thing._meta.get_field(name).verbose_name).capitalize()

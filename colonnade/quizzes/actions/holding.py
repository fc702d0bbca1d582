"""Locks, and what has to be true after every change of a quiz."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.actions.contents import delete_unnamed, mark_filled
from colonnade.courses.models import Content, Lecture
from colonnade.lib.problems import Conflict, Invalid
from colonnade.quizzes.models import Attempt, Quiz
from colonnade.quizzes.wording import pictures_in

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


def note_content(quiz: Quiz, by: User) -> None:
    """Tells the lecture whether there is anything to answer, and which pictures stand in it: others are deleted.

    Call it after each change of a text, or of how many questions there are. Pictures of retired questions stay, for
    those who were asked them.
    """
    mark_filled(Lecture.objects.get(pk=quiz.lecture_id), is_filled=quiz.current_questions.exists())
    with_pictures = quiz.questions.filter(Q(text__contains="<img") | Q(explanation__contains="<img"))
    texts = [quiz.introduction, *chain.from_iterable(with_pictures.values_list("text", "explanation"))]
    files = sorted({picture for text in texts for picture in pictures_in(text)})
    held = Content.objects.filter(lecture=quiz.lecture_id).first() or Content(lecture=quiz.lecture)
    if held.files != files:
        delete_unnamed(set(held.files) - set(files))
        held.files, held.updated_at, held.updated_by_id = files, timezone.now(), by.pk
        held.save()


def _words(thing: Any, name: str) -> str:
    return str(thing._meta.get_field(name).verbose_name).capitalize()

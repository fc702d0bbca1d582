"""Answers as they are given. Each is kept at once: no audit row for it, as for no heartbeat."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.lib.problems import Conflict, Invalid
from colonnade.quizzes.actions.attempts import grade
from colonnade.quizzes.actions.holding import hold_attempt
from colonnade.quizzes.content import read_given
from colonnade.quizzes.models import Answer, Attempt, Feedback


class AttemptClosed(Conflict):
    code = "attempt-closed"
    title = "This attempt is over"

    def __init__(self) -> None:
        super().__init__("It was handed in. Reload the page to see what came of it.")


class TimeIsUp(Conflict):
    code = "time-is-up"
    title = "The time is up"

    def __init__(self) -> None:
        super().__init__("The time for this attempt is over. What was saved until then counts.")


class AnswersElsewhere(Conflict):
    code = "answers-elsewhere"
    title = "This attempt goes on elsewhere"

    def __init__(self) -> None:
        super().__init__("You have opened it in another tab or on another device. Continue there, or take over here.")


class AnswerChanged(Conflict):
    """The newer answer comes along, so that the page can show it: `given`, `revision`."""

    code = "answer-changed"
    title = "There is a newer answer"


@transaction.atomic
def save_answer(
    *, attempt: Attempt, answer_id: UUID, given: Any, revision: int | None, by: User, place: str = ""
) -> Answer:
    """Keep an answer; None takes it back. The same one again changes nothing, so that it may be sent until heard.

    `revision` is the one that this answer follows, `place` the tab that it is given in. Raises AttemptClosed, TimeIsUp,
    AnswersElsewhere, AnswerChanged, Invalid.
    """
    attempt = _open(attempt, place)
    answer = get_object_or_404(attempt.answers.select_related("question"), pk=answer_id)
    given = read_given(answer.question.asked, given)
    if answer.given == given:
        return answer
    if answer.checked_at is not None:
        raise AnswerChanged(
            "You have seen what is right here, so this answer stands.", given=answer.given, revision=answer.revision
        )
    if revision is not None and revision != answer.revision:
        raise AnswerChanged(
            "It was answered on another device since. The newer answer is shown; change it if you like.",
            given=answer.given,
            revision=answer.revision,
        )
    answer.given, answer.answered_at = given, timezone.now()
    answer.revision += 1
    answer.save(update_fields=["given", "answered_at", "revision"])
    return answer


@transaction.atomic
def check_answer(*, attempt: Attempt, answer_id: UUID, by: User, place: str = "") -> Answer:
    """Ask at once what is right; the answer stands from then on. Raises Conflict where the quiz does not tell yet."""
    attempt = _open(attempt, place)
    answer = get_object_or_404(attempt.answers.select_related("question"), pk=answer_id)
    if attempt.quiz.feedback != Feedback.AT_ONCE:
        raise Conflict("This quiz does not tell what is right while you answer.")
    if answer.given is None:
        raise Invalid("Answer the question first.")
    if answer.checked_at is None:
        answer.checked_at, answer.score = timezone.now(), grade(answer, partial=attempt.partial_credit)
        answer.save(update_fields=["checked_at", "score"])
        record("quiz.answer_checked", attempt.quiz, by=by, attempt=attempt.pk, question=answer.question.key)
    return answer


def _open(attempt: Attempt, place: str) -> Attempt:
    attempt = hold_attempt(attempt)
    if not attempt.is_open:
        raise AttemptClosed
    now = timezone.now()
    if attempt.is_over(now):
        raise TimeIsUp
    if place and attempt.place and place != attempt.place:
        raise AnswersElsewhere
    if place:
        Attempt.objects.filter(pk=attempt.pk).update(place=place, place_seen_at=now)
    return attempt

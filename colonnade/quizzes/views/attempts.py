"""Taking a quiz: start, answer, hand in, look back."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.models import User
from colonnade.accounts.person import person
from colonnade.courses.models import Lecture
from colonnade.learning.access import Opened
from colonnade.learning.views.opening import inside_course
from colonnade.lib.objects import store_origin
from colonnade.lib.problems import Conflict
from colonnade.quizzes.actions import (
    check_answer,
    close_attempt,
    close_overdue,
    save_answer,
    start_attempt,
    take_place,
)
from colonnade.quizzes.feedback import tells_answers
from colonnade.quizzes.models import Attempt, Feedback, Quiz
from colonnade.quizzes.presenting import asked, asked_in
from colonnade.quizzes.schemas import AnswerBody, PlaceBody
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.schemas import read

P = ParamSpec("P")


@require_POST
@requires(Permission.LEARN)
@inside_course
def attempts(request: HttpRequest, opened: Opened, lecture_id: UUID) -> HttpResponse:
    """Begin an attempt, or go on with the one that is open."""
    lecture = get_object_or_404(Lecture, pk=lecture_id, course=opened.course, kind="quiz")
    try:
        attempt = start_attempt(lecture=lecture, by=person(request), is_preview=opened.is_preview)
    except Conflict as conflict:
        messages.error(request, conflict.detail)
        return redirect("learn-lecture", opened.course.slug, lecture.pk)
    return redirect("quiz-attempt", opened.course.slug, lecture.pk, attempt.pk)


def with_attempt(
    view: Callable[Concatenate[HttpRequest, Attempt, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Opened, UUID, UUID, P], HttpResponse]:
    """Turns the address into an attempt of the person's own, with its quiz, lecture and course."""

    @wraps(view)
    def found(
        request: HttpRequest, opened: Opened, lecture_id: UUID, attempt_id: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        own = Attempt.objects.of(person(request)).select_related("quiz__lecture__course")
        attempt = get_object_or_404(own, pk=attempt_id, quiz__lecture=lecture_id, quiz__lecture__course=opened.course)
        return view(request, attempt, *args, **kwargs)

    return found  # type: ignore[return-value]  # mypy thinks that the ids could not be named


@never_cache
@require_safe
@requires(Permission.LEARN)
@inside_course
@with_attempt
def attempt(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """The questions while it is open; what came of them afterwards."""
    attempt = close_overdue(attempt)
    if attempt.is_open:
        response = render(request, "quizzes/attempt.html", _open_page(request, attempt))
    else:
        response = render(request, "quizzes/review.html", review_page(attempt, person(request)))
    response._csp_update = {"img-src": [store_origin()]}  # type: ignore[attr-defined]  # django-csp's
    return response


@require_POST
@requires(Permission.LEARN)
@inside_course
@with_attempt
def place(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """This tab answers from now on."""
    elsewhere = take_place(attempt=attempt, place=read(PlaceBody, request).place, by=person(request))
    return _json({"elsewhere": elsewhere})


@require_http_methods(["PUT"])
@requires(Permission.LEARN)
@inside_course
@with_attempt
def answer(request: HttpRequest, attempt: Attempt, answer_id: UUID) -> HttpResponse:
    """Keep an answer."""
    body = read(AnswerBody, request)
    kept = save_answer(
        attempt=attempt,
        answer_id=answer_id,
        given=body.given,
        revision=body.revision,
        place=body.place,
        by=person(request),
    )
    return _json({"given": kept.given, "revision": kept.revision})


@require_POST
@requires(Permission.LEARN)
@inside_course
@with_attempt
def feedback(request: HttpRequest, attempt: Attempt, answer_id: UUID) -> HttpResponse:
    """What is right, where the quiz tells at once: the question anew, with its feedback."""
    checked = check_answer(
        attempt=attempt, answer_id=answer_id, place=read(PlaceBody, request).place, by=person(request)
    )
    context = {"question": asked(checked, tells=True), "tells_at_once": True}
    return _json({"html": render_to_string("quizzes/_question.html", context, request), "revision": checked.revision})


@require_POST
@requires(Permission.LEARN)
@inside_course
@with_attempt
def completion(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Hand in. A second time, or after the time was over, changes nothing."""
    close_attempt(attempt=attempt, by=person(request))
    return redirect(_here("quiz-attempt", attempt))


def review_page(attempt: Attempt, user: User, *, for_staff: bool = False) -> dict[str, Any]:
    """The context of an attempt that is over; staff see what is right whatever the quiz tells its students."""
    quiz = attempt.quiz
    passed = attempt.has_passed or Attempt.objects.counted().filter(quiz=quiz, user=user, has_passed=True).exists()
    tells = for_staff or tells_answers(quiz, attempt, has_passed=passed)
    return {
        "attempt": attempt,
        "quiz": quiz,
        "lecture": quiz.lecture,
        "course": quiz.lecture.course,
        "lecture_url": reverse("learn-lecture", args=[quiz.lecture.course.slug, quiz.lecture_id]),
        "questions": asked_in(quiz, attempt, tells_all=tells) if tells else [],
        "tells": tells,
        "tells_later": quiz.feedback == Feedback.AFTER_PASSING and not passed,
        "breadcrumbs": _breadcrumbs(quiz),
    }


def _open_page(request: HttpRequest, attempt: Attempt) -> dict[str, Any]:
    quiz = attempt.quiz
    questions = asked_in(quiz, attempt)
    return {
        "attempt": attempt,
        "quiz": quiz,
        "lecture": quiz.lecture,
        "course": quiz.lecture.course,
        "questions": questions,
        "answered": sum(question.given is not None for question in questions),
        "tells_at_once": quiz.feedback == Feedback.AT_ONCE,
        "completion_url": _here("quiz-attempt-completion", attempt),
        "config": _config(request, attempt, questions),
        "breadcrumbs": _breadcrumbs(quiz),
    }


def _config(request: HttpRequest, attempt: Attempt, questions: list[Any]) -> dict[str, Any]:
    """See frontend/src/islands/quiz/config.ts."""
    left = (attempt.ends_at - timezone.now()).total_seconds() if attempt.ends_at else None
    here = _here("quiz-attempt", attempt)
    return {
        "attempt_id": str(attempt.pk),
        "viewer": str(attempt.user_id),
        "seconds_left": left,
        "place_url": f"{here}place/",
        "answers_url": f"{here}answers/",
        "csrf_token": get_token(request),
        "revisions": {str(question.id): question.revision for question in questions},
    }


def _here(name: str, attempt: Attempt) -> str:
    lecture = attempt.quiz.lecture
    return reverse(name, args=[lecture.course.slug, lecture.pk, attempt.pk])


def _breadcrumbs(quiz: Quiz) -> list[dict[str, str]]:
    lecture = quiz.lecture
    return [
        {"label": "My courses", "url": reverse("learn")},
        {
            "label": Truncator(lecture.course.title).chars(30),
            "url": reverse("learn-course", args=[lecture.course.slug]),
        },
        {
            "label": Truncator(lecture.title).chars(30),
            "url": reverse("learn-lecture", args=[lecture.course.slug, lecture.pk]),
        },
    ]


def _json(document: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(document), content_type="application/json")

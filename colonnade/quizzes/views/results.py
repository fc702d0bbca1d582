"""What came of a quiz, for those who teach."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colonnade.accounts.person import person
from colonnade.enrollment.sheets import cell, sheet
from colonnade.quizzes.models import Attempt, Quiz
from colonnade.quizzes.presenting import right_in_words
from colonnade.quizzes.results import (
    QuestionResult,
    attempt_rows,
    minutes_taken,
    question_results,
    students_of,
    summary_of,
)
from colonnade.quizzes.views.attempts import review_page
from colonnade.quizzes.views.editor import tabs_of, trail, with_pictures
from colonnade.tenants.calendar import Calendar, calendar_of
from colonnade.tenants.permissions import Permission, allows, requires

ON_A_PAGE = 25


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def results(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Figures, each question, and a page of students."""
    quiz = _quiz(quiz_id)
    page = Paginator(students_of(quiz), ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    may_edit = allows(person(request), Permission.EDIT_COURSES)
    context = {
        "quiz": quiz,
        "lecture": quiz.lecture,
        "summary": summary_of(quiz),
        "questions": [_question(result) for result in question_results(quiz)],
        "page": page,
        "students": [_student(row, quiz, calendar) for row in page],
        "csv_url": reverse("quiz-results-csv", args=[quiz.pk]),
        "tabs": tabs_of(quiz, "results") if may_edit else [],
        "may_edit": may_edit,
        "breadcrumbs": trail(quiz, "Results") if may_edit else [*trail(quiz)[:-1], {"label": "Results"}],
    }
    return render(request, "quizzes/results.html", context)


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def results_csv(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Every attempt that is over, with the points of each question."""
    quiz = _quiz(quiz_id)
    asked = [result.question for result in question_results(quiz)]
    calendar = calendar_of(request)
    over = Attempt.objects.counted().filter(quiz=quiz).select_related("user").order_by("user__email", "number")
    rows = [
        [
            row.attempt.user.name,
            row.attempt.user.email,
            row.attempt.number,
            row.attempt.started_at.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M"),
            minutes_taken(row.attempt.started_at, row.attempt.closed_at),
            row.attempt.score,
            row.attempt.maximum,
            row.attempt.percent,
            "yes" if row.attempt.has_passed else "no",
            *(_cell(row.scores.get(question.key)) for question in asked),
        ]
        for row in attempt_rows(quiz, over)
    ]
    heading = ["Name", "E-mail", "Attempt", "Started", "Minutes", "Points", "Of", "Per cent", "Passed"]
    return sheet(f"quiz-{quiz.lecture.course.slug[:60]}.csv", [*heading, *(cell(str(each)) for each in asked)], rows)


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def student_attempts(request: HttpRequest, quiz_id: UUID, student_id: UUID) -> HttpResponse:
    """One student's attempts, newest first; the one that is chosen (else the newest) with all its answers."""
    quiz = _quiz(quiz_id)
    own = Attempt.objects.counted().filter(quiz=quiz, user_id=student_id).select_related("user").order_by("-number")
    attempts = get_list_or_404(own)
    attempt = next((each for each in attempts if str(each.pk) == request.GET.get("attempt")), attempts[0])
    attempt.quiz = quiz
    calendar = calendar_of(request)
    context = {
        **review_page(attempt, attempt.user, for_staff=True),
        "student": attempt.user,
        "closed": calendar.minute(attempt.closed_at),
        "tabs": [
            {
                "label": f"Attempt {each.number} · {each.percent} %",
                "url": f"?attempt={each.pk}",
                "active": each.pk == attempt.pk,
            }
            for each in attempts
        ],
        "breadcrumbs": [
            *trail(quiz)[:-1],
            {"label": "Results", "url": reverse("quiz-results", args=[quiz.pk])},
            {"label": str(attempt.user)},
        ],
    }
    return with_pictures(render(request, "quizzes/student.html", context))


def _question(result: QuestionResult) -> dict[str, Any]:
    return {
        "result": result,
        "summary": result.question.summary,
        "kind": result.question.kind_label,
        "right": right_in_words(result.question.asked),
        "is_retired": result.question.retired_at is not None,
        "discrimination": None if result.discrimination is None else f"{result.discrimination:.2f}",
    }


def _student(row: dict[str, Any], quiz: Quiz, calendar: Calendar) -> dict[str, Any]:
    return {
        "url": reverse("quiz-student", args=[quiz.pk, row["user_id"]]),
        "name": row["user__name"] or row["user__email"],
        "email": row["user__email"],
        "attempts": row["attempts"],
        "best": row["best"],
        "passed": row["passed"],
        "last": calendar.day(row["last"]),
    }


def _cell(score: object) -> object:
    return "" if score is None else score


def _quiz(quiz_id: UUID) -> Quiz:
    return get_object_or_404(Quiz.objects.select_related("lecture__course"), pk=quiz_id)

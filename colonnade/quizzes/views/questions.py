"""One question: written, changed, copied, deleted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.lib.problems import Conflict, Invalid
from colonnade.quizzes.actions import add_question, delete_question, duplicate_question, edit_question
from colonnade.quizzes.forms import QuestionForm, blank, content_in, draft_in, plain_number, rows_of
from colonnade.quizzes.models import Kind, Question, Quiz
from colonnade.quizzes.views.editor import trail, with_pictures
from colonnade.tenants.permissions import Permission, requires


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def new(request: HttpRequest, quiz_id: UUID, kind: str) -> HttpResponse:
    """Add a question of a type."""
    if kind not in Kind.values:
        raise Http404
    quiz = get_object_or_404(Quiz.objects.select_related("lecture__course"), pk=quiz_id)
    form = QuestionForm(request.POST or None, quiz=quiz, initial={"points": 1})
    content = blank(kind)
    if form.is_valid():
        content = draft_in(kind, request.POST)
        try:
            add_question(
                quiz=quiz,
                text=form.cleaned_data["text"],
                content=content_in(kind, request.POST),
                points=form.cleaned_data["points"],
                explanation=form.cleaned_data["explanation"],
                pool=form.cleaned_data["pool"],
                by=person(request),
            )
        except (Conflict, Invalid) as problem:
            form.add_error(None, problem.detail)
        else:
            return _done(request, quiz, kind, "The question is added.")
    elif form.is_bound:
        content = draft_in(kind, request.POST)
    return _page(request, quiz, form, content)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def question(request: HttpRequest, question_key: UUID) -> HttpResponse:
    """Change a question. Whoever has been asked it keeps it as it was."""
    found = _question(question_key)
    form = QuestionForm(request.POST, quiz=found.quiz) if request.method == "POST" else QuestionForm.of(found)
    content = draft_in(found.kind, request.POST) if form.is_bound else found.content
    if form.is_valid():
        try:
            edit_question(
                question=found,
                text=form.cleaned_data["text"],
                content=content_in(found.kind, request.POST),
                points=form.cleaned_data["points"],
                explanation=form.cleaned_data["explanation"],
                pool=form.cleaned_data["pool"],
                revision=form.cleaned_data["revision"],
                by=person(request),
            )
        except (Conflict, Invalid) as problem:
            form.add_error(None, problem.detail)
        else:
            return _done(request, found.quiz, found.kind, "The question is saved.")
    return _page(request, found.quiz, form, content, question=found)


@require_POST
@requires(Permission.EDIT_COURSES)
def deletion(request: HttpRequest, question_key: UUID) -> HttpResponse:
    found = _question(question_key)
    delete_question(question=found, by=person(request))
    messages.success(request, "The question is deleted.")
    return redirect("quiz", found.quiz.lecture_id)


@require_POST
@requires(Permission.EDIT_COURSES)
def copy(request: HttpRequest, question_key: UUID) -> HttpResponse:
    """Another one like it, right after it."""
    found = _question(question_key)
    duplicate_question(question=found, by=person(request))
    messages.success(request, "The question is duplicated.")
    return redirect("quiz", found.quiz.lecture_id)


def _question(key: UUID) -> Question:
    return get_object_or_404(Question.objects.current().select_related("quiz__lecture__course"), key=key)


def _page(
    request: HttpRequest, quiz: Quiz, form: QuestionForm, content: dict[str, Any], *, question: Question | None = None
) -> HttpResponse:
    kind = Kind(content["kind"])
    context = {
        "quiz": quiz,
        "question": question,
        "form": form,
        "kind": kind.value,
        "kind_label": kind.label,
        "content": content,
        "value": plain_number(content.get("value")),
        "tolerance": plain_number(content.get("tolerance") or None),
        "rows": rows_of(content),
        "has_pools": quiz.pools.exists(),
        "quiz_url": reverse("quiz", args=[quiz.lecture_id]),
        "config": {"pictures_url": reverse("quiz-pictures", args=[quiz.pk])},
        "breadcrumbs": trail(quiz, kind.label),
    }
    status = 422 if form.errors else 200
    return with_pictures(render(request, "quizzes/question.html", context, status=status))


def _done(request: HttpRequest, quiz: Quiz, kind: str, said: str) -> HttpResponse:
    messages.success(request, said)
    if "another" in request.POST:
        return redirect("quiz-question-new", quiz.pk, kind)
    return redirect("quiz", quiz.lecture_id)

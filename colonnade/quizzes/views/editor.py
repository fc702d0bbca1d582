"""Where a quiz is built: how it is taken, its pools, the order of its questions."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses.files import address
from colonnade.courses.models import Lecture
from colonnade.lib.objects import store_origin
from colonnade.lib.problems import Conflict, Invalid
from colonnade.quizzes.actions import add_picture, add_pool, delete_pool, edit_pool, edit_quiz, order_questions, quiz_of
from colonnade.quizzes.forms import PoolForm, SettingsForm
from colonnade.quizzes.models import Kind, Pool, Question, Quiz
from colonnade.quizzes.presenting import points_in_words
from colonnade.quizzes.schemas import QuestionOrder
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.schemas import read

KIND_ICONS = {
    Kind.SINGLE: "circle-dot", Kind.MULTIPLE: "square-check", Kind.TRUE_FALSE: "toggle-left",
    Kind.TEXT: "text-cursor-input", Kind.NUMBER: "hash", Kind.ORDERING: "list-ordered",
}  # fmt: skip


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def quiz(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """The editor. Opened for the first time it makes an empty quiz."""
    lecture = get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id, kind="quiz")
    found = quiz_of(lecture)
    return editor_page(request, found, SettingsForm.of(found))


@require_POST
@requires(Permission.EDIT_COURSES)
def settings(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """How the quiz is taken."""
    found = _quiz(quiz_id)
    form = SettingsForm(request.POST)
    if form.is_valid():
        revision = form.cleaned_data.pop("revision")
        try:
            edit_quiz(quiz=found, changes=form.cleaned_data, revision=revision, by=person(request))
        except (Conflict, Invalid) as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, "The settings are saved.")
            return redirect("quiz", found.lecture_id)
    return editor_page(request, found, form, status=422)


@require_POST
@requires(Permission.EDIT_COURSES)
def question_order(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """The order of the questions that everybody is asked."""
    found = _quiz(quiz_id)
    order_questions(quiz=found, pool=None, keys=read(QuestionOrder, request).order, by=person(request))
    return HttpResponse(status=204)


@require_POST
@requires(Permission.EDIT_COURSES)
def pool_question_order(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """The order of a pool's questions; those dragged in from elsewhere come along."""
    pool = _pool(pool_id)
    order_questions(quiz=pool.quiz, pool=pool, keys=read(QuestionOrder, request).order, by=person(request))
    return HttpResponse(status=204)


@require_POST
@requires(Permission.EDIT_COURSES)
def pools(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Add a pool."""
    found = _quiz(quiz_id)
    form = PoolForm(request.POST)
    if form.is_valid():
        add_pool(quiz=found, title=form.cleaned_data["title"], draw=form.cleaned_data["draw"], by=person(request))
    else:
        messages.error(request, _first_error(form))
    return redirect(reverse("quiz", args=[found.lecture_id]) + "#pools")


@require_POST
@requires(Permission.EDIT_COURSES)
def pool(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """Rename a pool, or draw another number of its questions."""
    found = _pool(pool_id)
    form = PoolForm(request.POST)
    if not form.is_valid():
        raise Invalid(_first_error(form))
    edit_pool(pool=found, title=form.cleaned_data["title"], draw=form.cleaned_data["draw"], by=person(request))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("quiz", found.quiz.lecture_id)


@require_POST
@requires(Permission.EDIT_COURSES)
def pool_deletion(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    found = _pool(pool_id)
    lecture_id = found.quiz.lecture_id
    delete_pool(pool=found, by=person(request))
    messages.success(request, "The pool is deleted. Its questions are asked of everybody.")
    return redirect("quiz", lecture_id)


@require_POST
@requires(Permission.EDIT_COURSES)
def pictures(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Take in a picture, and tell where the editor finds it."""
    _quiz(quiz_id)
    image = request.FILES.get("image")
    if image is None:
        raise Invalid("Choose a picture first.")
    path, made = add_picture(image=BytesIO(image.read()))
    return JsonResponse({"src": address(path), "width": made.width, "height": made.height}, status=201)


def editor_page(request: HttpRequest, quiz: Quiz, form: SettingsForm, *, status: int = 200) -> HttpResponse:
    """The whole editor, with what was typed into its settings."""
    questions = [_line(question) for question in quiz.current_questions]
    groups = [
        {
            "pool": pool,
            "questions": [line for line in questions if line["pool_id"] == pool.pk],
            "url": reverse("quiz-pool", args=[pool.pk]),
        }
        for pool in quiz.pools.all()
    ]
    context = {
        "quiz": quiz,
        "lecture": quiz.lecture,
        "course": quiz.lecture.course,
        "form": form,
        "everybody": [line for line in questions if line["pool_id"] is None],
        "groups": groups,
        "has_questions": bool(questions),
        "kinds": [{"label": kind.label, "icon": KIND_ICONS[kind], "url": _new_url(quiz, kind)} for kind in Kind],
        "preview_url": reverse("learn-lecture", args=[quiz.lecture.course.slug, quiz.lecture_id]),
        "pictures_url": reverse("quiz-pictures", args=[quiz.pk]),
        "tabs": tabs_of(quiz, "questions"),
        "breadcrumbs": trail(quiz),
    }
    return with_pictures(render(request, "quizzes/editor.html", context, status=status))


def tabs_of(quiz: Quiz, active: str) -> list[dict[str, Any]]:
    return [
        {"label": "Questions", "url": reverse("quiz", args=[quiz.lecture_id]), "active": active == "questions"},
        {"label": "Results", "url": reverse("quiz-results", args=[quiz.pk]), "active": active == "results"},
    ]


def trail(quiz: Quiz, *more: str) -> list[dict[str, str]]:
    """The way here from the list of courses."""
    course_url = reverse("course", args=[quiz.lecture.course_id])
    steps = [
        {"label": "Courses", "url": reverse("courses")},
        {"label": Truncator(quiz.lecture.course.title).chars(30), "url": course_url},
    ]
    if more:
        quiz_url = reverse("quiz", args=[quiz.lecture_id])
        steps.append({"label": Truncator(quiz.lecture.title).chars(30), "url": quiz_url})
    return [*steps, {"label": more[-1] if more else "Quiz"}]


def with_pictures(response: HttpResponse) -> HttpResponse:
    """A page that may show pictures from the store."""
    response._csp_update = {"img-src": [store_origin()]}  # type: ignore[attr-defined]  # django-csp's
    return response


def _line(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "summary": question.summary,
        "kind": question.kind_label,
        "icon": KIND_ICONS[Kind(question.kind)],
        "points": points_in_words(question.points),
        "pool_id": question.pool_id,
        "url": reverse("quiz-question", args=[question.key]),
    }


def _new_url(quiz: Quiz, kind: Kind) -> str:
    return reverse("quiz-question-new", args=[quiz.pk, kind.value])


def _quiz(quiz_id: UUID) -> Quiz:
    return get_object_or_404(Quiz.objects.select_related("lecture__course"), pk=quiz_id)


def _pool(pool_id: UUID) -> Pool:
    return get_object_or_404(Pool.objects.select_related("quiz__lecture__course"), pk=pool_id)


def _first_error(form: PoolForm) -> str:
    return str(next(iter(form.errors.values()))[0])

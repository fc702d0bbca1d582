"""Quizzes, for programs: writing them, taking them, what came of them. The same deeds and reads as the pages."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.courses.models import Lecture
from colonnade.learning.access import open_course
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.quizzes import actions
from colonnade.quizzes.content import Content, read_content
from colonnade.quizzes.models import Attempt, Feedback, Pool, Question, Quiz
from colonnade.quizzes.presenting import Asked, asked, asked_in, right_in_words
from colonnade.quizzes.results import question_results, summary_of
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Quizzes"])

FeedbackTime = Literal["at_once", "after_attempt", "after_passing", "never"]
Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)]


class PoolOut(Schema):
    id: UUID
    title: str
    draw: int = Field(description="how many of its questions an attempt asks")


class PoolIn(Schema):
    title: str = Field(max_length=160)
    draw: int = Field(1, ge=1, le=500)


class QuestionOut(Schema):
    key: UUID
    text: str = Field(description="HTML")
    kind: str
    content: Content = Field(description="what is asked and what is right")
    explanation: str = Field(description="HTML, shown with the right answer")
    points: float
    pool_id: UUID | None
    revision: int = Field(description="send it with a change, to be told when somebody else was faster")


class QuestionIn(Schema):
    text: str = Field(description="HTML; what may not stand in a page is left out")
    content: Content
    explanation: str = ""
    points: Points = Decimal(1)
    pool_id: UUID | None = Field(None, description="null: everybody is asked")


class QuestionChange(QuestionIn):
    revision: int | None = None


class QuizOut(Schema):
    id: UUID
    lecture_id: UUID
    introduction: str
    time_limit: int | None = Field(description="minutes")
    attempts_allowed: int | None = Field(description="null: any number")
    passing_score: int = Field(description="per cent")
    feedback: str = Field(description=", ".join(Feedback.values))
    partial_credit: bool
    shuffle_questions: bool
    shuffle_choices: bool
    revision: int
    pools: list[PoolOut]
    questions: list[QuestionOut]

    @staticmethod
    def resolve_pools(quiz: Quiz) -> list[Pool]:
        return list(quiz.pools.all())

    @staticmethod
    def resolve_questions(quiz: Quiz) -> list[Question]:
        return list(quiz.current_questions)


class QuizChange(Schema):
    model_config = ConfigDict(extra="forbid")
    introduction: str | None = None
    time_limit: int | None = Field(None, ge=1, le=24 * 60)
    attempts_allowed: int | None = Field(None, ge=1, le=100)
    passing_score: int = Field(70, ge=0, le=100)
    feedback: FeedbackTime = "after_attempt"
    partial_credit: bool = True
    shuffle_questions: bool = False
    shuffle_choices: bool = True
    revision: int | None = None


class QuestionOrderIn(Schema):
    pool_id: UUID | None = Field(None, description="null: those that everybody is asked")
    keys: list[UUID] = Field(max_length=1000)


class PictureOut(Schema):
    name: str = Field(description="for `<img src=…>` in a text; one that no text names goes after a day")
    width: int
    height: int


class OptionOut(Schema):
    id: str
    text: str
    is_chosen: bool
    is_right: bool | None = Field(description="null until it may be told")
    feedback: str


class VerdictOut(Schema):
    share: float = Field(description="from 0 to 1")
    score: float
    right: list[str]
    explanation: str


class AskedOut(Schema):
    id: UUID = Field(description="of the answer")
    number: int
    kind: str
    text: str = Field(description="HTML")
    points: float
    given: Any = Field(description="an id, a list of ids, true or false, or a text; null: no answer")
    revision: int
    is_checked: bool
    options: list[OptionOut]
    verdict: VerdictOut | None = Field(description="null until it may be told")


class AttemptOut(Schema):
    id: UUID
    quiz_id: UUID
    user_id: UUID
    number: int
    started_at: datetime
    ends_at: datetime | None
    closed_at: datetime | None
    is_timed_out: bool
    score: float | None
    maximum: float
    percent: int | None
    passing_score: int
    has_passed: bool


class AttemptDetailOut(AttemptOut):
    questions: list[AskedOut]


class AnswerIn(Schema):
    given: Any
    revision: int | None = Field(None, description="the one it follows; 409 with the newer answer if there is one")


class AnswerOut(Schema):
    given: Any
    revision: int


class GivenOut(Schema):
    text: str
    count: int
    percent: int
    is_right: bool


class QuestionResultOut(Schema):
    key: UUID
    text: str
    kind: str
    right: list[str]
    asked: int
    answered: int
    wholly_right: int
    percent: int | None = Field(description="of its points, on average")
    discrimination: float | None = Field(description="from -1 to 1; null below ten answers")
    given: list[GivenOut] = Field(description="the commonest answers")


class ResultsOut(Schema):
    students: int
    attempts: int
    passed: int
    average: int | None = Field(description="per cent, of each student's best")
    underway: int
    questions: list[QuestionResultOut]


def _editor(request: HttpRequest) -> User:
    require(person(request), Permission.EDIT_COURSES)
    return person(request)


def _quiz(quiz_id: UUID) -> Quiz:
    return get_object_or_404(Quiz.objects.select_related("lecture__course"), pk=quiz_id)


def _pool_in(quiz: Quiz, pool_id: UUID | None) -> Pool | None:
    return get_object_or_404(Pool, pk=pool_id, quiz=quiz) if pool_id else None


def _question(key: UUID) -> Question:
    return get_object_or_404(Question.objects.current().select_related("quiz"), key=key)


# --- Writing ------------------------------------------------------------------------------------------------------


@router.get("/lectures/{lecture_id}/quiz", response=QuizOut, summary="The quiz of a lecture, with its right answers")
@scoped(Scope.COURSES_READ)
def quiz(request: HttpRequest, lecture_id: UUID) -> Quiz:
    _editor(request)
    return actions.quiz_of(get_object_or_404(Lecture, pk=lecture_id))


@router.patch("/quizzes/{quiz_id}", response=QuizOut, summary="Change how a quiz is taken")
@scoped(Scope.COURSES_WRITE)
def edit_quiz(request: HttpRequest, quiz_id: UUID, body: QuizChange) -> Quiz:
    by, found = _editor(request), _quiz(quiz_id)
    changes = body.dict(exclude_unset=True)
    revision = changes.pop("revision", None)
    if changes.get("introduction", "") is None:
        changes["introduction"] = ""
    return actions.edit_quiz(quiz=found, changes=changes, revision=revision, by=by)


@router.post("/quizzes/{quiz_id}/questions", response={201: QuestionOut}, summary="Add a question at the end")
@scoped(Scope.COURSES_WRITE)
def add_question(request: HttpRequest, quiz_id: UUID, body: QuestionIn) -> Status[Question]:
    by, found = _editor(request), _quiz(quiz_id)
    question = actions.add_question(
        quiz=found,
        text=body.text,
        content=body.content.model_dump(),
        explanation=body.explanation,
        points=body.points,
        pool=_pool_in(found, body.pool_id),
        by=by,
    )
    return Status(201, question)


@router.put("/quizzes/{quiz_id}/question-order", response=QuizOut, summary="Order the questions, or move some in")
@scoped(Scope.COURSES_WRITE)
def order_questions(request: HttpRequest, quiz_id: UUID, body: QuestionOrderIn) -> Quiz:
    by, found = _editor(request), _quiz(quiz_id)
    actions.order_questions(quiz=found, pool=_pool_in(found, body.pool_id), keys=body.keys, by=by)
    return found


@router.put("/questions/{question_key}", response=QuestionOut, summary="Change a question for attempts to come")
@scoped(Scope.COURSES_WRITE)
def edit_question(request: HttpRequest, question_key: UUID, body: QuestionChange) -> Question:
    by, found = _editor(request), _question(question_key)
    return actions.edit_question(
        question=found,
        text=body.text,
        content=body.content.model_dump(),
        explanation=body.explanation,
        points=body.points,
        pool=_pool_in(found.quiz, body.pool_id),
        revision=body.revision,
        by=by,
    )


@router.delete("/questions/{question_key}", response={204: None}, summary="Ask a question no more")
@scoped(Scope.COURSES_WRITE)
def delete_question(request: HttpRequest, question_key: UUID) -> Status[None]:
    by, found = _editor(request), _question(question_key)
    actions.delete_question(question=found, by=by)
    return Status(204, None)


@router.post("/questions/{question_key}/copies", response={201: QuestionOut}, summary="Duplicate a question")
@scoped(Scope.COURSES_WRITE)
def duplicate_question(request: HttpRequest, question_key: UUID) -> Status[Question]:
    by, found = _editor(request), _question(question_key)
    return Status(201, actions.duplicate_question(question=found, by=by))


@router.post("/quizzes/{quiz_id}/pools", response={201: PoolOut}, summary="Add a pool of questions to draw from")
@scoped(Scope.COURSES_WRITE)
def add_pool(request: HttpRequest, quiz_id: UUID, body: PoolIn) -> Status[Pool]:
    by, found = _editor(request), _quiz(quiz_id)
    return Status(201, actions.add_pool(quiz=found, title=body.title, draw=body.draw, by=by))


@router.put("/pools/{pool_id}", response=PoolOut, summary="Rename a pool, or draw another number")
@scoped(Scope.COURSES_WRITE)
def edit_pool(request: HttpRequest, pool_id: UUID, body: PoolIn) -> Pool:
    by, found = _editor(request), get_object_or_404(Pool.objects.select_related("quiz"), pk=pool_id)
    return actions.edit_pool(pool=found, title=body.title, draw=body.draw, by=by)


@router.delete("/pools/{pool_id}", response={204: None}, summary="Delete a pool; its questions are asked of everybody")
@scoped(Scope.COURSES_WRITE)
def delete_pool(request: HttpRequest, pool_id: UUID) -> Status[None]:
    by, found = _editor(request), get_object_or_404(Pool.objects.select_related("quiz__lecture"), pk=pool_id)
    actions.delete_pool(pool=found, by=by)
    return Status(204, None)


@router.post(
    "/quizzes/{quiz_id}/pictures", response={201: PictureOut}, summary="Send a picture for a text (multipart form)"
)
@scoped(Scope.COURSES_WRITE)
def add_picture(request: HttpRequest, quiz_id: UUID, image: File[UploadedFile]) -> Status[dict[str, Any]]:
    _editor(request)
    _quiz(quiz_id)
    path, made = actions.add_picture(image=BytesIO(image.read()))
    return Status(201, {"name": path, "width": made.width, "height": made.height})


# --- Taking -------------------------------------------------------------------------------------------------------


@router.post(
    "/lectures/{lecture_id}/attempts",
    response={201: AttemptDetailOut},
    summary="Begin an attempt, or go on with the open one",
)
@scoped(Scope.LEARNING)
def start_attempt(request: HttpRequest, lecture_id: UUID) -> Status[dict[str, Any]]:
    require(person(request), Permission.LEARN)
    lecture = get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id)
    opened = open_course(lecture.course.slug, person(request))
    attempt = actions.start_attempt(lecture=lecture, by=person(request), is_preview=opened.is_preview)
    return Status(201, _detail(attempt))


@router.get(
    "/me/attempts/{attempt_id}", response=AttemptDetailOut, summary="One of your attempts, as far as you may see"
)
@scoped(Scope.LEARNING)
def my_attempt(request: HttpRequest, attempt_id: UUID) -> dict[str, Any]:
    return _detail(actions.close_overdue(_own(request, attempt_id)))


@router.put("/me/attempts/{attempt_id}/answers/{answer_id}", response=AnswerOut, summary="Answer a question")
@scoped(Scope.LEARNING)
def save_answer(request: HttpRequest, attempt_id: UUID, answer_id: UUID, body: AnswerIn) -> Any:
    return actions.save_answer(
        attempt=_own(request, attempt_id),
        answer_id=answer_id,
        given=body.given,
        revision=body.revision,
        by=person(request),
    )


@router.post(
    "/me/attempts/{attempt_id}/answers/{answer_id}/feedback",
    response=AskedOut,
    summary="Ask what is right, where the quiz tells at once; the answer stands from then on",
)
@scoped(Scope.LEARNING)
def check_answer(request: HttpRequest, attempt_id: UUID, answer_id: UUID) -> Asked:
    checked = actions.check_answer(attempt=_own(request, attempt_id), answer_id=answer_id, by=person(request))
    return asked(checked, tells=True)


@router.put("/me/attempts/{attempt_id}/completion", response=AttemptDetailOut, summary="Hand in")
@scoped(Scope.LEARNING)
def complete_attempt(request: HttpRequest, attempt_id: UUID) -> dict[str, Any]:
    return _detail(actions.close_attempt(attempt=_own(request, attempt_id), by=person(request)))


# --- Results ------------------------------------------------------------------------------------------------------


@router.get("/quizzes/{quiz_id}/results", response=ResultsOut, summary="What came of a quiz, by question")
@scoped(Scope.STUDENTS_READ)
def results(request: HttpRequest, quiz_id: UUID) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    found = _quiz(quiz_id)
    summary = summary_of(found)
    questions = [
        {
            "key": result.question.key,
            "text": result.question.summary,
            "kind": result.question.kind,
            "right": right_in_words(read_content(result.question.content)),
            "asked": result.asked,
            "answered": result.answered,
            "wholly_right": result.right,
            "percent": result.percent,
            "discrimination": result.discrimination,
            "given": result.given,
        }
        for result in question_results(found)
    ]
    return {**summary.__dict__, "questions": questions}


@router.get("/quizzes/{quiz_id}/attempts", response=Page[AttemptOut], summary="Students' attempts, newest first")
@scoped(Scope.STUDENTS_READ)
def attempts(request: HttpRequest, quiz_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    """Those under way among them."""
    require(person(request), Permission.MANAGE_STUDENTS)
    return page_of(Attempt.objects.filter(quiz=_quiz(quiz_id), is_preview=False), query)


def _own(request: HttpRequest, attempt_id: UUID) -> Attempt:
    """An attempt of the person's own, in a course that is open to them. Raises CourseClosed."""
    require(person(request), Permission.LEARN)
    own = Attempt.objects.of(person(request)).select_related("quiz__lecture__course")
    attempt = get_object_or_404(own, pk=attempt_id)
    open_course(attempt.quiz.lecture.course.slug, person(request))
    return attempt


def _detail(attempt: Attempt) -> dict[str, Any]:
    quiz = Quiz.objects.get(pk=attempt.quiz_id)
    passed = Attempt.objects.counted().filter(quiz=quiz, user=attempt.user_id, has_passed=True).exists()
    document = {name: getattr(attempt, name) for name in AttemptOut.model_fields}
    return {**document, "questions": asked_in(quiz, attempt, has_passed=passed)}

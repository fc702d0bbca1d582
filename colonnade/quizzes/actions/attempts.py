"""An attempt: begun, held by one device at a time, closed and graded."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import NotInCourse, begin_lecture, complete_lecture
from colonnade.learning.locks import LectureLocked, require_open
from colonnade.lib.problems import Conflict
from colonnade.quizzes.actions.holding import hold_attempt
from colonnade.quizzes.drawing import drawn, order_of
from colonnade.quizzes.grading import has_passed, percent_of, points_for, share_right
from colonnade.quizzes.jobs import close_when_over
from colonnade.quizzes.models import GRACE, Answer, Attempt, Question, Quiz

STILL_THERE = timedelta(minutes=2)
"""How long after its last word a tab counts as open: long enough to think, short enough to go to another device."""


@transaction.atomic
def start_attempt(*, lecture: Lecture, by: User, is_preview: bool = False) -> Attempt:
    """Draw the questions and start the clock; an attempt that is open already goes on.

    Raises NotInCourse, LectureLocked, and Conflict where no attempts are left or there is nothing to answer. A preview
    is staff's own: it counts for nothing, and the next one takes its place.
    """
    quiz = _shared(lecture)
    if not is_preview:
        _require_access(lecture, by)
    underway = Attempt.objects.filter(quiz=quiz, user=by, closed_at=None).first()
    if underway is not None:
        if not underway.is_over(timezone.now()):
            return underway
        close_attempt(attempt=underway, by=None)
    if is_preview:
        Attempt.objects.filter(quiz=quiz, user=by, is_preview=True).delete()
    else:
        _require_one_left(quiz, by)
    questions = drawn(quiz, quiz.pools.all(), list(quiz.current_questions))
    if not questions:
        raise Conflict("There is nothing to answer in this quiz yet.")
    try:
        with transaction.atomic():
            attempt = _begin(quiz, questions, by, is_preview)
    except IntegrityError:  # started on another device in the same moment: that one goes on
        return Attempt.objects.get(quiz=quiz, user=by, closed_at=None)
    if attempt.ends_at is not None:
        left_open = attempt.ends_at - attempt.started_at + GRACE + timedelta(seconds=1)
        close_when_over.later(after=left_open, attempt_id=attempt.pk)
    if not is_preview:
        begin_lecture(lecture=lecture, by=by)
    record("quiz.attempt_started", quiz, by=by, attempt=attempt.pk, number=attempt.number, preview=is_preview)
    return attempt


@transaction.atomic
def take_place(*, attempt: Attempt, place: str, by: User) -> bool:
    """Let this tab answer from now on. Whether another one did until just now, which is told when it saves next."""
    attempt = hold_attempt(attempt)
    now = timezone.now()
    seen = attempt.place_seen_at
    elsewhere = attempt.place not in ("", place) and seen is not None and now - seen < STILL_THERE
    attempt.place, attempt.place_seen_at = place, now
    attempt.save(update_fields=["place", "place_seen_at"])
    return elsewhere


@transaction.atomic
def close_attempt(*, attempt: Attempt, by: User | None) -> Attempt:
    """Grade what was saved; passing completes the lecture. A closed one stays as it is. `by=None`: its time ran out."""
    attempt = hold_attempt(attempt)
    if not attempt.is_open:
        return attempt
    now = timezone.now()
    attempt.is_timed_out = attempt.ends_at is not None and now > attempt.ends_at
    attempt.closed_at = attempt.ends_at if attempt.is_timed_out else now
    attempt.score = _graded(attempt)
    attempt.percent = percent_of(attempt.score, attempt.maximum)
    attempt.has_passed = has_passed(attempt.score, attempt.maximum, attempt.passing_score)
    attempt.save()
    record(
        "quiz.attempt_closed", attempt.quiz, by=by, attempt=attempt.pk, percent=attempt.percent,
        passed=attempt.has_passed, preview=attempt.is_preview,
    )  # fmt: skip
    if attempt.has_passed and not attempt.is_preview:
        _complete(attempt)
    return attempt


def close_overdue(attempt: Attempt, now: datetime | None = None) -> Attempt:
    """The attempt, closed if its time is over: whoever reads it never finds one that should be closed."""
    if attempt.is_open and attempt.is_over(now or timezone.now()):
        return close_attempt(attempt=attempt, by=None)
    return attempt


def grade(answer: Answer, *, partial: bool) -> Decimal:
    """The points of one answer."""
    return points_for(share_right(answer.question.asked, answer.given, partial=partial), answer.question.points)


def _shared(lecture: Lecture) -> Quiz:
    """The quiz, held against editors but not against others who start: a whole class may do so in the same second."""
    for quiz in Quiz.objects.raw("SELECT * FROM quizzes_quiz WHERE lecture_id = %s FOR SHARE", [lecture.pk]):
        return quiz
    raise Conflict("There is nothing to answer in this quiz yet.")


def _require_access(lecture: Lecture, user: User) -> None:
    if not Enrollment.objects.active().filter(course=lecture.course_id, user=user).exists():
        raise NotInCourse
    require_open(lecture, user)


def _require_one_left(quiz: Quiz, user: User) -> None:
    used = Attempt.objects.filter(quiz=quiz, user=user, is_preview=False).count()
    if quiz.attempts_allowed is not None and used >= quiz.attempts_allowed:
        times = "once" if quiz.attempts_allowed == 1 else f"{quiz.attempts_allowed} times"
        raise Conflict(f"This quiz can be taken {times}, and you have. Ask your school if you need another try.")


def _begin(quiz: Quiz, questions: list[Question], user: User, is_preview: bool) -> Attempt:
    now = timezone.now()
    last = Attempt.objects.filter(quiz=quiz, user=user).aggregate(last=Max("number"))["last"] or 0
    attempt = Attempt.objects.create(
        quiz=quiz,
        user=user,
        number=last + 1,
        is_preview=is_preview,
        started_at=now,
        ends_at=now + timedelta(minutes=quiz.time_limit) if quiz.time_limit else None,
        passing_score=quiz.passing_score,
        partial_credit=quiz.partial_credit,
        maximum=sum((question.points for question in questions), Decimal(0)),
    )
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            question=question,
            position=position,
            order=order_of(question.asked, shuffle=quiz.shuffle_choices),
        )
        for position, question in enumerate(questions, start=1)
    )
    return attempt


def _graded(attempt: Attempt) -> Decimal:
    """The sum of all answers' points; those that feedback was asked for have theirs already."""
    answers = list(attempt.answers.select_related("question"))
    for answer in answers:
        if answer.score is None:
            answer.score = grade(answer, partial=attempt.partial_credit)
    Answer.objects.bulk_update(answers, ["score"])
    return sum((answer.score or Decimal(0) for answer in answers), Decimal(0))


def _complete(attempt: Attempt) -> None:
    lecture = attempt.quiz.lecture
    try:
        complete_lecture(lecture=lecture, by=attempt.user)
    except (NotInCourse, LectureLocked):  # since the clock began to run: the result stands, the course is closed
        return

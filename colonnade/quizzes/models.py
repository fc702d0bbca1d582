"""Quiz → Pool and Question; Attempt → Answer.

A question that has been asked is never changed: its row is retired and another with the same `key` takes its place, so
that attempts keep what was asked and results can be told per question all the same.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row, uuid7
from colonnade.quizzes.content import Content, read_content

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

GRACE = timedelta(seconds=10)
"""What an answer may take from a press of a key to the server: a slow line is nobody's fault."""


class Feedback(models.TextChoices):
    """When a student learns what was right, and what the instructor says about it."""

    AT_ONCE = "at_once", "At once, question by question"
    AFTER_ATTEMPT = "after_attempt", "After each attempt"
    AFTER_PASSING = "after_passing", "Once the quiz is passed"
    NEVER = "never", "Never: only the score"


class Kind(models.TextChoices):
    SINGLE = "single", "Single choice"
    MULTIPLE = "multiple", "Multiple choice"
    TRUE_FALSE = "true_false", "True or false"
    TEXT = "text", "Short text"
    NUMBER = "number", "Number"
    ORDERING = "ordering", "Ordering"


class Quiz(TenantModel):
    """What a lecture of the kind "quiz" has."""

    lecture = TenantForeignKey(Lecture, on_delete=models.CASCADE, related_name="quizzes")
    introduction = models.TextField(blank=True)  # sanitised HTML
    time_limit = models.IntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(24 * 60)]
    )  # minutes
    attempts_allowed = models.IntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    passing_score = models.IntegerField(
        default=70, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )  # per cent
    feedback = models.CharField(max_length=16, choices=Feedback.choices, default=Feedback.AFTER_ATTEMPT)
    partial_credit = models.BooleanField(default=True)
    shuffle_questions = models.BooleanField(default=False)
    shuffle_choices = models.BooleanField(default=True)
    revision = models.IntegerField(default=1)  # counts the changes of these settings, for stale editors

    if TYPE_CHECKING:
        questions: RelatedManager["Question"]
        pools: RelatedManager["Pool"]
        attempts: RelatedManager["Attempt"]

    class Meta:
        verbose_name_plural = "quizzes"
        constraints = [
            *tenant_row("lecture"),
            models.UniqueConstraint(fields=["tenant", "lecture"], name="quizzes_quiz_once_a_lecture"),
            models.CheckConstraint(
                condition=Q(time_limit=None) | Q(time_limit__gte=1), name="quizzes_quiz_time_to_answer"
            ),
            models.CheckConstraint(
                condition=Q(passing_score__gte=0, passing_score__lte=100), name="quizzes_quiz_passing_score"
            ),
        ]

    def __str__(self) -> str:
        return str(self.lecture)

    @property
    def current_questions(self) -> "QuestionQuerySet":
        """Those that new attempts ask, or draw from."""
        return Question.objects.current().filter(quiz=self)


class Pool(TenantModel):
    """Questions of which each attempt draws some."""

    quiz = TenantForeignKey(Quiz, on_delete=models.CASCADE, related_name="pools")
    title = models.CharField(max_length=160)
    draw = models.IntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(500)])
    position = models.IntegerField()

    class Meta:
        constraints = [
            *tenant_row("quiz"),
            models.CheckConstraint(condition=Q(draw__gte=1), name="quizzes_pool_draws_some"),
        ]
        indexes = [models.Index(fields=["tenant", "quiz", "position"], name="quizzes_pool_order")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class QuestionQuerySet(models.QuerySet["Question"]):
    def current(self) -> "QuestionQuerySet":
        """Those that new attempts ask."""
        return self.filter(retired_at=None)


class Question(TenantModel):
    """One version of a question. `key` is the same in all of them, and is what addresses name."""

    quiz = TenantForeignKey(Quiz, on_delete=models.CASCADE, related_name="questions")
    pool = TenantForeignKey(Pool, on_delete=models.SET_NULL, null=True, related_name="questions")
    key = models.UUIDField(default=uuid7)
    position = models.IntegerField()
    text = models.TextField()  # sanitised HTML
    content = models.JSONField()  # content.py
    explanation = models.TextField(blank=True)  # sanitised HTML; shown with the right answer
    points = models.DecimalField(
        max_digits=6, decimal_places=2, default=1, validators=[MinValueValidator(0), MaxValueValidator(1000)]
    )
    revision = models.IntegerField(default=1)  # counts the changes through all versions, for stale editors
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("quiz", "pool"),
            models.UniqueConstraint(
                fields=["tenant", "key"], condition=Q(retired_at=None), name="quizzes_question_one_current"
            ),
            models.CheckConstraint(condition=Q(points__gte=0), name="quizzes_question_points"),
        ]
        indexes = [
            models.Index(fields=["tenant", "quiz", "position"], name="quizzes_question_order"),
            models.Index(fields=["tenant", "pool"], condition=Q(pool__isnull=False), name="quizzes_question_pool"),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.summary

    @property
    def kind(self) -> str:
        return str(self.content["kind"])

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def asked(self) -> Content:
        return read_content(self.content)

    @property
    def summary(self) -> str:
        """The text in a line, for lists."""
        from colonnade.quizzes.wording import in_a_line  # reads HTML, which models need not know of

        return in_a_line(self.text)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, user: User) -> "AttemptQuerySet":
        return self.filter(user=user)

    def counted(self) -> "AttemptQuerySet":
        """Those of students that are over; staff's previews are nobody's result."""
        return self.filter(is_preview=False, closed_at__isnull=False)


class Attempt(TenantModel):
    """One go at a quiz: what was drawn, what was answered, what came of it."""

    quiz = TenantForeignKey(Quiz, on_delete=models.CASCADE, related_name="attempts")
    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="quiz_attempts")
    number = models.IntegerField()
    is_preview = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  # null: no limit
    passing_score = models.IntegerField()  # as it was when the attempt began
    partial_credit = models.BooleanField()
    place = models.CharField(max_length=36, blank=True)  # the tab that answers, by a name it gave itself
    place_seen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_timed_out = models.BooleanField(default=False)
    score = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    maximum = models.DecimalField(max_digits=9, decimal_places=2)
    percent = models.IntegerField(null=True)
    has_passed = models.BooleanField(default=False)

    if TYPE_CHECKING:
        answers: RelatedManager["Answer"]

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("quiz", "user"),
            models.UniqueConstraint(fields=["tenant", "quiz", "user", "number"], name="quizzes_attempt_numbered"),
            models.UniqueConstraint(
                fields=["tenant", "quiz", "user"], condition=Q(closed_at=None), name="quizzes_attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, score=None, percent=None, has_passed=False)
                | Q(closed_at__isnull=False, score__isnull=False, percent__isnull=False),
                name="quizzes_attempt_closed_with_score",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user"], name="quizzes_attempt_of_user"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} at {self.quiz_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_over(self, now: datetime) -> bool:
        """Whether its time has run out, with the grace that a slow line gets."""
        return self.ends_at is not None and now > self.ends_at + GRACE


class Answer(TenantModel):
    """A question that an attempt asks, and the answer, if there is one yet."""

    attempt = TenantForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = TenantForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    position = models.IntegerField()
    order = models.JSONField(default=list)  # ids of the choices or items, as this attempt shows them
    given = models.JSONField(null=True)  # content.Given
    revision = models.IntegerField(default=0)  # counts the answers kept here: a device that missed one is told
    answered_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # feedback was asked for, so the answer stands
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)

    class Meta:
        constraints = [
            *tenant_row("attempt", "question"),
            models.UniqueConstraint(fields=["tenant", "attempt", "position"], name="quizzes_answer_placed"),
        ]
        indexes = [models.Index(fields=["tenant", "question"], name="quizzes_answer_question")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"answer {self.position} of {self.attempt_id}"

    @property
    def share(self) -> float | None:
        """How right it is, from 0 to 1; None while nobody has looked, or where there were no points to get."""
        if self.score is None:
            return None
        return float(self.score / self.question.points) if self.question.points else None

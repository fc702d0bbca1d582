"""What a student sees of a quiz before and between attempts."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.quizzes.actions import close_overdue
from colonnade.quizzes.models import Attempt, Quiz
from colonnade.quizzes.wording import shown
from colonnade.tenants.calendar import Calendar


@dataclass(frozen=True)
class Past:
    """An attempt that is over, as the list of them shows it."""

    number: int
    url: str
    percent: int
    has_passed: bool
    day: str
    is_best: bool


@dataclass(frozen=True)
class Front:
    quiz: Quiz
    introduction: str
    question_count: int
    points: Decimal
    start_url: str
    underway_url: str  # empty: none is open
    minutes_left: int | None
    past: list[Past]
    attempts_left: int | None  # None: any number

    @property
    def has_passed(self) -> bool:
        return any(attempt.has_passed for attempt in self.past)

    @property
    def best(self) -> int | None:
        return max((attempt.percent for attempt in self.past), default=None)

    @property
    def may_start(self) -> bool:
        return not self.underway_url and (self.attempts_left is None or self.attempts_left > 0)


def front_of(lecture: Lecture, user: User, time_zone: str) -> Front:
    """Four queries, however many attempts there were."""
    quiz = Quiz.objects.get(lecture=lecture)
    asked, points = plan_of(quiz)
    attempts = [close_overdue(attempt) for attempt in Attempt.objects.filter(quiz=quiz, user=user).order_by("number")]
    here = [lecture.course.slug, lecture.pk]
    underway = next((attempt for attempt in attempts if attempt.is_open), None)
    taken = [attempt for attempt in attempts if not attempt.is_preview]
    return Front(
        quiz=quiz,
        introduction=shown(quiz.introduction),
        question_count=asked,
        points=points,
        start_url=reverse("quiz-attempts", args=here),
        underway_url=reverse("quiz-attempt", args=[*here, underway.pk]) if underway else "",
        minutes_left=_minutes_left(underway),
        past=_past([attempt for attempt in taken if not attempt.is_open], here, Calendar(time_zone)),
        attempts_left=None if quiz.attempts_allowed is None else max(0, quiz.attempts_allowed - len(taken)),
    )


def plan_of(quiz: Quiz) -> tuple[int, Decimal]:
    """How many questions an attempt asks, and for how many points at most. Two queries."""
    draws = dict(quiz.pools.values_list("pk", "draw"))
    count, points = 0, Decimal(0)
    in_pools: dict[UUID, list[Decimal]] = {}
    questions: Iterable[tuple[UUID | None, Decimal]] = quiz.current_questions.values_list("pool_id", "points")
    for pool_id, worth in questions:
        if pool_id is None:
            count, points = count + 1, points + worth
        else:
            in_pools.setdefault(pool_id, []).append(worth)
    for pool_id, worths in in_pools.items():
        drawn = min(draws[pool_id], len(worths))
        count, points = count + drawn, points + sum(sorted(worths, reverse=True)[:drawn], Decimal(0))
    return count, points


def _past(attempts: list[Attempt], here: list[Any], calendar: Calendar) -> list[Past]:
    best = max((attempt.percent or 0 for attempt in attempts), default=0)
    first_best = next((attempt.pk for attempt in attempts if attempt.percent == best), None)
    return [
        Past(
            number=number,
            url=reverse("quiz-attempt", args=[*here, attempt.pk]),
            percent=attempt.percent or 0,
            has_passed=attempt.has_passed,
            day=calendar.minute(attempt.closed_at),
            is_best=attempt.pk == first_best,
        )
        for number, attempt in enumerate(attempts, start=1)
    ]


def _minutes_left(attempt: Attempt | None) -> int | None:
    if attempt is None or attempt.ends_at is None:
        return None
    return max(0, round((attempt.ends_at - timezone.now()).total_seconds() / 60))

"""What came of a quiz, for those who teach: by question, by student, as a whole. Constant numbers of queries.

Results are of attempts that are over, of all versions of a question together; previews are nobody's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Avg, Count, Max, Q, QuerySet, Sum
from django.db.models.aggregates import Aggregate
from django.db.models.fields import BooleanField

from colonnade.lib.tenancy import current_tenant_id
from colonnade.quizzes.content import Content, read_content
from colonnade.quizzes.grading import share_right
from colonnade.quizzes.models import Answer, Attempt, Question, Quiz
from colonnade.quizzes.presenting import given_in_words

MOST_SHOWN = 8
"""Different answers to a question that are shown; of typed ones there may be as many as students."""

ENOUGH = 10
"""Answers from which on discrimination says something."""

# `corr` is Pearson's: how the points of a question go with those of the rest of the attempt.
_QUESTIONS = """
SELECT question.key, count(*), count(answer.given),
    avg(CASE WHEN question.points > 0 THEN answer.score / question.points END)::float,
    count(*) FILTER (WHERE answer.score = question.points),
    corr(answer.score::float / nullif(question.points, 0), (attempt.score - answer.score)::float)
FROM quizzes_answer AS answer
JOIN quizzes_attempt AS attempt ON attempt.tenant_id = answer.tenant_id AND attempt.id = answer.attempt_id
JOIN quizzes_question AS question ON question.tenant_id = answer.tenant_id AND question.id = answer.question_id
WHERE attempt.tenant_id = %(tenant)s AND attempt.quiz_id = %(quiz)s
    AND attempt.closed_at IS NOT NULL AND NOT attempt.is_preview
GROUP BY question.key
"""

# The commonest answers of each question. Of several choices each counts by itself.
_ANSWERS = """
SELECT key, version, given, count FROM (
    SELECT question.key, question.id AS version, chosen.given, count(*) AS count,
        row_number() OVER (PARTITION BY question.key ORDER BY count(*) DESC, chosen.given::text) AS place
    FROM quizzes_answer AS answer
    JOIN quizzes_attempt AS attempt ON attempt.tenant_id = answer.tenant_id AND attempt.id = answer.attempt_id
    JOIN quizzes_question AS question ON question.tenant_id = answer.tenant_id AND question.id = answer.question_id
    CROSS JOIN LATERAL (
        SELECT each AS given FROM jsonb_array_elements(
            CASE question.content ->> 'kind' WHEN 'multiple' THEN answer.given ELSE jsonb_build_array(answer.given) END
        ) AS each
    ) AS chosen
    WHERE attempt.tenant_id = %(tenant)s AND attempt.quiz_id = %(quiz)s
        AND attempt.closed_at IS NOT NULL AND NOT attempt.is_preview AND answer.given IS NOT NULL
    GROUP BY question.key, question.id, chosen.given
) AS counted
WHERE place <= %(most)s
ORDER BY key, count DESC, given::text
"""


class BoolOr(Aggregate):
    function = "bool_or"
    output_field = BooleanField()


@dataclass(frozen=True)
class Given:
    """An answer that was given, how often, and whether it is right."""

    text: str
    count: int
    percent: int  # of the attempts that were asked
    is_right: bool


@dataclass(frozen=True)
class QuestionResult:
    question: Question
    asked: int = 0
    answered: int = 0
    right: int = 0  # wholly
    share: float | None = None  # of its points, on average; from 0 to 1
    discrimination: float | None = None  # from -1 to 1
    given: list[Given] = field(default_factory=list)

    @property
    def percent(self) -> int | None:
        return None if self.share is None else int(self.share * 100)

    @property
    def doubt(self) -> str:
        """What an instructor may want to look at."""
        if self.asked < ENOUGH or self.percent is None:
            return ""
        if self.discrimination is not None and self.discrimination < 0:
            return "Those who do well elsewhere do worse here. Is the right answer marked?"
        if self.percent < 20:
            return "Hardly anybody gets this right."
        return ""


@dataclass(frozen=True)
class Summary:
    """The quiz as a whole; `average` is of each student's best."""

    students: int
    attempts: int
    passed: int
    average: int | None
    underway: int


def summary_of(quiz: Quiz) -> Summary:
    """Two queries."""
    best = students_of(quiz).aggregate(
        students=Count("user_id"), taken=Sum("attempts"), passers=Count("user_id", filter=Q(passed=True)),
        average=Avg("best"),
    )  # fmt: skip
    average = best["average"]
    return Summary(
        students=best["students"],
        attempts=best["taken"] or 0,
        passed=best["passers"],
        average=None if average is None else int(average),
        underway=Attempt.objects.filter(quiz=quiz, is_preview=False, closed_at=None).count(),
    )


def students_of(quiz: Quiz) -> QuerySet[Attempt, Any]:
    """A row for each student who has finished an attempt: their best, how many, the latest. The latest come first."""
    rows = Attempt.objects.counted().filter(quiz=quiz).order_by().values("user_id", "user__name", "user__email")
    return rows.annotate(
        attempts=Count("pk"), best=Max("percent"), passed=BoolOr("has_passed"), last=Max("closed_at")
    ).order_by("-last", "user_id")


def question_results(quiz: Quiz) -> list[QuestionResult]:
    """By question, in their order; those that are asked no more come last. Three queries."""
    values: dict[str, Any] = {"tenant": current_tenant_id(), "quiz": quiz.pk, "most": MOST_SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(_QUESTIONS, values)
        facts = {key: rest for key, *rest in cursor.fetchall()}
        cursor.execute(_ANSWERS, values)
        answers = cursor.fetchall()
    versions: dict[UUID, Question] = {}
    latest: dict[UUID, Question] = {}
    for question in quiz.questions.order_by("retired_at"):  # PostgreSQL puts NULL, the current one, last
        versions[question.pk] = latest[question.key] = question
    given = _given(answers, versions, facts)
    results = [
        _result(question, facts.get(key), given.get(key, []))
        for key, question in latest.items()
        if key in facts or question.retired_at is None
    ]
    return sorted(results, key=lambda result: (result.question.retired_at is not None, result.question.position))


@dataclass(frozen=True)
class AttemptRow:
    """An attempt with the points of each question, by key."""

    attempt: Attempt
    scores: dict[UUID, Decimal | None]


def attempt_rows(quiz: Quiz, attempts: Iterable[Attempt]) -> list[AttemptRow]:
    """For a spreadsheet. One query."""
    held = list(attempts)
    scores: dict[UUID, dict[UUID, Decimal | None]] = defaultdict(dict)
    answers = Answer.objects.filter(attempt__quiz=quiz, attempt__closed_at__isnull=False, attempt__is_preview=False)
    for attempt_id, key, score in answers.values_list("attempt_id", "question__key", "score"):
        scores[attempt_id][key] = score
    return [AttemptRow(attempt, scores[attempt.pk]) for attempt in held]


def minutes_taken(started: datetime, closed: datetime | None) -> str:
    return "" if closed is None else f"{(closed - started).total_seconds() / 60:.1f}"


def _result(question: Question, facts: list[Any] | None, given: list[Given]) -> QuestionResult:
    if facts is None:
        return QuestionResult(question)
    asked, answered, share, right, discrimination = facts
    return QuestionResult(question, asked, answered, right, share, discrimination if asked >= ENOUGH else None, given)


def _given(
    rows: list[tuple[Any, ...]], versions: dict[UUID, Question], facts: dict[UUID, list[Any]]
) -> dict[UUID, list[Given]]:
    """The same answer to two versions of a question counts as one, if it reads the same."""
    contents: dict[UUID, Content] = {}
    counts: dict[UUID, dict[tuple[str, bool], int]] = defaultdict(lambda: defaultdict(int))
    for key, version, given, count in rows:
        content = contents.setdefault(version, read_content(versions[version].content))
        counts[key][_worded(content, orjson.loads(given) if isinstance(given, str) else given)] += count
    return {
        key: [
            Given(text, count, 100 * count // facts[key][0], is_right)
            for (text, is_right), count in sorted(found.items(), key=lambda item: -item[1])
        ]
        for key, found in counts.items()
    }


def _worded(content: Content, given: Any) -> tuple[str, bool]:
    if content.kind == "multiple":
        return " ".join(given_in_words(content, [given])) or "?", given in content.right
    text = " → ".join(given_in_words(content, given)) or "?"
    return text, share_right(content, given) == 1

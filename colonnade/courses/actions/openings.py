"""When sections and lectures open to students: one rule each, and none may wait for itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.actions.locking import hold_lecture, hold_section
from colonnade.courses.models import Course, Lecture, Opening, Section
from colonnade.lib.problems import Conflict, Invalid


class OpensNever(Conflict):
    """Lectures would wait for one another."""

    code = "opens-never"
    title = "These lectures would never open"

    def __init__(self, titles: list[str]) -> None:
        chain = " waits for ".join(f"“{title}”" for title in titles)
        super().__init__(f"{chain}. Let one of them open without the others.")


@dataclass(frozen=True)
class Rule:
    """Exactly one of: a moment, days since the student came in, a lecture to be completed first."""

    at: datetime | None = None
    days: int | None = None
    after_id: UUID | None = None

    def __post_init__(self) -> None:
        """Raises Invalid unless it is one rule that makes sense."""
        if sum(each is not None for each in (self.at, self.days, self.after_id)) != 1:
            raise Invalid("Name one of: a date, a number of days, or a lecture.")
        if self.days is not None and not 1 <= self.days <= Opening.DAYS_MOST:
            raise Invalid(f"Name a number of days from 1 to {Opening.DAYS_MOST}.")


@transaction.atomic
def set_opening(*, thing: Section | Lecture, rule: Rule, by: User) -> Opening:
    """Let the section or lecture open by this rule instead of any other.

    Raises Invalid if the lecture to be completed is not of the course, OpensNever if it would wait for itself.
    """
    thing = _held(thing)
    course = thing.course
    if rule.after_id is not None and not course.lectures.filter(pk=rule.after_id).exists():
        raise Invalid("The lecture to be completed first is not one of this course.")
    facts = {"course": course, "at": rule.at, "days": rule.days, "after_id": rule.after_id}
    opening, _ = Opening.objects.update_or_create(**_of(thing), defaults=facts)
    refuse_circles(course)
    told = {name: str(value) for name, value in facts.items() if value is not None and name != "course"}
    record(f"{_word(thing)}.opening_set", thing, by=by, course=course, **told)
    return opening


@transaction.atomic
def clear_opening(*, thing: Section | Lecture, by: User) -> None:
    """Let the section or lecture open at once."""
    thing = _held(thing)
    gone, _ = Opening.objects.filter(**_of(thing)).delete()
    if gone:
        record(f"{_word(thing)}.opening_cleared", thing, by=by, course=thing.course)


def refuse_circles(course: Course) -> None:
    """Raises OpensNever if lectures wait for one another. Call it where the course is held, after the change."""
    openings = list(Opening.objects.filter(course=course, after__isnull=False))
    if openings:
        lectures = {lecture.pk: lecture for lecture in course.lectures.all()}
        waits = {pk: list(_waits_for(lecture, openings)) for pk, lecture in lectures.items()}
        if circle := _circle(waits):
            raise OpensNever([lectures[pk].title for pk in circle])


def _waits_for(lecture: Lecture, openings: list[Opening]) -> Iterator[UUID]:
    for opening in openings:
        if lecture.pk == opening.lecture_id or lecture.section_id == opening.section_id:
            assert opening.after_id
            yield opening.after_id


def _circle(waits: dict[UUID, list[UUID]]) -> list[UUID]:
    """A way from a lecture back to itself, both ends named; empty where there is none."""
    safe: set[UUID] = set()
    for start in waits:
        path: list[UUID] = []
        branches = [iter([start])]
        while branches:
            lecture = next(branches[-1], None)
            if lecture is None:
                branches.pop()
                if path:
                    safe.add(path.pop())
            elif lecture in path:
                return [*path[path.index(lecture) :], lecture]
            elif lecture not in safe:
                path.append(lecture)
                branches.append(iter(waits[lecture]))
    return []


def _held(thing: Section | Lecture) -> Any:
    return hold_section(thing) if isinstance(thing, Section) else hold_lecture(thing)


def _of(thing: Section | Lecture) -> dict[str, Any]:
    return {_word(thing): thing}


def _word(thing: Section | Lecture) -> str:
    return "section" if isinstance(thing, Section) else "lecture"

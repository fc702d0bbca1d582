"""When sections and lectures open to students."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.courses.actions import Rule, clear_opening, set_opening
from colonnade.courses.models import Course, Lecture, Opening, Section
from colonnade.lib.problems import Invalid
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Courses"])


class OpeningIn(Schema):
    """Exactly one of the three."""

    at: datetime | None = Field(None, description="ISO 8601 with its offset")
    days: int | None = Field(
        None, description="after a student came in: it opens as that day begins in the school's time zone"
    )
    after_id: UUID | None = Field(None, description="the lecture of the same course that is to be completed first")


class OpeningOut(OpeningIn):
    section_id: UUID | None = Field(description="what opens: a section with all its lectures …")
    lecture_id: UUID | None = Field(description="… or one lecture")


def _editor(request: HttpRequest) -> User:
    require(person(request), Permission.EDIT_COURSES)
    return person(request)


def _rule(body: OpeningIn) -> Rule:
    if body.at is not None and body.at.tzinfo is None:
        raise Invalid("`at` needs its offset from UTC, such as 2027-03-31T09:00:00+02:00.")
    return Rule(at=body.at, days=body.days, after_id=body.after_id)


@router.get("/courses/{course_id}/openings", response=list[OpeningOut], summary="What of a course opens when")
@scoped(Scope.COURSES_READ)
def openings(request: HttpRequest, course_id: UUID) -> list[Opening]:
    """What is not named here is open at once. A lecture waits for its section's rule as well as for its own."""
    require(person(request), Permission.SEE_DASHBOARD)
    return list(Opening.objects.filter(course=get_object_or_404(Course, pk=course_id)).order_by("id"))


@router.put("/sections/{section_id}/opening", response=OpeningOut, summary="Let a section open by a rule")
@scoped(Scope.COURSES_WRITE)
def set_section_opening(request: HttpRequest, section_id: UUID, body: OpeningIn) -> Opening:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    return set_opening(thing=section, rule=_rule(body), by=by)


@router.delete("/sections/{section_id}/opening", response={204: None}, summary="Let a section be open at once")
@scoped(Scope.COURSES_WRITE)
def clear_section_opening(request: HttpRequest, section_id: UUID) -> Status[None]:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    clear_opening(thing=section, by=by)
    return Status(204, None)


@router.put("/lectures/{lecture_id}/opening", response=OpeningOut, summary="Let a lecture open by a rule")
@scoped(Scope.COURSES_WRITE)
def set_lecture_opening(request: HttpRequest, lecture_id: UUID, body: OpeningIn) -> Opening:
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    return set_opening(thing=lecture, rule=_rule(body), by=by)


@router.delete("/lectures/{lecture_id}/opening", response={204: None}, summary="Let a lecture be open at once")
@scoped(Scope.COURSES_WRITE)
def clear_lecture_opening(request: HttpRequest, lecture_id: UUID) -> Status[None]:
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    clear_opening(thing=lecture, by=by)
    return Status(204, None)

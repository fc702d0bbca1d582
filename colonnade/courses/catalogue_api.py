"""What the catalogue says of courses, and of those who teach."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.courses.actions import describe_course, edit_profile
from colonnade.courses.models import Course, Profile
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Courses"])


class CatalogueIn(Schema):
    category: str = ""
    level: str = Field("", description="`beginner`, `intermediate`, `advanced`, `all`, or empty")
    language: str = Field("", description="BCP 47 tag, or empty")
    tags: list[str] = []
    outcomes: list[str] = Field([], description="what people will learn, a line each")
    instructor_ids: list[UUID] = Field([], description="people who work at the school, the first one first")


class CatalogueOut(CatalogueIn):
    pass


class ProfileIn(Schema):
    name: str
    bio: str = ""


class ProfileOut(ProfileIn):
    picture_url: str = Field(description="relative to the school's host; empty: none")


def _editor(request: HttpRequest) -> User:
    require(person(request), Permission.EDIT_COURSES)
    return person(request)


def _shown(course: Course) -> dict[str, Any]:
    facts = {name: getattr(course, name) for name in ("category", "level", "language", "tags", "outcomes")}
    return facts | {"instructor_ids": list(course.teachings.values_list("user_id", flat=True))}


@router.get("/courses/{course_id}/catalogue", response=CatalogueOut, summary="What the catalogue says of a course")
@scoped(Scope.COURSES_READ)
def catalogue(request: HttpRequest, course_id: UUID) -> dict[str, Any]:
    require(person(request), Permission.SEE_DASHBOARD)
    return _shown(get_object_or_404(Course, pk=course_id))


@router.put("/courses/{course_id}/catalogue", response=CatalogueOut, summary="Say it; what is left out becomes empty")
@scoped(Scope.COURSES_WRITE)
def describe(request: HttpRequest, course_id: UUID, body: CatalogueIn) -> dict[str, Any]:
    by, course = _editor(request), get_object_or_404(Course, pk=course_id)
    facts = body.model_dump()
    return _shown(describe_course(course=course, instructors=facts.pop("instructor_ids"), **facts, by=by))


@router.get("/me/profile", response=ProfileOut, summary="How visitors meet you on the courses you teach")
@scoped(Scope.COURSES_READ)
def profile(request: HttpRequest) -> Profile:
    by = _editor(request)
    return Profile.objects.filter(user=by).first() or Profile(name=str(by))


@router.put("/me/profile", response=ProfileOut, summary="Change your name and words; the picture is set on its page")
@scoped(Scope.COURSES_WRITE)
def change_profile(request: HttpRequest, body: ProfileIn) -> Profile:
    return edit_profile(name=body.name, bio=body.bio, by=_editor(request))

"""Enrollments, and the terms of courses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.enrollment import actions
from colonnade.enrollment.api.shared import EnrollmentOut, manager, shown_one
from colonnade.enrollment.models import MOST_ACCESS_DAYS, Admission, Enrollment
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require

router = Router()


class EnrollmentIn(Schema):
    course_id: UUID
    user_id: UUID
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS, description="as the course says if left out")


class AccessEndIn(Schema):
    expires_at: datetime | None = Field(description="when access ends; null: never")


class AdmissionBody(Schema):
    is_free: bool = Field(description="anybody with an account may come in")
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS, description="from coming in; null: for good")


@router.get("/enrollments", response=Page[EnrollmentOut], summary="Enrollments, newest first")
@scoped(Scope.STUDENTS_READ)
def enrollments(request: HttpRequest, query: Query[PageQuery], course_id: UUID | None = None) -> dict[str, Any]:
    manager(request)
    rows = Enrollment.objects.annotate(email=F("user__email"))
    if course_id is not None:
        rows = rows.filter(course=get_object_or_404(Course, pk=course_id))
    return page_of(rows.values(*EnrollmentOut.model_fields), query)


@router.post("/enrollments", response={201: EnrollmentOut}, summary="Let a person into a course without a code")
@scoped(Scope.STUDENTS_WRITE)
def enroll(request: HttpRequest, body: EnrollmentIn) -> Status[dict[str, Any]]:
    by = manager(request)
    user, course = get_object_or_404(User, pk=body.user_id), get_object_or_404(Course, pk=body.course_id)
    return Status(201, shown_one(actions.enroll(user=user, course=course, access_days=body.access_days, by=by)))


@router.delete("/enrollments/{enrollment_id}", response=EnrollmentOut, summary="Close the course to the person")
@scoped(Scope.STUDENTS_WRITE)
def revoke_enrollment(request: HttpRequest, enrollment_id: UUID) -> dict[str, Any]:
    by = manager(request)
    return shown_one(actions.revoke_enrollment(enrollment=_enrollment(enrollment_id), by=by))


@router.put("/enrollments/{enrollment_id}/end", response=EnrollmentOut, summary="Prolong access, or let it end")
@scoped(Scope.STUDENTS_WRITE)
def set_access_end(request: HttpRequest, enrollment_id: UUID, body: AccessEndIn) -> dict[str, Any]:
    by = manager(request)
    found = _enrollment(enrollment_id)
    return shown_one(actions.set_access_end(enrollment=found, expires_at=body.expires_at, by=by))


@router.get("/courses/{course_id}/admission", response=AdmissionBody, summary="Who may come in, and for how long")
@scoped(Scope.COURSES_READ)
def admission(request: HttpRequest, course_id: UUID) -> dict[str, Any]:
    require(person(request), Permission.SEE_DASHBOARD)
    course = get_object_or_404(Course, pk=course_id)
    return _terms(Admission.objects.filter(course=course).first())


@router.put("/courses/{course_id}/admission", response=AdmissionBody, summary="Make a course free, or time its access")
@scoped(Scope.COURSES_WRITE)
def set_admission(request: HttpRequest, course_id: UUID, body: AdmissionBody) -> dict[str, Any]:
    require(person(request), Permission.EDIT_COURSES)
    course = get_object_or_404(Course, pk=course_id)
    return _terms(actions.set_admission(course=course, by=person(request), **body.model_dump()))


@router.post(
    "/courses/{course_id}/enrollment", response={201: EnrollmentOut}, summary="Start a free course as yourself"
)
@scoped(Scope.LEARNING)
def start_free_course(request: HttpRequest, course_id: UUID) -> Status[dict[str, Any]]:
    require(person(request), Permission.LEARN)
    course = get_object_or_404(Course, pk=course_id)
    return Status(201, shown_one(actions.start_free_course(course=course, by=person(request))))


def _enrollment(enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(Enrollment.objects.select_related("user", "course"), pk=enrollment_id)


def _terms(admission: Admission | None) -> dict[str, Any]:
    if admission is None:
        return {"is_free": False, "access_days": None}
    return {"is_free": admission.free_since is not None, "access_days": admission.access_days}

"""Access codes and enrollments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from colonnade.accounts.api import person, scoped
from colonnade.accounts.models import Scope, User
from colonnade.courses.models import Course
from colonnade.enrollment import actions
from colonnade.enrollment.models import AccessCode, CodeBatch, Enrollment
from colonnade.enrollment.tries import limit_tries
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Access"])


class BatchOut(Schema):
    id: UUID
    course_id: UUID
    label: str
    quantity: int
    expires_at: datetime
    created_at: datetime


class BatchMade(BatchOut):
    codes: list[str] = Field(description="shown this once: only hashes are kept")


class BatchIn(Schema):
    quantity: int = Field(ge=1, le=actions.MOST_CODES)
    label: str = Field("", max_length=120)
    expires_at: datetime | None = Field(None, description="30 days from now if left out")


class CodeOut(Schema):
    id: UUID
    hint: str
    expires_at: datetime
    used_at: datetime | None
    used_by_id: UUID | None
    revoked_at: datetime | None


class CodeIn(Schema):
    code: str = Field(max_length=100)


class EnrollmentOut(Schema):
    id: UUID
    course_id: UUID
    user_id: UUID
    email: str
    created_at: datetime
    revoked_at: datetime | None


class EnrollmentIn(Schema):
    course_id: UUID
    user_id: UUID


def _manager(request: HttpRequest) -> User:
    require(person(request), Permission.MANAGE_STUDENTS)
    return person(request)


def _shown(enrollment_id: UUID) -> dict[str, Any]:
    rows = Enrollment.objects.filter(pk=enrollment_id).annotate(email=F("user__email"))
    return dict(rows.values(*EnrollmentOut.model_fields).get())


@router.get("/courses/{course_id}/code-batches", response=Page[BatchOut], summary="Code batches of a course")
@scoped(Scope.STUDENTS_READ)
def batches(request: HttpRequest, course_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    _manager(request)
    course = get_object_or_404(Course, pk=course_id)
    return page_of(course.code_batches.values(*BatchOut.model_fields), query)


@router.post("/courses/{course_id}/code-batches", response={201: BatchMade}, summary="Make access codes")
@scoped(Scope.STUDENTS_WRITE)
def make_codes(request: HttpRequest, course_id: UUID, body: BatchIn) -> Status[dict[str, Any]]:
    by, course = _manager(request), get_object_or_404(Course, pk=course_id)
    batch, codes = actions.make_codes(course=course, by=by, **body.model_dump())
    return Status(201, {name: getattr(batch, name) for name in BatchOut.model_fields} | {"codes": codes})


@router.get("/code-batches/{batch_id}/codes", response=Page[CodeOut], summary="Codes of a batch, by their hints")
@scoped(Scope.STUDENTS_READ)
def codes(request: HttpRequest, batch_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    _manager(request)
    batch = get_object_or_404(CodeBatch, pk=batch_id)
    return page_of(batch.codes.values(*CodeOut.model_fields), query)


@router.delete("/code-batches/{batch_id}/codes", response={204: None}, summary="Revoke all unused codes of a batch")
@scoped(Scope.STUDENTS_WRITE)
def revoke_batch(request: HttpRequest, batch_id: UUID) -> Status[None]:
    by = _manager(request)
    actions.revoke_batch(batch=get_object_or_404(CodeBatch, pk=batch_id), by=by)
    return Status(204, None)


@router.delete("/codes/{code_id}", response={204: None}, summary="Revoke an unused code")
@scoped(Scope.STUDENTS_WRITE)
def revoke_code(request: HttpRequest, code_id: UUID) -> Status[None]:
    by = _manager(request)
    actions.revoke_code(code=get_object_or_404(AccessCode, pk=code_id), by=by)
    return Status(204, None)


@router.post("/redemptions", response={201: EnrollmentOut}, summary="Redeem a code as yourself")
@scoped(Scope.LEARNING)
def redeem(request: HttpRequest, body: CodeIn) -> Status[dict[str, Any]]:
    require(person(request), Permission.LEARN)
    limit_tries(request, body.code, by=person(request))
    return Status(201, _shown(actions.redeem(text=body.code, by=person(request)).pk))


@router.get("/enrollments", response=Page[EnrollmentOut], summary="Enrollments, newest first")
@scoped(Scope.STUDENTS_READ)
def enrollments(request: HttpRequest, query: Query[PageQuery], course_id: UUID | None = None) -> dict[str, Any]:
    _manager(request)
    rows = Enrollment.objects.annotate(email=F("user__email"))
    if course_id is not None:
        rows = rows.filter(course=get_object_or_404(Course, pk=course_id))
    return page_of(rows.values(*EnrollmentOut.model_fields), query)


@router.post("/enrollments", response={201: EnrollmentOut}, summary="Let a person into a course without a code")
@scoped(Scope.STUDENTS_WRITE)
def enroll(request: HttpRequest, body: EnrollmentIn) -> Status[dict[str, Any]]:
    by = _manager(request)
    user, course = get_object_or_404(User, pk=body.user_id), get_object_or_404(Course, pk=body.course_id)
    return Status(201, _shown(actions.enroll(user=user, course=course, by=by).pk))


@router.delete("/enrollments/{enrollment_id}", response=EnrollmentOut, summary="Close the course to the person")
@scoped(Scope.STUDENTS_WRITE)
def revoke_enrollment(request: HttpRequest, enrollment_id: UUID) -> dict[str, Any]:
    by = _manager(request)
    actions.revoke_enrollment(enrollment=get_object_or_404(Enrollment, pk=enrollment_id), by=by)
    return _shown(enrollment_id)

"""Access codes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.enrollment import actions
from colonnade.enrollment.api.shared import EnrollmentOut, courses_named, manager, shown
from colonnade.enrollment.models import MOST_ACCESS_DAYS, AccessCode, CodeBatch
from colonnade.enrollment.tries import limit_tries
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require

router = Router()


class BatchOut(Schema):
    id: UUID
    course_ids: list[UUID]
    label: str
    note: str
    quantity: int
    seats: int = Field(description="of each code")
    taken: int = Field(description="seats of all codes together")
    access_days: int | None = Field(description="from redeeming; null: as each course says")
    starts_at: datetime | None
    expires_at: datetime
    created_at: datetime
    revoked_at: datetime | None


class BatchMade(BatchOut):
    codes: list[str] = Field(description="shown this once: only hashes are kept")


class BatchIn(Schema):
    course_ids: list[UUID] = Field(min_length=1, max_length=actions.MOST_COURSES)
    quantity: int = Field(ge=1, le=actions.MOST_CODES)
    seats: int = Field(1, ge=1, le=actions.MOST_SEATS, description="how many people may redeem the same code")
    label: str = Field("", max_length=120)
    note: str = Field("", max_length=2000, description="for staff")
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS)
    starts_at: datetime | None = Field(None, description="at once if left out")
    expires_at: datetime | None = Field(None, description="30 days from the start if left out")


class CodeOut(Schema):
    id: UUID
    hint: str
    seats: int
    taken: int
    revoked_at: datetime | None


class UseOut(Schema):
    id: UUID
    code_id: UUID
    user_id: UUID | None = Field(description="null: the account was deleted since")
    email: str | None
    at: datetime


class CodeIn(Schema):
    code: str = Field(max_length=100)


class RedemptionOut(Schema):
    enrollments: list[EnrollmentOut] = Field(description="what the code opened, or prolonged")


def _batch(batch: CodeBatch) -> dict[str, Any]:
    facts = {name: getattr(batch, name) for name in BatchOut.model_fields if name not in ("course_ids", "taken")}
    return facts | {"course_ids": [course.pk for course in batch.courses.all()], "taken": getattr(batch, "used", 0)}


@router.get("/code-batches", response=Page[BatchOut], summary="Code batches, newest first")
@scoped(Scope.STUDENTS_READ)
def batches(request: HttpRequest, query: Query[PageQuery], course_id: UUID | None = None) -> dict[str, Any]:
    manager(request)
    found = CodeBatch.objects.with_used().prefetch_related("courses")
    if course_id is not None:
        found = found.filter(courses=get_object_or_404(Course, pk=course_id))
    page = page_of(found, query)
    return page | {"items": [_batch(batch) for batch in page["items"]]}


@router.post("/code-batches", response={201: BatchMade}, summary="Make access codes")
@scoped(Scope.STUDENTS_WRITE)
def make_codes(request: HttpRequest, body: BatchIn) -> Status[dict[str, Any]]:
    by, asked = manager(request), body.model_dump()
    courses = courses_named(asked.pop("course_ids"))
    batch, codes = actions.make_codes(courses=courses, by=by, **asked)
    return Status(201, _batch(batch) | {"codes": codes})


@router.get("/code-batches/{batch_id}/redemptions", response=Page[UseOut], summary="Who redeemed which code, and when")
@scoped(Scope.STUDENTS_READ)
def redemptions(request: HttpRequest, batch_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    manager(request)
    uses = get_object_or_404(CodeBatch, pk=batch_id).redemptions.annotate(email=F("user__email"))
    return page_of(uses.values(*UseOut.model_fields), query)


@router.get("/code-batches/{batch_id}/codes", response=Page[CodeOut], summary="Codes of a batch, by their hints")
@scoped(Scope.STUDENTS_READ)
def codes(request: HttpRequest, batch_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    manager(request)
    batch = get_object_or_404(CodeBatch, pk=batch_id)
    return page_of(batch.codes.values(*CodeOut.model_fields), query)


@router.delete("/code-batches/{batch_id}/codes", response={204: None}, summary="Revoke all unused codes of a batch")
@scoped(Scope.STUDENTS_WRITE)
def revoke_batch(request: HttpRequest, batch_id: UUID) -> Status[None]:
    by = manager(request)
    actions.revoke_batch(batch=get_object_or_404(CodeBatch, pk=batch_id), by=by)
    return Status(204, None)


@router.delete("/codes/{code_id}", response={204: None}, summary="Revoke an unused code")
@scoped(Scope.STUDENTS_WRITE)
def revoke_code(request: HttpRequest, code_id: UUID) -> Status[None]:
    by = manager(request)
    actions.revoke_code(code=get_object_or_404(AccessCode, pk=code_id), by=by)
    return Status(204, None)


@router.post("/redemptions", response={201: RedemptionOut}, summary="Redeem a code as yourself")
@scoped(Scope.LEARNING)
def redeem(request: HttpRequest, body: CodeIn) -> Status[dict[str, Any]]:
    require(person(request), Permission.LEARN)
    limit_tries(request, body.code, by=person(request))
    opened = actions.redeem(text=body.code, by=person(request))
    return Status(201, {"enrollments": shown([enrollment.pk for enrollment in opened])})

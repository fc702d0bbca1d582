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
from colonnade.enrollment.models import MOST_ACCESS_DAYS, AccessCode, Admission, CodeBatch, Enrollment
from colonnade.enrollment.tries import limit_tries
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Access"])


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


class EnrollmentOut(Schema):
    id: UUID
    course_id: UUID
    user_id: UUID
    email: str
    source: str = Field(description="the door by which the person came in")
    created_at: datetime
    expires_at: datetime | None = Field(description="when access ends; null: never")
    revoked_at: datetime | None


class RedemptionOut(Schema):
    enrollments: list[EnrollmentOut] = Field(description="what the code opened, or prolonged")


class EnrollmentIn(Schema):
    course_id: UUID
    user_id: UUID
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS, description="as the course says if left out")


class AccessEndIn(Schema):
    expires_at: datetime | None = Field(description="when access ends; null: never")


class AdmissionBody(Schema):
    is_free: bool = Field(description="anybody with an account may come in")
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS, description="from coming in; null: for good")


def _manager(request: HttpRequest) -> User:
    require(person(request), Permission.MANAGE_STUDENTS)
    return person(request)


def _shown(enrollment_ids: list[UUID]) -> list[dict[str, Any]]:
    rows = Enrollment.objects.filter(pk__in=enrollment_ids).annotate(email=F("user__email"))
    return list(rows.order_by("course__title").values(*EnrollmentOut.model_fields))


def _one(enrollment: Enrollment) -> dict[str, Any]:
    return _shown([enrollment.pk])[0]


def _batch(batch: CodeBatch) -> dict[str, Any]:
    facts = {name: getattr(batch, name) for name in BatchOut.model_fields if name not in ("course_ids", "taken")}
    return facts | {"course_ids": [course.pk for course in batch.courses.all()], "taken": getattr(batch, "used", 0)}


@router.get("/code-batches", response=Page[BatchOut], summary="Code batches, newest first")
@scoped(Scope.STUDENTS_READ)
def batches(request: HttpRequest, query: Query[PageQuery], course_id: UUID | None = None) -> dict[str, Any]:
    _manager(request)
    found = CodeBatch.objects.with_used().prefetch_related("courses")
    if course_id is not None:
        found = found.filter(courses=get_object_or_404(Course, pk=course_id))
    page = page_of(found, query)
    return page | {"items": [_batch(batch) for batch in page["items"]]}


@router.post("/code-batches", response={201: BatchMade}, summary="Make access codes")
@scoped(Scope.STUDENTS_WRITE)
def make_codes(request: HttpRequest, body: BatchIn) -> Status[dict[str, Any]]:
    by, asked = _manager(request), body.model_dump()
    courses = courses_named(asked.pop("course_ids"))
    batch, codes = actions.make_codes(courses=courses, by=by, **asked)
    return Status(201, _batch(batch) | {"codes": codes})


@router.get("/code-batches/{batch_id}/redemptions", response=Page[UseOut], summary="Who redeemed which code, and when")
@scoped(Scope.STUDENTS_READ)
def redemptions(request: HttpRequest, batch_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    _manager(request)
    uses = get_object_or_404(CodeBatch, pk=batch_id).redemptions.annotate(email=F("user__email"))
    return page_of(uses.values(*UseOut.model_fields), query)


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


@router.post("/redemptions", response={201: RedemptionOut}, summary="Redeem a code as yourself")
@scoped(Scope.LEARNING)
def redeem(request: HttpRequest, body: CodeIn) -> Status[dict[str, Any]]:
    require(person(request), Permission.LEARN)
    limit_tries(request, body.code, by=person(request))
    opened = actions.redeem(text=body.code, by=person(request))
    return Status(201, {"enrollments": _shown([enrollment.pk for enrollment in opened])})


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
    return Status(201, _one(actions.enroll(user=user, course=course, access_days=body.access_days, by=by)))


@router.delete("/enrollments/{enrollment_id}", response=EnrollmentOut, summary="Close the course to the person")
@scoped(Scope.STUDENTS_WRITE)
def revoke_enrollment(request: HttpRequest, enrollment_id: UUID) -> dict[str, Any]:
    by = _manager(request)
    return _one(actions.revoke_enrollment(enrollment=_enrollment(enrollment_id), by=by))


@router.put("/enrollments/{enrollment_id}/end", response=EnrollmentOut, summary="Prolong access, or let it end")
@scoped(Scope.STUDENTS_WRITE)
def set_access_end(request: HttpRequest, enrollment_id: UUID, body: AccessEndIn) -> dict[str, Any]:
    by = _manager(request)
    found = _enrollment(enrollment_id)
    return _one(actions.set_access_end(enrollment=found, expires_at=body.expires_at, by=by))


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
    return Status(201, _one(actions.start_free_course(course=course, by=person(request))))


def courses_named(course_ids: list[UUID]) -> list[Course]:
    """Raises Http404 where one of them is not of this school."""
    return [get_object_or_404(Course, pk=course_id) for course_id in course_ids]


def _enrollment(enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(Enrollment.objects.select_related("user", "course"), pk=enrollment_id)


def _terms(admission: Admission | None) -> dict[str, Any]:
    if admission is None:
        return {"is_free": False, "access_days": None}
    return {"is_free": admission.free_since is not None, "access_days": admission.access_days}

"""What the endpoints of this room share: who may, what is named, how an enrollment is shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Schema

from colonnade.accounts.models import User
from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.enrollment.models import Enrollment
from colonnade.tenants.permissions import Permission, require


class EnrollmentOut(Schema):
    id: UUID
    course_id: UUID
    user_id: UUID
    email: str
    source: str = Field(description="the door by which the person came in")
    created_at: datetime
    expires_at: datetime | None = Field(description="when access ends; null: never")
    revoked_at: datetime | None


def manager(request: HttpRequest) -> User:
    require(person(request), Permission.MANAGE_STUDENTS)
    return person(request)


def courses_named(course_ids: list[UUID]) -> list[Course]:
    """Raises Http404 where one of them is not of this school."""
    return [get_object_or_404(Course, pk=course_id) for course_id in course_ids]


def shown(enrollment_ids: list[UUID]) -> list[dict[str, Any]]:
    rows = Enrollment.objects.filter(pk__in=enrollment_ids).annotate(email=F("user__email"))
    return list(rows.order_by("course__title").values(*EnrollmentOut.model_fields))


def shown_one(enrollment: Enrollment) -> dict[str, Any]:
    return shown([enrollment.pk])[0]

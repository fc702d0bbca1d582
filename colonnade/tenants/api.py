"""The school itself, and what happened in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.audit.models import AuditEntry
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.models import Tenant
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["School"])


class SchoolOut(Schema):
    id: UUID
    name: str
    subdomain: str
    instructor_name: str
    time_zone: str
    originals: str
    url: str
    created_at: datetime


class AuditEntryOut(Schema):
    id: UUID
    at: datetime
    action: str
    by_id: UUID | None
    by_label: str
    subject_type: str
    subject_id: str
    subject_label: str
    data: dict[str, Any]


@router.get("/school", response=SchoolOut, summary="The school at this host")
@scoped(Scope.SCHOOL_READ)
def school(request: HttpRequest) -> dict[str, Any]:
    require(person(request), Permission.SEE_DASHBOARD)
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    names = ("id", "name", "subdomain", "instructor_name", "time_zone", "originals", "created_at")
    return {name: getattr(tenant, name) for name in names} | {"url": tenant.url()}


@router.get("/audit-entries", response=Page[AuditEntryOut], summary="Who did what, newest first")
@scoped(Scope.SCHOOL_READ)
def audit_entries(request: HttpRequest, query: Query[PageQuery], action: str = "") -> dict[str, Any]:
    require(person(request), Permission.SEE_AUDIT)
    entries = AuditEntry.objects.filter(action=action) if action else AuditEntry.objects.all()
    return page_of(entries.values(*AuditEntryOut.model_fields), query)

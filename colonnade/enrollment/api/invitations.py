"""Invitations, and people from a list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.enrollment import actions
from colonnade.enrollment.api.shared import courses_named, manager
from colonnade.enrollment.models import MOST_ACCESS_DAYS, Invitation
from colonnade.enrollment.rosters import read_text
from colonnade.enrollment.tries import limit_imports, limit_letters
from colonnade.lib.problems import Invalid
from colonnade.lib.rest import Page, PageQuery, page_of

router = Router()


class InvitationOut(Schema):
    id: UUID
    email: str
    name: str
    course_ids: list[UUID]
    access_days: int | None
    created_at: datetime
    sent_at: datetime | None
    times_sent: int
    expires_at: datetime
    accepted_at: datetime | None
    accepted_by_id: UUID | None
    revoked_at: datetime | None


class InvitationIn(Schema):
    email: str = Field(max_length=254)
    name: str = Field("", max_length=120)
    course_ids: list[UUID] = Field(min_length=1, max_length=actions.MOST_COURSES)
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS, description="as each course says if left out")


class ImportIn(Schema):
    csv: str = Field(description="with a column of e-mail addresses, and names if there are any", max_length=2_000_000)
    course_ids: list[UUID] = Field([], max_length=actions.MOST_COURSES)
    access_days: int | None = Field(None, ge=1, le=MOST_ACCESS_DAYS, description="as each course says if left out")
    invites: bool = Field(False, description="send who has no password yet a link to choose one")
    dry_run: bool = Field(True, description="say what would happen, and change nothing")


class LineErrorOut(Schema):
    line: int
    detail: str


class ImportOut(Schema):
    dry_run: bool
    new: int = Field(description="accounts")
    enrolled: int = Field(description="enrollments that open")
    invited: int = Field(description="letters")
    errors: list[LineErrorOut] = Field(description="by line; with any, nothing is imported")


def _shown(invitation: Invitation) -> dict[str, Any]:
    facts = {name: getattr(invitation, name) for name in InvitationOut.model_fields if name != "course_ids"}
    return facts | {"course_ids": [course.pk for course in invitation.courses.all()]}


@router.get("/invitations", response=Page[InvitationOut], summary="Invitations that wait for an answer, newest first")
@scoped(Scope.STUDENTS_READ)
def invitations(request: HttpRequest, query: Query[PageQuery], answered: bool = False) -> dict[str, Any]:
    manager(request)
    unanswered = Invitation.objects.unanswered()
    found = Invitation.objects.exclude(pk__in=unanswered.values("pk")) if answered else unanswered
    page = page_of(found.prefetch_related("courses"), query)
    return page | {"items": [_shown(invitation) for invitation in page["items"]]}


@router.post("/invitations", response={201: InvitationOut}, summary="Invite somebody by e-mail")
@scoped(Scope.STUDENTS_WRITE)
def invite(request: HttpRequest, body: InvitationIn) -> Status[dict[str, Any]]:
    by, asked = manager(request), body.model_dump()
    try:
        validate_email(body.email.strip())
    except ValidationError as error:
        raise Invalid(f"“{body.email}” is no e-mail address.") from error
    limit_letters(by)
    courses = courses_named(asked.pop("course_ids"))
    return Status(201, _shown(actions.invite(courses=courses, by=by, **asked)))


@router.post("/invitations/{invitation_id}/sending", response=InvitationOut, summary="Send an invitation again")
@scoped(Scope.STUDENTS_WRITE)
def send_again(request: HttpRequest, invitation_id: UUID) -> dict[str, Any]:
    by = manager(request)
    found = get_object_or_404(Invitation, pk=invitation_id)
    limit_letters(by)
    return _shown(actions.send_again(invitation=found, by=by))


@router.delete("/invitations/{invitation_id}", response={204: None}, summary="Take an invitation back")
@scoped(Scope.STUDENTS_WRITE)
def revoke_invitation(request: HttpRequest, invitation_id: UUID) -> Status[None]:
    by = manager(request)
    actions.revoke_invitation(invitation=get_object_or_404(Invitation, pk=invitation_id), by=by)
    return Status(204, None)


@router.post("/student-imports", response=ImportOut, summary="Import students from a list, or see what would happen")
@scoped(Scope.STUDENTS_WRITE)
def import_students(request: HttpRequest, body: ImportIn) -> dict[str, Any]:
    by, courses = manager(request), courses_named(body.course_ids)
    roster = read_text(body.csv)
    errors = [{"line": error.line, "detail": error.detail} for error in roster.errors]
    if errors and not body.dry_run:
        raise Invalid("The list has mistakes, so nothing was imported.", errors=errors)
    if body.dry_run:
        planned = actions.plan_import([] if errors else roster.entries, courses, invites=body.invites)
        counts = actions.counts_of(planned)
    else:
        limit_imports(by)
        counts = actions.import_students(
            entries=roster.entries, courses=courses, invites=body.invites, access_days=body.access_days, by=by
        )
    facts = {"new": counts.new, "enrolled": counts.enrolled, "invited": counts.invited}
    return facts | {"dry_run": body.dry_run, "errors": errors}

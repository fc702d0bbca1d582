"""The API of what studying leaves behind: students found and followed, certificates, notes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning import actions
from colonnade.learning.access import open_course
from colonnade.learning.certificates import link_to
from colonnade.learning.models import Certificate, Note
from colonnade.learning.reads import DONE
from colonnade.learning.students import Access, Filter, How, find_students, grid_of, timeline
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Learning"])


class StudentQuery(PageQuery):
    q: str = Field("", max_length=100, description="the beginning of an address, or a part of a name")
    course: UUID | None = None
    access: Access | None = Field(None, description="`open`, `closed`, or `none`: in no course and never was")
    progress: How | None = None

    @property
    def wanted(self) -> Filter:
        return Filter(self.q, self.course, self.access, self.progress)


class StudentOut(Schema):
    id: UUID
    name: str
    email: str
    created_at: datetime


class EventOut(Schema):
    at: datetime
    what: str = Field(description="joined, enrolled, redeemed, revoked, began, completed, certified, …")
    course: str | None
    lecture: str | None


class LineOut(Schema):
    user_id: UUID
    percent: int
    completed: int
    lectures: list[int] = Field(description=f"percent of each lecture in `lecture_ids`' order; {DONE}: completed")


class GridOut(Schema):
    lecture_ids: list[UUID]
    lines: Page[LineOut]


class CertificateOut(Schema):
    id: UUID
    user_id: UUID
    name: str = Field(description="as printed")
    course_title: str
    code: str
    url: str = Field(description="where anybody can check it; the PDF is `certificate.pdf` below it")
    issued_at: datetime
    revoked_at: datetime | None
    revoked_reason: str


class NameIn(Schema):
    name: str = Field(max_length=120)


class ReasonIn(Schema):
    reason: str = Field(max_length=300, description="whoever checks the certificate reads it")


class RuleIn(Schema):
    percent: int | None = Field(None, ge=1, le=100, description="of the course; null: every lecture completed")
    signed_by: str = Field("", max_length=120)


class NoteIn(Schema):
    body: str = Field(max_length=10_000, description="Markdown")
    second: int | None = Field(None, ge=0, description="where in the video it belongs; null: nowhere")


class NoteOut(NoteIn):
    id: UUID
    lecture_id: UUID
    created_at: datetime
    updated_at: datetime


def _certificate(certificate: Certificate, request: HttpRequest) -> dict[str, Any]:
    names = ("user_id", "name", "course_title", "code", "issued_at", "revoked_at", "revoked_reason")
    facts = {name: getattr(certificate, name) for name in names}
    return facts | {"id": certificate.pk, "url": link_to(certificate, request.tenant)}  # type: ignore[attr-defined]


@router.get("/students", response=Page[StudentOut], summary="Students, by what they study and how far they are")
@scoped(Scope.STUDENTS_READ)
def students(request: HttpRequest, query: Query[StudentQuery]) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    return page_of(find_students(query.wanted).values("id", "name", "email", "created_at"), query)


@router.get("/students/{student_id}/timeline", response=list[EventOut], summary="What a student did, newest first")
@scoped(Scope.STUDENTS_READ)
def student_timeline(request: HttpRequest, student_id: UUID, before: datetime | None = None) -> list[Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    return timeline(get_object_or_404(User, pk=student_id).pk, before=before)


@router.get("/courses/{course_id}/grid", response=GridOut, summary="Students × lectures, a page of students at a time")
@scoped(Scope.STUDENTS_READ)
def grid(request: HttpRequest, course_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    course = get_object_or_404(Course, pk=course_id)
    page = page_of(find_students(Filter(course_id=course.pk)).values("id"), query)
    found = grid_of(course, [row["id"] for row in page["items"]])
    page["items"] = [
        {
            "user_id": line.user_id,
            "percent": line.standing.percent,
            "completed": line.standing.completed,
            "lectures": line.lectures,
        }
        for line in found.lines
    ]
    return {"lecture_ids": [column.id for column in found.columns], "lines": page}


@router.put("/courses/{course_id}/certificate", response=RuleIn, summary="Let a course give certificates")
@scoped(Scope.COURSES_WRITE)
def offer(request: HttpRequest, course_id: UUID, body: RuleIn) -> Any:
    require(person(request), Permission.EDIT_COURSES)
    course = get_object_or_404(Course, pk=course_id)
    return actions.offer_certificate(course=course, percent=body.percent, signed_by=body.signed_by, by=person(request))


@router.delete("/courses/{course_id}/certificate", response={204: None}, summary="Give no more; those given are valid")
@scoped(Scope.COURSES_WRITE)
def offer_end(request: HttpRequest, course_id: UUID) -> Status[None]:
    require(person(request), Permission.EDIT_COURSES)
    actions.withdraw_offer(course=get_object_or_404(Course, pk=course_id), by=person(request))
    return Status(204, None)


@router.post("/me/courses/{course_id}/certificate", response=CertificateOut, summary="Your certificate, if it is yours")
@scoped(Scope.LEARNING)
def my_certificate(request: HttpRequest, course_id: UUID, body: NameIn) -> dict[str, Any]:
    require(person(request), Permission.LEARN)
    held = get_object_or_404(
        Enrollment.objects.active().select_related("course"), course=course_id, user=person(request)
    )
    return _certificate(actions.issue_certificate(enrollment=held, name=body.name, by=person(request)), request)


@router.get("/certificates", response=Page[CertificateOut], summary="Certificates that were given")
@scoped(Scope.STUDENTS_READ)
def certificates(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    page = page_of(Certificate.objects.all(), query)
    return page | {"items": [_certificate(each, request) for each in page["items"]]}


@router.patch("/certificates/{certificate_id}", response=CertificateOut, summary="Correct the name as printed")
@scoped(Scope.STUDENTS_WRITE)
def correct(request: HttpRequest, certificate_id: UUID, body: NameIn) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    found = get_object_or_404(Certificate, pk=certificate_id)
    actions.correct_certificate(certificate=found, name=body.name, by=person(request))
    return _certificate(found, request)


@router.put("/certificates/{certificate_id}/revocation", response=CertificateOut, summary="Revoke it, with a reason")
@scoped(Scope.STUDENTS_WRITE)
def revoke(request: HttpRequest, certificate_id: UUID, body: ReasonIn) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    found = get_object_or_404(Certificate, pk=certificate_id)
    actions.revoke_certificate(certificate=found, reason=body.reason, by=person(request))
    found.refresh_from_db()
    return _certificate(found, request)


@router.delete("/certificates/{certificate_id}/revocation", response=CertificateOut, summary="Make it valid again")
@scoped(Scope.STUDENTS_WRITE)
def restore(request: HttpRequest, certificate_id: UUID) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    found = get_object_or_404(Certificate, pk=certificate_id)
    actions.restore_certificate(certificate=found, by=person(request))
    found.refresh_from_db()
    return _certificate(found, request)


@router.get("/me/notes", response=Page[NoteOut], summary="Your notes, or those that hold a text")
@scoped(Scope.LEARNING)
def my_notes(
    request: HttpRequest, query: Query[PageQuery], q: str = "", course_id: UUID | None = None
) -> dict[str, Any]:
    require(person(request), Permission.LEARN)
    notes = Note.objects.of(person(request)).containing(q.replace("\0", ""))
    if course_id:
        notes = notes.filter(lecture__course=course_id)
    return page_of(notes, query)


@router.post("/lectures/{lecture_id}/notes", response={201: NoteOut}, summary="Write a note beside a lecture")
@scoped(Scope.LEARNING)
def add_note(request: HttpRequest, lecture_id: UUID, body: NoteIn) -> Status[Note]:
    require(person(request), Permission.LEARN)
    lecture = get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id)
    open_course(lecture.course.slug, person(request))
    return Status(201, actions.add_note(lecture=lecture, body=body.body, second=body.second, by=person(request)))


@router.put("/notes/{note_id}", response=NoteOut, summary="Change a note of yours")
@scoped(Scope.LEARNING)
def edit_note(request: HttpRequest, note_id: UUID, body: NoteIn) -> Note:
    require(person(request), Permission.LEARN)
    note = get_object_or_404(Note.objects.of(person(request)), pk=note_id)
    actions.edit_note(note=note, body=body.body, second=body.second)
    return note


@router.delete("/notes/{note_id}", response={204: None}, summary="Delete a note of yours")
@scoped(Scope.LEARNING)
def delete_note(request: HttpRequest, note_id: UUID) -> Status[None]:
    require(person(request), Permission.LEARN)
    actions.delete_note(note=get_object_or_404(Note.objects.of(person(request)), pk=note_id))
    return Status(204, None)

"""Courses, sections and lectures."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope, User
from colonnade.accounts.person import person
from colonnade.courses import actions
from colonnade.courses.catalogue_api import router as catalogue
from colonnade.courses.kinds import in_menu
from colonnade.courses.models import Course, CourseState, Lecture, Section
from colonnade.courses.openings_api import router as openings
from colonnade.courses.search_api import router as search
from colonnade.lib.problems import Invalid
from colonnade.lib.rest import Page, PageQuery, page_of, require_match
from colonnade.tenants.permissions import Permission, require
from colonnade.videos.models import Video

router = Router(tags=["Courses"])
router.add_router("", openings)
router.add_router("", search)
router.add_router("", catalogue)
for kind in in_menu():
    if kind.router is not None:
        router.add_router("", kind.router)


class CourseOut(Schema):
    id: UUID
    title: str
    slug: str
    description: str
    picture: str = Field(description="address of the thumbnail, relative to the school's host")
    state: CourseState = Field(description="follows from its dates and the clock")
    published_at: datetime | None = Field(description="from when visitors see it; ahead of now: it is scheduled")
    archived_at: datetime | None = Field(description="its students keep it, nobody new gets in")
    created_at: datetime
    updated_at: datetime


class CourseListOut(CourseOut):
    category: str
    level: str
    language: str
    tags: list[str]
    student_count: int = Field(description="how many may study it")


class LectureOut(Schema):
    id: UUID
    title: str
    kind: str = Field(description="`video`, `text`, `file`, `embed` …")
    is_preview: bool = Field(description="whether anybody may take it from the course's public page")
    lack: str = Field(description="what keeps it from being ready, as the end of a sentence; empty if nothing does")
    video_id: UUID | None
    video_state: str | None
    duration: float | None = Field(description="seconds")
    replacement_id: UUID | None = Field(description="the video that takes the place of `video_id` once it is ready")
    replacement_state: str | None

    @staticmethod
    def resolve_replacement_state(lecture: Lecture) -> str | None:
        return lecture.replacement.state if lecture.replacement else None

    @staticmethod
    def resolve_video_state(lecture: Lecture) -> str | None:
        return lecture.video.state if lecture.video else None

    @staticmethod
    def resolve_duration(lecture: Lecture) -> float | None:
        return lecture.video.duration if lecture.video else None


class SectionOut(Schema):
    id: UUID
    title: str
    lectures: list[LectureOut]

    @staticmethod
    def resolve_lectures(section: Section) -> list[Lecture]:
        return list(section.lectures.all())


class CourseDetailOut(CourseOut):
    outline_version: int = Field(description="counts the changes of order")
    sections: list[SectionOut]

    @staticmethod
    def resolve_sections(course: Course) -> list[Section]:
        return list(course.sections.all())


class CourseIn(Schema):
    title: str
    description: str = ""


class Publication(Schema):
    at: datetime | None = Field(None, description="ISO 8601 with its offset; left out: now")


class CourseChange(Schema):
    title: str | None = None
    description: str | None = None


class TitleIn(Schema):
    title: str


class LectureIn(TitleIn):
    kind: str = Field("video", description="`video`, `text`, `file`, `embed` …; it stays what it is made as")


class LectureChange(Schema):
    title: str | None = None
    is_preview: bool | None = None


class Filenames(Schema):
    filenames: list[str] = Field(description="a video lecture is made for each, in this order, named after it")


class Order(Schema):
    ids: list[UUID] = Field(description="all of them, in the new order", max_length=2000)
    outline_version: int | None = Field(None, description="the one that you know: 409 if somebody has changed it since")


class VideoRef(Schema):
    video_id: UUID


def _editor(request: HttpRequest) -> User:
    require(person(request), Permission.EDIT_COURSES)
    return person(request)


def _detailed(course_id: UUID) -> Course:
    return get_object_or_404(Course.objects.with_outline(), pk=course_id)


def _matching(request: HttpRequest, course_id: UUID) -> Course:
    """The course, if the asker's If-Match (if any) still holds."""
    course = _detailed(course_id)
    if request.headers.get("If-Match"):
        require_match(request, CourseDetailOut.from_orm(course))
    return course


@router.get("/courses", response=Page[CourseListOut], summary="All courses, newest first")
@scoped(Scope.COURSES_READ)
def courses(
    request: HttpRequest,
    query: Query[PageQuery],
    published: bool | None = None,
    state: CourseState | None = None,
    category: str = "",
    level: str = "",
    language: str = "",
    tag: str = "",
) -> dict[str, Any]:
    """`published=true` are those that visitors see, `published=false` all others."""
    require(person(request), Permission.SEE_DASHBOARD)
    found = Course.objects.in_state(state) if state else Course.objects.all()
    found = found.described(category=category, level=level, language=language, tag=tag).with_students()
    if published is not None:
        shown = Course.objects.published().values("pk")
        found = found.filter(pk__in=shown) if published else found.exclude(pk__in=shown)
    return page_of(found, query)


@router.post("/courses", response={201: CourseDetailOut}, summary="Make a course")
@scoped(Scope.COURSES_WRITE)
def create_course(request: HttpRequest, body: CourseIn) -> Status[Course]:
    return Status(201, actions.create_course(title=body.title, description=body.description, by=_editor(request)))


@router.get("/courses/{course_id}", response=CourseDetailOut, summary="One course with its outline")
@scoped(Scope.COURSES_READ)
def course(request: HttpRequest, course_id: UUID) -> Course:
    require(person(request), Permission.SEE_DASHBOARD)
    return _detailed(course_id)


@router.patch("/courses/{course_id}", response=CourseDetailOut, summary="Change title or description")
@scoped(Scope.COURSES_WRITE)
def edit_course(request: HttpRequest, course_id: UUID, body: CourseChange) -> Course:
    by, course = _editor(request), _matching(request, course_id)
    title = course.title if body.title is None else body.title
    description = course.description if body.description is None else body.description
    actions.edit_course(course=course, title=title, description=description, by=by)
    return _detailed(course_id)


@router.delete("/courses/{course_id}", response={204: None}, summary="Delete a course with all its lectures and videos")
@scoped(Scope.COURSES_WRITE)
def delete_course(request: HttpRequest, course_id: UUID) -> Status[None]:
    by, course = _editor(request), _matching(request, course_id)
    actions.delete_course(course=course, by=by)
    return Status(204, None)


@router.put("/courses/{course_id}/publication", response=CourseDetailOut, summary="Publish, now or at a date")
@scoped(Scope.COURSES_WRITE)
def publish_course(request: HttpRequest, course_id: UUID, body: Publication | None = None) -> Course:
    by, course = _editor(request), _detailed(course_id)
    if body is None or body.at is None:
        actions.publish_course(course=course, by=by)
    elif body.at.tzinfo is None:
        raise Invalid("`at` needs its offset from UTC, such as 2027-03-31T09:00:00+02:00.")
    else:
        actions.schedule_course(course=course, at=body.at, by=by)
    return _detailed(course_id)


@router.put("/courses/{course_id}/archive", response=CourseDetailOut, summary="Archive: students keep it, none come in")
@scoped(Scope.COURSES_WRITE)
def archive_course(request: HttpRequest, course_id: UUID) -> Course:
    by, course = _editor(request), _detailed(course_id)
    actions.archive_course(course=course, by=by)
    return _detailed(course_id)


@router.delete("/courses/{course_id}/archive", response=CourseDetailOut, summary="Take it out of the archive")
@scoped(Scope.COURSES_WRITE)
def unarchive_course(request: HttpRequest, course_id: UUID) -> Course:
    by, course = _editor(request), _detailed(course_id)
    actions.unarchive_course(course=course, by=by)
    return _detailed(course_id)


@router.delete("/courses/{course_id}/publication", response=CourseDetailOut, summary="Back to draft")
@scoped(Scope.COURSES_WRITE)
def unpublish_course(request: HttpRequest, course_id: UUID) -> Course:
    by, course = _editor(request), _detailed(course_id)
    actions.unpublish_course(course=course, by=by)
    return _detailed(course_id)


@router.post("/courses/{course_id}/thumbnail", response=CourseDetailOut, summary="Set the picture (multipart form)")
@scoped(Scope.COURSES_WRITE)
def set_thumbnail(request: HttpRequest, course_id: UUID, image: File[UploadedFile]) -> Course:
    by, course = _editor(request), _detailed(course_id)
    actions.set_thumbnail(course=course, image=BytesIO(image.read()), by=by)
    return _detailed(course_id)


@router.post("/courses/{course_id}/sections", response={201: SectionOut}, summary="Add a section at the end")
@scoped(Scope.COURSES_WRITE)
def add_section(request: HttpRequest, course_id: UUID, body: TitleIn) -> Status[Section]:
    by, course = _editor(request), get_object_or_404(Course, pk=course_id)
    return Status(201, actions.add_section(course=course, title=body.title, by=by))


@router.put("/courses/{course_id}/section-order", response=CourseDetailOut, summary="Order the sections")
@scoped(Scope.COURSES_WRITE)
def order_sections(request: HttpRequest, course_id: UUID, body: Order) -> Course:
    by, course = _editor(request), get_object_or_404(Course, pk=course_id)
    actions.order_sections(course=course, section_ids=body.ids, known_version=body.outline_version, by=by)
    return _detailed(course_id)


@router.patch("/sections/{section_id}", response=SectionOut, summary="Rename a section")
@scoped(Scope.COURSES_WRITE)
def rename_section(request: HttpRequest, section_id: UUID, body: TitleIn) -> Section:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    return actions.rename_section(section=section, title=body.title, by=by)


@router.delete("/sections/{section_id}", response={204: None}, summary="Delete a section with its lectures")
@scoped(Scope.COURSES_WRITE)
def delete_section(request: HttpRequest, section_id: UUID) -> Status[None]:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    actions.delete_section(section=section, by=by)
    return Status(204, None)


@router.post("/sections/{section_id}/lectures", response={201: LectureOut}, summary="Add a lecture at the end")
@scoped(Scope.COURSES_WRITE)
def add_lecture(request: HttpRequest, section_id: UUID, body: LectureIn) -> Status[Lecture]:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    return Status(201, actions.add_lecture(section=section, title=body.title, kind=body.kind, by=by))


@router.put("/sections/{section_id}/lecture-order", response=SectionOut, summary="Order the lectures, or move some in")
@scoped(Scope.COURSES_WRITE)
def order_lectures(request: HttpRequest, section_id: UUID, body: Order) -> Section:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    actions.order_lectures(section=section, lecture_ids=body.ids, known_version=body.outline_version, by=by)
    return get_object_or_404(Section, pk=section_id)


@router.post("/sections/{section_id}/copies", response={201: SectionOut}, summary="Duplicate a section")
@scoped(Scope.COURSES_WRITE)
def duplicate_section(request: HttpRequest, section_id: UUID) -> Status[Section]:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    return Status(201, actions.duplicate_section(section=section, by=by))


@router.post("/sections/{section_id}/videos", response={201: list[LectureOut]}, summary="Add many video lectures")
@scoped(Scope.COURSES_WRITE)
def add_videos(request: HttpRequest, section_id: UUID, body: Filenames) -> Status[list[Lecture]]:
    by, section = _editor(request), get_object_or_404(Section, pk=section_id)
    return Status(201, actions.add_videos(section=section, filenames=body.filenames, by=by))


@router.post(
    "/lectures/{lecture_id}/copies", response={201: LectureOut}, summary="Duplicate a lecture; videos are shared"
)
@scoped(Scope.COURSES_WRITE)
def duplicate_lecture(request: HttpRequest, lecture_id: UUID) -> Status[Lecture]:
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    return Status(201, actions.duplicate_lecture(lecture=lecture, by=by))


@router.post("/courses/{course_id}/copies", response={201: CourseDetailOut}, summary="Duplicate a course, as a draft")
@scoped(Scope.COURSES_WRITE)
def duplicate_course(request: HttpRequest, course_id: UUID) -> Status[Course]:
    by, course = _editor(request), get_object_or_404(Course, pk=course_id)
    return Status(201, actions.duplicate_course(course=course, by=by))


@router.patch("/lectures/{lecture_id}", response=LectureOut, summary="Rename a lecture, or open it to everybody")
@scoped(Scope.COURSES_WRITE)
def change_lecture(request: HttpRequest, lecture_id: UUID, body: LectureChange) -> Lecture:
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    if body.title is not None:
        lecture = actions.rename_lecture(lecture=lecture, title=body.title, by=by)
    if body.is_preview is not None:
        lecture = actions.set_preview(lecture=lecture, is_preview=body.is_preview, by=by)
    return lecture


@router.delete("/lectures/{lecture_id}", response={204: None}, summary="Delete a lecture and its video")
@scoped(Scope.COURSES_WRITE)
def delete_lecture(request: HttpRequest, lecture_id: UUID) -> Status[None]:
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    actions.delete_lecture(lecture=lecture, by=by)
    return Status(204, None)


@router.put("/lectures/{lecture_id}/video", response=LectureOut, summary="Let the lecture show an uploaded video")
@scoped(Scope.COURSES_WRITE)
def attach_video(request: HttpRequest, lecture_id: UUID, body: VideoRef) -> Lecture:
    """At once; or where its present video plays, as soon as this one is ready."""
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    return actions.attach_video(lecture=lecture, video=get_object_or_404(Video, pk=body.video_id), by=by)


@router.delete("/lectures/{lecture_id}/replacement", response=LectureOut, summary="Keep the present video after all")
@scoped(Scope.COURSES_WRITE)
def cancel_replacement(request: HttpRequest, lecture_id: UUID) -> Lecture:
    by, lecture = _editor(request), get_object_or_404(Lecture, pk=lecture_id)
    return actions.cancel_replacement(lecture=lecture, by=by)

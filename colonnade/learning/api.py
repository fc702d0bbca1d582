"""Studying, and how far people are: the same reads that the pages show."""

from dataclasses import asdict
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
from colonnade.courses.models import Course, Lecture
from colonnade.courses.search import Hit
from colonnade.courses.search_api import HitOut
from colonnade.enrollment.models import Enrollment
from colonnade.learning.access import open_course
from colonnade.learning.actions import begin_lecture
from colonnade.learning.heartbeats import hear, mark_done
from colonnade.learning.locks import LectureLocked
from colonnade.learning.outline import outline_for
from colonnade.learning.reads import CourseStanding, course_standings
from colonnade.learning.records_api import router as records
from colonnade.learning.schemas import Heartbeat
from colonnade.learning.search import search_for
from colonnade.lib.problems import Conflict
from colonnade.lib.rest import Page, PageQuery, page_of
from colonnade.tenants.permissions import Permission, require
from colonnade.videos.actions import bring_back
from colonnade.videos.captions.tracks import tracks_of
from colonnade.videos.playback import addresses
from colonnade.videos.tiers import classes, restore_time

router = Router(tags=["Learning"])
router.add_router("", records)


class StandingOut(Schema):
    """How far one person is in one course."""

    course_id: UUID
    course_title: str
    user_id: UUID
    percent: int
    lectures: int = Field(description="those that can be watched")
    completed: int
    last_seen: datetime | None


class LockOut(Schema):
    reason: str
    opens_at: datetime | None = Field(description="null where it waits for lectures alone")
    after: list[UUID] = Field(description="the lectures to be completed first")


class LectureStandingOut(Schema):
    id: UUID
    title: str
    duration: float | None = Field(description="seconds")
    percent: int
    position: float = Field(description="seconds: where to go on")
    completed_at: datetime | None
    lock: LockOut | None = Field(description="why it is not open yet; null where it is")


class TrackOut(Schema):
    src: str = Field(description="WebVTT")
    srclang: str = Field(description="BCP 47 tag")
    label: str


class PlaybackOut(Schema):
    """Signed addresses, relative to the school's host; they expire. Ask again for new ones."""

    src: str = Field(description="HLS playlist")
    poster: str
    duration: float | None
    position: float
    tracks: list[TrackOut] = Field(description="captions, by language")


class AwayOut(Schema):
    """The video is being fetched from the archive. Ask again in a while."""

    detail: str


class CompletionOut(Schema):
    completed: bool


class ProgressOut(Schema):
    watched_percent: int
    completed: bool


def _standings(request: HttpRequest, query: PageQuery, rows: Any) -> dict[str, Any]:
    page = page_of(
        rows.annotate(course_title=F("course__title")).values("id", "course_id", "course_title", "user_id"), query
    )
    known = course_standings(*({row[name] for row in page["items"]} for name in ("user_id", "course_id")))
    for row in page["items"]:
        standing = known.get((row["user_id"], row["course_id"]), CourseStanding())
        for name in ("percent", "lectures", "completed", "last_seen"):
            row[name] = getattr(standing, name)
    return page


@router.get("/me/courses", response=Page[StandingOut], summary="The courses you are in, and how far")
@scoped(Scope.LEARNING)
def my_courses(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    require(person(request), Permission.LEARN)
    return _standings(request, query, Enrollment.objects.active().of(person(request)))


@router.get("/me/courses/{course_id}/lectures", response=list[LectureStandingOut], summary="Its lectures, and how far")
@scoped(Scope.LEARNING)
def my_lectures(request: HttpRequest, course_id: UUID) -> list[dict[str, Any]]:
    require(person(request), Permission.LEARN)
    opened = open_course(get_object_or_404(Course, pk=course_id).slug, person(request))
    return [
        {
            "id": item.lecture.pk,
            "title": item.lecture.title,
            "duration": item.lecture.video.duration if item.lecture.video else None,
            "percent": item.standing.percent,
            "position": item.standing.position,
            "completed_at": item.standing.completed_at,
            "lock": item.lock and asdict(item.lock),
        }
        for item in outline_for(opened.course, person(request).pk, opened.locks()).items
    ]


@router.post(
    "/lectures/{lecture_id}/playback",
    response={200: PlaybackOut, 202: AwayOut},
    summary="Open a lecture: addresses to play it from; 202 while its video comes back from the archive",
)
@scoped(Scope.LEARNING)
def playback(request: HttpRequest, lecture_id: UUID) -> dict[str, Any] | Status[dict[str, str]]:
    require(person(request), Permission.LEARN)
    lecture = get_object_or_404(Lecture.objects.select_related("course", "video"), pk=lecture_id)
    opened = open_course(lecture.course.slug, person(request))
    locked = opened.locks()
    if lock := locked.get(lecture.pk):
        raise LectureLocked(lock)
    if lecture.video is None or not lecture.video.is_playable:
        raise Conflict("This lecture has no video that can be played yet.")
    if not opened.is_preview:
        begin_lecture(lecture=lecture, by=person(request))
    if lecture.video.is_away:
        bring_back(video=lecture.video, by=person(request))
        return Status(202, {"detail": f"The video comes back from the archive in {restore_time(classes())}."})
    where = addresses(lecture.video, person(request))
    _, item, _ = outline_for(opened.course, person(request).pk, locked).around(lecture.pk)
    return {
        "src": where.playlist,
        "poster": where.poster,
        "duration": lecture.video.duration,
        "position": item.standing.position,
        "tracks": tracks_of(lecture.video, where.folder),
    }


@router.post("/lectures/{lecture_id}/progress", response=ProgressOut, summary="Tell which seconds were watched")
@scoped(Scope.LEARNING)
def progress(request: HttpRequest, lecture_id: UUID, body: Heartbeat) -> dict[str, Any]:
    require(person(request), Permission.LEARN)
    lecture = get_object_or_404(Lecture.objects.select_related("video"), pk=lecture_id)
    return hear(body, lecture=lecture, by=person(request))


@router.put(
    "/lectures/{lecture_id}/completion",
    response=CompletionOut,
    summary="Mark a lecture as done that is read rather than watched; videos are completed by watching",
)
@scoped(Scope.LEARNING)
def completion(request: HttpRequest, lecture_id: UUID) -> dict[str, Any]:
    require(person(request), Permission.LEARN)
    lecture = get_object_or_404(Lecture.objects.select_related("course", "video"), pk=lecture_id)
    open_course(lecture.course.slug, person(request))
    return mark_done(lecture, by=person(request))


@router.get("/me/search", response=list[HitOut], summary="Search what you may see, the best first")
@scoped(Scope.LEARNING)
def my_search(request: HttpRequest, q: str = "") -> list[Hit]:
    require(person(request), Permission.LEARN)
    return search_for(person(request), q)


@router.get("/courses/{course_id}/progress", response=Page[StandingOut], summary="How far each student of a course is")
@scoped(Scope.STUDENTS_READ)
def course_progress(request: HttpRequest, course_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    require(person(request), Permission.MANAGE_STUDENTS)
    course = get_object_or_404(Course, pk=course_id)
    return _standings(request, query, Enrollment.objects.active().filter(course=course))

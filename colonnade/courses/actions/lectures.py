"""Lectures of a section: add, rename, delete, order."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses import jobs
from colonnade.courses.actions.locking import (
    OutlineChanged,
    hold_lecture,
    hold_section,
    note_new_outline,
    require_outline,
    show_visitors,
)
from colonnade.courses.actions.openings import refuse_circles
from colonnade.courses.actions.unused import delete_unused, forget
from colonnade.courses.actions.wording import called, require_title, title_of
from colonnade.courses.kinds import DEFAULT, kind_of, known
from colonnade.courses.models import Lecture, Section
from colonnade.lib.problems import Conflict, Invalid

MOST_FILES = 200  # of one bulk upload


@transaction.atomic
def add_lecture(*, section: Section, title: str, by: User, kind: str = DEFAULT) -> Lecture:
    """Add a lecture at the end of the section; which kinds there are, the table says. Raises Invalid."""
    kind = known(kind)
    section = hold_section(section)
    last = section.lectures.aggregate(last=Max("position"))["last"] or 0
    lecture = Lecture.objects.create(
        course=section.course, section=section, title=title_of(title, "lecture"), position=last + 1, kind=kind
    )
    note_new_outline(section.course)
    show_visitors(section.course)
    record("lecture.added", lecture, by=by, course=section.course.title, kind=kind)
    return lecture


@transaction.atomic
def add_videos(*, section: Section, filenames: Sequence[str], by: User) -> list[Lecture]:
    """Add a video lecture for each file at the end of the section, in this order, named after it. Raises Invalid."""
    if not 0 < len(filenames) <= MOST_FILES:
        raise Invalid(f"Choose up to {MOST_FILES} videos at once.")
    section = hold_section(section)
    last = section.lectures.aggregate(last=Max("position"))["last"] or 0
    lectures = [
        Lecture(course=section.course, section=section, title=title_of(called(filename), "lecture"), position=position)
        for position, filename in enumerate(filenames, start=last + 1)
    ]
    Lecture.objects.bulk_create(lectures)
    note_new_outline(section.course)
    show_visitors(section.course)
    record("section.videos_added", section, by=by, course=section.course.title, lectures=len(lectures))
    return lectures


@transaction.atomic
def set_preview(*, lecture: Lecture, is_preview: bool, by: User) -> Lecture:
    """Let anybody take the lecture from the course's public page, or nobody but the course's students again.

    Raises Conflict for a kind that has to know who takes it.
    """
    lecture = hold_lecture(lecture)
    if is_preview and kind_of(lecture).is_personal:
        raise Conflict(f"“{lecture.title}” asks who takes it, so it cannot be open to everybody.")
    if lecture.is_preview == is_preview:
        return lecture
    lecture.is_preview = is_preview
    lecture.save(update_fields=["is_preview"])
    show_visitors(lecture.course)
    if lecture.video_id:
        jobs.settle_visitors.later(video_id=lecture.video_id, lock=f"visitors {lecture.video_id}")
    record("lecture.preview_opened" if is_preview else "lecture.preview_closed", lecture, by=by)
    return lecture


@transaction.atomic
def rename_lecture(*, lecture: Lecture, title: str, by: User, was: str | None = None) -> Lecture:
    """Give another title; the same one again changes nothing.

    `was` is the title that the person has seen: raises TitleChanged if it is called otherwise by now.
    """
    lecture = hold_lecture(lecture)
    require_title(lecture, was, title)
    before, lecture.title = lecture.title, title_of(title, "lecture")
    if lecture.title == before:
        return lecture
    lecture.save(update_fields=["title"])
    show_visitors(lecture.course)
    record("lecture.renamed", lecture, by=by, before=before)
    return lecture


@transaction.atomic
def delete_lecture(*, lecture: Lecture, by: User) -> None:
    """Delete a lecture with its video, and with the one that was to replace it."""
    lecture = hold_lecture(lecture)
    record("lecture.deleted", lecture, by=by, course=lecture.course.title)
    show_visitors(lecture.course)
    forget([lecture], by=by)
    lecture.delete()
    note_new_outline(lecture.course)
    delete_unused([lecture.video_id, lecture.replacement_id], by=by)


@transaction.atomic
def order_lectures(
    *,
    section: Section,
    lecture_ids: Sequence[UUID],
    by: User,
    moved: Sequence[UUID] | None = None,
    known_version: int | None = None,
) -> Section:
    """Put the section's lectures in this order; lectures of other sections of the course may be among them and move in.

    Raises OutlineChanged if a lecture of the section is not named, one is named twice, or one is not of the course.
    Given `moved`, so is a lecture that is in another section and not among these: the asker does not know that
    somebody else has moved it away. Given `known_version`, so is any other version of the outline.
    """
    section = hold_section(section)
    require_outline(section.course, known_version)
    lectures = {lecture.pk: lecture for lecture in section.course.lectures.filter(pk__in=lecture_ids)}
    here = set(section.lectures.values_list("pk", flat=True))
    comers = lectures.keys() - here
    if sorted(lecture_ids) != sorted(lectures) or here - lectures.keys() or (moved is not None and comers - set(moved)):
        raise OutlineChanged(version=section.course.outline_version)
    for position, lecture_id in enumerate(lecture_ids, start=1):
        lectures[lecture_id].position, lectures[lecture_id].section = position, section
    Lecture.objects.bulk_update(lectures.values(), ["position", "section"])
    note_new_outline(section.course)
    if comers:
        refuse_circles(section.course)  # they wait for what their new section waits for
    show_visitors(section.course)
    record("section.lectures_ordered", section, by=by, moved_in=[lectures[pk].title for pk in comers])
    return section


@transaction.atomic
def move_lecture(*, lecture: Lecture, step: int, by: User) -> None:
    """Move one place up (`step` -1) or down (1), over the edge of the section into the next; at the end it stays."""
    lecture = hold_lecture(lecture)
    sections = list(lecture.course.sections.prefetch_related("lectures"))
    at = next(index for index, section in enumerate(sections) if section.pk == lecture.section_id)
    ids = [other.pk for other in sections[at].lectures.all()]
    place = ids.index(lecture.pk) + step
    if 0 <= place < len(ids):
        ids.insert(place, ids.pop(place - step))
        order_lectures(section=sections[at], lecture_ids=ids, by=by)
    elif 0 <= at + step < len(sections):
        neighbour = sections[at + step]
        theirs = [other.pk for other in neighbour.lectures.all()]
        joined = [*theirs, lecture.pk] if step < 0 else [lecture.pk, *theirs]
        order_lectures(section=neighbour, lecture_ids=joined, by=by)

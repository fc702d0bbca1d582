"""Duplicating a lecture, a section, a course. Videos are shared with the original, each shown until the last goes."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.actions.courses import save_with_free_slug
from colonnade.courses.actions.locking import hold_course, hold_lecture, hold_section, note_new_outline, show_visitors
from colonnade.courses.actions.thumbnails import copy_thumbnail
from colonnade.courses.actions.wording import TITLE_LENGTH
from colonnade.courses.kinds import kind_of
from colonnade.courses.models import Course, Lecture, Opening, Section

_COPY = " (copy)"


@transaction.atomic
def duplicate_lecture(*, lecture: Lecture, by: User) -> Lecture:
    """Put a copy right after it, with all that it holds; no preview for visitors, whatever the original is."""
    lecture = hold_lecture(lecture)
    later = Lecture.objects.filter(section_id=lecture.section_id, position__gt=lecture.position)
    later.update(position=F("position") + 1)
    copy = Lecture.objects.create(
        course=lecture.course,
        section_id=lecture.section_id,
        title=_title(lecture.title),
        position=lecture.position + 1,
        kind=lecture.kind,
    )
    kind_of(lecture).duplicate(lecture, copy, by)
    _copy_openings(Opening.objects.filter(lecture=lecture), lectures={lecture.pk: copy})
    note_new_outline(lecture.course)
    show_visitors(lecture.course)
    record("lecture.duplicated", copy, by=by, original=lecture.pk, course=lecture.course.title)
    return copy


@transaction.atomic
def duplicate_section(*, section: Section, by: User) -> Section:
    """Put a copy right after it, with copies of its lectures."""
    section = hold_section(section)
    course = section.course
    course.sections.filter(position__gt=section.position).update(position=F("position") + 1)
    copy = Section.objects.create(course=course, title=_title(section.title), position=section.position + 1)
    lectures = _copy_lectures(section, copy, by)
    _copy_openings(course.openings.all(), sections={section.pk: copy}, lectures=lectures)
    note_new_outline(course)
    show_visitors(course)
    record("section.duplicated", copy, by=by, original=section.pk, lectures=len(lectures))
    return copy


@transaction.atomic
def duplicate_course(*, course: Course, by: User) -> Course:
    """Make a draft of the same outline and content. Students, codes and dates of publication stay with the original."""
    course = hold_course(course.pk)
    copy = Course(
        title=_title(course.title),
        **{
            name: getattr(course, name) for name in ("description", "category", "level", "language", "tags", "outcomes")
        },
    )
    copy.thumbnail = copy_thumbnail(course)
    save_with_free_slug(copy)
    sections: dict[UUID, Section] = {}
    lectures: dict[UUID, Lecture] = {}
    for section in course.sections.all():
        twin = Section.objects.create(course=copy, title=section.title, position=section.position)
        sections[section.pk] = twin
        lectures |= _copy_lectures(section, twin, by)
    _copy_openings(course.openings.all(), sections=sections, lectures=lectures)
    record("course.duplicated", copy, by=by, original=course.pk, lectures=len(lectures))
    return copy


def _copy_lectures(section: Section, copy: Section, by: User) -> dict[UUID, Lecture]:
    """Copies by their original's id."""
    originals = list(section.lectures.select_related("video"))
    twins = [
        Lecture(
            course_id=copy.course_id, section=copy, title=lecture.title, position=lecture.position, kind=lecture.kind
        )
        for lecture in originals
    ]
    Lecture.objects.bulk_create(twins)
    for lecture, twin in zip(originals, twins, strict=True):
        kind_of(lecture).duplicate(lecture, twin, by)
    return {lecture.pk: twin for lecture, twin in zip(originals, twins, strict=True)}


def _copy_openings(
    openings: Iterable[Opening], *, sections: dict[UUID, Section] | None = None, lectures: dict[UUID, Lecture]
) -> None:
    """Of what was copied. What waits for a lecture that was copied as well, waits for the copy."""
    for opening in openings:
        section = (sections or {}).get(opening.section_id) if opening.section_id else None
        lecture = lectures.get(opening.lecture_id) if opening.lecture_id else None
        if section is None and lecture is None:
            continue
        after = lectures[opening.after_id].pk if opening.after_id in lectures else opening.after_id
        course_id = (section or lecture).course_id  # type: ignore[union-attr]  # one of them is there
        Opening.objects.create(
            course_id=course_id, section=section, lecture=lecture, at=opening.at, days=opening.days, after_id=after
        )


def _title(title: str) -> str:
    return title[: TITLE_LENGTH - len(_COPY)] + _COPY

"""Sections of a course: add, rename, delete, order."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.actions.locking import (
    OutlineChanged,
    hold_course,
    hold_section,
    note_new_outline,
    require_outline,
    show_visitors,
)
from colonnade.courses.actions.unused import delete_unused, forget, videos_of
from colonnade.courses.actions.wording import require_title, title_of
from colonnade.courses.models import Course, Section


@transaction.atomic
def add_section(*, course: Course, title: str, by: User) -> Section:
    """Add a section at the end."""
    course = hold_course(course.pk)
    last = course.sections.aggregate(last=Max("position"))["last"] or 0
    section = Section.objects.create(course=course, title=title_of(title, "section"), position=last + 1)
    note_new_outline(course)
    show_visitors(course)
    record("section.added", section, by=by, course=course.title)
    return section


@transaction.atomic
def rename_section(*, section: Section, title: str, by: User, was: str | None = None) -> Section:
    """Give another title; the same one again changes nothing. `was` as in `rename_lecture()`."""
    section = hold_section(section)
    require_title(section, was, title)
    before, section.title = section.title, title_of(title, "section")
    if section.title == before:
        return section
    section.save(update_fields=["title"])
    show_visitors(section.course)
    record("section.renamed", section, by=by, before=before)
    return section


@transaction.atomic
def delete_section(*, section: Section, by: User) -> None:
    """Delete a section with its lectures and their videos."""
    section = hold_section(section)
    lectures = list(section.lectures.all())
    videos = videos_of(lectures)
    record("section.deleted", section, by=by, course=section.course.title, lectures=len(lectures))
    show_visitors(section.course)
    forget(lectures, by=by)
    section.delete()
    note_new_outline(section.course)
    delete_unused(videos, by=by)


@transaction.atomic
def move_section(*, section: Section, step: int, by: User) -> None:
    """Move one place up (`step` -1) or down (1); at the end nothing changes."""
    section = hold_section(section)
    ids = list(section.course.sections.values_list("pk", flat=True))
    place = ids.index(section.pk) + step
    if 0 <= place < len(ids):
        ids.insert(place, ids.pop(place - step))
        order_sections(course=section.course, section_ids=ids, by=by)


@transaction.atomic
def order_sections(
    *, course: Course, section_ids: Sequence[UUID], by: User, known_version: int | None = None
) -> Course:
    """Put the sections in this order. Raises OutlineChanged unless each is named once and nothing else is.

    So it does where `known_version` is given and is not that of the outline.
    """
    course = hold_course(course.pk)
    require_outline(course, known_version)
    sections = {section.pk: section for section in course.sections.all()}
    if sorted(section_ids) != sorted(sections):
        raise OutlineChanged(version=course.outline_version)
    for position, section_id in enumerate(section_ids, start=1):
        sections[section_id].position = position
    Section.objects.bulk_update(sections.values(), ["position"])
    note_new_outline(course)
    show_visitors(course)
    record("course.sections_ordered", course, by=by)
    return course

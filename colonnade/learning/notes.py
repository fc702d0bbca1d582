"""A person's notes of a course: to be searched, and to be taken along."""

from collections.abc import Iterable
from itertools import groupby

from colonnade.accounts.models import User
from colonnade.courses.lengths import clock
from colonnade.courses.models import Course, Lecture
from colonnade.learning.models import Note


def notes_of(course: Course, user: User, text: str = "") -> list[tuple[Lecture, list[Note]]]:
    """By lecture, in the course's order. One query."""
    notes = (
        Note.objects.of(user)
        .filter(lecture__course=course)
        .containing(text)
        .select_related("lecture__section")
        .in_order()
    )
    ordered = sorted(notes, key=lambda note: _place(note.lecture))
    return [(next(iter(group)).lecture, group) for group in (list(part) for _, part in groupby(ordered, _lecture_id))]


def as_markdown(course: Course, groups: Iterable[tuple[Lecture, list[Note]]]) -> str:
    """One file: the course, its lectures as headings, each note under its time."""
    lines = [f"# {_heading(course.title)}", ""]
    for lecture, notes in groups:
        lines += [f"## {_heading(lecture.title)}", ""]
        for note in notes:
            if note.second is not None:
                lines += [f"**{moment(note.second)}**", ""]
            lines += [note.body, ""]
    return "\n".join(lines)


def moment(second: int | None) -> str:
    """Where in the video, as players write it; the beginning is a moment, too."""
    return "" if second is None else clock(second) or "0:00"


def _lecture_id(note: Note) -> object:
    return note.lecture_id


def _place(lecture: Lecture) -> tuple[int, object, int, object]:
    return lecture.section.position, lecture.section_id, lecture.position, lecture.pk


def _heading(title: str) -> str:
    return " ".join(title.split())

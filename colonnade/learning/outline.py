"""A course as its student sees it: what is done, what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse

from colonnade.courses.kinds import kind_of
from colonnade.courses.lengths import clock, summary
from colonnade.courses.models import Course, Lecture
from colonnade.learning.locks import Lock
from colonnade.learning.reads import CourseStanding, LectureStanding, standings_within


@dataclass(frozen=True)
class Item:
    """A lecture in the outline; `number` counts through the whole course."""

    lecture: Lecture
    number: int
    url: str
    standing: LectureStanding
    lock: Lock | None = None  # why it is not open to the reader yet

    @property
    def is_done(self) -> bool:
        return self.standing.completed_at is not None

    @property
    def is_playable(self) -> bool:
        """Whether the reader can take it, of whatever kind it is."""
        return self.lock is None and kind_of(self.lecture).is_there(self.lecture)

    def follows(self, other: "Item") -> bool:
        """Whether the reader can go on with this one when the other is completed."""
        opens_then = self.lock is not None and self.lock.opens_with(other.lecture.pk)
        return self.is_playable or (opens_then and kind_of(self.lecture).is_there(self.lecture))

    @property
    def duration(self) -> str:
        return clock(kind_of(self.lecture).seconds(self.lecture))

    @property
    def icon(self) -> str:
        if self.lock:
            return "lock"
        return "circle-check" if self.is_done else kind_of(self.lecture).icon if self.is_playable else "clock"


@dataclass(frozen=True)
class Part:
    """A section with its lectures."""

    title: str
    items: list[Item]

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)


@dataclass(frozen=True)
class Outline:
    parts: list[Part]
    standing: CourseStanding

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items]

    @property
    def summary(self) -> str:
        seconds = (kind_of(item.lecture).seconds(item.lecture) for item in self.items)
        return summary(len(self.items), sum(filter(None, seconds)))

    @property
    def next(self) -> Item | None:
        """Where to go on: what was being watched, else the first unfinished one after it, else the first of all."""
        open_items = [item for item in self.items if item.is_playable and not item.is_done]
        if not open_items:
            return None
        latest = max(self.items, key=_last_seen)
        after = latest.number if latest.standing.last_seen else 0
        return next((item for item in open_items if item.number >= after), open_items[0])

    def around(self, lecture_id: UUID) -> tuple[Item | None, Item, Item | None]:
        """The lecture before, the lecture itself, the one after."""
        items = self.items
        place = next(place for place, item in enumerate(items) if item.lecture.pk == lecture_id)
        before = items[place - 1] if place else None
        return before, items[place], items[place + 1] if place + 1 < len(items) else None


def outline_for(course: Course, user_id: UUID, locked: Mapping[UUID, Lock]) -> Outline:
    """Two queries, however many lectures there are. Sections without one are left out. `locked` comes from locks()."""
    base = reverse("learn-course", args=[course.slug])  # once: resolving 300 names takes longer than the queries
    standing, standings = standings_within(user_id, course.pk)
    items = [
        Item(
            lecture,
            number,
            f"{base}{lecture.pk}/",
            standings.get(lecture.pk, LectureStanding()),
            locked.get(lecture.pk),
        )
        for number, lecture in enumerate(Lecture.objects.filter(course=course).to_learn(), start=1)
    ]
    sections = groupby(items, key=lambda item: item.lecture.section)
    return Outline([Part(section.title, list(inside)) for section, inside in sections], standing)


def _last_seen(item: Item) -> tuple[bool, datetime | int]:
    seen = item.standing.last_seen
    return (seen is not None, seen or 0)

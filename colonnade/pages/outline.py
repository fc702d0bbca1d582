"""A course as its public page tells it: plain words and numbers, made once, so that the template only prints."""

from dataclasses import dataclass

from colonnade.courses.kinds import kind_of
from colonnade.courses.lengths import clock, summary
from colonnade.courses.models import Course, Lecture


@dataclass(frozen=True)
class Item:
    title: str
    icon: str
    duration: str
    url: str = ""  # where anybody may take it


@dataclass(frozen=True)
class Part:
    title: str
    items: list[Item]
    summary: str


@dataclass(frozen=True)
class Outline:
    parts: list[Part]
    lecture_count: int
    seconds: float

    @property
    def summary(self) -> str:
        return summary(self.lecture_count, self.seconds)


def outline_of(course: Course) -> Outline:
    """Of a course read `with_outline()`; sections without a lecture are nothing to show."""
    sections = [(section.title, list(section.lectures.all())) for section in course.sections.all()]
    lectures = [lecture for _, lectures in sections for lecture in lectures]
    return Outline(
        parts=[_part(title, course.slug, lectures) for title, lectures in sections if lectures],
        lecture_count=len(lectures),
        seconds=sum(_seconds(lecture) for lecture in lectures),
    )


def _part(title: str, slug: str, lectures: list[Lecture]) -> Part:
    items = [
        Item(lecture.title, kind_of(lecture).icon, clock(_seconds(lecture)), _url(slug, lecture))
        for lecture in lectures
    ]
    return Part(title, items, summary(len(lectures), sum(_seconds(lecture) for lecture in lectures)))


def _url(slug: str, lecture: Lecture) -> str:
    is_open = lecture.is_preview and kind_of(lecture).is_there(lecture)
    return f"/courses/{slug}/{lecture.pk}/" if is_open else ""


def _seconds(lecture: Lecture) -> float:
    return kind_of(lecture).seconds(lecture) or 0

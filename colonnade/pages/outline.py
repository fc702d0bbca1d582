"""A course as its public page tells it: plain words and numbers, made once, so that the template only prints."""

from dataclasses import dataclass

from colonnade.courses.models import Course, Lecture


@dataclass(frozen=True)
class Item:
    title: str
    duration: str


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
        parts=[_part(title, lectures) for title, lectures in sections if lectures],
        lecture_count=len(lectures),
        seconds=sum(_seconds(lecture) for lecture in lectures),
    )


def _part(title: str, lectures: list[Lecture]) -> Part:
    items = [Item(lecture.title, clock(_seconds(lecture))) for lecture in lectures]
    return Part(title, items, summary(len(lectures), sum(_seconds(lecture) for lecture in lectures)))


def _seconds(lecture: Lecture) -> float:
    return lecture.video.duration or 0 if lecture.video and lecture.video.is_ready else 0


def clock(seconds: float) -> str:
    """How long a lecture is, as players write it: 4:05, 1:02:30; nothing where nobody knows."""
    if seconds <= 0:
        return ""
    minutes, second = divmod(max(1, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def length(seconds: float) -> str:
    """How long a course is, to the minute: 40 min, 2 h 5 min."""
    if seconds <= 0:
        return ""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes else [])])


def summary(lecture_count: int, seconds: float) -> str:
    lectures = "1 lecture" if lecture_count == 1 else f"{lecture_count} lectures"
    return " · ".join(filter(None, [lectures, length(seconds)]))

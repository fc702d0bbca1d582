"""What a course still needs before it can be published, and what would do it good."""

from dataclasses import dataclass

from colonnade.courses.models import Course, Lecture
from colonnade.videos.models import Video


@dataclass(frozen=True)
class Readiness:
    """`lacking` lectures and an empty outline keep a course from being published; the rest is advice."""

    lecture_count: int
    lacking: list[Lecture]
    has_description: bool
    has_picture: bool
    is_moving: bool  # an upload or an encoding is under way, so that this changes by itself

    @property
    def may_publish(self) -> bool:
        return bool(self.lecture_count) and not self.lacking


def readiness_of(course: Course) -> Readiness:
    """Of a course read `with_outline()`."""
    lectures = [lecture for section in course.sections.all() for lecture in section.lectures.all()]
    return Readiness(
        lecture_count=len(lectures),
        lacking=[lecture for lecture in lectures if lecture.lack],
        has_description=bool(course.description),
        has_picture=bool(course.thumbnail),
        is_moving=any(_is_moving(lecture.video) for lecture in lectures),
    )


def _is_moving(video: Video | None) -> bool:
    return video is not None and not video.is_final

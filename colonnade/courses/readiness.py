"""What a course still needs before it can be published, and what would do it good."""

from dataclasses import dataclass

from colonnade.courses.kinds import kind_of
from colonnade.courses.models import Course, Lecture


@dataclass(frozen=True)
class Check:
    """A line of the checklist. What `blocks` keeps the course from being published; the rest is advice."""

    text: str
    is_done: bool
    blocks: bool = False
    place: str = ""  # where on the course's page it is done


@dataclass(frozen=True)
class Readiness:
    """What is there of a course, and the `lacking` lectures that nobody could take yet."""

    lecture_count: int
    lacking: list[Lecture]
    empty_sections: list[str]
    has_description: bool
    has_picture: bool
    is_moving: bool  # an upload or an encoding is under way, so that this changes by itself

    @property
    def may_publish(self) -> bool:
        return not any(check.blocks and not check.is_done for check in self.checks)

    @property
    def checks(self) -> list[Check]:
        """All that a course should have, in the order of need."""
        lectures = Check("Has lectures" if self.lecture_count else "Add a lecture first", bool(self.lecture_count),
                         blocks=True, place="#outline")  # fmt: skip
        ready = Check("Every lecture is ready", not self.lacking, blocks=True)
        return [
            lectures,
            *([ready] if self.lecture_count else []),
            *(Check(f"Something in the section “{title}”", is_done=False, place="#outline")
              for title in self.empty_sections),
            Check("A description", self.has_description, place="#details"),
            Check("A picture of your own", self.has_picture, place="#picture"),
        ]  # fmt: skip

    @property
    def advice(self) -> list[Check]:
        """What would do it good and is missing."""
        return [check for check in self.checks if not check.is_done and not check.blocks]


def readiness_of(course: Course) -> Readiness:
    """Of a course read `with_outline()`."""
    lectures = [lecture for section in course.sections.all() for lecture in section.lectures.all()]
    return Readiness(
        lecture_count=len(lectures),
        lacking=[lecture for lecture in lectures if lecture.lack],
        empty_sections=[section.title for section in course.sections.all() if not section.lectures.all()],
        has_description=bool(course.description),
        has_picture=bool(course.thumbnail),
        is_moving=any(kind_of(lecture).is_moving(lecture) for lecture in lectures),
    )

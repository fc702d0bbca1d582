"""What an archive says of its course: `colonnade.json`, in the form that docs/course-archive.md describes.

Nothing in it is an id: sections and lectures stand in their order, files are named as they lie in the archive. So an
archive cannot name a row or an object of the school that takes it in, or of any other.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from colonnade.archives.errors import ArchiveRefused

NAME = "colonnade.json"
LARGEST = 8 * 1024**2  # bytes
FORMAT: Final = "colonnade-course"
VERSION: Final = 1

Title = Annotated[str, Field(min_length=1, max_length=160)]
Member = Annotated[str, Field(min_length=1, max_length=500)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaptionDocument(_Document):
    """`file` is WebVTT or SRT; `language` a BCP 47 tag."""

    language: str = Field(max_length=35)
    label: str = Field(default="", max_length=80)
    file: Member


class VideoDocument(_Document):
    """`file` as it lies in the archive; `filename` as it was uploaded, for people."""

    file: Member
    filename: str = Field(default="", max_length=255)
    captions: list[CaptionDocument] = Field(default=[], max_length=50)


class OpeningDocument(_Document):
    """When students get in: `at` a moment, or `days` after they came into the course, or once the lecture is completed
    whose number is `after`, counted through the whole course from 1.
    """

    at: AwareDatetime | None = None
    days: int | None = Field(default=None, ge=1, le=3650)
    after: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if sum(each is not None for each in (self.at, self.days, self.after)) != 1:
            raise ValueError("exactly one of at, days and after")
        return self


class LectureDocument(_Document):
    """`content` belongs to the kind; `files` says where in the archive the files are that it names."""

    title: Title
    kind: str = Field(default="video", max_length=20)
    is_preview: bool = False
    opens: OpeningDocument | None = None
    video: VideoDocument | None = None
    content: dict[str, Any] | None = None
    files: dict[Member, Member] = Field(default={}, max_length=500)


class SectionDocument(_Document):
    title: Title
    opens: OpeningDocument | None = None
    lectures: list[LectureDocument] = Field(default=[], max_length=1000)


class CourseDocument(_Document):
    title: Title
    description: str = Field(default="", max_length=5000)
    picture: Member | None = None
    sections: list[SectionDocument] = Field(default=[], max_length=500)


class Manifest(_Document):
    format: Literal["colonnade-course"]
    version: Literal[1]
    course: CourseDocument

    def lectures(self) -> Iterator[LectureDocument]:
        return (lecture for section in self.course.sections for lecture in section.lectures)

    def files(self) -> Iterator[str]:
        """Every file that it speaks of."""
        if self.course.picture:
            yield self.course.picture
        for lecture in self.lectures():
            if lecture.video:
                yield lecture.video.file
                yield from (caption.file for caption in lecture.video.captions)
            yield from lecture.files.values()


def read_manifest(text: bytes) -> Manifest:
    """Raises ArchiveRefused, naming the first thing that is wrong."""
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        if place == "version":
            raise ArchiveRefused("The archive was made by a newer Colonnade. Update this one first.") from error
        where = f"at {place}: " if place else ""
        raise ArchiveRefused(f"{NAME} in the archive is not as it should be: {where}{first['msg']}.") from error
    except RecursionError as error:
        raise ArchiveRefused(f"{NAME} in the archive is nested too deeply.") from error

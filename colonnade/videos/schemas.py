"""What the uploader and the server say to each other, as JSON."""

from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import reverse
from pydantic import BaseModel, Field, ValidationError

from colonnade.lib import multipart
from colonnade.lib.objects import Part
from colonnade.lib.problems import Invalid
from colonnade.videos.actions import arrived_parts, part_urls
from colonnade.videos.models import Video

B = TypeVar("B", bound=BaseModel)


class UploadBeginning(BaseModel):
    """A file that somebody wants to send; `size` in bytes. The fingerprint finds it again after an interruption."""

    filename: str = Field(max_length=1000)
    size: int
    content_type: str = Field("", max_length=1000)
    fingerprint: str = Field("", max_length=260)


class PartNumbers(BaseModel):
    numbers: list[int]


class SentPart(BaseModel):
    number: int
    etag: str


class UploadCompletion(BaseModel):
    parts: list[SentPart]

    def as_parts(self) -> list[Part]:
        return [Part(part.number, part.etag) for part in self.parts]


def read(body: type[B], request: HttpRequest) -> B:
    """The request's JSON. Raises Invalid naming the first thing that is wrong."""
    try:
        return body.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the document"
        raise Invalid(f"The request could not be read: {place}: {first['msg']}.") from error


def upload_document(video: Video) -> dict[str, Any]:
    """The answer to whoever begins an upload: how to cut the file, and where to go on."""
    return {
        "video_id": str(video.pk),
        "part_size": video.part_size,
        "part_count": video.part_count,
        "urls": {
            "upload": reverse("video-upload", args=[video.pk]),
            "parts": reverse("video-upload-parts", args=[video.pk]),
            "completion": reverse("video-upload-completion", args=[video.pk]),
        },
    }


def parts_document(video: Video) -> dict[str, Any]:
    """What has arrived so far."""
    return multipart.parts_document(video.upload, arrived_parts(video), video.state)


def part_urls_document(video: Video, numbers: list[int]) -> dict[str, Any]:
    """Where to PUT parts."""
    return multipart.urls_document(part_urls(video, numbers))

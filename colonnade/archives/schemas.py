"""What the uploader and the server say to each other, as JSON; the same as of videos."""

from typing import Any

from django.urls import reverse

from colonnade.archives.models import CourseImport
from colonnade.lib import multipart
from colonnade.lib.problems import Conflict


def upload_document(sent: CourseImport) -> dict[str, Any]:
    """The answer to whoever begins an upload. The uploader calls every file's id `video_id`."""
    return {
        "video_id": str(sent.pk),
        "part_size": sent.part_size,
        "part_count": len(sent.upload.numbers),
        "urls": {
            "upload": reverse("archive-upload", args=[sent.pk]),
            "parts": reverse("archive-upload-parts", args=[sent.pk]),
            "completion": reverse("archive-upload-completion", args=[sent.pk]),
        },
    }


def parts_document(sent: CourseImport) -> dict[str, Any]:
    """What has arrived so far."""
    parts = sent.upload.arrived() if sent.uploaded_at is None else sent.upload.joined()
    return multipart.parts_document(sent.upload, parts, sent.state)


def part_urls_document(sent: CourseImport, numbers: list[int]) -> dict[str, Any]:
    """Where to PUT parts. Raises Conflict once the upload is complete."""
    if sent.uploaded_at is not None:
        raise Conflict("This upload is complete. Reload the page to see how it goes on.")
    return multipart.urls_document(sent.upload.urls(numbers))

"""What the uploader and the server say to each other, as JSON; the same as of videos."""

from typing import Any

from django.urls import reverse

from colonnade.archives.models import CourseImport
from colonnade.lib.multipart import URLS_LAST
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
    return {
        "parts": [{"number": part.number, "size": part.size, "etag": part.etag} for part in parts],
        "part_size": sent.part_size,
        "part_count": len(sent.upload.numbers),
        "state": sent.state,
    }


def part_urls_document(sent: CourseImport, numbers: list[int]) -> dict[str, Any]:
    """Where to PUT parts, for `expires_in` seconds. Raises Conflict once the upload is complete."""
    if sent.uploaded_at is not None:
        raise Conflict("This upload is complete. Reload the page to see how it goes on.")
    return {
        "parts": [{"number": number, "url": url} for number, url in sent.upload.urls(numbers)],
        "expires_in": URLS_LAST,
    }

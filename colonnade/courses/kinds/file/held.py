"""The file that a lecture holds, as pages and API tell of it."""

from dataclasses import dataclass
from typing import Any

from colonnade.courses.files import address, download_address
from colonnade.courses.models import Content, Lecture


@dataclass(frozen=True)
class HeldFile:
    """`path` in the media bucket, `size` in bytes."""

    path: str
    filename: str
    size: int
    content_type: str
    is_downloadable: bool

    @property
    def look(self) -> str:
        """How a page shows it: `pdf`, `image`, `audio`, or `download`."""
        if self.content_type == "application/pdf":
            return "pdf"
        family = self.content_type.partition("/")[0]
        return family if family in ("image", "audio") else "download"

    @property
    def is_offered(self) -> bool:
        """Whether the page offers the download; what cannot be looked at always is."""
        return self.is_downloadable or self.look == "download"

    def document(self, title: str) -> dict[str, Any]:
        """For the page, with addresses that hold for some hours. See frontend/src/islands/pdf/index.ts."""
        return {
            "title": title,
            "filename": self.filename,
            "size": self.size,
            "look": self.look,
            "src": address(self.path) if self.look != "download" else "",
            "download_url": download_address(self.path, self.filename) if self.is_offered else "",
        }


def held_file(lecture: Lecture) -> HeldFile | None:
    """None where none has been uploaded."""
    content = Content.objects.filter(lecture=lecture).first()
    return HeldFile(**content.body) if content else None

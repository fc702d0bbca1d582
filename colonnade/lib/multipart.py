"""A file that a browser sends to the store in parts, by presigned addresses: begun, resumed, joined."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from colonnade.lib.objects import PARTS_MAXIMUM, Bucket, NoSuchObject, Part
from colonnade.lib.problems import Invalid

MIB = 1024**2
PART_SIZE = 8 * MIB  # a retry costs little even on a phone line; larger only where 10,000 parts would not do
URLS_AT_ONCE = 100
URLS_LAST = 3600  # seconds


def part_size_for(size: int) -> int:
    """Bytes of a part: at most 10,000 of them make up `size`, in whole MiB."""
    return max(PART_SIZE, -(-size // (PARTS_MAXIMUM * MIB)) * MIB)


@dataclass(frozen=True)
class Multipart:
    """An upload of `size` bytes under way to `path`; `upload_id` is the store's name for it."""

    bucket: Bucket
    path: str
    upload_id: str
    size: int
    part_size: int

    @property
    def numbers(self) -> range:
        return range(1, -(-self.size // self.part_size) + 1)

    def size_of(self, number: int) -> int:
        """Bytes of one part."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)

    def begin(self, content_type: str) -> str:
        """Ask the store for an upload; returns its id."""
        return self.bucket.begin_upload(self.path, content_type=content_type)

    def stored(self) -> list[Part] | None:
        """The parts as the store lists them, or None when it knows of no such upload (any more)."""
        try:
            return self.bucket.parts(self.path, self.upload_id)
        except NoSuchObject:
            return None

    def arrived(self) -> list[Part]:
        """The parts that need not be sent again; all of them, with no ETag, where they have been joined already."""
        if (parts := self.stored()) is None:
            return self.joined()
        # SeaweedFS lists every try of a part that was sent again, S3 the last one.
        return list({part.number: part for part in parts if part.size == self.size_of(part.number)}.values())

    def joined(self) -> list[Part]:
        return [Part(number, "", self.size_of(number)) for number in self.numbers]

    def urls(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        """Addresses to which a browser can PUT these parts for an hour. Raises Invalid."""
        wanted = list(dict.fromkeys(numbers))
        if not wanted or len(wanted) > URLS_AT_ONCE or not set(wanted) <= set(self.numbers):
            raise Invalid(f"Ask for 1 to {URLS_AT_ONCE} parts, numbered from 1 to {len(self.numbers)}.")
        return [
            (number, self.bucket.part_url(self.path, self.upload_id, number, expires_in=URLS_LAST)) for number in wanted
        ]

    def join(self, announced: Iterable[Part]) -> None:
        """Make the parts that their sender vouches for into the object. One that is joined already stays as it is.

        Raises Invalid when parts are missing or not what was announced; the upload can then go on.
        """
        if (arrived := self.stored()) is None:
            return
        etags = {part.number: part.etag.strip('"') for part in announced}
        chosen = [self._chosen(number, arrived, etags.get(number, "")) for number in self.numbers]
        if any(part.number not in self.numbers for part in arrived):
            count = len(self.numbers)
            raise Invalid(f"More than the {count} parts that were announced arrived. Start the upload anew.")
        try:
            self.bucket.complete_upload(self.path, self.upload_id, chosen)
        except ValueError as error:  # replaced since we looked
            raise Invalid("The parts changed while the upload was completed. Resume it to send them again.") from error

    def is_whole(self) -> bool:
        """Whether the object is there, with the size that was announced."""
        return stored_size(self.bucket, self.path) == self.size

    def _chosen(self, number: int, arrived: list[Part], etag: str) -> Part:
        """Of the tries of one part the one that the sender vouches for. Raises Invalid."""
        tries, size = [part for part in arrived if part.number == number], self.size_of(number)
        if not tries:
            count = len(self.numbers)
            raise Invalid(f"Part {number} of {count} has not arrived. Resume the upload to send it.")
        part = next((part for part in tries if part.etag == etag), None)
        if part is None:
            raise Invalid(f"Part {number} is not the one that arrived. Resume the upload to compare them.")
        if part.size != size:
            raise Invalid(f"Part {number} has {part.size} bytes instead of {size}. Send it again.")
        return part


def parts_document(upload: Multipart, parts: Iterable[Part], state: str) -> dict[str, Any]:
    """What an uploader hears of the parts that have arrived."""
    return {
        "parts": [{"number": part.number, "size": part.size, "etag": part.etag} for part in parts],
        "part_size": upload.part_size,
        "part_count": len(upload.numbers),
        "state": state,
    }


def urls_document(urls: Iterable[tuple[int, str]]) -> dict[str, Any]:
    """Where an uploader PUTs parts, for `expires_in` seconds."""
    return {"parts": [{"number": number, "url": url} for number, url in urls], "expires_in": URLS_LAST}


def plain_name(filename: str, *, most: int = 255) -> str:
    """The last part of a path, without control characters; browsers and scripts send all kinds. It may be empty."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable()).strip()[-most:]


def stored_size(bucket: Bucket, path: str) -> int | None:
    """Bytes of an object, None where there is none."""
    try:
        return bucket.size(path)
    except NoSuchObject:
        return None

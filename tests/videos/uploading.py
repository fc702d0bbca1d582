"""An instructor's browser, as far as uploads go: JSON to the server, parts by HTTP straight to the store."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from django.test import Client

from colonnade.accounts.models import Role, User
from colonnade.lib.objects import Part
from colonnade.videos.actions import begin_upload
from colonnade.videos.models import Video
from colonnade.videos.schemas import upload_document
from tests.factories import School


@dataclass
class Uploader:
    """Sends one file in parts, each step on its own, so that a test can stop between any two."""

    client: Client
    document: dict[str, Any]
    body: bytes

    def post(self, step: str, body: Any) -> Any:
        return self.client.post(
            self.document["urls"][step],
            json.dumps(body),
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    def arrived(self) -> Any:
        return self.client.get(self.document["urls"]["upload"], headers={"accept": "application/json"}).json()

    def chunks(self) -> Iterator[tuple[int, bytes]]:
        size = self.document["part_size"]
        for number in range(1, self.document["part_count"] + 1):
            yield number, self.body[(number - 1) * size : number * size]

    def send(self, *, only: set[int] | None = None) -> list[dict[str, Any]]:
        """PUT the parts; answers what the completion wants to hear of them."""
        return [
            {"number": number, "etag": self.put(number, chunk)}
            for number, chunk in self.chunks()
            if only is None or number in only
        ]

    def put(self, number: int, chunk: bytes) -> str:
        answer = self.post("parts", {"numbers": [number]})
        assert answer.status_code == 200, answer.content
        request = Request(answer.json()["parts"][0]["url"], data=chunk, method="PUT")
        with urlopen(request) as response:
            return str(response.headers["ETag"])

    def complete(self, parts: list[dict[str, Any]]) -> Any:
        return self.post("completion", {"parts": parts})


def begin(school: School, body: bytes, *, user: User | None = None, size: int | None = None, **fields: Any) -> Uploader:
    """An upload that has begun; `size` is a lie where it is given."""
    user = user or school.person(Role.INSTRUCTOR)
    about = {"filename": "lesson.mp4", "content_type": "video/mp4", "fingerprint": ""} | fields
    with school:
        video = begin_upload(size=len(body) if size is None else size, by=user, **about)
    return Uploader(school.client(user), upload_document(video), body)


def video_of(school: School, uploader: Uploader) -> Video:
    with school:
        return Video.objects.get(pk=uploader.document["video_id"])


def parts_of(sent: list[dict[str, Any]]) -> list[Part]:
    return [Part(part["number"], part["etag"]) for part in sent]


def uploaded(school: School, body: bytes, **fields: Any) -> Video:
    """A video whose upload is complete and which waits for the encoder."""
    uploader = begin(school, body, **fields)
    answer = uploader.complete(uploader.send())
    assert answer.status_code == 202, answer.content
    return video_of(school, uploader)

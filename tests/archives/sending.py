"""An archive on its way into a school, as the uploader sends it."""

import json
from urllib.request import Request, urlopen

from colonnade.accounts.models import Role
from colonnade.archives.models import CourseImport
from tests.factories import School


def send(school: School, body: bytes, filename: str) -> CourseImport:
    """Uploaded whole, and waiting to be looked at."""
    client = school.client(school.person(Role.INSTRUCTOR))

    def post(path: str, document: object) -> dict[str, object]:
        answer = client.post(path, json.dumps(document), content_type="application/json")
        assert answer.status_code in (200, 201, 202), answer.content
        return dict(answer.json())

    begun = post("/dashboard/courses/archives/uploads/", {"filename": filename, "size": len(body)})
    urls, size = begun["urls"], begun["part_size"]
    assert isinstance(urls, dict)
    assert isinstance(size, int)
    sent = []
    for number in range(1, int(str(begun["part_count"])) + 1):
        parts = post(urls["parts"], {"numbers": [number]})["parts"]
        assert isinstance(parts, list)
        request = Request(parts[0]["url"], data=body[(number - 1) * size : number * size], method="PUT")
        with urlopen(request) as answer:
            sent.append({"number": number, "etag": answer.headers["ETag"]})
    post(urls["completion"], {"parts": sent})
    with school:
        return CourseImport.objects.get(pk=str(begun["video_id"]))

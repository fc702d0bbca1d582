"""Objects: one school's keys cannot name another's, and what is gone is said to be gone."""

import threading
from pathlib import Path

import pytest
import requests

from colonnade.lib.objects import NoSuchObject, NoSuchRange, Part, Unchanged, client, media, uploads
from colonnade.lib.tenancy import NoTenant
from tests.factories import School


def test_an_object_comes_back_as_it_went(school: School, tmp_path: Path) -> None:
    with school:
        media().put("a/b.txt", b"hello", content_type="text/plain", cache_control="max-age=1")
        assert media().get("a/b.txt") == b"hello"
        assert media().size("a/b.txt") == 5
        media().get_file("a/b.txt", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == b"hello"
        (tmp_path / "big").write_bytes(b"x" * 20_000_000)
        media().put_file("big", tmp_path / "big", content_type="video/mp4")
        assert media().size("big") == 20_000_000
        assert sorted(media().paths("")) == ["a/b.txt", "big"]
        media().delete(["a/b.txt", "big", "never-there"])
        assert list(media().paths("")) == []


def test_the_same_path_at_another_school_is_another_object(school: School, other_school: School) -> None:
    with school:
        media().put("secret", b"own", content_type="text/plain")
    with other_school:
        with pytest.raises(NoSuchObject):
            media().get("secret")
        assert list(media().paths("")) == []
        media().delete(["secret"])
    with school:
        assert media().get("secret") == b"own"


def test_without_a_school_no_key_can_be_made() -> None:
    with pytest.raises(NoTenant):
        media().key("anything")


def test_a_range_is_a_part_of_the_object(school: School) -> None:
    with school:
        media().put("r", b"0123456789", content_type="text/plain")
        part = media().open("r", byte_range="bytes=2-4")
        assert (b"".join(part.chunks), part.size, part.content_range) == (b"234", 3, "bytes 2-4/10")
        with pytest.raises(NoSuchRange):
            media().open("r", byte_range="bytes=50-60")
        with pytest.raises(Unchanged):
            media().open("r", known_etag=part.etag)
        assert media().open("r", body=False).size == 10


def test_parts_sent_by_a_browser_become_the_object(school: School) -> None:
    first, second = b"a" * 5 * 1024 * 1024, b"the end"
    with school:
        upload_id = uploads().begin_upload("video", content_type="video/mp4")
        for number, body in ((1, first), (2, second)):
            answer = requests.put(uploads().part_url("video", upload_id, number), data=body, timeout=10)
            assert answer.status_code == 200
        parts = uploads().parts("video", upload_id)
        assert [(part.number, part.size) for part in parts] == [(1, len(first)), (2, len(second))]
        with pytest.raises(ValueError, match="not the parts"):
            uploads().complete_upload("video", upload_id, [Part(1, "0" * 32), parts[1]])
        uploads().complete_upload("video", upload_id, parts)
        assert uploads().get("video") == first + second
        with pytest.raises(NoSuchObject):
            uploads().parts("video", upload_id)


def test_an_upload_given_up_is_gone_and_may_be_given_up_twice(school: School) -> None:
    with school:
        upload_id = uploads().begin_upload("video", content_type="video/mp4")
        uploads().abort_upload("video", upload_id)
        uploads().abort_upload("video", upload_id)
        with pytest.raises(NoSuchObject):
            uploads().parts("video", upload_id)


def test_an_address_for_one_part_is_good_for_nothing_else(school: School) -> None:
    with school:
        upload_id = uploads().begin_upload("video", content_type="video/mp4")
        url = uploads().part_url("video", upload_id, 1)
    assert requests.put(url.replace("partNumber=1", "partNumber=2"), data=b"x", timeout=10).status_code == 403
    assert requests.get(url.split("?")[0], timeout=10).status_code == 403


def test_a_page_of_a_school_may_send_parts_and_read_their_etags(school: School) -> None:
    with school:
        url = uploads().part_url("video", uploads().begin_upload("video", content_type="video/mp4"), 1)
    origin = {"Origin": f"http://{school.host}:8000"}
    asked = requests.options(url, headers={**origin, "Access-Control-Request-Method": "PUT"}, timeout=10)
    assert asked.status_code == 200
    sent = requests.put(url, data=b"x", headers=origin, timeout=10)
    assert sent.headers["Access-Control-Allow-Origin"] in ("*", origin["Origin"])
    assert "etag" in sent.headers["Access-Control-Expose-Headers"].lower()


def test_one_client_serves_many_threads(school: School) -> None:
    with school:
        media().put("t", b"shared", content_type="text/plain")
        key = media().key("t")
    seen: list[bytes] = []

    def read() -> None:
        seen.append(client().get_object(Bucket=media().name, Key=key)["Body"].read())

    threads = [threading.Thread(target=read) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [b"shared"] * 20

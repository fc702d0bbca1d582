"""The playback door: who gets a playlist or a segment, and who does not."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from colonnade.accounts.models import User
from colonnade.lib.tenancy import naming_tenant, uuid7
from colonnade.videos.models import Video
from colonnade.videos.playback import Playback, addresses, allow, succeed, withdraw
from colonnade.videos.playback.address import playback_keys, read_address, signature, write_address
from colonnade.videos.playback.grants import withdrawal_key
from tests import factories
from tests.factories import School
from tests.videos.watching import address, elsewhere, every_file, get, playable

VECTORS = json.loads(Path(__file__).with_name("playback_vectors.json").read_text())


@pytest.fixture(scope="module")
def place() -> School:
    return factories.school()


@pytest.fixture(scope="module")
def video(place: School) -> Video:
    return playable(place)


@pytest.fixture
def student(place: School) -> User:
    return place.person()


@pytest.fixture
def master(place: School, video: Video, student: User) -> str:
    return address(place, video, student)


@pytest.fixture
def segment(place: School, master: str) -> str:
    return next(file for file in every_file(place.host, master) if file.endswith(".m4s"))


def test_an_address_is_signed_with_the_expiry_in_the_path(place: School, video: Video, master: str) -> None:
    start, promise, tenant, name, file = master.lstrip("/").split("/", 4)
    assert (start, tenant, name) == ("v", str(place.tenant.pk), str(video.pk))
    assert file == f"{video.edition}/master.m3u8"
    assert 8 * 3600 <= int(promise.partition(".")[0]) - time.time() <= 9 * 3600


def test_a_reload_within_the_hour_gets_the_same_address(place: School, video: Video, student: User) -> None:
    first, second = address(place, video, student), address(place, video, student)
    assert first == second or int(time.time()) % 3600 < 5
    assert address(place, video, place.person()).split("/")[2] != first.split("/")[2]


def test_other_paths_are_the_applications(place: School) -> None:
    assert get(place.host, "/courses/").status == 299
    assert get(place.host, "/vegetables").status == 299


def test_playlists_are_asked_for_again_and_segments_are_not(place: School, master: str, segment: str) -> None:
    playlist, part = get(place.host, master), get(place.host, segment)
    assert playlist.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert playlist.headers["Cache-Control"] == "private, no-cache"
    assert part.headers["Content-Type"] == "video/iso.segment"
    assert part.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for answer in (playlist, part):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_head_tells_what_get_would(place: School, segment: str) -> None:
    whole, head = get(place.host, segment), get(place.host, segment, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers == whole.headers


def test_a_known_etag_is_answered_with_304(place: School, master: str) -> None:
    etag = get(place.host, master).headers["ETag"]
    for method in ("GET", "HEAD"):
        answer = get(place.host, master, method=method, if_none_match=etag)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
    assert get(place.host, master, if_none_match='"another"').status == 200


@pytest.mark.parametrize(
    ("asked", "part"), [("bytes=0-99", slice(0, 100)), ("bytes=100-", slice(100, None)), ("bytes=-7", slice(-7, None))]
)
def test_a_range_is_answered_with_206(place: School, segment: str, asked: str, part: slice) -> None:
    whole = get(place.host, segment)
    answer = get(place.host, segment, range=asked)
    assert (answer.status, answer.body) == (206, whole.body[part])
    assert answer.headers["Content-Range"].endswith(f"/{len(whole.body)}")
    assert answer.headers["Content-Length"] == str(len(answer.body))
    changed = get(place.host, segment, range=asked, if_range='"of an earlier file"')
    assert (changed.status, changed.body) == (200, whole.body)


def test_a_range_beyond_the_end_is_416_and_nonsense_is_ignored(place: School, segment: str) -> None:
    assert get(place.host, segment, range="bytes=999999999-").status == 416
    for nonsense in ("bytes=abc", "lines=1-2", "bytes=0-1,5-6"):
        assert get(place.host, segment, range=nonsense).status == 200


def test_a_large_file_is_streamed_and_let_go_when_the_viewer_leaves(
    place: School, segment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = get(place.host, segment).body
    monkeypatch.setattr("colonnade.videos.playback.door.WHOLE_BELOW", 10)
    assert get(place.host, segment).body == whole
    door = Playback(elsewhere)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": segment, "QUERY_STRING": "through=app", "HTTP_HOST": place.host}
    for _ in range(60):  # more than there are connections to the store
        body: Any = door(environ, lambda *answer: None)  # type: ignore[arg-type]
        assert next(iter(body))
        body.close()


def test_only_reading_is_possible(place: School, master: str) -> None:
    answer = get(place.host, master, method="POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_file_that_is_not_there_is_404(place: School, master: str) -> None:
    for name in ("nothing.m3u8", "1080/99999.m4s"):
        assert get(place.host, urljoin(master, name)).status == 404


def test_what_is_stored_but_not_for_players_is_404(place: School, master: str) -> None:
    assert get(place.host, urljoin(master, "poster.jpg")).status == 200
    assert get(place.host, urljoin(master, "video.json")).status == 404


@pytest.mark.parametrize(
    "file",
    ["../master.m3u8", "x/../master.m3u8", "./master.m3u8", "master.m3u8/", "/master.m3u8", "master.m3u8?x", "a b.m4s",
     "master.m3u8\n", "ä.m4s", "master", ".m3u8", "a.b.m4s", "x\\y.m4s", "x%2fy.m4s"],
)  # fmt: skip
def test_odd_names_are_404(place: School, master: str, file: str) -> None:
    assert get(place.host, master.replace("master.m3u8", file)).status == 404


def test_every_changed_byte_of_the_signed_part_is_refused(place: School, video: Video, master: str) -> None:
    end = master.index(f"/{video.edition}/")
    for index in range(3, end):
        for other in {"0", "1", "A", "B", "a", "-", "/", "."} - {master[index]}:
            assert get(place.host, master[:index] + other + master[index + 1 :]).status in (403, 404), (index, other)


@given(st.text(max_size=200))
def test_whatever_follows_v_is_an_answer(path: str) -> None:
    assert get("nowhere.localhost", f"/v/{path}").status == 404


def test_a_signature_is_for_one_video(place: School, master: str, video: Video) -> None:
    other = playable(place)
    answer = get(place.host, master.replace(str(video.pk), str(other.pk)))
    assert answer.status == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.body)["detail"] == "This address is not valid. Open the video from its lecture."


def test_past_its_expiry_an_address_is_refused(place: School, master: str, segment: str) -> None:
    for path in (master, segment):
        expiry = int(path.split("/")[2].partition(".")[0])
        assert get(place.host, path, clock=lambda expiry=expiry: expiry - 1).status == 200  # type: ignore[misc]
        answer = get(place.host, path, clock=lambda expiry=expiry: expiry)  # type: ignore[misc]
        assert answer.status == 403
        assert "expired" in json.loads(answer.body)["detail"]


def test_at_another_schools_host_there_is_nothing(place: School, master: str, other_school: School) -> None:
    assert get(other_school.host, master).status == 404
    assert get("localhost", master).status == 404
    assert get("unknown.localhost", master).status == 404
    assert get(place.host.upper() + ".", master).status == 200


def test_a_school_cannot_sign_for_anothers_video(place: School, video: Video, other_school: School) -> None:
    student = other_school.person()
    path = address(other_school, video, student)  # a row that the other school could never load
    assert get(other_school.host, path).status == 404
    assert get(place.host, path).status == 404


def test_after_a_withdrawal_nothing_is_served(place: School, video: Video, student: User, segment: str) -> None:
    master = address(place, video, student)
    other = address(place, video, place.person())
    with naming_tenant(place.tenant.pk):
        withdraw(student.pk, [video.pk])
    for path in (master, segment):
        assert get(place.host, path).status == 403
    assert get(place.host, other).status == 200
    again = address(place, video, student)  # a page that was being rendered at that moment
    assert get(place.host, again).status == 403
    with naming_tenant(place.tenant.pk):
        allow(student.pk, [video.pk])
    assert get(place.host, again).status == 200


def test_a_withdrawal_outlives_every_address_that_was_given(place: School, video: Video, student: User) -> None:
    store: Any = redis.Redis.from_url(django_settings.REDIS_URL)
    expiry = int(address(place, video, student).split("/")[2].partition(".")[0])
    with naming_tenant(place.tenant.pk):
        withdraw(student.pk, [video.pk])
        left = store.ttl(cache.make_key(withdrawal_key(student.pk, video.pk)))
    assert time.time() + left >= expiry - 2


def test_when_the_cache_has_lost_the_grants_a_new_page_brings_them_back(
    place: School, video: Video, student: User, master: str
) -> None:
    with naming_tenant(place.tenant.pk):
        cache.clear()
    assert get(place.host, master).status == 403
    assert get(place.host, address(place, video, student)).status == 200


def test_a_cache_that_is_down_lets_nobody_in(place: School, master: str, settings: Settings) -> None:
    caches = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    settings.CACHES = caches
    answer = get(place.host, master)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_a_former_secrets_addresses_are_good_until_they_expire(place: School, master: str, settings: Settings) -> None:
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "a new one"
    assert get(place.host, master).status == 403
    settings.SECRET_KEY_FALLBACKS = ["an older one", former]
    assert get(place.host, master).status == 200


def test_the_door_asks_no_database(place: School, segment: str) -> None:
    door = Playback(elsewhere)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": segment, "QUERY_STRING": "through=app", "HTTP_HOST": place.host}
    assert b"".join(door(environ, lambda *answer: None))  # type: ignore[arg-type]
    for connection in connections.all():
        connection.close()
    assert b"".join(door(environ, lambda *answer: None))  # type: ignore[arg-type]
    assert all(connection.connection is None for connection in connections.all())


def test_the_poster_needs_the_same_right(place: School, video: Video, student: User) -> None:
    with place:
        path = addresses(video, student).poster
    assert get(place.host, path).headers["Content-Type"] == "image/jpeg"
    with naming_tenant(place.tenant.pk):
        withdraw(student.pk, [video.pk])
    assert get(place.host, path).status == 403


def test_withdrawing_a_video_ends_watching_those_that_it_replaced(place: School, student: User) -> None:
    first, second, third = (playable(place) for _ in range(3))
    paths = [address(place, video, student) for video in (first, second, third)]
    with naming_tenant(place.tenant.pk):
        succeed(first.pk, second.pk)
        succeed(second.pk, third.pk)
        assert [get(place.host, path).status for path in paths] == [200, 200, 200]
        withdraw(student.pk, [third.pk])
    assert [get(place.host, path).status for path in paths] == [403, 403, 403]


@pytest.mark.parametrize("vector", VECTORS["accepted"], ids=lambda vector: vector["why"])
def test_vectors_of_good_addresses(vector: dict[str, str], settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = VECTORS["secret_key"], VECTORS["former_secret_keys"]
    assert [key.hex() for key in playback_keys()] == VECTORS["keys"]
    found = read_address(vector["path"])
    assert found is not None
    assert found.is_signed_by(playback_keys())
    assert (str(found.tenant_id), found.tag.hex(), found.file) == (vector["tenant"], vector["tag"], vector["file"])


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["why"])
def test_vectors_of_bad_addresses(vector: dict[str, str]) -> None:
    found = read_address(vector["path"])
    assert found is None or not found.is_signed_by([bytes.fromhex(key) for key in VECTORS["keys"]])


def test_what_is_written_can_be_read(place: School) -> None:
    video_id, viewer_id = uuid7(), uuid7()
    path = write_address(
        expiry=2_000_000_000, tenant_id=place.tenant.pk, video_id=video_id, viewer_id=viewer_id, file="a/b.m4s"
    )
    found = read_address(path)
    assert found is not None
    assert found.is_signed_by(playback_keys())
    assert (found.expiry, found.tenant_id, found.video_id) == (2_000_000_000, place.tenant.pk, video_id)
    assert not found.is_signed_by([b"another key"])
    assert signature(playback_keys()[0], 1, place.tenant.pk, video_id, found.tag) != found.signature

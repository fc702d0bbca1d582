"""Segments from the store itself: to whom the door gives an address there, and what that address is good for."""

import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings as django_settings
from pytest_django import Settings

from colonnade.accounts.models import User
from colonnade.lib import objects
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos.models import Video
from colonnade.videos.playback import withdraw
from colonnade.videos.playback.door import GRACE, SLOT
from tests import factories
from tests.factories import School
from tests.videos.watching import Answer, address, ask, every_file, get, playable


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
def segments(place: School, video: Video, student: User) -> list[str]:
    files = every_file(place.host, address(place, video, student))
    return [file for file in files if file.endswith(".m4s")]


def test_a_segment_is_sent_on_to_the_store(place: School, video: Video, segments: list[str]) -> None:
    answer = ask(place.host, segments[0])
    assert (answer.status, answer.body) == (307, b"")
    assert answer.headers["Location"].startswith(
        f"{django_settings.S3_PUBLIC_URL}/{django_settings.S3_MEDIA_BUCKET}/{place.tenant.pk}/videos/{video.pk}/"
    )
    stored = requests.get(answer.headers["Location"], timeout=10)
    assert (stored.status_code, stored.content) == (200, get(place.host, segments[0]).body)
    assert stored.headers["Content-Type"] == "video/iso.segment"
    assert "immutable" in stored.headers["Cache-Control"]
    part = requests.get(answer.headers["Location"], headers={"Range": "bytes=10-19"}, timeout=10)
    assert (part.status_code, part.content) == (206, stored.content[10:20])


def test_all_else_comes_from_the_app(place: School, video: Video, student: User, segments: list[str]) -> None:
    for file in every_file(place.host, address(place, video, student)):
        assert (ask(place.host, file).status == 307) == file.endswith(".m4s"), file
    assert ask(place.host, segments[0], method="HEAD").status == 200
    assert ask(place.host, segments[0], "through=app").status == 200


def test_within_a_slot_the_address_is_the_same_and_the_browser_may_keep_it(place: School, segments: list[str]) -> None:
    begin = int(time.time()) // SLOT * SLOT

    def at(second: int) -> Answer:
        return ask(place.host, segments[0], clock=lambda: float(begin + second))

    first, last, after = at(0), at(SLOT - 1), at(SLOT)
    assert first.headers["Location"] == last.headers["Location"] != after.headers["Location"]
    assert first.headers["Cache-Control"] == f"private, max-age={SLOT}"
    assert last.headers["Cache-Control"] == "private, max-age=1"


def test_an_address_at_the_store_ends_soon_after_its_slot(place: School, segments: list[str]) -> None:
    def status(given: float) -> int:
        location = ask(place.host, segments[0], clock=lambda: given).headers["Location"]
        assert parse_qs(urlsplit(location).query)["X-Amz-Expires"] == [str(SLOT + GRACE)]
        return requests.get(location, timeout=10).status_code

    assert status(time.time()) == 200
    assert status(time.time() - SLOT - GRACE) == 403


def test_it_is_good_for_one_object_and_for_reading(place: School, segments: list[str]) -> None:
    location = ask(place.host, segments[0]).headers["Location"]
    one, other = ("/".join(segment.split("/")[5:]) for segment in (segments[0], segments[-1]))
    assert one in location
    assert requests.get(location.replace(one, other), timeout=10).status_code == 403
    assert requests.put(location, b"x", timeout=10).status_code == 403
    assert requests.delete(location, timeout=10).status_code == 403


def test_a_revoked_student_gets_no_further_address(
    place: School, video: Video, student: User, segments: list[str]
) -> None:
    assert ask(place.host, segments[0]).status == 307
    with naming_tenant(place.tenant.pk):
        withdraw(student.pk, [video.pk])
    assert {ask(place.host, segment).status for segment in segments} == {403}


def test_at_another_school_there_is_no_address(segments: list[str], other_school: School) -> None:
    assert ask(other_school.host, segments[0]).status == 404


def test_where_browsers_cannot_reach_the_store_the_app_reads(
    place: School, segments: list[str], settings: Settings
) -> None:
    settings.PLAYBACK_REDIRECTS = False
    assert ask(place.host, segments[0]).status == 200


def test_only_pages_of_the_schools_may_play_from_the_store(school: School, settings: Settings) -> None:
    """CORS: a page elsewhere that has got hold of an address cannot read what is there."""
    settings.S3_MEDIA_BUCKET = "media-of-one-port"
    objects.prepare_buckets(["https://*.schools.example"])
    with school:
        objects.media().put("a.m4s", b"a segment", content_type="video/iso.segment")
        url = objects.media().public_url("a.m4s", at=datetime.now(UTC), seconds=60)
    allowed = {
        "https://art.schools.example": True, "https://schools.example": False, "http://art.schools.example": False,
        "https://art.schools.example.evil.example": False, "https://evilschools.example": False, "null": False,
    }  # fmt: skip
    for origin, may in allowed.items():
        answer = requests.get(url, headers={"Origin": origin}, timeout=10)
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) == may, origin


def test_the_door_lets_no_other_origin_read(place: School, video: Video, student: User, segments: list[str]) -> None:
    """Without an Access-Control-Allow-Origin nobody but the school's own pages can."""
    for path in (address(place, video, student), segments[0]):
        answer = ask(place.host, path, origin="https://evil.example")
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]

"""On how many devices one student plays at the same time."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from colonnade.accounts.models import Role, User
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos.models import Video
from colonnade.videos.playback import Playback, addresses, give_up
from colonnade.videos.playback.places import LAPSE
from tests import factories
from tests.factories import School
from tests.videos.watching import address, ask, elsewhere, every_file, get, playable

MOST = 3


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
def segment(place: School, video: Video, student: User) -> str:
    """Of the student's own address."""
    master = address(place, video, student)
    return next(file for file in every_file(place.host, master) if file.endswith(".m4s"))


def cookie(session: str) -> str:
    return f"csrftoken=x; {django_settings.SESSION_COOKIE_NAME}={session}; theme=dark"


def play(place: School, segment: str, session: str, *, at: float = 0.0) -> int:
    """What a device's request for a segment is answered, `at` seconds from now."""
    return ask(place.host, segment, clock=lambda: time.time() + at, cookie=cookie(session)).status


@pytest.fixture(autouse=True)
def _nobody_has_looked(place: School, student: User, segment: str) -> None:
    """Finding the segments has taken a place for the tests' own player."""
    with naming_tenant(place.tenant.pk):
        give_up(student.pk, "")


def test_one_device_more_than_allowed_is_told_to_pause_another(place: School, segment: str) -> None:
    assert [play(place, segment, f"device {number}") for number in range(MOST)] == [307] * MOST
    answer = ask(place.host, segment, cookie=cookie("one more"))
    problem = json.loads(answer.body)
    assert (answer.status, problem["type"].partition("#")[2]) == (409, "too-many-streams")
    assert problem["detail"] == "You are watching on three other devices. Pause there, then press play."
    assert play(place, segment, "device 0") == 307


def test_with_two_allowed_the_message_counts_two(place: School, video: Video, settings: Settings) -> None:
    settings.STREAMS_PER_STUDENT = 2
    student = place.person()
    master = address(place, video, student)
    segment = master.replace("master.m3u8", "x/00000.m4s")
    for number in range(2):
        play(place, segment, f"device {number}")
    detail = json.loads(ask(place.host, segment, cookie=cookie("one more")).body)["detail"]
    assert detail == "You are watching on two other devices. Pause there, then press play."


def test_a_reload_and_a_second_tab_take_no_second_place(place: School, segment: str) -> None:
    for _ in range(10):
        assert play(place, segment, "the same browser") == 307
    assert play(place, segment, "another") == 307


def test_whoever_pauses_frees_a_place_at_once(place: School, student: User, segment: str) -> None:
    for number in range(MOST):
        play(place, segment, f"device {number}")
    with naming_tenant(place.tenant.pk):
        give_up(student.pk, "device 1")
        give_up(student.pk, "never there")
    assert play(place, segment, "one more") == 307
    assert play(place, segment, "device 1") == 409


def test_a_device_that_is_gone_frees_its_place_within_a_minute(place: School, segment: str) -> None:
    for number in range(MOST):
        assert play(place, segment, f"device {number}", at=float(number)) == 307
    assert play(place, segment, "one more", at=LAPSE - 1.0) == 409
    assert play(place, segment, "device 1", at=LAPSE - 1.0) == 307  # it plays on
    assert LAPSE <= 60
    assert play(place, segment, "one more", at=LAPSE + 0.5) == 307  # instead of the first, silent since
    assert play(place, segment, "yet another", at=LAPSE + 0.5) == 409


def test_racing_for_the_last_places_only_as_many_get_one(place: School, segment: str) -> None:
    door = Playback(elsewhere, school_of=lambda host: place.tenant.pk)

    def race(number: int) -> str:
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": segment, "HTTP_HOST": place.host, "HTTP_COOKIE": cookie(str(number))
        }  # fmt: skip
        started: list[Any] = []
        door(environ, lambda *answer: started.append(answer))  # type: ignore[arg-type]
        return str(started[0][0])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(race, range(64)))
    assert sum(answer.startswith("307") for answer in answers) == MOST
    assert sum(answer.startswith("409") for answer in answers) == 64 - MOST


def test_playlists_and_pictures_take_no_place(place: School, video: Video, student: User) -> None:
    master = address(place, video, student)
    for number in range(MOST + 2):
        assert ask(place.host, master, cookie=cookie(f"device {number}")).status == 200


def test_other_people_have_places_of_their_own(place: School, video: Video, segment: str) -> None:
    for number in range(MOST):
        play(place, segment, f"device {number}")
    other = address(place, video, place.person()).split("/")[2]
    assert play(place, "/".join([*segment.split("/")[:2], other, *segment.split("/")[3:]]), "one more") == 307


@pytest.mark.parametrize("role", [Role.OWNER, Role.INSTRUCTOR, Role.ASSISTANT])
def test_staff_who_preview_are_not_counted(place: School, video: Video, role: str) -> None:
    with place:
        staff = place.person(role)
        segment = addresses(video, staff).playlist.replace("master.m3u8", "x/00000.m4s")
    assert {play(place, segment, f"device {number}") for number in range(MOST + 3)} == {307}


def test_an_operator_may_lift_the_limit(place: School, video: Video, settings: Settings) -> None:
    settings.STREAMS_PER_STUDENT = 0
    master = address(place, video, place.person())
    segment = next(file for file in every_file(place.host, master) if file.endswith(".m4s"))
    assert {play(place, segment, f"device {number}") for number in range(9)} == {307}


def test_without_a_session_it_is_the_kind_of_player_that_counts(place: School, segment: str) -> None:
    for number in range(MOST):
        assert get(place.host, segment, user_agent=f"television {number}").status == 200
    assert get(place.host, segment, user_agent="television 0").status == 200
    assert get(place.host, segment, user_agent="television 9").status == 409

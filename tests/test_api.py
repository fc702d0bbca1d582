"""What holds for the whole API: who may ask, how errors read, pages, repeats and changes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import orjson
import pytest
from django.db import connections
from django.test import Client

from colonnade.accounts.models import ApiToken, Role, Scope
from colonnade.courses.models import Course
from tests.factories import School


def bearer(school: School, role: str = Role.OWNER, *, scopes: list[str] | None = None) -> Client:
    """A program with a token of a person of the school."""
    return token_of(school, school.person(role), scopes=scopes)


def token_of(school: School, person: Any, *, scopes: list[str] | None = None) -> Client:
    secret = ApiToken.new_secret()
    with school:
        ApiToken.objects.create(
            user=person,
            name="test",
            secret_hash=ApiToken.hash_of(secret),
            scopes=Scope.values if scopes is None else scopes,
        )
    return school.client(headers={"authorization": f"Bearer {secret}"})


def test_a_token_acts_as_its_person(school: School) -> None:
    person = school.person(Role.INSTRUCTOR, name="Ines")
    answer = token_of(school, person).get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json() == {"id": str(person.pk), "email": person.email, "name": "Ines", "role": "instructor"}
    with school:
        assert ApiToken.objects.get().last_used_at is not None


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer col_wrong", "Basic dTpw", "Bearer " + "x" * 5000])
def test_a_stranger_is_told_how_to_sign_in(school: School, header: str) -> None:
    answer = school.client(headers={"authorization": header} if header else {}).get("/api/v1/me")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "token" in answer.json()["detail"]


def test_a_session_is_no_token(school: School) -> None:
    assert school.client(school.person(Role.OWNER)).get("/api/v1/me").status_code == 401


def test_a_token_is_nothing_at_another_school(school: School, other_school: School) -> None:
    client = bearer(school)
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"host": other_school.host}).status_code == 401


def test_a_revoked_token_and_one_of_a_suspended_person_end_at_once(school: School) -> None:
    person = school.person(Role.OWNER)
    client = token_of(school, person)
    with school:
        person.is_active = False
        person.save()
    assert client.get("/api/v1/me").status_code == 401


def test_an_unknown_address_is_a_problem_document(school: School) -> None:
    answer = bearer(school).get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_the_schema_is_openapi_3_1_and_readable_by_anybody(school: School) -> None:
    answer = school.client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    page = school.client().get("/api/v1/docs")
    assert page.status_code == 200
    assert "https://" not in page.content.decode()  # nothing from a third party


def test_an_answer_that_has_not_changed_is_not_sent_again(school: School) -> None:
    client = bearer(school)
    first = client.get("/api/v1/me")
    assert client.get("/api/v1/me", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/api/v1/me", headers={"if-none-match": '"other"'}).status_code == 200


def send(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    return client.generic(method, f"/api/v1{path}", orjson.dumps(body), "application/json", headers=headers)


def test_a_post_with_a_key_is_done_once_however_often_it_is_sent(school: School) -> None:
    client = bearer(school)
    first = send(client, "POST", "/courses", {"title": "Greek"}, idempotency_key="k1")
    again = send(client, "POST", "/courses", {"title": "Greek"}, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    with school:
        assert Course.objects.count() == 1
    assert send(client, "POST", "/courses", {"title": "Greek"}, idempotency_key="k2").json()["id"] != first.json()["id"]


def test_a_key_is_good_for_one_request_only(school: School) -> None:
    client = bearer(school)
    send(client, "POST", "/courses", {"title": "Greek"}, idempotency_key="k")
    other = send(client, "POST", "/courses", {"title": "Latin"}, idempotency_key="k")
    assert other.status_code == 422
    assert "another request" in other.json()["detail"]
    assert send(client, "POST", "/courses", {"title": "x"}, idempotency_key="k" * 201).status_code == 422


def test_a_key_of_a_request_that_failed_may_be_used_for_the_corrected_one(school: School) -> None:
    client = bearer(school)
    assert send(client, "POST", "/courses", {"title": ""}, idempotency_key="k").status_code == 422
    assert send(client, "POST", "/courses", {"title": "Greek"}, idempotency_key="k").status_code == 201


def test_keys_of_different_people_do_not_meet(school: School, other_school: School) -> None:
    for client in (bearer(school), bearer(school), bearer(other_school)):
        assert "Idempotent-Replayed" not in send(client, "POST", "/courses", {"title": "A"}, idempotency_key="same")


def test_two_at_once_with_one_key_make_one_course(school: School) -> None:
    person = school.person(Role.OWNER)
    secret = token_of(school, person).defaults  # one token, from many places
    barrier = Barrier(8)

    def post(_: int) -> int:
        client = school.client()
        client.defaults.update(secret)
        barrier.wait()
        try:
            return int(send(client, "POST", "/courses", {"title": "Greek"}, idempotency_key="race").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(post, range(8))) == {201}
    with school:
        assert Course.objects.count() == 1


def test_pages_follow_each_other_without_gap_or_repeat(school: School) -> None:
    made = [str(school.course().pk) for _ in range(7)]
    client = bearer(school)
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        page = client.get(f"/api/v1/courses?limit=3&cursor={cursor}").json()
        seen += [course["id"] for course in page["items"]]
        if page["next_cursor"] is None:
            break
        school.course()  # what comes meanwhile is newer, and moves nothing
        cursor = page["next_cursor"]
    assert seen == made[::-1]


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "é", "x" * 64])
def test_a_cursor_that_we_did_not_give_is_refused(school: School, cursor: str) -> None:
    answer = bearer(school).get("/api/v1/courses", {"cursor": cursor})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


def test_a_change_by_somebody_else_is_not_overwritten(school: School) -> None:
    course = school.course("Greek")
    mine, theirs = bearer(school), bearer(school, Role.INSTRUCTOR)
    path = f"/courses/{course.pk}"
    etag = mine.get(f"/api/v1{path}")["ETag"]
    assert send(theirs, "PATCH", path, {"title": "Latin"}, if_match=etag).status_code == 200
    late = send(mine, "PATCH", path, {"title": "Hebrew"}, if_match=etag)
    assert late.status_code == 412
    assert "Read it again" in late.json()["detail"]
    fresh = mine.get(f"/api/v1{path}")
    assert fresh.json()["title"] == "Latin"
    assert send(mine, "PATCH", path, {"title": "Hebrew"}, if_match=fresh["ETag"]).status_code == 200


def test_what_fails_half_way_leaves_nothing(school: School) -> None:
    course = school.course(ready=False, published=False)
    answer = send(bearer(school), "PUT", f"/courses/{course.pk}/publication", {})
    assert answer.status_code == 409
    assert "Lecture 1" in answer.json()["detail"]
    with school:
        assert Course.objects.get().published_at is None


def test_too_many_requests_say_when_to_come_back(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colonnade.accounts.api.RATE", "2/minute")
    client = bearer(school)
    answers = [client.get("/api/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_lesson_is_made_and_watched_by_programs_alone(school: School) -> None:
    teacher, student = bearer(school, Role.INSTRUCTOR), school.person()
    course = send(teacher, "POST", "/courses", {"title": "Greek", "description": "Old"}).json()
    section = send(teacher, "POST", f"/courses/{course['id']}/sections", {"title": "One"}).json()
    lecture = send(teacher, "POST", f"/sections/{section['id']}/lectures", {"title": "Alpha"}).json()
    video = school.video(duration=10)
    shown = send(teacher, "PUT", f"/lectures/{lecture['id']}/video", {"video_id": str(video.pk)})
    assert shown.json()["video_state"] == "ready"
    assert send(teacher, "PUT", f"/courses/{course['id']}/publication", {}).json()["published_at"]
    codes = send(teacher, "POST", "/code-batches", {"course_ids": [course["id"]], "quantity": 2}).json()["codes"]
    learner = token_of(school, student)
    assert send(learner, "POST", "/redemptions", {"code": codes[0]}).status_code == 201
    again = send(learner, "POST", "/redemptions", {"code": codes[0]})
    assert again.status_code == 409
    opened = send(learner, "POST", f"/lectures/{lecture['id']}/playback", {})
    assert opened.status_code == 200
    assert opened.json()["src"].startswith("/v/")
    beat = send(learner, "POST", f"/lectures/{lecture['id']}/progress", {"ranges": [[0, 4]], "position": 4.0})
    assert beat.json() == {"watched_percent": 40, "completed": False}
    mine = learner.get("/api/v1/me/courses").json()["items"][0]
    theirs = teacher.get(f"/api/v1/courses/{course['id']}/progress").json()["items"][0]
    assert mine == theirs
    assert mine["percent"] == 40
    held = teacher.get("/api/v1/enrollments").json()["items"][0]
    assert held["email"] == student.email
    assert teacher.delete(f"/api/v1/enrollments/{held['id']}").json()["revoked_at"]
    assert send(learner, "POST", f"/lectures/{lecture['id']}/playback", {}).status_code == 403
    assert teacher.get("/api/v1/figures").json()["courses"] == 1

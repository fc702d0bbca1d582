"""Students, certificates and notes by the API."""

from typing import Any

import orjson
import pytest

from colonnade.accounts.models import ApiToken, Scope, User
from colonnade.courses.models import Course, Lecture
from colonnade.learning.actions import add_note, offer_certificate
from colonnade.learning.models import Note
from tests.factories import School
from tests.learning.test_students_found import study


class Asker:
    """Somebody with a token that may do everything their role may."""

    def __init__(self, school: School, user: User) -> None:
        secret = ApiToken.new_secret()
        with school:
            ApiToken.objects.create(
                user=user, name="t", secret_hash=ApiToken.hash_of(secret), scopes=[scope.value for scope in Scope]
            )
        self.client = school.client(headers={"authorization": f"Bearer {secret}"})

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.client.generic(method, f"/api/v1{path}", orjson.dumps(body or {}), "application/json")
        return answer.status_code, orjson.loads(answer.content) if answer.content else None


@pytest.fixture
def owner(school: School) -> User:
    return school.person("owner")


@pytest.fixture
def course(school: School, owner: User) -> Course:
    course = school.course("Greek", lectures=2)
    with school:
        offer_certificate(course=course, percent=50, signed_by="", by=owner)
    return course


def test_students_are_found_and_followed(school: School, owner: User, course: Course) -> None:
    done, new = study(school, school.person(name="Done"), course, 60, 60), study(school, school.person(), course)
    ask = Asker(school, owner)
    _, found = ask("GET", f"/students?course={course.pk}&progress=completed")
    assert [row["name"] for row in found["items"]] == ["Done"]
    _, events = ask("GET", f"/students/{done.pk}/timeline")
    assert events[0]["what"] == "completed"
    _, grid = ask("GET", f"/courses/{course.pk}/grid")
    assert {row["user_id"]: row["lectures"] for row in grid["lines"]["items"]} == {
        str(done.pk): [101, 101], str(new.pk): [0, 0],
    }  # fmt: skip
    assert len(grid["lecture_ids"]) == 2


def test_a_certificate_is_asked_for_corrected_revoked_and_restored(school: School, owner: User, course: Course) -> None:
    student = study(school, school.person(), course)
    mine, staff = Asker(school, student), Asker(school, owner)
    status, refusal = mine("POST", f"/me/courses/{course.pk}/certificate", {"name": "Ada"})
    assert (status, refusal["type"].rpartition("#")[2]) == (409, "certificate-not-yet")
    study_more(school, student, course)
    status, given = mine("POST", f"/me/courses/{course.pk}/certificate", {"name": "Ada"})
    assert (status, given["name"]) == (200, "Ada")
    assert given["url"].endswith(f"/certificates/{given['code']}/")
    path = f"/certificates/{given['id']}"
    assert staff("PATCH", path, {"name": "Ada King"})[1]["name"] == "Ada King"
    assert staff("PUT", f"{path}/revocation", {"reason": "A mistake."})[1]["revoked_reason"] == "A mistake."
    assert staff("GET", "/certificates")[1]["items"][0]["revoked_at"] is not None
    assert staff("DELETE", f"{path}/revocation")[1]["revoked_at"] is None
    assert staff("DELETE", f"/courses/{course.pk}/certificate")[0] == 204
    assert staff("PUT", f"/courses/{course.pk}/certificate", {"percent": None})[1]["percent"] is None


def study_more(school: School, student: User, course: Course) -> None:
    from colonnade.learning.actions import record_progress

    with school:
        lecture = Lecture.objects.filter(course=course).select_related("video").in_order()[0]
        record_progress(lecture=lecture, ranges=[[0, 60]], position=60, by=student)


def test_notes_are_written_searched_changed_and_deleted(school: School, course: Course) -> None:
    student, other = school.person(), school.person()
    for person in (student, other):
        school.enroll(person, course)
    with school:
        lecture = Lecture.objects.filter(course=course).in_order()[0]
        add_note(lecture=lecture, body="Not yours", second=None, by=other)
    ask = Asker(school, student)
    status, note = ask("POST", f"/lectures/{lecture.pk}/notes", {"body": "On columns", "second": 5})
    assert (status, note["second"]) == (201, 5)
    assert [row["body"] for row in ask("GET", "/me/notes")[1]["items"]] == ["On columns"]
    assert ask("GET", f"/me/notes?q=nothing&course_id={course.pk}")[1]["items"] == []
    assert ask("PUT", f"/notes/{note['id']}", {"body": "On bases"})[1]["body"] == "On bases"
    assert Asker(school, other)("DELETE", f"/notes/{note['id']}")[0] == 404
    assert ask("DELETE", f"/notes/{note['id']}")[0] == 204
    with school:
        assert Note.objects.get().user_id == other.pk

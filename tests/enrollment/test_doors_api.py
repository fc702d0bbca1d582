"""What the pages about codes, free courses, invitations and lists do, programs do as well."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from colonnade.accounts.models import ApiToken, Scope, User
from colonnade.enrollment.models import Enrollment, Invitation
from tests.factories import School


@pytest.fixture
def staff(school: School) -> Client:
    return bearer(school, school.person("assistant"), Scope.STUDENTS_READ, Scope.STUDENTS_WRITE)


def bearer(school: School, user: User, *scopes: str) -> Client:
    secret = ApiToken.new_secret()
    with school:
        ApiToken.objects.create(user=user, name="t", secret_hash=ApiToken.hash_of(secret), scopes=list(scopes))
    return school.client(headers={"authorization": f"Bearer {secret}"})


def send(client: Client, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.generic(method, f"/api/v1{path}", _json(body), content_type="application/json")


def _json(body: dict[str, Any] | None) -> bytes:
    return b"" if body is None else orjson.dumps(body)


def test_codes_for_a_class_are_made_redeemed_and_told_of(school: School, staff: Client) -> None:
    courses, student = [school.course("Greek"), school.course("Latin")], school.person()
    ids = [str(course.pk) for course in courses]
    asked = {
        "course_ids": ids, "quantity": 2, "seats": 30, "label": "Spring",
        "note": "For the school by the sea", "access_days": 90,
    }  # fmt: skip
    made = send(staff, "POST", "/code-batches", asked).json()
    assert (made["seats"], made["access_days"], made["taken"], len(made["codes"])) == (30, 90, 0, 2)
    learner = bearer(school, student, Scope.LEARNING)
    opened = send(learner, "POST", "/redemptions", {"code": made["codes"][0]}).json()["enrollments"]
    assert [(each["source"], each["expires_at"] is not None) for each in opened] == [("code", True)] * 2
    assert send(learner, "POST", "/redemptions", {"code": made["codes"][0]}).json()["type"].endswith("code-used-by-you")
    (batch,) = send(staff, "GET", f"/code-batches?course_id={courses[1].pk}").json()["items"]
    assert (batch["taken"], set(batch["course_ids"])) == (1, set(ids))
    (use,) = send(staff, "GET", f"/code-batches/{batch['id']}/redemptions").json()["items"]
    assert (use["user_id"], use["email"]) == (str(student.pk), student.email)


def test_a_foreign_course_makes_no_codes(school: School, other_school: School, staff: Client) -> None:
    asked = {"course_ids": [str(other_school.course().pk)], "quantity": 1}
    assert send(staff, "POST", "/code-batches", asked).status_code == 404


def test_a_course_is_made_free_and_started(school: School) -> None:
    course, student = school.course(), school.person()
    teacher = bearer(school, school.person("instructor"), Scope.COURSES_READ, Scope.COURSES_WRITE)
    learner = bearer(school, student, Scope.LEARNING)
    path = f"/courses/{course.pk}"
    assert send(teacher, "GET", f"{path}/admission").json() == {"is_free": False, "access_days": None}
    assert send(learner, "POST", f"{path}/enrollment").status_code == 404
    terms = {"is_free": True, "access_days": 14}
    assert send(teacher, "PUT", f"{path}/admission", terms).json() == terms
    assert send(learner, "POST", f"{path}/enrollment").json()["source"] == "free"
    assert send(learner, "POST", f"{path}/enrollment").status_code == 409


def test_access_is_prolonged_and_ended(school: School, staff: Client) -> None:
    enrollment = school.enroll(school.person(), school.course())
    path, later = f"/enrollments/{enrollment.pk}/end", timezone.now() + timedelta(days=3)
    assert send(staff, "PUT", path, {"expires_at": later.isoformat()}).json()["expires_at"] is not None
    assert send(staff, "PUT", path, {"expires_at": None}).json()["expires_at"] is None
    past = timezone.now() - timedelta(days=3)
    assert send(staff, "PUT", path, {"expires_at": past.isoformat()}).status_code == 422


def test_invitations_are_sent_listed_and_taken_back(school: School, staff: Client) -> None:
    asked = {"email": "Ada@example.org", "course_ids": [str(school.course().pk)], "name": "Ada"}
    made = send(staff, "POST", "/invitations", asked).json()
    assert (made["email"], made["times_sent"]) == ("ada@example.org", 1)
    assert send(staff, "POST", "/invitations", asked | {"email": "nobody"}).status_code == 422
    path = f"/invitations/{made['id']}"
    assert send(staff, "POST", f"{path}/sending").status_code == 409  # a moment ago
    with school:
        Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    assert send(staff, "POST", f"{path}/sending").json()["times_sent"] == 2
    assert [each["id"] for each in send(staff, "GET", "/invitations").json()["items"]] == [made["id"]]
    assert send(staff, "DELETE", path).status_code == 204
    assert send(staff, "GET", "/invitations").json()["items"] == []
    assert send(staff, "GET", "/invitations?answered=true").json()["items"][0]["revoked_at"]


def test_a_list_is_tried_and_then_imported(school: School, staff: Client) -> None:
    asked = {"csv": "email\nada@example.org\nbob@example.org", "course_ids": [str(school.course().pk)]}
    told = {"new": 2, "enrolled": 2, "invited": 0, "errors": []}
    assert send(staff, "POST", "/student-imports", asked).json() == {"dry_run": True, **told}
    with school:
        assert not Enrollment.objects.exists()
    assert send(staff, "POST", "/student-imports", asked | {"dry_run": False}).json() == {"dry_run": False, **told}
    with school:
        assert Enrollment.objects.count() == 2
    wrong = {"csv": "email\nada@example.org\nbob@"}
    (error,) = send(staff, "POST", "/student-imports", wrong).json()["errors"]
    assert error["line"] == 3
    refused = send(staff, "POST", "/student-imports", wrong | {"dry_run": False})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [error]

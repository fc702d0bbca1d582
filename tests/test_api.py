"""What holds for the whole API: who may ask, how errors read, pages, repeats and changes."""

from typing import Any

import pytest
from django.test import Client

from colonnade.accounts.models import ApiToken, Role, Scope
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

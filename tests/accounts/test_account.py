"""The pages of one's own account, and keys to the API."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colonnade.accounts.actions import create_token, revoke_token
from colonnade.accounts.models import ApiToken, Role, Scope, User
from colonnade.audit.models import AuditEntry
from colonnade.lib.tenancy import uuid7
from tests.factories import School


@pytest.fixture
def person(school: School) -> User:
    person = school.person(Role.INSTRUCTOR)
    with school:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


def test_the_account_page_leads_everywhere(school: School, person: User) -> None:
    page = school.client(person).get("/account/").content.decode()
    for path in ("/email/", "/password/change/", "/2fa/", "/sessions/", "/account/tokens/"):
        assert f'href="{path}"' in page
    assert "Confirmed" in page
    assert person.email in page


def test_a_name_is_changed_and_recorded(school: School, person: User) -> None:
    client = school.client(person)
    assert client.post("/account/", {"name": "  Grace Hopper "}).status_code == 302
    assert 'value="Grace Hopper"' in client.get("/account/").content.decode()
    with school:
        assert AuditEntry.objects.filter(action="person.renamed", by_id=person.pk).count() == 1


def test_a_name_that_is_too_long_is_kept_in_the_form(school: School, person: User) -> None:
    response = school.client(person).post("/account/", {"name": "x" * 121})
    assert response.status_code == 422
    assert "x" * 121 in response.content.decode()


def make(school: School, person: User, **data: object) -> tuple[int, str]:
    fields = {"name": "My script", "scopes": [Scope.COURSES_READ, Scope.LEARNING], **data}
    response = school.client(person).post("/account/tokens/", fields)
    return response.status_code, response.content.decode()


def test_a_token_is_shown_once_and_kept_as_a_hash(school: School, person: User) -> None:
    status, page = make(school, person)
    shown = re.search(r'data-testid="token-secret">(col_[\w-]{43})<', page)
    assert status == 201
    assert shown
    assert shown[1] not in school.client(person).get("/account/tokens/").content.decode()
    with school:
        token = ApiToken.objects.get()
        assert bytes(token.secret_hash) == ApiToken.hash_of(shown[1])
        assert ApiToken.objects.for_secret(shown[1]) == token
        assert set(token.scopes) == {Scope.COURSES_READ, Scope.LEARNING}
        entry = AuditEntry.objects.get(action="token.created")
        assert shown[1] not in str(entry.data)


def test_a_token_is_of_its_school_alone(school: School, other_school: School, person: User) -> None:
    with school:
        _, secret = create_token(user=person, name="t", scopes=[Scope.LEARNING], by=person)
    with other_school:
        assert ApiToken.objects.for_secret(secret) is None


def test_a_revoked_token_opens_nothing(school: School, person: User) -> None:
    with school:
        token, secret = create_token(user=person, name="t", scopes=[Scope.LEARNING], by=person)
    client = school.client(person)
    assert client.post(f"/account/tokens/{token.pk}/revocation/").status_code == 302
    with school:
        assert ApiToken.objects.for_secret(secret) is None
        revoke_token(token=token, by=person)
        assert AuditEntry.objects.filter(action="token.revoked").count() == 1, "revoking again is no deed"
    assert "No tokens yet" in client.get("/account/tokens/").content.decode()


def test_nobody_revokes_anothers_token(school: School, person: User) -> None:
    with school:
        token, _ = create_token(user=person, name="Somebody’s script", scopes=[Scope.LEARNING], by=person)
    other = school.client(school.person(Role.OWNER))
    assert other.post(f"/account/tokens/{token.pk}/revocation/").status_code == 404
    assert other.post(f"/account/tokens/{uuid7()}/revocation/").status_code == 404
    assert token.name not in other.get("/account/tokens/").content.decode()


def test_a_token_needs_a_name_and_something_it_may_do(school: School, person: User) -> None:
    status, page = make(school, person, scopes=[])
    assert status == 422
    assert "at least one thing" in page
    assert 'value="My script"' in page
    assert make(school, person, scopes=["everything"])[0] == 422


def test_without_a_confirmed_address_there_is_no_token(school: School) -> None:
    """Or somebody could sign up with another's address and keep a key to the account that the other takes over."""
    status, page = make(school, school.person())
    assert status == 422
    assert "Confirm your e-mail address first" in page
    with school:
        assert not ApiToken.objects.exists()


def test_the_platform_has_accounts_but_no_tokens(platform: School) -> None:
    client = platform.client(platform.person(Role.CREATOR))
    assert "/account/tokens/" not in client.get("/account/").content.decode()
    assert client.get("/account/tokens/").status_code == 404


def test_the_list_of_tokens_costs_the_same_for_one_and_for_many(school: School, person: User) -> None:
    client = school.client(person)
    counts = []
    for total in (1, 20):
        with school:
            while ApiToken.objects.count() < total:
                create_token(user=person, name="t", scopes=[Scope.LEARNING], by=person)
        with CaptureQueriesContext(connection) as queries:
            client.get("/account/tokens/")
        counts.append(len(queries))
    assert counts[0] == counts[1]

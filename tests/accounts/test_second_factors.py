"""Authenticator apps, recovery codes and passkeys."""

import base64
import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import InvalidToken
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from colonnade.accounts.encryption import decrypt, encrypt
from colonnade.accounts.models import Role, User
from colonnade.audit.models import AuditEntry
from colonnade.lib.tenancy import across_tenants
from colonnade.ops.models import Mail
from colonnade.tenants.models import Tenant
from tests.factories import PASSWORD, School, unique


@pytest.fixture
def person(school: School) -> User:
    person = school.person()
    with school:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30)))


def sign_in(school: School, person: User) -> tuple[Client, Any]:
    client = school.client()
    return client, client.post("/login/", {"login": person.email, "password": PASSWORD})


def protect(school: School, person: User) -> tuple[str, list[str]]:
    """With an app and recovery codes; returns the app's secret and the codes."""
    secret = generate_totp_secret()
    with school:
        TOTP.activate(person, secret)
        return secret, RecoveryCodes.activate(person).get_unused_codes()


def test_an_authenticator_app_is_set_up_told_and_recorded(school: School, person: User) -> None:
    client, _ = sign_in(school, person)
    response = client.get("/2fa/totp/activate/")
    assert response["Location"].startswith("/reauthenticate/"), "the password is asked for again"
    client.post(response["Location"], {"password": PASSWORD})
    page = client.get("/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)
    assert secret, page
    response = client.post("/2fa/totp/activate/", {"code": code_of(secret[1])})
    assert response["Location"] == "/2fa/recovery-codes/"
    assert "10 recovery codes" in client.get("/2fa/recovery-codes/").content.decode()
    with school:
        assert Mail.objects.filter(subject__contains="authenticator app was added").count() == 1
        assert AuditEntry.objects.filter(action="authenticator-app.added", by_id=person.pk).count() == 1


def test_the_app_names_the_school(school: School, person: User) -> None:
    client, _ = sign_in(school, person)
    client.post("/reauthenticate/?next=/2fa/totp/activate/", {"password": PASSWORD})
    response = client.get("/2fa/totp/activate/")
    assert f"issuer={school.tenant.name}" in response.context["totp_url"]


def test_a_sign_in_ends_with_the_apps_code(school: School, person: User) -> None:
    secret, _ = protect(school, person)
    client, response = sign_in(school, person)
    assert response["Location"].startswith("/2fa/authenticate/")
    assert client.get("/account/").status_code == 302
    assert client.post("/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/learn/"
    assert client.get("/account/").status_code == 200


def test_a_code_of_the_app_works_once(school: School, person: User) -> None:
    secret, _ = protect(school, person)
    code = code_of(secret)
    for status in (302, 200):
        client, _ = sign_in(school, person)
        assert client.post("/2fa/authenticate/", {"code": code}).status_code == status


def test_a_recovery_code_works_once(school: School, person: User) -> None:
    _, codes = protect(school, person)
    for status in (302, 200):
        client, _ = sign_in(school, person)
        assert client.post("/2fa/authenticate/", {"code": codes[3]}).status_code == status


def test_guessing_codes_is_limited(school: School, person: User) -> None:
    secret, _ = protect(school, person)
    client, _ = sign_in(school, person)
    for number in range(5):
        client.post("/2fa/authenticate/", {"code": f"{number:06}"})
    assert client.post("/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200
    assert client.get("/account/").status_code == 302


def test_without_a_confirmed_address_there_is_no_second_factor(school: School) -> None:
    """Or somebody could lock the owner of the address out of an account that they take over."""
    person = school.person()
    with school:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
    client, _ = sign_in(school, person)
    client.post("/reauthenticate/?next=/2fa/totp/activate/", {"password": PASSWORD})
    page = client.get("/2fa/totp/activate/", follow=True).content.decode()
    assert 'name="code"' not in page
    assert "Confirm your e-mail address first" in page


def test_a_hand_off_asks_for_the_schools_second_factor(platform: School) -> None:
    creator = platform.person(Role.CREATOR)
    fields = {"subdomain": unique("s"), "instructor_name": "Ada"}
    entered = platform.client(creator).post("/onboarding/", fields)
    host = urlsplit(entered["Location"]).netloc
    client = Client(headers={"host": host})
    client.get(urlsplit(entered["Location"]).path)
    school = School(across_tenants(Tenant).get(subdomain=fields["subdomain"]))
    with school:
        owner = User.objects.get()
    secret, _ = protect(school, owner)
    again = platform.client(creator).post(f"/schools/{school.tenant.pk}/entry/")
    client = Client(headers={"host": host})
    assert client.get(urlsplit(again["Location"]).path)["Location"].startswith("/2fa/authenticate/")
    assert client.get("/account/").status_code == 302
    assert client.post("/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/dashboard/"


def client_data(origin: str) -> str:
    data = {"type": "webauthn.get", "challenge": "x", "origin": origin}
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


@pytest.mark.parametrize("origin", ["http://evil.localhost:8000", "https://elsewhere.example", "", None])
def test_a_passkey_used_at_another_page_is_refused_before_it_is_looked_at(
    school: School, origin: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[Any] = []
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.parse_authentication_response", looked_at.append)
    response = {"clientDataJSON": client_data(origin)} if origin is not None else {}
    client = school.client()
    answer = client.post("/2fa/webauthn/login/", {"credential": json.dumps({"id": "x", "response": response})})
    assert answer["Location"] == "/login/"
    assert "not right" in client.get("/login/").content.decode()
    assert looked_at == []


def test_a_passkey_of_this_page_is_looked_at(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[Any] = []

    def look(credential: Any) -> None:
        looked_at.append(credential)
        raise ValueError("enough")

    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.parse_authentication_response", look)
    credential = {"id": "x", "response": {"clientDataJSON": client_data(f"http://{school.host}")}}
    with pytest.raises(ValueError, match="enough"):
        school.client().post("/2fa/webauthn/login/", {"credential": json.dumps(credential)})
    assert looked_at == [credential]


def test_the_relying_party_is_the_host(school: School) -> None:
    client = school.client(headers={"host": f"{school.host}:8123", "accept": "application/json"})
    options = client.get("/2fa/webauthn/login/").json()["request_options"]
    assert options["publicKey"]["rpId"] == school.host


def test_secrets_outlive_a_change_of_the_secret_key(settings: Settings) -> None:
    before = encrypt("seed")
    assert "seed" not in before
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert decrypt(before) == "seed"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        decrypt(before)


def test_recovery_seeds_lie_encrypted(school: School, person: User) -> None:
    _, codes = protect(school, person)
    with school:
        stored = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert decrypt(stored.data["seed"]) != stored.data["seed"]
    assert len(set(codes)) == 10

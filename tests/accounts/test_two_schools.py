"""The same address at two schools is two people, who do not know of each other."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from colonnade.accounts.models import User
from colonnade.ops.models import Mail
from tests.factories import School

EMAIL = "same@example.org"
PASSWORD_A, PASSWORD_B = "first long password", "second long password"


@pytest.fixture
def two(school: School, other_school: School) -> tuple[User, User]:
    people = []
    for place, password in ((school, PASSWORD_A), (other_school, PASSWORD_B)):
        person = place.person(email=EMAIL)
        with place:
            person.set_password(password)
            person.save()
            EmailAddress.objects.create(user=person, email=EMAIL, primary=True, verified=True)
        people.append(person)
    return people[0], people[1]


def sign_in(school: School, password: str) -> tuple[Client, int]:
    client = school.client()
    return client, client.post("/login/", {"login": EMAIL, "password": password}).status_code


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def mail_of(school: School) -> list[Mail]:
    with school:
        return list(Mail.objects.order_by("created_at"))


def test_each_has_a_password_of_their_own(school: School, other_school: School, two: tuple[User, User]) -> None:
    assert two[0].pk != two[1].pk
    for place, right, wrong in ((school, PASSWORD_A, PASSWORD_B), (other_school, PASSWORD_B, PASSWORD_A)):
        client, status = sign_in(place, right)
        assert status == 302
        assert signed_in(client)
        client, status = sign_in(place, wrong)
        assert status == 200
        assert not signed_in(client)


def test_signing_up_with_an_address_known_elsewhere_tells_nothing(school: School, other_school: School) -> None:
    school.person(email=EMAIL)
    response = other_school.client().post("/signup/", {"email": EMAIL, "password1": PASSWORD_B})
    assert response.status_code == 302


def test_a_session_of_one_school_is_nobodys_at_the_other(
    school: School, other_school: School, two: tuple[User, User]
) -> None:
    client, _ = sign_in(school, PASSWORD_A)
    stolen = client.cookies["sessionid"].value
    elsewhere = other_school.client()
    elsewhere.cookies["sessionid"] = stolen
    assert elsewhere.get("/account/")["Location"] == "/login/?next=/account/"
    assert "domain" not in client.cookies["sessionid"].output().lower(), "a cookie is of its host alone"


def test_a_reset_changes_the_password_at_one_school_only(
    school: School, other_school: School, two: tuple[User, User]
) -> None:
    client = school.client()
    client.post("/password/reset/", {"email": EMAIL})
    assert mail_of(other_school) == []
    link = re.search(rf"http://{school.host}(/password/reset/key/\S+/)", mail_of(school)[-1].text)
    assert link
    foreign = other_school.client().get(link[1])
    assert foreign.status_code == 200
    assert 'name="password1"' not in foreign.content.decode(), "the link opens nothing at another school"
    form = client.get(link[1], follow=True)
    assert link[1] not in form.request["PATH_INFO"], "the secret has left the address"
    new = "third long password"
    assert client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}).status_code == 302
    assert sign_in(school, new)[1] == 302
    assert sign_in(other_school, PASSWORD_B)[1] == 302
    assert sign_in(other_school, new)[1] == 200
    assert client.get(link[1]).status_code == 200
    assert 'name="password1"' not in client.get(link[1]).content.decode(), "it works once"


def test_a_confirmation_link_confirms_nothing_elsewhere(school: School, other_school: School) -> None:
    client = school.client()
    client.post("/signup/", {"email": EMAIL, "password1": PASSWORD_A})
    link = re.search(r"(/confirm-email/\S+/)", mail_of(school)[0].text)
    assert link
    assert other_school.client().post(link[1]).status_code == 404
    with school:
        assert not EmailAddress.objects.get().verified


def test_a_second_factor_is_asked_for_where_it_was_set_up(
    school: School, other_school: School, two: tuple[User, User]
) -> None:
    with school:
        TOTP.activate(two[0], generate_totp_secret())
    client, status = sign_in(school, PASSWORD_A)
    assert status == 302
    assert not signed_in(client)
    assert client.get("/login/")["Location"] == "/2fa/authenticate/"
    client, _ = sign_in(other_school, PASSWORD_B)
    assert signed_in(client)


def test_the_key_of_an_authenticator_app_lies_encrypted(school: School) -> None:
    secret = generate_totp_secret()
    person = school.person()
    with school:
        TOTP.activate(person, secret)
        stored = Authenticator.objects.get()
        assert secret not in str(stored.data)
        from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        assert stored.wrap().validate_code(code)


def test_a_sign_in_code_goes_to_the_one_school(school: School, other_school: School, two: tuple[User, User]) -> None:
    client = school.client()
    assert client.post("/login/code/", {"email": EMAIL})["Location"].startswith("/login/code/confirm/")
    assert mail_of(other_school) == []
    mail = mail_of(school)[-1]
    assert mail.subject == f"Your sign-in code for {school.tenant.name}"
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mail.text, re.MULTILINE)
    assert code, mail.text
    assert not signed_in(client)
    client.post("/login/code/confirm/", {"code": code[1]})
    assert signed_in(client)


def test_the_session_list_shows_and_ends_the_sessions_of_one_school(
    school: School, other_school: School, two: tuple[User, User]
) -> None:
    here, _ = sign_in(school, PASSWORD_A)
    phone, _ = sign_in(school, PASSWORD_A)
    elsewhere, _ = sign_in(other_school, PASSWORD_B)
    assert here.get("/sessions/").content.decode().count("127.0.0.1") == 2
    here.post("/sessions/")
    assert signed_in(here)
    assert not signed_in(phone)
    assert signed_in(elsewhere)

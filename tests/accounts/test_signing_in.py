"""Signing in and out, and what it must not give away."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from colonnade.accounts.models import Role
from colonnade.audit.models import AuditEntry
from colonnade.ops.models import Mail
from tests.factories import PASSWORD, School, unique


def sign_in(school: School, email: str, password: str = PASSWORD, client: Client | None = None, **data: str) -> Any:
    client = client or school.client()
    return client.post("/login/", {"login": email, "password": password, **data})


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.OWNER, "/dashboard/"),
        (Role.INSTRUCTOR, "/dashboard/"),
        (Role.ASSISTANT, "/dashboard/"),
        (Role.STUDENT, "/learn/"),
    ],
)
def test_everybody_lands_where_their_work_is(school: School, role: str, place: str) -> None:
    assert sign_in(school, school.person(role).email)["Location"] == place


def test_a_creator_lands_among_their_schools(platform: School) -> None:
    email = platform.person(Role.CREATOR).email
    assert sign_in(platform, email, client=platform.client(REMOTE_ADDR="10.1.2.3"))["Location"] == "/schools/"


def test_an_address_may_be_typed_in_capitals(school: School) -> None:
    person = school.person(email=f"{unique()}@example.org")
    assert sign_in(school, person.email.upper()).status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "http://other.localhost/", "javascript:alert(1)"],
)
def test_next_leads_nowhere_else(school: School, target: str) -> None:
    assert sign_in(school, school.person().email, next=target)["Location"] == "/learn/"


def test_next_leads_on_within_the_school(school: School) -> None:
    assert sign_in(school, school.person().email, next="/learn/greek/?t=1")["Location"] == "/learn/greek/?t=1"


def test_signing_in_gives_a_new_session(school: School) -> None:
    client = school.client()
    with school:
        planted = client.session
        planted["planted"] = 1
        planted.save()
    client.cookies["sessionid"] = str(planted.session_key)
    sign_in(school, school.person().email, client=client)
    assert client.cookies["sessionid"].value != planted.session_key


def test_a_wrong_password_and_an_unknown_address_read_the_same(school: School) -> None:
    known = sign_in(school, school.person().email, "wrong password 1").content.decode()
    unknown = sign_in(school, "nobody@example.org", "wrong password 1").content.decode()
    sentence = "The e-mail address or the password is not right."
    assert sentence in known
    assert sentence in unknown


def test_reset_and_sign_in_code_do_not_tell_who_is_here(school: School) -> None:
    person = school.person()
    for path in ("/password/reset/", "/login/code/"):
        answers = {}
        for email in (person.email, f"{unique('nobody')}@example.org"):
            response = school.client().post(path, {"email": email}, follow=True)
            page = response.content.decode().replace(email, "…")
            answers[email] = (response.redirect_chain, re.sub(r'value="\w{64}"|content="\w{64}"', "", page))
        known, unknown = answers.values()
        assert known == unknown
    with school:
        assert set(Mail.objects.values_list("subject", flat=True)) == {
            f"Set a new password at {school.tenant.name}",
            f"Your sign-in code for {school.tenant.name}",
            f"No account at {school.tenant.name}",
        }


def test_after_five_wrong_passwords_the_right_one_has_to_wait(school: School) -> None:
    person = school.person()
    for _ in range(5):
        sign_in(school, person.email, "wrong password 1")
    response = sign_in(school, person.email)
    assert response.status_code == 200
    assert "Too many tries" in response.content.decode()


def test_too_many_mails_to_one_address_get_an_error_page_of_ours(school: School) -> None:
    for number in range(6):
        response = school.client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/password/reset/", {"email": "flood@example.org"}
        )
    assert response.status_code == 429
    assert response["Retry-After"]
    page = response.content.decode()
    assert "tried this too often" in page
    assert 'id="main"' in page


def test_too_many_tries_from_one_address_are_refused(school: School) -> None:
    client = school.client()
    for _ in range(21):
        response = client.post("/password/reset/", {"email": f"{unique()}@example.org"})
    assert response.status_code == 429


def test_forms_need_their_token(school: School) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": school.host})
    assert client.post("/login/", {"login": "a@example.org", "password": "x"}).status_code == 403
    assert client.post("/signup/", {"email": "a@example.org", "password1": "x"}).status_code == 403
    assert client.post("/logout/").status_code == 403


def test_signing_out_is_a_deed_not_a_link(school: School) -> None:
    client = school.client(school.person())
    assert client.get("/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    client.post("/logout/")
    assert client.get("/account/").status_code == 302


def test_a_new_password_signs_the_others_out_and_is_told_and_recorded(school: School) -> None:
    person = school.person()
    with school:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    here, there = school.client(person), school.client(person)
    new = "another long password"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/password/change/", data).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    with school:
        assert AuditEntry.objects.filter(action="password.set", by_id=person.pk).count() == 1
        mail = Mail.objects.get()
        assert mail.subject == f"Your password at {school.tenant.name} was changed"
        assert new not in mail.text


def test_a_changed_address_counts_once_it_is_confirmed(school: School) -> None:
    person = school.person()
    client = school.client()
    sign_in(school, person.email, client=client)
    response = client.post("/email/", {"email": "new@example.org", "action_add": ""})
    if response["Location"].startswith("/reauthenticate"):
        client.post(response["Location"], {"password": PASSWORD})
        client.post("/email/", {"email": "new@example.org", "action_add": ""})
    with school:
        mail = Mail.objects.get(recipients=["new@example.org"])
        person.refresh_from_db()
        assert person.email != "new@example.org"
    link = re.search(r"(/confirm-email/\S+/)", mail.text)
    assert link
    client.post(link[1])
    with school:
        person.refresh_from_db()
        assert person.email == "new@example.org"


def test_nobody_takes_over_the_address_of_another_person_of_the_school(school: School) -> None:
    """Even with the mail in hand: the other account is the one to use."""
    person, other = school.person(), school.person(email=f"{unique()}@example.org")
    with school:
        address = EmailAddress.objects.create(user=person, email=other.email, primary=False, verified=False)
        from allauth.account.models import EmailConfirmationHMAC

        key = EmailConfirmationHMAC(address).key
    client = school.client(person)
    client.post(f"/confirm-email/{key}/")
    assert "another account with this address" in client.get("/account/").content.decode()
    with school:
        person.refresh_from_db()
        assert person.email != other.email


def test_a_closed_account_is_told_so(school: School) -> None:
    person = school.person()
    with school:
        person.is_active = False
        person.save()
    assert sign_in(school, person.email)["Location"] == "/inactive/"


def test_pages_for_strangers_are_open_and_the_others_ask_to_sign_in(school: School, platform: School) -> None:
    for host in (school, platform):
        client = host.client()
        for path in ("/login/", "/signup/", "/password/reset/", "/password/reset/done/", "/login/code/", "/inactive/",
                     "/confirm-email/", "/password/reset/key/done/"):  # fmt: skip
            assert client.get(path).status_code == 200, path
        for path in ("/account/", "/email/", "/password/change/", "/2fa/", "/2fa/totp/activate/", "/sessions/",
                     "/2fa/webauthn/", "/reauthenticate/", "/2fa/recovery-codes/"):  # fmt: skip
            response = client.get(path)
            assert response.status_code == 302, path
            assert response["Location"].startswith("/login/"), path

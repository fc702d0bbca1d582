"""Signing up: a creator at the platform, a student at a school."""

import re
from secrets import randbelow
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django.fixtures import Settings

from colonnade.accounts.models import Role, User
from colonnade.audit.models import AuditEntry
from colonnade.ops.models import Mail
from tests.factories import School, unique

PASSWORD = "SecurePass123"


def sign_up(school: School, email: str, **fields: str) -> tuple[Client, Any]:
    # From an address of its own: the platform is shared by all tests, and so are its limits by address.
    client = school.client(REMOTE_ADDR=f"10.{randbelow(256)}.{randbelow(256)}.{randbelow(256)}")
    return client, client.post("/signup/", {"email": email, "password1": PASSWORD, **fields})


def user(school: School, email: str) -> User:
    with school:
        return User.objects.get(email=email)


def test_the_sign_up_page_has_the_roadmaps_test_ids(platform: School) -> None:
    client = platform.client()
    response = client.get("/signup", follow=True)
    page = response.content.decode()
    assert response.status_code == 200
    for testid in ("email", "password", "signup-button"):
        assert f'data-testid="{testid}"' in page
    assert 'name="name"' not in page


def test_signing_up_at_the_platform_makes_a_creator_and_leads_to_the_onboarding(platform: School) -> None:
    email = f"{unique('Ada')}@Example.org"
    client, response = sign_up(platform, email)
    assert response.status_code == 302
    assert response["Location"] == "/onboarding/"
    assert user(platform, email.lower()).role == Role.CREATOR
    assert client.get("/onboarding/").status_code == 200


def test_signing_up_at_a_school_makes_a_student_with_a_name(school: School) -> None:
    _, response = sign_up(school, "sam@example.org", name=" Sam Student ")
    assert response["Location"] == "/learn/"
    student = user(school, "sam@example.org")
    assert (student.role, student.name) == (Role.STUDENT, "Sam Student")
    with school:
        assert AuditEntry.objects.filter(action="person.joined", subject_id=str(student.pk)).count() == 1


def test_nobody_chooses_their_role(school: School) -> None:
    sign_up(school, "sly@example.org", role="owner", is_active="1", tenant="x")
    assert user(school, "sly@example.org").role == Role.STUDENT


def test_sign_up_goes_on_to_where_the_student_came_from(school: School) -> None:
    client = school.client()
    page = client.get("/signup/?next=/redeem/ABC/").content.decode()
    assert 'name="next" value="/redeem/ABC/"' in page
    response = client.post("/signup/", {"email": "n@example.org", "password1": PASSWORD, "next": "/redeem/ABC/"})
    assert response["Location"] == "/redeem/ABC/"


def test_the_confirmation_mail_is_the_schools_and_its_link_confirms(school: School) -> None:
    with school:
        school.tenant.name = "Zoë’s “School”, Inc."
        school.tenant.save()
    client = school.client(headers={"host": f"{school.host}:8123"})
    client.post("/signup/", {"email": "c@example.org", "password1": PASSWORD})
    with school:
        mail = Mail.objects.get()
    assert mail.sender == '"Zoë’s “School”, Inc." <no-reply@localhost>'
    assert "Zoë’s “School”, Inc." in mail.text
    link = re.search(rf"http://{school.host}:8123/confirm-email/\S+/", mail.text)
    assert link, mail.text
    path = link[0].partition(":8123")[2]
    assert client.get(path).status_code == 200
    with school:
        assert not EmailAddress.objects.get().verified, "opening the link alone (a mail scanner does) confirms nothing"
    client.post(path)
    with school:
        assert EmailAddress.objects.get().verified


def test_a_taken_address_is_refused_with_a_way_out(school: School) -> None:
    sign_up(school, "twice@example.org")
    _, response = sign_up(school, "TWICE@example.org")
    assert response.status_code == 200
    assert "account with this address already" in response.content.decode()


def test_a_closed_platform_takes_no_creators_but_schools_still_take_students(
    platform: School, school: School, settings: Settings
) -> None:
    settings.OPEN_SIGNUP = False
    email = f"{unique()}@example.org"
    _, response = sign_up(platform, email)
    assert "closed" in response.content.decode().lower()
    with platform:
        assert not User.objects.filter(email=email).exists()
    _, response = sign_up(school, email)
    assert response.status_code == 302


def test_of_two_sign_ups_at_once_the_second_is_told_to_sign_in(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A button pressed twice: both have found the address free."""
    monkeypatch.setattr("allauth.account.internal.flows.manage_email.assess_unique_email", lambda *_, **__: True)
    sign_up(school, "twice@example.org")
    _, response = sign_up(school, "twice@example.org")
    assert response.status_code == 409
    assert "Sign in with it" in response.content.decode()


def test_the_dashboard_asks_to_confirm_the_address_until_it_is(school: School) -> None:
    owner = school.person(Role.OWNER)
    client = school.client(owner)
    page = client.get("/dashboard/").content.decode()
    assert 'data-testid="confirm-email"' in page
    assert owner.email in page
    client.post("/email/", {"email": owner.email, "action_send": ""})
    with school:
        link = re.search(r"(/confirm-email/\S+/)", Mail.objects.get(recipients=[owner.email]).text)
    assert link
    client.post(link[1])
    assert 'data-testid="confirm-email"' not in client.get("/dashboard/").content.decode()

"""Opening a school and entering it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from colonnade.accounts.models import HandOff, Role, User
from colonnade.audit.models import AuditEntry
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import across_tenants, tenant_scope
from colonnade.tenants.actions import open_school
from colonnade.tenants.models import Tenant
from colonnade.tenants.subdomains import RESERVED, refusal
from tests.factories import PASSWORD, School, unique


@pytest.fixture
def creator(platform: School) -> User:
    person = platform.person(Role.CREATOR)
    with platform:
        User.objects.filter(pk=person.pk).update(name="")
    return person


def onboard(platform: School, creator: User, **fields: str) -> Any:
    data = {"subdomain": unique("s"), "instructor_name": "Test Instructor", **fields}
    return platform.client(creator).post("/onboarding/", data)


def opened(subdomain: str) -> School:
    return School(across_tenants(Tenant).get(subdomain=subdomain))


def follow(response: Any, client: Client | None = None) -> tuple[Client, Any]:
    """Goes where the hand-off leads, as a browser does."""
    address = urlsplit(response["Location"])
    client = client or Client()
    return client, client.get(address.path, headers={"host": address.netloc})


def test_onboarding_opens_the_school_and_signs_its_owner_in_there(platform: School, creator: User) -> None:
    subdomain = unique("ada")
    response = onboard(platform, creator, subdomain=f" {subdomain.upper()} ")
    client, response = follow(response)
    school = opened(subdomain)
    assert (response.status_code, response["Location"]) == (302, "/dashboard/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    with school:
        owner = User.objects.get()
        assert client.session["_auth_user_id"] == str(owner.pk)
        assert (owner.role, owner.name, owner.email) == (Role.OWNER, "Test Instructor", creator.email)
        assert owner.check_password(PASSWORD)
        assert Tenant.objects.get().name == "Test Instructor’s school"
        assert AuditEntry.objects.filter(action="school.opened", by_id=owner.pk).count() == 1
    with platform:
        assert AuditEntry.objects.filter(action="school.opened", by_id=creator.pk).count() == 1
        assert User.objects.get(pk=creator.pk).name == "Test Instructor"


def test_the_page_has_the_roadmaps_test_ids_and_may_lead_to_schools(platform: School, creator: User) -> None:
    response = platform.client(creator).get("/onboarding/")
    page = response.content.decode()
    for testid in ("subdomain", "instructor-name", "complete-onboarding"):
        assert f'data-testid="{testid}"' in page
    assert "form-action 'self' http://*.localhost:8000;" in response["Content-Security-Policy"] + ";"


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_confirmed_address_stays_confirmed_at_the_school(platform: School, creator: User, confirmed: bool) -> None:
    with platform:
        EmailAddress.objects.create(user=creator, email=creator.email, primary=True, verified=confirmed)
    onboard(platform, creator, subdomain=(subdomain := unique("s")))
    with opened(subdomain):
        address = EmailAddress.objects.get()
        assert (address.email, address.verified, address.primary) == (creator.email, confirmed, True)


def test_an_address_confirmed_later_at_the_platform_is_confirmed_at_the_school(platform: School, creator: User) -> None:
    onboard(platform, creator, subdomain=(subdomain := unique("s")))
    school = opened(subdomain)
    with platform:
        EmailAddress.objects.create(user=creator, email=creator.email, primary=True, verified=True)
    platform.client(creator).post(f"/schools/{school.tenant.pk}/entry/")
    with school:
        assert EmailAddress.objects.get().verified


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ab", "at least 3"),
        ("a" * 64, "at most 63"),
        ("-abc", "no hyphen at the beginning"),
        ("abc-", "no hyphen at the beginning"),
        ("a_bc", "letters from a to z"),
        ("schön", "letters from a to z"),
        ("a.b.c", "letters from a to z"),
        ("xn--80ak6aa92e", "other alphabets"),
        ("WWW", "kept for the platform"),
        ("status", "kept for the platform"),
        ("Admin", "kept for the platform"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_with_a_reason(
    platform: School, creator: User, typed: str, sentence: str
) -> None:
    response = onboard(platform, creator, subdomain=typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert 'value="Test Instructor"' in page, "what was typed is kept"
    live = platform.client(creator).get("/onboarding/subdomain/", {"subdomain": typed})
    assert sentence in live.content.decode()


def test_a_taken_name_is_refused_live_and_in_the_end(platform: School, creator: User, school: School) -> None:
    client = platform.client(creator)
    taken = school.tenant.subdomain
    assert "taken" in client.get("/onboarding/subdomain/", {"subdomain": taken}).content.decode()
    assert "is free" in client.get("/onboarding/subdomain/", {"subdomain": unique("s")}).content.decode()
    assert "taken" in onboard(platform, creator, subdomain=taken).content.decode()


def test_every_reserved_name_is_a_possible_one() -> None:
    assert len(RESERVED) > 300
    assert {"www", "api", "app", "admin", "mail", "static", "console", "status"} <= RESERVED
    assert "demo" not in RESERVED
    assert refusal("testinstructor") == ""


def test_of_two_creators_racing_for_a_name_one_wins_and_the_other_is_told(
    platform: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colonnade.tenants.subdomains.is_taken", lambda subdomain: False)  # both found it free
    creators = [platform.person(Role.CREATOR) for _ in range(2)]
    subdomain = unique("race")

    def race(creator: User) -> str:
        try:
            with tenant_scope(platform.tenant.pk):
                open_school(creator=creator, subdomain=subdomain, name="R", instructor_name="R")
        except Conflict as conflict:
            return conflict.detail
        finally:
            connections.close_all()
        return "won"

    with ThreadPoolExecutor(2) as threads:
        won, told = sorted(threads.map(race, creators), key=len)
    assert won == "won"
    assert "taken by another school" in told
    with platform:
        assert (
            AuditEntry.objects.filter(action="school.opened", data={}, by_id__in=[c.pk for c in creators]).count() == 1
        )


def test_the_loser_of_a_race_sees_it_in_the_form(
    platform: School, creator: User, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check finds the name free; then the other one commits."""
    monkeypatch.setattr("colonnade.tenants.subdomains.is_taken", lambda subdomain: False)
    response = onboard(platform, creator, subdomain=school.tenant.subdomain)
    assert response.status_code == 422
    assert "taken by another school" in response.content.decode()


def test_a_creator_opens_so_many_schools_and_no_more(platform: School, creator: User, settings: Settings) -> None:
    settings.SCHOOLS_PER_CREATOR = 1
    assert onboard(platform, creator).status_code == 302
    response = onboard(platform, creator)
    assert response.status_code == 422
    assert "as many as one may open" in response.content.decode()


def test_the_list_of_schools_leads_into_each(platform: School, creator: User, school: School) -> None:
    client = platform.client(creator)
    assert client.get("/schools/")["Location"] == "/onboarding/"
    onboard(platform, creator, subdomain=(subdomain := unique("s")), name="My School")
    page = client.get("/schools/").content.decode()
    assert "My School" in page
    assert school.tenant.name not in page
    entry = f"/schools/{opened(subdomain).tenant.pk}/entry/"
    assert client.get(entry).status_code == 405, "a link alone enters nothing"
    assert follow(client.post(entry))[1]["Location"] == "/dashboard/"


def test_nobody_enters_a_school_that_is_not_theirs(platform: School, creator: User, school: School) -> None:
    assert platform.client(creator).post(f"/schools/{school.tenant.pk}/entry/").status_code == 404


def test_a_creator_whose_account_at_the_school_is_closed_is_told_so(platform: School, creator: User) -> None:
    onboard(platform, creator, subdomain=(subdomain := unique("s")))
    school = opened(subdomain)
    with school:
        User.objects.update(is_active=False)
    response = platform.client(creator).post(f"/schools/{school.tenant.pk}/entry/")
    assert response.status_code == 409


def test_a_hand_off_works_once(platform: School, creator: User) -> None:
    response = onboard(platform, creator)
    assert follow(response)[1].status_code == 302
    client, replay = follow(response)
    assert replay.status_code == 410
    assert "This link has been used" in replay.content.decode()
    assert "sessionid" not in client.cookies


def test_a_hand_off_is_good_for_a_minute(platform: School, creator: User) -> None:
    response = onboard(platform, creator, subdomain=(subdomain := unique("s")))
    with opened(subdomain):
        hand_off = HandOff.objects.get()
        left = hand_off.expires_at - timezone.now()
        assert timedelta(seconds=50) < left <= timedelta(seconds=60)
        HandOff.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert follow(response)[1].status_code == 410


def test_a_hand_off_is_of_its_school_alone(platform: School, creator: User, school: School) -> None:
    address = urlsplit(onboard(platform, creator)["Location"])
    assert Client().get(address.path, headers={"host": school.host}).status_code == 410
    assert Client().get(address.path, headers={"host": address.netloc}).status_code == 302


def test_a_hand_off_is_kept_as_a_hash(platform: School, creator: User) -> None:
    secret = urlsplit(onboard(platform, creator, subdomain=(subdomain := unique("s")))["Location"]).path.split("/")[2]
    with opened(subdomain):
        assert secret.encode() not in bytes(HandOff.objects.get().secret_hash)


def test_two_browsers_with_one_link_let_one_in(platform: School, creator: User) -> None:
    response = onboard(platform, creator)

    def enter(_: int) -> int:
        try:
            return int(follow(response)[1].status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(enter, range(4))) == [302, 410, 410, 410]


def test_a_hand_off_replaces_whoever_was_signed_in_with_a_fresh_session(platform: School, creator: User) -> None:
    onboard(platform, creator, subdomain=(subdomain := unique("s")))
    school = opened(subdomain)
    student = school.person()
    client = school.client(student)
    before = client.session.session_key
    entry = platform.client(creator).post(f"/schools/{school.tenant.pk}/entry/")
    client, _ = follow(entry, client)
    assert client.session.session_key != before
    with school:
        assert client.session["_auth_user_id"] == str(User.objects.get(role=Role.OWNER).pk)


def test_a_planted_session_is_not_the_one_that_signs_in(platform: School, creator: User) -> None:
    onboard(platform, creator, subdomain=(subdomain := unique("s")))
    school = opened(subdomain)
    client = school.client()
    with school:
        session = client.session
        session["planted"] = True
        session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    follow(platform.client(creator).post(f"/schools/{school.tenant.pk}/entry/"), client)
    assert client.session.session_key != before


def test_students_have_no_onboarding_and_schools_no_such_pages(school: School) -> None:
    client = school.client(school.person())
    for path in ("/onboarding/", "/schools/", "/onboarding/subdomain/"):
        assert client.get(path).status_code == 404


def test_onboarding_asks_to_sign_in(platform: School) -> None:
    assert platform.client().get("/onboarding/")["Location"] == "/login/?next=/onboarding/"

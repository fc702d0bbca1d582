"""A letter lets its reader in: once, for two weeks, and whoever they are, their own sign-in stays theirs."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course
from colonnade.enrollment.actions import accept_invitation, invite, revoke_invitation, send_again
from colonnade.enrollment.letters import link_token
from colonnade.enrollment.models import Enrollment, Invitation
from colonnade.enrollment.refusals import InvitationGone
from colonnade.lib.problems import Conflict, Problem
from colonnade.lib.tenancy import tenant_scope
from colonnade.ops.models import Mail
from tests.factories import PASSWORD, School, unique

ADA = "ada@example.org"


@pytest.fixture
def staff(school: School) -> User:
    return school.person("assistant")


@pytest.fixture
def client(school: School, staff: User) -> Client:
    return school.client(staff)


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek")


@pytest.fixture
def invited(school: School, course: Course, staff: User) -> Invitation:
    with school:
        return invite(email=ADA, courses=[course], by=staff)


def link_in(school: School, email: str = ADA) -> str:
    """The path of the link in the last letter to the address."""
    with school:
        text = Mail.objects.filter(recipients=[email]).latest("created_at").text
    found = re.search(r"http://\S+?(/invitation/\S+/)", text)
    assert found, text
    return found[1]


def test_staff_invite_by_a_page_and_a_letter_leaves(school: School, client: Client, course: Course) -> None:
    emails = "Ada@Example.org, <bob@example.org>\ncarol@example.org"
    page = client.post("/dashboard/invitations/new/", {"emails": emails, "courses": [course.pk]}, follow=True)
    assert "3 are invited." in page.content.decode()
    assert page.content.decode().count('data-testid="invitation-row"') == 3
    with school:
        mail = Mail.objects.get(recipients=[ADA])
        assert mail.subject == f"{school.tenant.name} invites you"
        assert "to the course “Greek”." in mail.text
        assert mail.sender.startswith(school.tenant.name)


@pytest.mark.parametrize("emails", ["nobody", "a@example.org, b@", "", "a@example.org\nBcc: x"])
def test_addresses_that_are_none_are_named_and_nobody_is_invited(
    school: School, client: Client, course: Course, emails: str
) -> None:
    page = client.post("/dashboard/invitations/new/", {"emails": emails, "courses": [course.pk]})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert emails in page.content.decode().replace("\r\n", "\n")
    with school:
        assert not Invitation.objects.exists()
        assert not Mail.objects.exists()


def test_one_who_is_in_already_stops_the_whole_list(school: School, client: Client, course: Course) -> None:
    student = school.person()
    school.enroll(student, course)
    emails = f"{ADA}\n{student.email}"
    page = client.post("/dashboard/invitations/new/", {"emails": emails, "courses": [course.pk]})
    assert f"{student.email} is in already. Nobody was invited yet." in page.content.decode()
    with school:
        assert not Invitation.objects.exists()


def test_a_stranger_accepts_by_choosing_a_password_and_is_in(
    school: School, course: Course, invited: Invitation
) -> None:
    client, path = school.client(), link_in(school)
    page = client.get(path)
    assert page["Referrer-Policy"] == "same-origin"
    assert "“Greek” at" in page.content.decode()
    assert "Your account will be <strong>ada@example.org</strong>" in page.content.decode()
    with school:
        assert not User.objects.filter(email=ADA).exists()  # following the link does nothing
    response = client.post(path, {"name": "Ada", "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == f"/learn/{course.slug}/"
    with school:
        user = User.objects.get(email=ADA)
        assert (user.name, user.role) == ("Ada", "student")
        assert EmailAddress.objects.get(user=user).verified
        assert Enrollment.objects.get(user=user).source == "invitation"
        invited.refresh_from_db()
        assert (invited.accepted_by_id, invited.revoked_at) == (user.pk, None)
        assert AuditEntry.objects.filter(action="invitation.accepted", by_id=user.pk).count() == 1
    assert client.get(path)["Location"] == "/learn/"
    assert school.client().get(path).status_code == HTTPStatus.GONE


def test_a_weak_password_is_refused_and_the_name_is_kept(school: School, invited: Invitation) -> None:
    page = school.client().post(link_in(school), {"name": "Ada L.", "password": "12345678"})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="Ada L."' in page.content.decode()
    with school:
        assert not User.objects.filter(email=ADA).exists()


def test_who_has_an_account_signs_in_to_it_first(school: School, course: Course, invited: Invitation) -> None:
    user, path = school.person(email=ADA), link_in(school)
    client = school.client()
    assert f"/login/?next={path.replace('/', '%2F').replace(':', '%3A')}" in client.get(path).content.decode()
    page = client.post(path, {"name": "Mallory", "password": PASSWORD + "2"})
    assert "You have an account here" in page.content.decode()
    client.post("/login/", {"login": ADA, "password": PASSWORD})
    assert "Accept" in client.get(path).content.decode()
    response = client.post(path, follow=True)
    assert response.redirect_chain[-1][0] == f"/learn/{course.slug}/"
    with school:
        assert Enrollment.objects.get().user_id == user.pk
        user.refresh_from_db()
        assert user.check_password(PASSWORD)


def test_somebody_else_who_is_signed_in_is_asked_to_sign_out(school: School, invited: Invitation) -> None:
    client, path = school.client(school.person()), link_in(school)
    assert "Sign out and go on" in client.get(path).content.decode()
    assert client.post(path).status_code == HTTPStatus.CONFLICT
    with school:
        assert not Enrollment.objects.exists()


@pytest.mark.parametrize("change", ["revoked", "expired", "forged", "foreign"])
def test_a_link_that_is_worth_nothing_says_so_and_opens_nothing(
    school: School, other_school: School, staff: User, invited: Invitation, change: str
) -> None:
    path, client = link_in(school), school.client()
    with school:
        if change == "revoked":
            revoke_invitation(invitation=invited, by=staff)
        if change == "expired":
            Invitation.objects.update(expires_at=timezone.now())
    if change == "forged":
        path = f"/invitation/{invited.pk.hex}:{'A' * 43}/"
    if change == "foreign":
        client = other_school.client()
    for response in (client.get(path), client.post(path, {"name": "A", "password": PASSWORD})):
        assert response.status_code == HTTPStatus.GONE
        assert "This invitation cannot be used" in response.content.decode()
    for place in (school, other_school):
        with place:
            assert not User.objects.filter(email=ADA).exists()


def test_sending_again_keeps_the_link_and_starts_two_weeks_anew(
    school: School, client: Client, invited: Invitation
) -> None:
    first, path = link_in(school), f"/dashboard/invitations/{invited.pk}/sending/"
    assert "less than a minute ago" in client.post(path, follow=True).content.decode()
    with school:
        past = timezone.now() - timedelta(days=20)
        Invitation.objects.update(sent_at=past, expires_at=past + timedelta(days=14))
    assert "is sent again" in client.post(path, follow=True).content.decode()
    assert link_in(school) == first
    with school:
        invited.refresh_from_db()
        assert invited.times_sent == 2
        assert invited.expires_at > timezone.now() + timedelta(days=13)
    assert school.client().get(first).status_code == HTTPStatus.OK


def test_inviting_again_widens_the_open_invitation(school: School, staff: User, invited: Invitation) -> None:
    other = school.course("Latin")
    with school:
        again = invite(email=" ADA@example.org ", courses=[other], access_days=5, by=staff)
        assert again.pk == invited.pk
        assert {course.title for course in again.courses.all()} == {"Greek", "Latin"}


def test_taking_back_asks_by_name_and_is_told_in_the_list(school: School, client: Client, invited: Invitation) -> None:
    assert f"Take the invitation to {ADA} back?" in client.get("/dashboard/invitations/").content.decode()
    path = f"/dashboard/invitations/{invited.pk}/revocation/"
    assert "No open invitations" in client.post(path, follow=True).content.decode()
    assert "Taken back" in client.get("/dashboard/invitations/?state=past").content.decode()
    assert "accepted or taken back already" in client.post(path, follow=True).content.decode()


def test_of_many_who_accept_at_once_one_does(school: School, invited: Invitation) -> None:
    user = school.person(email=ADA)

    def accept(_: int) -> str:
        try:
            with tenant_scope(school.tenant.pk):
                accept_invitation(invitation=invited, by=user)
        except Problem as problem:
            return problem.code
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(accept, range(8)))
    assert sorted(outcomes) == ["in", *["invitation-gone"] * 7]


def test_an_invitation_lets_in_again_and_leaves_alone_who_is_in(school: School, staff: User) -> None:
    user, open_one, shut = school.person(email=ADA), school.course("A"), school.course("B")
    held, lost = school.enroll(user, open_one), school.enroll(user, shut, revoked=True)
    with school:
        invitation = invite(email=ADA, courses=[open_one, shut], access_days=10, by=staff)
        (opened,) = accept_invitation(invitation=invitation, by=user)
        assert (opened.pk, opened.is_active) == (lost.pk, True)
        assert opened.expires_at is not None
        held.refresh_from_db()
        assert held.expires_at is None
        with pytest.raises(InvitationGone):
            accept_invitation(invitation=invitation, by=user)
        with pytest.raises(Conflict, match="accepted or taken back"):
            send_again(invitation=invitation, by=staff)


def test_a_name_and_a_title_cannot_write_the_letters_head(school: School, staff: User) -> None:
    course = school.course("Greek\nBcc: x@example.org")
    with school:
        invite(email=ADA, name="Ada\r\nX: y", courses=[course], by=staff)
        mail = Mail.objects.get()
        assert "“Greek Bcc: x@example.org”" in mail.text
        assert "Hello Ada X: y," in mail.text


def test_the_list_is_empty_with_a_first_step_and_costs_the_same_for_many(
    school: School, client: Client, staff: User, course: Course, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "No open invitations" in client.get("/dashboard/invitations/").content.decode()

    def counted() -> int:
        with django_assert_num_queries(100, exact=False) as queries:  # type: ignore[call-arg]
            client.get("/dashboard/invitations/")
        return len(queries)

    with school:
        invite(email=ADA, courses=[course], by=staff)
    few = counted()
    with school:
        for _ in range(6):
            invite(email=f"{unique('p')}@example.org", courses=[course], by=staff)
    assert counted() == few


def test_links_are_of_one_school(school: School, other_school: School, invited: Invitation) -> None:
    with school:
        own = link_token(invited)
    with other_school:
        assert link_token(invited) != own

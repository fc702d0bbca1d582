"""The development inbox: open to whoever sits at the machine, and to nobody else."""

import pytest
from django.core.mail import send_mail
from pytest_django.fixtures import Settings

from colonnade.accounts.models import Role
from colonnade.ops.models import Mail
from tests.factories import School


@pytest.fixture
def mail(school: School) -> Mail:
    with school:
        send_mail(
            "Confirm <b>it</b>", f"Go to http://{school.host}:8000/confirm-email/x:y-z/ now", "a@localhost",
            ["b@example.org"], html_message='<a href="/x">Go</a><script>alert(1)</script>',
        )  # fmt: skip
        return Mail.objects.get()


def test_the_inbox_shows_the_schools_mail_with_links_that_can_be_clicked(school: School, mail: Mail) -> None:
    client = school.client()
    assert "Confirm &lt;b&gt;it&lt;/b&gt;" in client.get("/inbox/").content.decode()
    page = client.get(f"/inbox/{mail.pk}/").content.decode()
    assert f'href="http://{school.host}:8000/confirm-email/x:y-z/"' in page


def test_html_is_shown_in_a_box_without_script_or_origin(school: School, mail: Mail) -> None:
    page = school.client().get(f"/inbox/{mail.pk}/").content.decode()
    assert "<script>alert" not in page
    frame = page[page.index("<iframe") : page.index("</iframe>")]
    assert "sandbox=" in frame
    assert "allow-scripts" not in frame
    assert "allow-same-origin" not in frame


def test_a_school_sees_no_other_schools_mail(other_school: School, platform: School, mail: Mail) -> None:
    for place in (other_school, platform):
        client = place.client()
        assert mail.subject not in client.get("/inbox/").content.decode()
        assert client.get(f"/inbox/{mail.pk}/").status_code == 404


def test_where_mail_is_delivered_there_is_no_inbox(school: School, mail: Mail, settings: Settings) -> None:
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    client = school.client(school.person(Role.OWNER))
    assert client.get("/inbox/").status_code == 404
    assert client.get(f"/inbox/{mail.pk}/").status_code == 404


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"]
)
def test_what_came_through_a_proxy_has_to_sign_in(school: School, mail: Mail, header: str) -> None:
    response = school.client(headers={header: "127.0.0.1"}).get("/inbox/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/inbox/"


def test_what_came_from_elsewhere_has_to_sign_in(school: School, mail: Mail, settings: Settings) -> None:
    assert school.client(REMOTE_ADDR="192.168.1.9").get("/inbox/").status_code == 302
    settings.HOST = "0.0.0.0"
    assert school.client().get("/inbox/").status_code == 302
    settings.HOST = "localhost"
    assert school.client().get("/inbox/").status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OWNER, 200), (Role.INSTRUCTOR, 403), (Role.ASSISTANT, 403), (Role.STUDENT, 403)]
)
def test_from_elsewhere_only_the_owner_reads_it(school: School, mail: Mail, role: str, status: int) -> None:
    """It holds the links that set new passwords, the owner's too."""
    client = school.client(school.person(role), REMOTE_ADDR="192.168.1.9")
    assert client.get("/inbox/").status_code == status
    assert client.get(f"/inbox/{mail.pk}/").status_code == status


@pytest.mark.parametrize(("role", "status"), [(Role.OPERATOR, 200), (Role.CREATOR, 403)])
def test_at_the_platform_only_the_operator_reads_it_from_elsewhere(platform: School, role: str, status: int) -> None:
    assert platform.client(platform.person(role), REMOTE_ADDR="192.168.1.9").get("/inbox/").status_code == status


def test_an_empty_inbox_says_what_will_come(school: School) -> None:
    assert "No mail yet" in school.client().get("/inbox/").content.decode()

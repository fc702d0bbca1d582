"""Mail leaves if and only if the deed took place, and is tried again while the server is away."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import connections
from pytest_django.fixtures import Settings

from colonnade.lib.embedded.ports import choose
from colonnade.ops.jobs import MailRefused, deliver
from colonnade.ops.models import Mail
from tests.factories import School, unique


class Server:
    """A real SMTP server; what it answers to RCPT and, of the content, to DATA can be set."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.answer = "250 OK"
        self.verdict = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.verdict.startswith("250"):
            self.received.append(envelope)
        return self.verdict


@pytest.fixture
def port(settings: Settings) -> int:
    number = choose(1)
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", number
    return number


@pytest.fixture
def server(port: int) -> Iterator[Server]:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server
    controller.stop()


pytestmark = pytest.mark.usefixtures("empty_queue")


def jobs_of(school: School) -> list[tuple[str, int]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs WHERE args->>'tenant_id' = %s",
            [str(school.tenant.pk)],
        )
        return list(cursor.fetchall())


def write(school: School) -> Mail:
    to = f"{unique('zoe')}@example.org"
    with school:
        send_mail("Grüße", "Text with ümlaut", "Zoë’s School <no-reply@localhost>", [to], html_message="<b>Hi</b>")
        return Mail.objects.get()


def test_a_mail_is_delivered_by_the_worker(school: School, server: Server, run_jobs: Callable[..., None]) -> None:
    mail = write(school)
    assert server.received == [], "the request does not wait for the mail server"
    run_jobs()
    with school:
        mail.refresh_from_db()
        assert mail.delivered_at
    # Mail that another test could not get rid of may arrive as well.
    (envelope,) = (one for one in server.received if one.rcpt_tos == mail.recipients)
    assert envelope.mail_from == "no-reply@localhost"
    content = envelope.content.decode()
    assert f"Message-ID: <{mail.pk}@localhost>" in content
    assert "text/html" in content


def test_a_mail_of_a_deed_taken_back_never_was(school: School, server: Server) -> None:
    with pytest.raises(ValueError, match="taken back"), school:  # noqa: PT012  # the scope is what is tested
        send_mail("s", "t", "a@localhost", ["b@example.org"])
        raise ValueError("taken back")
    assert jobs_of(school) == []
    with school:
        assert not Mail.objects.exists()


def test_a_server_that_is_away_is_tried_again(school: School, port: int, run_jobs: Callable[..., None]) -> None:
    mail = write(school)
    run_jobs()
    assert jobs_of(school) == [("todo", 1)], "kept for a later try"
    with school:
        mail.refresh_from_db()
        assert mail.delivered_at is None


def test_a_busy_server_is_tried_again_and_a_refusal_is_not_taken_for_one(school: School, server: Server) -> None:
    mail = write(school)
    server.answer = "451 Greylisted, try later"
    with school, pytest.raises(OSError, match="Greylisted"):
        deliver(mail_id=str(mail.pk))
    server.answer = "550 No such user"
    with school, pytest.raises(MailRefused, match="550"):
        deliver(mail_id=str(mail.pk))
    server.answer = "250 OK"
    with school:
        deliver(mail_id=str(mail.pk))
        deliver(mail_id=str(mail.pk))
    assert len(server.received) == 1, "a job that runs twice sends once"


def test_content_refused_for_good_is_not_sent_again_and_again(school: School, server: Server) -> None:
    mail = write(school)
    server.verdict = "554 Looks like spam"
    with school, pytest.raises(MailRefused, match="554"):
        deliver(mail_id=str(mail.pk))
    server.verdict = "421 Shutting down"
    with school, pytest.raises(OSError, match="Shutting"):
        deliver(mail_id=str(mail.pk))


def test_without_a_mail_server_the_mail_is_kept(school: School) -> None:
    mail = write(school)
    assert jobs_of(school) == []
    assert (mail.subject, mail.text, mail.html) == ("Grüße", "Text with ümlaut", "<b>Hi</b>")


def test_mail_of_one_kind_and_mail_to_nobody(school: School) -> None:
    message = EmailMultiAlternatives("s", "t", "a@localhost", ["b@example.org"], cc=["c@example.org"])
    message.attach_alternative("BEGIN:VCALENDAR", "text/calendar")
    with school:
        assert message.send() == 1
        assert EmailMessage("s", "t", "a@localhost", []).send() == 0
        mail = Mail.objects.get()
    assert mail.html == ""
    assert mail.recipients == ["b@example.org", "c@example.org"]

"""Mail is delivered; what has served its time is forgotten."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from colonnade.lib.jobs import every, job
from colonnade.lib.tenancy import across_tenants, current_tenant_id, tenant_scope
from colonnade.ops import sweeping, tiering
from colonnade.ops.models import Mail
from colonnade.tenants.models import Tenant
from colonnade.videos.tiering import Move
from colonnade.videos.tiers import classes

logger = logging.getLogger(__name__)


class MailRefused(Exception):
    """The other side has said no for good: trying on would only make us a nuisance."""


@job(long=True)
def deliver(*, mail_id: str) -> None:
    """Hand a mail to the provider, which may take its time: no transaction is open meanwhile.

    A server that is away or busy (SMTP 4xx) is tried for about a day. A worker killed between the hand-over and the
    note of it sends twice; a mail lost would be worse.
    """
    with tenant_scope(current_tenant_id()):
        mail = Mail.objects.filter(pk=mail_id, delivered_at=None).first()
    if mail is None:
        return
    _send(mail)
    with tenant_scope(current_tenant_id()):
        Mail.objects.filter(pk=mail_id).update(delivered_at=timezone.now())


def _send(mail: Mail) -> None:
    message = EmailMultiAlternatives(
        mail.subject, mail.text, mail.sender, mail.recipients,
        headers={"Message-ID": f"<{mail.pk}@{settings.PLATFORM_HOST}>"},  # the same at each try: readers show it once
        connection=get_connection(settings.DELIVERY_BACKEND),
    )  # fmt: skip
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= 500:
            raise MailRefused(f"{mail.pk}: {error.smtp_code}") from error
        raise
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            raise MailRefused(f"{mail.pk}: {sorted(code for code, _ in error.recipients.values())}") from error
        raise


@every("29 4 * * 0")
def tier_videos() -> None:
    """Each week, what is hardly watched goes where keeping it costs less."""
    if among := classes():
        for school in across_tenants(Tenant).iterator():
            moved = Move()
            for each in tiering.due(school, among):
                tiering.begin(school, each)
                moved += each.move
            if moved.objects:
                logger.info("At %s %s objects change their class, which saves $%.2f a month.",
                            school.subdomain, moved.objects, moved.saves)  # fmt: skip


@every("41 3 * * *")
def forget_expired() -> None:
    """Each night."""
    sweeping.forget_expired()

"""EMAIL_BACKEND: a mail is a row of the transaction that sends it, so it leaves if and only if the deed took place."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from colonnade.ops.jobs import deliver
from colonnade.ops.models import Mail


class OutboxBackend(BaseEmailBackend):
    """Keeps mails as rows of the current school. With EMAIL_URL a job delivers each after the commit."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = [self._keep(message) for message in email_messages if message.recipients()]
        if settings.DELIVERY_BACKEND:
            for mail in mails:
                deliver.later(mail_id=mail.pk)
        return len(mails)

    def _keep(self, message: EmailMessage) -> Mail:
        return Mail.objects.create(
            sender=message.from_email,
            recipients=message.recipients(),
            subject=" ".join(str(message.subject).split()),
            text=str(message.body),
            html=_html_of(message),
        )


def _html_of(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, mimetype in message.alternatives if mimetype == "text/html"), "")

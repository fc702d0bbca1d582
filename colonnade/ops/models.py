"""What the operator looks after: the mail that leaves the house."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from colonnade.lib.tenancy import TenantModel, tenant_row


class Mail(TenantModel):
    """A mail, written in the transaction that sends it; a job delivers it after the commit, with retries."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sender = models.CharField(max_length=320)
    recipients = ArrayField(models.CharField(max_length=320))
    subject = models.CharField(max_length=998)  # RFC 5322's longest line
    text = models.TextField()
    html = models.TextField(blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [*tenant_row()]
        indexes = [models.Index(fields=["tenant", "-created_at"], name="ops_mail_newest")]

    def __str__(self) -> str:
        return self.subject

"""Who did what: one row per deed, written inside the deed's transaction."""

from typing import Any, Protocol
from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from colonnade.lib.tenancy import TenantModel, tenant_row


class Actor(Protocol):
    """Whoever can do a deed: a user."""

    pk: Any
    email: Any


class Subject(Protocol):
    """Whatever a deed can be about: a model with a name in words."""

    pk: Any

    def __str__(self) -> str: ...


class AuditEntry(TenantModel):
    """A deed. Ids and labels without foreign keys: the entry outlives what it tells of."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    action = models.CharField(max_length=80)  # noun and past participle: "course.published"
    by_id = models.UUIDField(null=True)  # null: the platform itself, such as a job
    by_label = models.CharField(max_length=320)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=320)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [*tenant_row()]
        indexes = [models.Index(fields=["tenant", "-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.by_label}: {self.action} {self.subject_label}"

    @property
    def what(self) -> str:
        """The action in words: "Course published"."""
        return in_words(self.action)


def in_words(action: str) -> str:
    """ "course.published" is "Course published"."""
    return action.replace(".", " ").replace("_", " ").replace("-", " ").capitalize()


def record(action: str, subject: Subject, *, by: Actor | None, **data: Any) -> None:
    """Write the audit row of a deed; call it inside the action, next to the change. `by=None` is the platform."""
    AuditEntry.objects.create(
        action=action,
        by_id=by.pk if by and isinstance(by.pk, UUID) else None,
        by_label=by.email[:320] if by else "Colonnade",
        subject_type=subject.__class__.__name__,  # not type(): request.user is a proxy
        subject_id=str(subject.pk),
        subject_label=str(subject)[:320],
        data={
            name: value if isinstance(value, (int, bool, list, dict)) else str(value) for name, value in data.items()
        },
    )

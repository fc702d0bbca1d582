"""What students write beside a video. Theirs alone: no page, list or export of the school's has it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

LONGEST = 10_000  # characters


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, user: User) -> "NoteQuerySet":
        return self.filter(user=user)

    def containing(self, text: str) -> "NoteQuerySet":
        """A person's notes are few: they are looked through."""
        return self.filter(body__icontains=text) if text else self

    def in_order(self) -> "NoteQuerySet":
        """As the lecture goes; what belongs to no second comes first."""
        return self.order_by(models.F("second").asc(nulls_first=True), "created_at", "id")


class Note(TenantModel):
    """Markdown; `second` is where in the video it belongs, if it does."""

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="notes")
    lecture = TenantForeignKey(Lecture, on_delete=models.CASCADE, related_name="notes")
    second = models.IntegerField(null=True)
    body = models.TextField(max_length=LONGEST)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("user", "lecture"),
            models.CheckConstraint(condition=Q(second=None) | Q(second__gte=0), name="learning_note_second"),
        ]
        indexes = [models.Index(fields=["tenant", "user", "lecture"], name="learning_note_of_user")]

    def __str__(self) -> str:
        return self.body[:60]

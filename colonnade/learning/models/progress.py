"""What a student has watched: a set of seconds per lecture, so that a heartbeat sent twice changes nothing."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Now
from psycopg.types.multirange import Int4Multirange

from colonnade.accounts.models import User
from colonnade.courses.models import Lecture
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

if TYPE_CHECKING:
    _Field = models.Field[Int4Multirange, Int4Multirange]
else:
    _Field = models.Field


class SecondsField(_Field):
    """PostgreSQL's int4multirange: a set of whole seconds, kept as half-open ranges."""

    def db_type(self, connection: Any) -> str:
        return "int4multirange"

    def get_internal_type(self) -> str:
        return "SecondsField"


class SecondsIn(models.Func):
    """How many seconds a set has."""

    function = "seconds_in"
    output_field = models.IntegerField()


class Progress(TenantModel):
    """Made when the lecture's page is first opened. Apart from its keys nothing in it is indexed: heartbeats are the
    most frequent write of all, and PostgreSQL does them in place where no index has to follow.
    """

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="progress")
    lecture = TenantForeignKey(Lecture, on_delete=models.CASCADE, related_name="progress")
    watched = SecondsField(default=Int4Multirange, db_default=models.Value("{}"))
    watched_seconds = models.GeneratedField(
        expression=SecondsIn("watched"), output_field=models.IntegerField(), db_persist=True
    )
    position = models.FloatField(default=0)  # seconds: where to go on
    started_at = models.DateTimeField(db_default=Now())  # before it nothing can have been watched
    completed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(db_default=Now())

    if TYPE_CHECKING:  # what record_progress() tells beside the row
        percent: int
        just_completed: bool

    class Meta:
        verbose_name_plural = "progress"
        constraints = [
            *tenant_row("user", "lecture"),
            models.UniqueConstraint(fields=["tenant", "user", "lecture"], name="learning_progress_once"),
            models.CheckConstraint(condition=models.Q(position__gte=0), name="learning_progress_position"),
        ]
        indexes = [models.Index(fields=["tenant", "lecture"], name="learning_progress_lecture")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.position:.0f} s of {self.lecture_id}"

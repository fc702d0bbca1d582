"""Archives of courses: those that were asked for, and those that somebody sent."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from colonnade.courses.models import Course
from colonnade.lib.multipart import Multipart
from colonnade.lib.objects import uploads
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

KEPT = timedelta(days=7)
"""How long an archive lies ready, and how long one that was sent waits for a decision."""


class CourseExport(TenantModel):
    """An archive of a course as it stood when a worker wrote it."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_id = models.UUIDField()
    ready_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True)  # bytes
    left_out = models.JSONField(default=list)  # sentences: what could not be taken along, and why
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            *tenant_row("course"),
            models.CheckConstraint(
                condition=Q(ready_at=None, size=None) | Q(ready_at__isnull=False, size__isnull=False),
                name="archives_export_ready_has_size",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "course", "-asked_at"], name="archives_export_of_course"),
            models.Index(fields=["tenant", "asked_at"], name="archives_export_by_age"),
        ]

    def __str__(self) -> str:
        return f"an archive of {self.course_id}"

    @property
    def path(self) -> str:
        return f"archives/{self.pk}/course.zip"

    @property
    def goes_at(self) -> datetime | None:
        return self.ready_at + KEPT if self.ready_at else None

    @property
    def is_under_way(self) -> bool:
        return self.ready_at is None and not self.failure


class ImportState(models.TextChoices):
    """What its dates say of an archive that was sent."""

    UPLOADING = "uploading", "Uploading"
    CHECKING = "checking", "Being checked"
    REFUSED = "refused", "Refused"
    CHECKED = "checked", "Ready to bring in"
    IMPORTING = "importing", "Being brought in"
    FAILED = "failed", "Failed"
    DONE = "done", "Brought in"


class CourseImport(TenantModel):
    """An archive that somebody sent: checked first, brought in when they say so.

    `plan` is what it would make (a manifest), `notes` what to know before; `brought` the videos that are here already,
    by their names in the archive, so that a worker that takes over brings none twice.
    """

    filename = models.CharField(max_length=255)
    size = models.BigIntegerField()  # bytes
    fingerprint = models.CharField(max_length=300, blank=True)
    part_size = models.BigIntegerField()
    upload_id = models.CharField(max_length=1024, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.UUIDField()
    uploaded_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=500, blank=True)
    plan = models.JSONField(null=True)
    notes = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)
    brought = models.JSONField(default=dict)
    course = TenantForeignKey(Course, on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    is_resumed = False  # set by the action: an upload that was begun before goes on

    class Meta:
        constraints = [
            *tenant_row("course"),
            models.CheckConstraint(condition=Q(size__gt=0), name="archives_import_size_positive"),
            models.CheckConstraint(
                condition=Q(checked_at=None) | ~Q(plan=None) | ~Q(refusal=""), name="archives_import_checked_says_what"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="archives_import_latest"),
            models.Index(fields=["tenant", "course"], name="archives_import_course"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def path(self) -> str:
        return f"archives/{self.pk}/sent.zip"

    @property
    def upload(self) -> Multipart:
        return Multipart(uploads(), self.path, self.upload_id, self.size, self.part_size)

    @property
    def state(self) -> ImportState:
        steps = [
            (self.refusal, ImportState.REFUSED),
            (self.failure, ImportState.FAILED),
            (self.done_at, ImportState.DONE),
            (self.confirmed_at, ImportState.IMPORTING),
            (self.checked_at, ImportState.CHECKED),
            (self.uploaded_at, ImportState.CHECKING),
        ]
        return next((state for reached, state in steps if reached), ImportState.UPLOADING)

    @property
    def is_under_way(self) -> bool:
        return self.state in (ImportState.CHECKING, ImportState.IMPORTING)

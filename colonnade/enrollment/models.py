"""Who may study what: access codes and the enrollments they become."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

DEFAULT_EXPIRY = timedelta(days=30)  # the roadmap's


class CodeBatchQuerySet(models.QuerySet["CodeBatch"]):
    def newest_first(self) -> "CodeBatchQuerySet":
        return self.order_by("-created_at", "-id")

    def with_used(self) -> "CodeBatchQuerySet":
        """`used`: how many codes of each were redeemed. A subquery each: grouping would count all, not a page."""
        used = AccessCode.objects.filter(batch=models.OuterRef("pk"), used_at__isnull=False).order_by()
        count = used.values("batch").values(count=models.Count("*"))
        return self.annotate(used=models.functions.Coalesce(models.Subquery(count), 0))  # type: ignore[no-redef]


class CodeBatch(TenantModel):
    """Codes made together for one course. They are shown when made and never again: only hashes are kept."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="code_batches")
    label = models.CharField(max_length=120, blank=True)
    quantity = models.IntegerField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by_id = models.UUIDField()
    revoked_at = models.DateTimeField(null=True)
    used: int  # where it was asked for: with_used()

    objects = CodeBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "code batches"
        constraints = [*tenant_row("course")]
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="enrollment_batch_latest"),
            models.Index(fields=["tenant", "course"], name="enrollment_batch_course"),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.quantity} codes"


class AccessCodeQuerySet(models.QuerySet["AccessCode"]):
    def unused(self) -> "AccessCodeQuerySet":
        """Neither used nor revoked; perhaps expired."""
        return self.filter(used_at=None, revoked_at=None)


class AccessCode(TenantModel):
    """One code: a keyed hash, so that a stolen table redeems nothing. `hint` is its first group, to tell it by."""

    batch = TenantForeignKey(CodeBatch, on_delete=models.CASCADE, related_name="codes")
    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    code_hash = models.BinaryField(max_length=32)
    hint = models.CharField(max_length=8)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = TenantForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("batch", "course", "used_by"),
            models.UniqueConstraint(fields=["tenant", "code_hash"], name="enrollment_code_once_a_school"),
        ]
        indexes = [
            models.Index(fields=["tenant", "batch"], name="enrollment_code_batch"),
            models.Index(fields=["tenant", "used_by"], name="enrollment_code_used_by"),
            models.Index(fields=["tenant", "batch"], condition=Q(used_at__isnull=False), name="enrollment_code_used"),
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def active(self) -> "EnrollmentQuerySet":
        return self.filter(revoked_at=None)

    def of(self, user: User) -> "EnrollmentQuerySet":
        return self.filter(user=user)


class Enrollment(TenantModel):
    """A student in a course. One row for a pair for good: revoking and letting in again date the same row."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="enrollments")
    created_at = models.DateTimeField(default=timezone.now, db_default=models.functions.Now(), editable=False)
    code = TenantForeignKey(AccessCode, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.UUIDField(null=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("course", "user", "code"),
            models.UniqueConstraint(fields=["tenant", "course", "user"], name="enrollment_once"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("created_at")), name="enrollment_revoked_after_made"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user", "-created_at"], name="enrollment_of_user"),
            models.Index(fields=["tenant", "course", "-created_at"], name="enrollment_of_course"),
            models.Index(fields=["tenant", "code"], name="enrollment_code"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in “{self.course}”"

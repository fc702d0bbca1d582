"""Access codes, the batches they are made in, and who redeemed them."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.models.admissions import access_days_field, access_days_rule
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

DEFAULT_EXPIRY = timedelta(days=30)  # the roadmap's


class CodeBatchQuerySet(models.QuerySet["CodeBatch"]):
    def newest_first(self) -> "CodeBatchQuerySet":
        return self.order_by("-created_at", "-id")

    def with_used(self) -> "CodeBatchQuerySet":
        """`used`: how many seats of each are taken. A subquery each: grouping would count all, not a page."""
        used = Redemption.objects.filter(batch=models.OuterRef("pk")).order_by()
        count = used.values("batch").values(count=models.Count("*"))
        return self.annotate(used=models.functions.Coalesce(models.Subquery(count), 0))  # type: ignore[no-redef]


class CodeBatch(TenantModel):
    """Codes made together for some courses. They are shown when made and never again: only hashes are kept."""

    courses: "models.ManyToManyField[Course, BatchCourse]" = models.ManyToManyField(
        Course, through="BatchCourse", related_name="code_batches"
    )
    label = models.CharField(max_length=120, blank=True)
    note = models.TextField(max_length=2000, blank=True)  # for staff
    quantity = models.IntegerField()
    seats = models.IntegerField(default=1)  # of each code
    access_days = access_days_field()
    starts_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by_id = models.UUIDField()
    revoked_at = models.DateTimeField(null=True)
    used: int  # where it was asked for: with_used()

    objects = CodeBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "code batches"
        constraints = [
            *tenant_row(),
            models.CheckConstraint(condition=Q(seats__gte=1), name="enrollment_batch_seats"),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(starts_at__lt=F("expires_at")), name="enrollment_batch_starts_first"
            ),
            access_days_rule("enrollment_batch_access_days"),
        ]
        indexes = [models.Index(fields=["tenant", "-created_at", "-id"], name="enrollment_batch_latest")]

    def __str__(self) -> str:
        return self.label or f"{self.quantity} codes"


class BatchCourse(TenantModel):
    """A course that the codes of a batch open."""

    batch = TenantForeignKey(CodeBatch, on_delete=models.CASCADE, related_name="+")
    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            *tenant_row("batch", "course"),
            models.UniqueConstraint(fields=["tenant", "batch", "course"], name="enrollment_batchcourse_once"),
        ]
        indexes = [models.Index(fields=["tenant", "course"], name="enrollment_batch_course_of")]

    def __str__(self) -> str:
        return f"{self.batch_id} opens {self.course_id}"


class AccessCodeQuerySet(models.QuerySet["AccessCode"]):
    def with_seats(self) -> "AccessCodeQuerySet":
        """Seats are left and it is not revoked; perhaps expired, or not good yet."""
        return self.filter(taken__lt=F("seats"), revoked_at=None)


class AccessCode(TenantModel):
    """One code: a keyed hash, so that a stolen table redeems nothing. `hint` is its first group, to tell it by."""

    batch = TenantForeignKey(CodeBatch, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.BinaryField(max_length=32)
    hint = models.CharField(max_length=8)
    seats = models.IntegerField(default=1)  # the batch's, so that the rule below can see it
    taken = models.IntegerField(default=0, db_default=0)  # seats; the rows of Redemption say by whom
    revoked_at = models.DateTimeField(null=True)

    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("batch"),
            models.UniqueConstraint(fields=["tenant", "code_hash"], name="enrollment_code_once_a_school"),
            models.CheckConstraint(condition=Q(taken__range=(0, F("seats"))), name="enrollment_code_seats"),
        ]
        indexes = [models.Index(fields=["tenant", "batch"], name="enrollment_code_batch")]

    def __str__(self) -> str:
        return f"…{self.hint}"


class Redemption(TenantModel):
    """A seat of a code, taken. The row outlives the account, and what came of it is the enrollments'."""

    batch = TenantForeignKey(CodeBatch, on_delete=models.CASCADE, related_name="redemptions")
    code = TenantForeignKey(AccessCode, on_delete=models.CASCADE, related_name="redemptions")
    user = TenantForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *tenant_row("batch", "code", "user"),
            models.UniqueConstraint(fields=["tenant", "code", "user"], name="enrollment_redemption_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "batch", "-id"], name="enrollment_redemption_batch"),
            models.Index(fields=["tenant", "user"], name="enrollment_redemption_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} redeemed {self.code}"

"""Who is in which course."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.models.codes import AccessCode
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row


class Source(models.TextChoices):
    """The door by which somebody came in, the last time."""

    STAFF = "staff", "Enrolled by the school"
    CODE = "code", "By an access code"
    FREE = "free", "The course is free"
    INVITATION = "invitation", "By an invitation"
    IMPORT = "import", "Imported from a list"


ENDED_AT_ONCE = 2_000  # of all schools; the rest comes with the next round


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def active(self) -> "EnrollmentQuerySet":
        """Those who may study now: not revoked, and their time is not over."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)

    def ending(self) -> "models.QuerySet[Enrollment, tuple[UUID, UUID]]":
        """Whose time is over and who are not told so yet: tenant and enrollment, the longest over first."""
        over = self.filter(expires_at__lte=Now(), ended_at=None).order_by("expires_at")
        return over.values_list("tenant_id", "pk")[:ENDED_AT_ONCE]

    def of(self, user: User) -> "EnrollmentQuerySet":
        return self.filter(user=user)


class Enrollment(TenantModel):
    """A student in a course. One row for a pair for good: shutting out and letting in again date the same row."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="enrollments")
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.STAFF, db_default=Source.STAFF)
    code = TenantForeignKey(AccessCode, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)  # access ends then; nothing: never
    ended_at = models.DateTimeField(null=True)  # when the end was acted upon: playback withdrawn
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
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("expires_at")), name="enrollment_ended_after_its_end"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user", "-created_at"], name="enrollment_of_user"),
            models.Index(fields=["tenant", "course", "-created_at"], name="enrollment_of_course"),
            models.Index(fields=["tenant", "code"], name="enrollment_code"),
            models.Index(
                fields=["tenant", "expires_at"],  # the sweep of all schools skips from one to the next
                condition=Q(expires_at__isnull=False, ended_at=None),
                name="enrollment_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in “{self.course}”"

    @property
    def has_ended(self) -> bool:
        """Whether the time of access is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_active(self) -> bool:
        """As `active()`, for a row in hand."""
        return self.revoked_at is None and not self.has_ended

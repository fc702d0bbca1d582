"""A letter to a mailbox: whoever reads it may come in."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.models.admissions import access_days_field, access_days_rule
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

VALID_FOR = timedelta(days=14)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor taken back; perhaps too old."""
        return self.filter(accepted_at=None, revoked_at=None)

    def acceptable(self) -> "InvitationQuerySet":
        return self.unanswered().filter(expires_at__gt=Now())


class Invitation(TenantModel):
    """Into courses, for the reader of one mailbox. Its link is signed; what it is worth stands here."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    courses: "models.ManyToManyField[Course, InvitationCourse]" = models.ManyToManyField(
        Course, through="InvitationCourse", related_name="+"
    )
    access_days = access_days_field()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by_id = models.UUIDField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # the last time
    times_sent = models.IntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = TenantForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("accepted_by"),
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="enrollment_invitation_one_open",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="enrollment_invitation_email_lower"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="enrollment_invitation_one_end"
            ),
            access_days_rule("enrollment_invitation_access_days"),
        ]
        indexes = [
            models.Index(fields=["tenant", "accepted_by"], name="enrollment_invitation_by"),
            models.Index(
                fields=["tenant", "-id"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="enrollment_invitation_open",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class InvitationCourse(TenantModel):
    """A course that an invitation opens."""

    invitation = TenantForeignKey(Invitation, on_delete=models.CASCADE, related_name="+")
    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            *tenant_row("invitation", "course"),
            models.UniqueConstraint(fields=["tenant", "invitation", "course"], name="enrollment_invitationcourse_once"),
        ]
        indexes = [models.Index(fields=["tenant", "course"], name="enrollment_invited_course")]

    def __str__(self) -> str:
        return f"{self.invitation_id} opens {self.course_id}"

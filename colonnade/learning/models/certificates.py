"""Certificates: what a course asks for one, and those that were given."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.models import Enrollment
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing in it is read for something else
_LENGTH = 12


class CertificateRule(TenantModel):
    """A course with such a row gives certificates."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="certificate_rules")  # one at most
    percent = models.SmallIntegerField(null=True)  # nothing: every lecture is to be completed
    signed_by = models.CharField(max_length=120, blank=True)
    offered_at = models.DateTimeField(db_default=Now())
    offered_by_id = models.UUIDField()

    class Meta:
        constraints = [
            *tenant_row("course"),
            models.UniqueConstraint(fields=["tenant", "course"], name="learning_certificaterule_once"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__range=(1, 100)), name="learning_certificaterule_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"the certificate of {self.course}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def with_code(self, text: str) -> "CertificateQuerySet":
        """As people type it: any case, with or without dashes, O for 0 and I or L for 1."""
        return self.filter(code=plain(text))


class Certificate(TenantModel):
    """Given once for an enrollment; it says what was so on that day, whatever the course is called later."""

    enrollment = TenantForeignKey(Enrollment, on_delete=models.SET_NULL, null=True, related_name="certificates")
    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=_LENGTH)
    name = models.CharField(max_length=120)  # as printed
    course_title = models.CharField(max_length=160)
    signed_by = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.UUIDField(null=True)
    revoked_reason = models.CharField(max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("enrollment", "user"),
            models.UniqueConstraint(fields=["tenant", "code"], name="learning_certificate_code"),
            models.UniqueConstraint(fields=["tenant", "enrollment"], name="learning_certificate_once"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by_id=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by_id__isnull=False) & ~Q(revoked_reason="")),
                name="learning_certificate_revoked_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "user"], name="learning_certificate_user")]

    def __str__(self) -> str:
        return f"{self.name}: {self.course_title}"

    @property
    def written(self) -> str:
        """The code in groups, as printed."""
        return "-".join(self.code[start : start + 4] for start in range(0, _LENGTH, 4))


def new_code() -> str:
    """60 random bits: nobody finds one by trying."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def plain(text: str) -> str:
    """What a code is in the database, however it was typed."""
    letters = "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())
    return letters.translate(str.maketrans("OIL", "011"))[:_LENGTH]

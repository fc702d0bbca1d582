"""What a course asks of those who come in."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from colonnade.courses.models import Course
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row

MOST_ACCESS_DAYS = 3660  # ten years: longer is for good


def access_days_field() -> "models.IntegerField[int | None, int | None]":
    """Days from coming in to the end of access; nothing is for good, or as the course says."""
    limits = [MinValueValidator(1), MaxValueValidator(MOST_ACCESS_DAYS)]
    return models.IntegerField(null=True, blank=True, validators=limits)


def access_days_rule(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(access_days=None) | Q(access_days__range=(1, MOST_ACCESS_DAYS)), name=name
    )


class Admission(TenantModel):
    """A course's own terms; a course without a row asks for a code and stays open for good."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="admissions")
    free_since = models.DateTimeField(null=True)  # from then on anybody with an account may come in
    free_by_id = models.UUIDField(null=True)
    access_days = access_days_field()

    class Meta:
        constraints = [
            *tenant_row("course"),
            models.UniqueConstraint(fields=["tenant", "course"], name="enrollment_admission_once"),
            models.CheckConstraint(
                condition=Q(free_since=None, free_by_id=None) | Q(free_since__isnull=False, free_by_id__isnull=False),
                name="enrollment_admission_freed_by_somebody",
            ),
            access_days_rule("enrollment_admission_access_days"),
        ]

    def __str__(self) -> str:
        return f"Admission to “{self.course}”"

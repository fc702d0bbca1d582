"""Who may study what, and the doors by which people come in: codes, invitations, free courses, staff."""

from colonnade.enrollment.models.admissions import MOST_ACCESS_DAYS, Admission
from colonnade.enrollment.models.codes import DEFAULT_EXPIRY, AccessCode, BatchCourse, CodeBatch, Redemption
from colonnade.enrollment.models.enrollments import Enrollment, EnrollmentQuerySet, Source
from colonnade.enrollment.models.invitations import Invitation, InvitationCourse

__all__ = [
    "DEFAULT_EXPIRY",
    "MOST_ACCESS_DAYS",
    "AccessCode",
    "Admission",
    "BatchCourse",
    "CodeBatch",
    "Enrollment",
    "EnrollmentQuerySet",
    "Invitation",
    "InvitationCourse",
    "Redemption",
    "Source",
]

"""What is done with codes and enrollments; each deed is one transaction and one audit row."""

from colonnade.enrollment.actions.codes import MOST_CODES, make_codes, revoke_batch, revoke_code
from colonnade.enrollment.actions.enrollments import enroll, restore_enrollment, revoke_enrollment
from colonnade.enrollment.actions.redeeming import redeem

__all__ = [
    "MOST_CODES",
    "enroll",
    "make_codes",
    "redeem",
    "restore_enrollment",
    "revoke_batch",
    "revoke_code",
    "revoke_enrollment",
]

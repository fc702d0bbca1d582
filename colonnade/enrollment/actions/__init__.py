"""What is done with codes and enrollments; each deed is one transaction and one audit row."""

from colonnade.enrollment.actions.admissions import is_free, set_admission, start_free_course
from colonnade.enrollment.actions.codes import (
    MOST_CODES,
    MOST_COURSES,
    MOST_SEATS,
    make_codes,
    revoke_batch,
    revoke_code,
)
from colonnade.enrollment.actions.enrollments import (
    end_enrollment,
    enroll,
    restore_enrollment,
    revoke_enrollment,
    set_access_end,
)
from colonnade.enrollment.actions.redeeming import redeem

__all__ = [
    "MOST_CODES",
    "MOST_COURSES",
    "MOST_SEATS",
    "end_enrollment",
    "enroll",
    "is_free",
    "make_codes",
    "redeem",
    "restore_enrollment",
    "revoke_batch",
    "revoke_code",
    "revoke_enrollment",
    "set_access_end",
    "set_admission",
    "start_free_course",
]

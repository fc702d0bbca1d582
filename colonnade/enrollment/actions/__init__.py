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
from colonnade.enrollment.actions.imports import Counts, Fate, Planned, counts_of, import_students, plan_import
from colonnade.enrollment.actions.invitations import (
    accept_invitation,
    invite,
    join_by_invitation,
    revoke_invitation,
    send_again,
    send_invitations,
    waits_for_password,
)
from colonnade.enrollment.actions.redeeming import redeem

__all__ = [
    "MOST_CODES",
    "MOST_COURSES",
    "MOST_SEATS",
    "Counts",
    "Fate",
    "Planned",
    "accept_invitation",
    "counts_of",
    "end_enrollment",
    "enroll",
    "import_students",
    "invite",
    "is_free",
    "join_by_invitation",
    "make_codes",
    "plan_import",
    "redeem",
    "restore_enrollment",
    "revoke_batch",
    "revoke_code",
    "revoke_enrollment",
    "revoke_invitation",
    "send_again",
    "send_invitations",
    "set_access_end",
    "set_admission",
    "start_free_course",
    "waits_for_password",
]

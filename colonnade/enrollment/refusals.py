"""Why a code does not open a course: each its own sentence, none of which tells a guesser more than a holder knows."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from colonnade.courses.models import Course
from colonnade.enrollment.models import Enrollment
from colonnade.lib.problems import Conflict, Invalid, Problem
from colonnade.tenants.calendar import school_calendar


class CodeMistyped(Invalid):
    """The check symbol does not fit: seen before anybody asks the database."""

    code = "code-mistyped"
    title = "A typing error"

    def __init__(self) -> None:
        super().__init__(
            "This code has a typing error. It has 13 letters and digits, and never an I, L, O, 0 or 1: "
            "compare it with the one you were given."
        )


class CodeUnknown(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "code-unknown"
    title = "Unknown code"

    def __init__(self) -> None:
        super().__init__("We do not know this code. Is it a code of this school? Ask who gave it to you.")


class CodeUsed(Conflict):
    """Used by others: no seat is left."""

    code = "code-used"
    title = "This code is used"

    def __init__(self, used_at: datetime, seats: int = 1) -> None:
        day = school_calendar().day(used_at)
        used = f"was used on {day}" if seats == 1 else f"was for {seats:,} people, and all places were taken by {day}"
        super().__init__(f"This code {used}. Ask your school for a new one.")


class CodeUsedByYou(Conflict):
    """Used by the same person; `enrollment` is one that it opened and that is still open, if there is one."""

    code = "code-used-by-you"
    title = "You have used this code"

    def __init__(self, enrollments: Sequence[Enrollment]) -> None:
        self.enrollment = next((enrollment for enrollment in enrollments if enrollment.is_active), None)
        ended = next((enrollment for enrollment in enrollments if enrollment.has_ended), None)
        detail = "You have already redeemed this code."
        if self.enrollment is None and ended is not None:
            detail += f" Your access ended on {school_calendar().day(ended.expires_at)}: ask your school for a new one."
        elif self.enrollment is None:
            detail += " Your access was taken back since: ask your school for a new one."
        super().__init__(detail)


class CodeNotStarted(Conflict):
    """Told, as all that is about a code, to who is signed in and holds it: a stranger learns nothing."""

    code = "code-not-started"
    title = "This code is not good yet"

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(
            f"This code is good from {school_calendar().minute(starts_at)} on. Keep it and come back then."
        )


class CodeEmpty(Conflict):
    """Its courses were deleted."""

    code = "code-empty"
    title = "This code opens nothing any more"

    def __init__(self) -> None:
        super().__init__("The course of this code is gone. Ask your school what it can offer you instead.")


class CodeExpired(Conflict):
    code = "code-expired"
    title = "This code has expired"

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(f"This code expired on {school_calendar().day(expires_at)}. Ask your school for a new one.")


class CodeRevoked(Conflict):
    code = "code-revoked"
    title = "This code was withdrawn"

    def __init__(self) -> None:
        super().__init__("This code was withdrawn by the school. Ask your school for a new one.")


class CourseNotOffered(Conflict):
    """The course is archived: its students keep it, and nobody new gets in."""

    code = "course-not-offered"
    title = "This course is not offered any more"

    def __init__(self, course: Course) -> None:
        super().__init__(
            f"“{course}” is not offered any more, so nobody new can be let in. Your code was not used up: "
            "ask your school what it can offer you instead."
        )


class AlreadyEnrolled(Conflict):
    """The person is in the course for good; a code presented for it is left unused."""

    code = "already-enrolled"
    title = "You are in this course already"

    def __init__(self, enrollment: Enrollment) -> None:
        self.enrollment = enrollment
        super().__init__(
            "You are already in this course. The code was not used up: it is still good for somebody else."
        )


class AccessTakenBack(Conflict):
    """A free course is free to come into, and not to come back into where the school has said no."""

    code = "access-taken-back"
    title = "This course is closed to you"

    def __init__(self, course: Course, *, ended: datetime | None) -> None:
        when = f"ended on {school_calendar().day(ended)}" if ended else "was taken back by the school"
        super().__init__(f"Your access to “{course}” {when}. What you have done there is kept: ask your school.")


class InvitationGone(Problem):
    """Accepted, taken back, too old, or never made: whoever holds a link is told the same of the last two."""

    status = HTTPStatus.GONE
    code = "invitation-gone"
    title = "This invitation cannot be used any more"

"""Why a code does not open a course: each its own sentence, none of which tells a guesser more than a holder knows."""

from datetime import datetime
from http import HTTPStatus

from colonnade.courses.models import Course
from colonnade.enrollment.calendar import school_calendar
from colonnade.enrollment.models import Enrollment
from colonnade.lib.problems import Conflict, Invalid, Problem


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
    """Used by somebody else."""

    code = "code-used"
    title = "This code is used"

    def __init__(self, used_at: datetime) -> None:
        super().__init__(f"This code was used on {school_calendar().day(used_at)}. Ask your school for a new one.")


class CodeUsedByYou(Conflict):
    """Used by the same person; `enrollment` is what it opened, if that is still there."""

    code = "code-used-by-you"
    title = "You have used this code"

    def __init__(self, enrollment: Enrollment | None) -> None:
        self.enrollment = enrollment
        detail = "You have already redeemed this code."
        if enrollment is None or enrollment.revoked_at:
            detail += " Your access was taken back since: ask your school for a new one."
        super().__init__(detail)


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
    """The person is in the course; a code presented for it is left unused."""

    code = "already-enrolled"
    title = "You are in this course already"

    def __init__(self, enrollment: Enrollment) -> None:
        self.enrollment = enrollment
        super().__init__(
            "You are already in this course. The code was not used up: it is still good for somebody else."
        )

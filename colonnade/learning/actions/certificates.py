"""Offering certificates, giving them, correcting and revoking them."""

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment.models import Enrollment
from colonnade.learning.models import Certificate, CertificateRule
from colonnade.learning.models.certificates import new_code
from colonnade.learning.reads import CourseStanding, course_standings
from colonnade.lib.problems import Conflict, Invalid

LONGEST_NAME = 120
LONGEST_REASON = 300


class NotYet(Conflict):
    code = "certificate-not-yet"
    title = "The certificate is not yours yet"


@transaction.atomic
def offer_certificate(*, course: Course, percent: int | None, signed_by: str, by: User) -> CertificateRule:
    """Let the course give certificates: for `percent` of it, or (None) for every lecture completed.

    Those given before stay as they are. Raises Invalid.
    """
    if percent is not None and not 1 <= percent <= 100:
        raise Invalid("The percentage is a whole number from 1 to 100.")
    values = {"percent": percent, "signed_by": _one_line(signed_by)[:LONGEST_NAME], "offered_by_id": by.pk}
    rule, _ = CertificateRule.objects.update_or_create(course=course, defaults=values)
    record("certificate.offered", course, by=by, percent=percent if percent is not None else "every lecture")
    return rule


@transaction.atomic
def withdraw_offer(*, course: Course, by: User) -> None:
    """The course gives no more certificates. Those given are valid as before."""
    if CertificateRule.objects.filter(course=course).delete()[0]:
        record("certificate.no-longer-offered", course, by=by)


@transaction.atomic
def issue_certificate(*, enrollment: Enrollment, name: str, by: User) -> Certificate:
    """Give the certificate of an enrollment, or the one it has. The enrollment's course must be at hand.

    Raises NotYet with what is missing; Conflict where it was revoked or the course gives none; Invalid for no name.
    """
    held = Certificate.objects.filter(enrollment=enrollment).first()
    if held is not None:
        if held.revoked_at:
            raise Conflict(f"This certificate was revoked: {held.revoked_reason} Ask your school.")
        return held
    rule = CertificateRule.objects.filter(course=enrollment.course_id).first()
    if rule is None:
        raise Conflict(f"“{enrollment.course}” gives no certificates.")
    if missing := what_is_missing(rule, _standing(enrollment)):
        raise NotYet(missing)
    values = {"user_id": enrollment.user_id, "code": new_code(), "name": _printed(name)}
    values |= {"course_title": enrollment.course.title, "signed_by": rule.signed_by}
    certificate, is_new = Certificate.objects.get_or_create(enrollment=enrollment, defaults=values)
    if is_new:
        record("certificate.issued", certificate, by=by, course=enrollment.course_id)
    return certificate


@transaction.atomic
def correct_certificate(*, certificate: Certificate, name: str, by: User) -> None:
    """Print another name. The code and the day stay."""
    before, certificate.name = certificate.name, _printed(name)
    if before != certificate.name:
        certificate.save(update_fields=["name"])
        record("certificate.corrected", certificate, by=by, before=before)


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, by: User) -> None:
    """Whoever checks it is told that it is not valid, and why. Raises Conflict if it is not valid already."""
    reason = _one_line(reason)[:LONGEST_REASON]
    if not reason:
        raise Invalid("Say why: whoever checks the certificate reads it.")
    values = {"revoked_at": timezone.now(), "revoked_by_id": by.pk, "revoked_reason": reason}
    if not Certificate.objects.filter(pk=certificate.pk, revoked_at=None).update(**values):
        raise Conflict("This certificate is revoked already.")
    record("certificate.revoked", certificate, by=by, reason=reason)


@transaction.atomic
def restore_certificate(*, certificate: Certificate, by: User) -> None:
    """Make it valid again. Raises Conflict if it is."""
    values = {"revoked_at": None, "revoked_by_id": None, "revoked_reason": ""}
    if not Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=False).update(**values):
        raise Conflict("This certificate is valid.")
    record("certificate.restored", certificate, by=by)


def what_is_missing(rule: CertificateRule, standing: CourseStanding) -> str:
    """A sentence, or nothing where the certificate is deserved."""
    if rule.percent is not None:
        if standing.percent >= rule.percent and standing.lectures:
            return ""
        return f"It is yours at {rule.percent} % of the course. You are at {standing.percent} %."
    if standing.is_complete:
        return ""
    left = standing.lectures - standing.completed
    return f"It is yours once you have completed every lecture: {left} of {standing.lectures} to go."


def _standing(enrollment: Enrollment) -> CourseStanding:
    key = (enrollment.user_id, enrollment.course_id)
    return course_standings([key[0]], [key[1]]).get(key, CourseStanding())


def _printed(name: str) -> str:
    name = _one_line(name)[:LONGEST_NAME]
    if not name:
        raise Invalid("A certificate needs a name.")
    return name


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())

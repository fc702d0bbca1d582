"""What a certificate says, for paper, page and API."""

from dataclasses import dataclass

from django.urls import reverse

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.learning.actions import what_is_missing
from colonnade.learning.models import Certificate, CertificateRule
from colonnade.learning.printing import Paper
from colonnade.learning.reads import CourseStanding
from colonnade.tenants.calendar import Calendar
from colonnade.tenants.models import Tenant


def paper_of(certificate: Certificate, school: Tenant) -> Paper:
    """In the school's brand and calendar, as they are today."""
    day = Calendar(school.time_zone).date_of(certificate.issued_at)
    return Paper(
        name=certificate.name,
        course=certificate.course_title,
        school=school.name,
        color=school.brand_color,
        signed_by=certificate.signed_by,
        day=f"{day.day} {day:%B %Y}",
        code=certificate.written,
        link=link_to(certificate, school),
        place=school.url(reverse("certificate-check")).partition("://")[2].rstrip("/"),
        is_void=certificate.revoked_at is not None,
    )


def link_to(certificate: Certificate, school: Tenant) -> str:
    """Where anybody can check it."""
    return school.url(reverse("certificate", args=[certificate.code]))


@dataclass(frozen=True)
class Line:
    """What a course's page says of its certificate: `missing` is empty where it is there to be taken."""

    url: str
    is_given: bool
    missing: str


def certificate_line(course: Course, user: User, standing: CourseStanding) -> Line | None:
    """Nothing where the course gives none and gave the student none. Two queries."""
    held = Certificate.objects.filter(enrollment__course=course, user=user).values_list("code", flat=True).first()
    if held is not None:
        return Line(reverse("certificate", args=[held]), is_given=True, missing="")
    rule = CertificateRule.objects.filter(course=course).first()
    if rule is None:
        return None
    return Line(reverse("learn-certificate", args=[course.slug]), False, what_is_missing(rule, standing))

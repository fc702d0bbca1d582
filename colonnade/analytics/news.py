"""What happened lately at the school, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timesince import timesince

from colonnade.audit.models import AuditEntry, in_words
from colonnade.enrollment.models import Enrollment

LATEST = 6


@dataclass(frozen=True)
class Deed:
    what: str
    about: str
    by: str
    ago: str


@dataclass(frozen=True)
class Newcomer:
    name: str
    course: str
    ago: str


def latest_deeds(now: datetime) -> list[Deed]:
    """From the audit log. One query."""
    entries = AuditEntry.objects.order_by("-at").values_list("action", "subject_label", "by_label", "at")[:LATEST]
    return [Deed(in_words(action), about, by, _ago(at, now)) for action, about, by, at in entries]


def latest_newcomers(now: datetime) -> list[Newcomer]:
    """Who came into a course last. One query, by the key, which grows with time and has the index."""
    enrollments = Enrollment.objects.active().order_by("-pk")
    facts = enrollments.values_list("user__name", "user__email", "course__title", "created_at")[:LATEST]
    return [Newcomer(name or email, course, _ago(at, now)) for name, email, course, at in facts]


def _ago(at: datetime, now: datetime) -> str:
    """The largest unit is enough: "3 hours ago"."""
    return "just now" if (now - at).total_seconds() < 60 else f"{timesince(at, now, depth=1)} ago"

"""Batches, codes and uses as lists show them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from colonnade.enrollment.models import AccessCode, CodeBatch
from colonnade.tenants.calendar import Calendar

COURSES_NAMED = 3  # in one cell of a list


@dataclass(frozen=True)
class CodeRow:
    """A code as the list shows it; `text` is the whole code while it may still be seen, else its hint."""

    pk: UUID
    text: str
    is_whole: bool
    state: str
    tone: str
    used: str
    is_revocable: bool


def batch_row(batch: CodeBatch, calendar: Calendar) -> dict[str, Any]:
    """`used` and the courses are there already: with_used(), prefetch_related("courses")."""
    seats = batch.quantity * batch.seats
    unused = max(seats - batch.used, 0)
    state, tone = _batch_state(batch, unused)
    courses = [course.title for course in batch.courses.all()]
    return {
        "url": reverse("code-batch", args=[batch.pk]),
        "label": str(batch),
        "courses": courses,
        "course": named(courses),
        "made": calendar.day(batch.created_at),
        "used": batch.used,
        "quantity": batch.quantity,
        "seats": seats,
        "seats_each": batch.seats,
        "percent": 100 * batch.used // seats,
        "unused": unused,
        "first_day": calendar.day(batch.starts_at),
        "last_day": last_day(batch, calendar),
        "access_days": batch.access_days,
        "note": batch.note,
        "state": state,
        "tone": tone,
    }


def code_row(code: AccessCode, whole: str, batch: CodeBatch) -> CodeRow:
    has_expired = batch.expires_at <= timezone.now()
    state, tone = code_state(code.taken, code.seats, is_revoked=code.revoked_at is not None, has_expired=has_expired)
    return CodeRow(
        pk=code.pk,
        text=whole or hidden(code.hint),
        is_whole=bool(whole),
        state=state,
        tone=tone,
        used=f"{code.taken:,} of {code.seats:,}",
        is_revocable=code.revoked_at is None and code.taken < code.seats,
    )


def named(titles: list[str]) -> str:
    """The first few, and how many more there are."""
    if not titles:
        return "no course any more"
    more = len(titles) - COURSES_NAMED
    return ", ".join(titles[:COURSES_NAMED]) + (f" and {more} more" if more > 0 else "")


def last_day(batch: CodeBatch, calendar: Calendar) -> str:
    # It expires with the day's end, which is already the next day's beginning.
    return calendar.day(batch.expires_at - timedelta(microseconds=1))


def made_on(batch: CodeBatch, calendar: Calendar) -> date:
    return batch.created_at.astimezone(calendar.zone).date()


def _batch_state(batch: CodeBatch, unused: int) -> tuple[str, str]:
    now = timezone.now()
    if not unused:
        return "Used up", "neutral"
    if batch.revoked_at:
        return "Revoked", "error"
    if batch.expires_at <= now:
        return "Expired", "warning"
    if batch.starts_at is not None and batch.starts_at > now:
        return "Not yet good", "info"
    return "Active", "success"


def code_state(taken: int, seats: int, *, is_revoked: bool, has_expired: bool) -> tuple[str, str]:
    """In a word, and its tone."""
    if taken >= seats:
        return "Redeemed", "success"
    if is_revoked:
        return "Revoked", "error"
    if has_expired:
        return "Expired", "warning"
    return ("Partly used", "info") if taken else ("Unused", "neutral")


def hidden(hint: str) -> str:
    """A code of which no more than its first group is known."""
    return f"{hint}-····-····-·"

"""Batches of codes: made, listed, downloaded, taken back.

Codes are kept as hashes, so only whoever holds the seed of a batch can show them. It lies in a signed cookie of the
browser that made the batch, for ten minutes and for that person alone; nothing here could show them later.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.actions import make_codes, revoke_batch, revoke_code
from colonnade.enrollment.calendar import Calendar
from colonnade.enrollment.forms import CodesForm
from colonnade.enrollment.models import AccessCode, CodeBatch
from colonnade.enrollment.sheets import sheet
from colonnade.enrollment.views.asking import calendar_of, person
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.permissions import Permission, requires

BATCHES_ON_A_PAGE = 25
CODES_ON_A_PAGE = 50
SHOWN_FOR = 600  # seconds
MOST_TO_COPY = 1000  # codes in one page's copy button; beyond that there is the CSV file

_COOKIE = "seed"


@dataclass(frozen=True)
class CodeRow:
    """A code as the list shows it; `text` is the whole code while it may still be seen, else its hint."""

    pk: UUID
    text: str
    is_whole: bool
    state: str
    tone: str
    used_by: User | None
    used_at: str
    is_revocable: bool


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch, newest first."""
    found = CodeBatch.objects.newest_first().with_used().select_related("course")
    page = Paginator(found, BATCHES_ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    rows = [_batch_row(batch, calendar) for batch in page]
    has_courses = bool(rows) or Course.objects.exists()
    return render(request, "enrollment/codes.html", {"page": page, "rows": rows, "has_courses": has_courses})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def batch_new(request: HttpRequest) -> HttpResponse:
    calendar = calendar_of(request)
    form = CodesForm(request.POST or None, calendar=calendar, initial={"course": _named_course(request)})
    if form.is_valid():
        seed, asked = codes.new_seed(), form.cleaned_data
        batch, _ = make_codes(
            course=asked["course"],
            quantity=asked["quantity"],
            label=asked["label"],
            expires_at=calendar.end_of(asked["last_day"]),
            by=person(request),
            seed=seed,
        )
        response = redirect("code-batch", batch.pk)
        response.set_signed_cookie(
            _COOKIE, seed.hex(), salt=_salt(batch), max_age=SHOWN_FOR, path=reverse("code-batch", args=[batch.pk]),
            secure=request.is_secure(), httponly=True, samesite="Strict",
        )  # fmt: skip
        return response
    breadcrumbs = [{"label": "Codes", "url": reverse("codes")}, {"label": "Make codes"}]
    context = {"form": form, "breadcrumbs": breadcrumbs}
    return render(request, "enrollment/codes_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The codes of one batch: whole right after they were made, by their hints from then on."""
    found = get_object_or_404(CodeBatch.objects.with_used().select_related("course"), pk=batch_id)
    shown = _shown(request, found)
    query = AccessCode.objects.filter(batch=found).select_related("used_by").order_by("id")
    page = Paginator(query, CODES_ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    context = {
        "batch": found,
        "row": _batch_row(found, calendar),
        "page": page,
        "rows": [_code_row(code, shown, calendar) for code in page],
        "is_shown": bool(shown),
        "all_codes": "\n".join(shown.values()) if 0 < len(shown) <= MOST_TO_COPY else "",
        "redeem_url": request.build_absolute_uri(reverse("redeem")),
        "breadcrumbs": [{"label": "Codes", "url": reverse("codes")}, {"label": Truncator(str(found)).chars(30)}],
    }
    return render(request, "enrollment/batch.html", context)


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batch_csv(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """All codes of a batch for a spreadsheet: whole while they may be seen, then by their hints; with who used them."""
    found = get_object_or_404(CodeBatch.objects.select_related("course"), pk=batch_id)
    shown, calendar = _shown(request, found), calendar_of(request)
    rows = []
    every = AccessCode.objects.filter(batch=found).select_related("used_by").order_by("id")
    for number, code in enumerate(every, 1):
        row = _code_row(code, shown, calendar)
        link = request.build_absolute_uri(reverse("redeem-code", args=[row.text])) if row.is_whole else ""
        who = row.used_by.email if row.used_by else ""
        rows.append([number, row.text, link, found.course.title, found.label, row.state, who, row.used_at])
    heading = ["Number", "Code", "Link", "Course", "Label", "State", "Redeemed by", "Redeemed"]
    return sheet(f"codes-{found.course.slug[:60]}-{_day(found, calendar)}.csv", heading, rows)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def batch_revocation(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    found = get_object_or_404(CodeBatch, pk=batch_id)
    try:
        count = revoke_batch(batch=found, by=person(request))
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, "1 code is revoked." if count == 1 else f"{count:,} codes are revoked.")
    return redirect("code-batch", found.pk)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def code_revocation(request: HttpRequest, batch_id: UUID, code_id: UUID) -> HttpResponse:
    code = get_object_or_404(AccessCode, pk=code_id, batch_id=batch_id)
    try:
        revoke_code(code=code, by=person(request))
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, f"Code {code} is revoked.")
    page = request.POST.get("page", "")
    return redirect(reverse("code-batch", args=[batch_id]) + (f"?page={page}" if page.isdecimal() else ""))


def _named_course(request: HttpRequest) -> UUID | None:
    """The course that a link to this page names."""
    try:
        return UUID(request.GET.get("course", ""))
    except ValueError:
        return None


def _shown(request: HttpRequest, batch: CodeBatch) -> dict[bytes, str]:
    """The batch's codes by their hashes, if this browser holds their seed and this person made them."""
    seed = request.get_signed_cookie(_COOKIE, "", salt=_salt(batch), max_age=SHOWN_FOR)
    if not seed or batch.created_by_id != person(request).pk:
        return {}
    key = codes.school_keys(current_tenant_id())[0]
    made = (codes.code(bytes.fromhex(seed), number) for number in range(batch.quantity))
    return {codes.hash_of(symbols, key): codes.write(symbols) for symbols in made}


def _salt(batch: CodeBatch) -> str:
    return f"codes {batch.pk}"


def _batch_row(batch: CodeBatch, calendar: Calendar) -> dict[str, Any]:
    unused = batch.quantity - batch.used
    if unused <= 0:
        state, tone = "Used up", "neutral"
    elif batch.revoked_at:
        state, tone = "Revoked", "error"
    elif batch.expires_at <= timezone.now():
        state, tone = "Expired", "warning"
    else:
        state, tone = "Active", "success"
    return {
        "url": reverse("code-batch", args=[batch.pk]),
        "label": str(batch),
        "course": batch.course.title,
        "made": calendar.day(batch.created_at),
        "used": batch.used,
        "quantity": batch.quantity,
        "percent": 100 * batch.used // batch.quantity,
        "unused": unused,
        "last_day": _last_day(batch, calendar),
        "state": state,
        "tone": tone,
    }


def _code_row(code: AccessCode, shown: dict[bytes, str], calendar: Calendar) -> CodeRow:
    whole = shown.get(bytes(code.code_hash))
    if code.used_at:
        state, tone = "Redeemed", "success"
    elif code.revoked_at:
        state, tone = "Revoked", "error"
    elif code.expires_at <= timezone.now():
        state, tone = "Expired", "warning"
    else:
        state, tone = "Unused", "neutral"
    return CodeRow(
        pk=code.pk,
        text=whole or f"{code.hint}-····-····-·",
        is_whole=bool(whole),
        state=state,
        tone=tone,
        used_by=code.used_by,
        used_at=calendar.minute(code.used_at),
        is_revocable=state == "Unused",
    )


def _last_day(batch: CodeBatch, calendar: Calendar) -> str:
    # It expires with the day's end, which is already the next day's beginning.
    return calendar.day(batch.expires_at - timedelta(microseconds=1))


def _day(batch: CodeBatch, calendar: Calendar) -> date:
    return batch.created_at.astimezone(calendar.zone).date()

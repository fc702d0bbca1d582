"""Batches of codes: made, listed, taken back. How the codes are shown once: views/shown.py."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.actions import make_codes, revoke_batch, revoke_code
from colonnade.enrollment.forms import CodesForm
from colonnade.enrollment.models import AccessCode, CodeBatch, Redemption
from colonnade.enrollment.views.asking import named_course
from colonnade.enrollment.views.rows import batch_row, code_row
from colonnade.enrollment.views.shown import Shown, keep_shown, shown_codes, text_of
from colonnade.lib.problems import Problem
from colonnade.tenants.calendar import calendar_of
from colonnade.tenants.permissions import Permission, requires

BATCHES_ON_A_PAGE = 25
CODES_ON_A_PAGE = 50
MOST_TO_COPY = 1000  # codes in one page's copy button; beyond that there is the CSV file
CARDS_IN_A_FILE = 1000
LATEST_USES = 5


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch, newest first."""
    found = CodeBatch.objects.newest_first().with_used().prefetch_related("courses")
    page = Paginator(found, BATCHES_ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    rows = [batch_row(batch, calendar) for batch in page]
    has_courses = bool(rows) or Course.objects.exists()
    return render(request, "enrollment/codes.html", {"page": page, "rows": rows, "has_courses": has_courses})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STUDENTS)
def batch_new(request: HttpRequest) -> HttpResponse:
    form = CodesForm(request.POST or None, calendar=calendar_of(request), initial={"courses": named_course(request)})
    if form.is_valid():
        seed = codes.new_seed()
        try:
            batch, _ = make_codes(by=person(request), seed=seed, **form.asked())
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            response = redirect("code-batch", batch.pk)
            keep_shown(request, response, batch, seed)
            return response
    breadcrumbs = [{"label": "Codes", "url": reverse("codes")}, {"label": "Make codes"}]
    context = {"form": form, "breadcrumbs": breadcrumbs}
    return render(request, "enrollment/codes_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The codes of one batch: whole right after they were made, by their hints from then on."""
    found = get_object_or_404(CodeBatch.objects.with_used().prefetch_related("courses"), pk=batch_id)
    shown, calendar = shown_codes(request, found), calendar_of(request)
    page = Paginator(found.codes.order_by("id"), CODES_ON_A_PAGE).get_page(request.GET.get("page"))
    first = (page.number - 1) * CODES_ON_A_PAGE
    uses = Redemption.objects.filter(batch=found).select_related("user", "code").order_by("-id")[:LATEST_USES]
    context = {
        "batch": found,
        "row": batch_row(found, calendar),
        "page": page,
        "rows": [code_row(code, text_of(code, first + number, shown), found) for number, code in enumerate(page)],
        "uses": [{"who": use.user, "code": use.code.hint, "at": calendar.minute(use.at)} for use in uses],
        "is_shown": shown is not None,
        "all_codes": _to_copy(found, shown),
        "card_files": _card_files(found.quantity) if shown else [],
        "redeem_url": request.build_absolute_uri(reverse("redeem")),
        "breadcrumbs": [{"label": "Codes", "url": reverse("codes")}, {"label": Truncator(str(found)).chars(30)}],
    }
    return render(request, "enrollment/batch.html", context)


@require_POST
@requires(Permission.MANAGE_STUDENTS)
def batch_revocation(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    found = get_object_or_404(CodeBatch, pk=batch_id)
    try:
        count = revoke_batch(batch=found, by=person(request))
    except Problem as conflict:
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
    except Problem as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, f"Code {code} is revoked.")
    page = request.POST.get("page", "")
    return redirect(reverse("code-batch", args=[batch_id]) + (f"?page={page}" if page.isdecimal() else ""))


def _to_copy(batch: CodeBatch, shown: Shown | None) -> str:
    if shown is None or batch.quantity > MOST_TO_COPY:
        return ""
    every = enumerate(batch.codes.order_by("id"))
    return "\n".join(text for number, code in every if (text := text_of(code, number, shown)))


def _card_files(quantity: int) -> list[dict[str, Any]]:
    """Links to the cards, a thousand in a file."""
    starts = range(1, quantity + 1, CARDS_IN_A_FILE)
    return [{"start": start, "end": min(start + CARDS_IN_A_FILE - 1, quantity)} for start in starts]

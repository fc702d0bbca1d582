"""Codes to take away: as a list for a spreadsheet, and as cards to print."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colonnade.enrollment.cards import Card, Sheet, set_cards
from colonnade.enrollment.models import CodeBatch, Redemption
from colonnade.enrollment.sheets import Rows, long_sheet
from colonnade.enrollment.views.codes import CARDS_IN_A_FILE
from colonnade.enrollment.views.rows import code_state, hidden, last_day, made_on
from colonnade.enrollment.views.shown import shown_codes, text_of
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.tenants.calendar import calendar_of
from colonnade.tenants.models import Tenant
from colonnade.tenants.permissions import Permission, requires

_FIELDS = ("pk", "code_hash", "hint", "seats", "taken", "revoked_at")
_Code = tuple[UUID, bytes, str, int, int, datetime | None]  # rows, and no models: there may be 100,000

CODES_AT_A_TIME = 2_000  # of a list that is being written: 100,000 codes never lie in memory together


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batch_csv(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """All codes of a batch for a spreadsheet: whole while they may be seen, then by their hints; with who used them."""
    found = get_object_or_404(CodeBatch.objects.prefetch_related("courses"), pk=batch_id)
    shown, calendar, tenant_id = shown_codes(request, found), calendar_of(request), current_tenant_id()
    courses = ", ".join(course.title for course in found.courses.all())
    link = request.build_absolute_uri(reverse("redeem"))
    heading = ["Number", "Code", "Link", "Courses", "Label", "State", "Seats", "Taken", "Redeemed by", "Redeemed"]

    def part(first: int, codes: list[_Code]) -> Rows:
        uses, has_expired = _uses(codes), found.expires_at <= timezone.now()
        for number, (pk, code_hash, hint, seats, taken, revoked_at) in enumerate(codes, first):
            whole, mine = shown.text(number, code_hash) if shown else "", uses.get(pk, [])
            state, _ = code_state(taken, seats, is_revoked=revoked_at is not None, has_expired=has_expired)
            yield [
                number + 1, whole or hidden(hint), f"{link}{whole}/" if whole else "", courses, found.label, state,
                seats, taken, ", ".join(use.user.email for use in mine if use.user),
                calendar.minute(mine[-1].at) if mine else "",
            ]  # fmt: skip

    def parts() -> Iterator[Rows]:
        last: UUID | None = None
        for first in range(0, found.quantity, CODES_AT_A_TIME):
            with tenant_scope(tenant_id):
                after = found.codes.filter(id__gt=last) if last else found.codes.all()
                codes = list(after.order_by("id").values_list(*_FIELDS)[:CODES_AT_A_TIME])
                if codes:
                    last = codes[-1][0]
                    yield list(part(first, codes))

    return long_sheet(f"codes-{made_on(found, calendar)}-{str(found.pk)[-4:]}.csv", heading, parts())


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def batch_cards(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """A PDF of cards, one a code, with a QR of its link: from card `from` on, a thousand at most."""
    found = get_object_or_404(CodeBatch.objects.prefetch_related("courses"), pk=batch_id)
    shown = shown_codes(request, found)
    if shown is None:
        raise Conflict(
            "Cards can be made for ten minutes after the codes, in the same browser: whole codes are not kept."
        )
    start = request.GET.get("from", "1")
    if not start.isdecimal() or not 1 <= int(start) <= found.quantity:
        raise Invalid(f"Cards are numbered from 1 to {found.quantity:,}.")
    first, link = int(start) - 1, request.build_absolute_uri(reverse("redeem"))
    codes = found.codes.order_by("id")[first : first + CARDS_IN_A_FILE]
    texts = [text for number, code in enumerate(codes, first) if (text := text_of(code, number, shown))]
    pdf = set_cards(_sheet(request, found, link), [Card(text, f"{link}{text}/") for text in texts])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="cards-{start}-to-{first + len(texts)}.pdf"'
    return response


def _sheet(request: HttpRequest, batch: CodeBatch, link: str) -> Sheet:
    calendar = calendar_of(request)
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return Sheet(
        school=tenant.name,
        color=tenant.brand_color,
        courses=[course.title for course in batch.courses.all()],
        place=link.partition("://")[2].rstrip("/"),
        first_day=calendar.day(batch.starts_at),
        last_day=last_day(batch, calendar),
        seats=batch.seats,
    )


def _uses(codes: list[_Code]) -> dict[UUID, list[Redemption]]:
    """By code, the first before the last."""
    found: dict[UUID, list[Redemption]] = {}
    used = [pk for pk, _, _, _, taken, _ in codes if taken]
    if used:
        for use in Redemption.objects.filter(code__in=used).select_related("user").order_by("id"):
            found.setdefault(use.code_id, []).append(use)
    return found

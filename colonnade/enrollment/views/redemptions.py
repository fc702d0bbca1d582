"""The log of codes: who redeemed what, and when."""

from collections.abc import Iterator
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colonnade.enrollment.models import CodeBatch, Redemption
from colonnade.enrollment.sheets import Rows, long_sheet
from colonnade.enrollment.views.rows import named
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.tenants.calendar import calendar_of
from colonnade.tenants.permissions import Permission, requires

USES_ON_A_PAGE = 50
USES_AT_A_TIME = 2_000


@require_safe
@requires(Permission.MANAGE_STUDENTS)
def redemptions(request: HttpRequest, batch_id: UUID | None = None) -> HttpResponse:
    """Of one batch, or of all, newest first."""
    batch = get_object_or_404(CodeBatch, pk=batch_id) if batch_id else None
    page = Paginator(_uses(batch), USES_ON_A_PAGE).get_page(request.GET.get("page"))
    calendar = calendar_of(request)
    rows = [
        {
            "at": calendar.minute(use.at),
            "who": use.user,
            "code": use.code.hint,
            "batch": use.batch,
            "courses": named([course.title for course in use.batch.courses.all()]),
        }
        for use in page
    ]
    crumbs = [{"label": "Codes", "url": reverse("codes")}]
    if batch is not None:
        crumbs.append({"label": Truncator(str(batch)).chars(30), "url": reverse("code-batch", args=[batch.pk])})
    csv_url = reverse("code-batch-redemptions-csv", args=[batch.pk]) if batch else reverse("code-redemptions-csv")
    context = {"page": page, "rows": rows, "batch": batch, "csv_url": csv_url}
    return render(request, "enrollment/redemptions.html", context | {"breadcrumbs": [*crumbs, {"label": "Log"}]})


@never_cache
@require_safe
@requires(Permission.MANAGE_STUDENTS)
def redemptions_csv(request: HttpRequest, batch_id: UUID | None = None) -> HttpResponseBase:
    batch = get_object_or_404(CodeBatch, pk=batch_id) if batch_id else None
    zone, tenant_id = calendar_of(request).zone, current_tenant_id()

    def parts() -> Iterator[Rows]:
        last: UUID | None = None
        while True:
            with tenant_scope(tenant_id):
                uses = list((_uses(batch).filter(id__lt=last) if last else _uses(batch))[:USES_AT_A_TIME])
                yield [
                    [
                        f"{use.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", use.user.email if use.user else "",
                        use.user.name if use.user else "an account since deleted", use.code.hint, use.batch.label,
                        ", ".join(course.title for course in use.batch.courses.all()),
                    ]
                    for use in uses
                ]  # fmt: skip
            if len(uses) < USES_AT_A_TIME:
                return
            last = uses[-1].pk

    heading = [f"When ({zone.key})", "E-mail", "Name", "Code begins with", "Batch", "Courses"]
    return long_sheet("redemptions.csv", heading, parts())


def _uses(batch: CodeBatch | None) -> QuerySet[Redemption]:
    uses = Redemption.objects.filter(batch=batch) if batch else Redemption.objects.all()
    return uses.select_related("user", "code", "batch").prefetch_related("batch__courses").order_by("-id")

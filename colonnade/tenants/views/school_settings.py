"""What the school is called, how it looks, and how long it keeps originals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from colonnade.accounts.models import User
from colonnade.tenants.actions import change_school
from colonnade.tenants.forms import SchoolForm
from colonnade.tenants.models import Tenant
from colonnade.tenants.permissions import Permission, requires


@requires(Permission.MANAGE_SCHOOL)
@require_http_methods(["GET", "POST"])
def school_settings(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    current = {name: getattr(tenant, name) for name in SchoolForm.base_fields}
    form = SchoolForm(request.POST or None, initial=current)
    if form.is_valid():
        change_school(tenant=tenant, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved. Visitors see it at once.")
        return redirect("settings")
    return render(request, "tenants/settings.html", {"form": form}, status=422 if form.is_bound else 200)

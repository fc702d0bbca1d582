"""A person's keys to the API of their school."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.actions import create_token, revoke_token
from colonnade.accounts.confirmation import is_confirmed
from colonnade.accounts.forms import TokenForm
from colonnade.accounts.models import ApiToken, User
from colonnade.lib.ratelimits import limit
from colonnade.tenants.permissions import Permission, requires


@requires(Permission.USE_API)
@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The list; a new token's secret is shown in the answer to its making, and never again."""
    assert isinstance(request.user, User)
    form = TokenForm(request.POST or None)
    context = {"form": form, "may_create": is_confirmed(request.user), "secret": ""}
    status = 200
    if request.method == "POST":
        limit("token", "20/hour", str(request.user.pk))
        if not context["may_create"]:
            form.add_error(None, "Confirm your e-mail address first: until then the account could be anybody’s.")
        if form.is_valid():
            _, context["secret"] = create_token(user=request.user, by=request.user, **form.cleaned_data)
            context["form"] = TokenForm()
        status = 201 if context["secret"] else 422
    context["tokens"] = list(ApiToken.objects.filter(user=request.user, revoked_at=None).order_by("-created_at"))
    return render(request, "accounts/tokens.html", context, status=status)


@requires(Permission.USE_API)
@require_POST
def token_revocation(request: HttpRequest, token_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    revoke_token(token=token, by=request.user)
    messages.success(request, f"“{token.name}” is revoked.")
    return redirect("tokens")

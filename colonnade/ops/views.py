"""The development inbox: mail that nobody delivers, to be read where it was sent from."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from colonnade.accounts.models import User
from colonnade.lib.problems import Forbidden
from colonnade.ops.models import Mail
from colonnade.tenants.permissions import Permission, allows

P = ParamSpec("P")

SHOWN = 100
FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def on_this_machine(request: HttpRequest) -> bool:
    """Whether the reader sits at the machine itself: we listen to nobody else, and no proxy has passed this on."""
    forwarded = any(header in request.headers for header in FORWARDING)
    return not forwarded and _is_loopback(settings.HOST) and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def reads_inbox(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view of the inbox. There is none where mail is delivered: it holds the links that open people's accounts.

    For the same reason it is not for all of a school's staff, but for its owner (at the platform, the operator).
    """

    @wraps(view)
    def permitted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.DELIVERY_BACKEND:
            raise Http404
        if not on_this_machine(request):
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            if not (allows(request.user, Permission.MANAGE_SCHOOL) or allows(request.user, Permission.OPERATE)):
                raise Forbidden("Only the owner may read the mail of all.")
        return view(request, *args, **kwargs)

    return login_not_required(never_cache(require_GET(permitted)))


@reads_inbox
def inbox(request: HttpRequest) -> HttpResponse:
    mails = Mail.objects.order_by("-created_at", "-id").defer("text", "html")[:SHOWN]
    return render(request, "ops/inbox.html", {"mails": mails})


@reads_inbox
def inbox_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    return render(request, "ops/mail.html", {"mail": get_object_or_404(Mail, pk=mail_id)})

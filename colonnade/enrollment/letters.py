"""Letters of invitation: what stands in them, and whose name is on them."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from colonnade.enrollment.models import Invitation
from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.calendar import Calendar
from colonnade.tenants.models import Tenant


def link_token(invitation: Invitation) -> str:
    """What the link names an invitation by: signed for this school, so that nobody makes one up."""
    return _signer().sign(invitation.pk.hex)


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link names, whatever it is worth by now; None for links that were not ours."""
    try:
        key = _signer().unsign(token)
    except BadSignature:
        return None
    return Invitation.objects.filter(pk=key).prefetch_related("courses").first()


def send_letters(invitations: list[Invitation]) -> None:
    """One to each, with their courses; they leave with the transaction that this stands in."""
    tenant = Tenant.objects.get(pk=current_tenant_id())
    sender = _sender(tenant)
    for invitation in invitations:
        titles = [course.title for course in invitation.courses.all()]
        words = {
            "school": tenant,
            "school_url": tenant.url(),
            "name": _one_line(invitation.name),
            "titles": [_one_line(title) for title in titles],
            "link": tenant.url(reverse("invitation", args=[link_token(invitation)])),
            "last_day": Calendar(tenant.time_zone).day(invitation.expires_at),
        }
        text = render_to_string("enrollment/email/invitation.txt", words)
        subject = f"{_one_line(tenant.name)} invites you"
        EmailMessage(subject, text, sender, [invitation.email]).send()
    now = timezone.now()
    for invitation in invitations:
        invitation.sent_at, invitation.times_sent = now, invitation.times_sent + 1
    Invitation.objects.bulk_update(invitations, ["sent_at", "times_sent"], batch_size=500)


def _sender(tenant: Tenant) -> str:
    """The school's name before the platform's address, which its mail servers vouch for."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return str(Address(_one_line(tenant.name), addr_spec=address))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _signer() -> Signer:
    return Signer(salt=f"invitation {current_tenant_id()}")

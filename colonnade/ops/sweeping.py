"""What has served its time is forgotten, school by school: there is no role that could do it for all at once."""

from datetime import timedelta

from django.utils import timezone

from colonnade.accounts.models import HandOff, Session
from colonnade.lib.tenancy import across_tenants, tenant_scope
from colonnade.ops.models import Mail
from colonnade.tenants.models import Tenant

MAIL_KEPT = timedelta(days=30)  # to see what was sent; its links have long expired


def forget_expired() -> None:
    """Sessions and hand-offs that open nothing any more, and old mail."""
    now = timezone.now()
    for tenant_id in across_tenants(Tenant).values_list("pk", flat=True):
        with tenant_scope(tenant_id):
            Session.objects.filter(expire_date__lt=now).delete()
            HandOff.objects.filter(expires_at__lt=now).delete()
            Mail.objects.filter(created_at__lt=now - MAIL_KEPT).delete()

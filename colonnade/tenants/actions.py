"""Opening schools, entering them, and changing what they are called and how they look."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from colonnade.accounts.actions import make_hand_off
from colonnade.accounts.confirmation import is_confirmed
from colonnade.accounts.models import Role, User
from colonnade.audit.models import record
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import tenant_scope, uuid7
from colonnade.tenants.models import Tenant, forget_host, schools_of, touch_public
from colonnade.tenants.subdomains import refusal, taken


class TooManySchools(Conflict):
    """The creator has as many schools as the platform allows."""


@transaction.atomic
def open_school(*, creator: User, subdomain: str, name: str, instructor_name: str) -> Tenant:
    """Make a school and the creator's own account there: the same address and password, as owner.

    Call it in the platform's scope. Raises Invalid if the subdomain may not be had, Conflict if it is taken, and
    TooManySchools.
    """
    User.objects.select_for_update().get(pk=creator.pk)  # one at a time, or the count would let two through
    if schools_of(creator.pk).count() >= settings.SCHOOLS_PER_CREATOR:
        raise TooManySchools(f"You have {settings.SCHOOLS_PER_CREATOR} schools, which is as many as one may open.")
    if sentence := refusal(subdomain):
        raise Invalid(sentence)
    tenant = Tenant(id=uuid7(), name=name, subdomain=subdomain, instructor_name=instructor_name, creator_id=creator.pk)
    confirmed = is_confirmed(creator)
    try:
        with tenant_scope(tenant.pk):
            tenant.save(force_insert=True)
            owner = _make_owner(creator, instructor_name, confirmed=confirmed)
            record("school.opened", tenant, by=owner)
    except IntegrityError as error:  # another creator was quicker
        raise Conflict(taken(subdomain)) from error
    User.objects.filter(pk=creator.pk, name="").update(name=instructor_name)
    record("school.opened", tenant, by=creator)
    return tenant


def _make_owner(creator: User, name: str, *, confirmed: bool) -> User:
    owner = User(email=creator.email, name=name, role=Role.OWNER, creator_id=creator.pk)
    owner.password = creator.password  # the hash: from now on the two are changed apart
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=confirmed)
    return owner


def hand_over(*, tenant: Tenant, creator: User) -> str:
    """An address at the school that signs its creator in there: once, within a minute.

    Raises Conflict if the creator's account at the school is there no more. An address confirmed at the platform in
    the meantime is confirmed at the school as well.
    """
    confirmed = is_confirmed(creator)
    with tenant_scope(tenant.pk):
        owner = User.objects.filter(creator_id=creator.pk, is_active=True).first()
        if owner is None:
            raise Conflict(f"You have no account at {tenant.name} any more. Ask its owner for one.")
        if confirmed:
            EmailAddress.objects.filter(user=owner, email=creator.email, verified=False).update(verified=True)
        secret = make_hand_off(user=owner, by=creator)
    return tenant.url(reverse("handoff", args=[secret], urlconf=settings.ROOT_URLCONF))


@transaction.atomic
def change_school(
    *,
    tenant: Tenant,
    name: str,
    instructor_name: str,
    brand_color: str,
    time_zone: str,
    watermark: bool,
    by: User,
    equal_loudness: bool | None = None,
    largest_video: int | None = None,
    encrypts_videos: bool | None = None,
    originals: str = "",
) -> Tenant:
    """Change what visitors and students see of a school, how videos are made and originals kept (empty: as before).

    What has not changed is neither written nor recorded.
    """
    current = Tenant.objects.select_for_update().get(pk=tenant.pk)
    wanted = {
        "name": name,
        "instructor_name": instructor_name,
        "brand_color": brand_color,
        "time_zone": time_zone,
        "watermark": watermark,
        "equal_loudness": current.equal_loudness if equal_loudness is None else equal_loudness,
        "encrypts_videos": current.encrypts_videos if encrypts_videos is None else encrypts_videos,
        "largest_video": largest_video or current.largest_video,
        "originals": originals or current.originals,
    }
    changed = {field: value for field, value in wanted.items() if getattr(current, field) != value}
    if not changed:
        return current
    for field, value in changed.items():
        setattr(current, field, value)
    current.save(update_fields=list(changed))
    touch_public(current.pk)
    forget_host(current.host)
    record("school.changed", current, by=by, **changed)
    return current

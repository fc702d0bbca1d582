"""What is done to people's accounts. allauth does the rest: passwords, e-mail, second factors, sessions."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import ApiToken, HandOff, User
from colonnade.audit.models import record


@transaction.atomic
def rename_person(*, user: User, name: str, by: User) -> User:
    """Change how a person is called."""
    user.name = name
    user.save(update_fields=["name"])
    record("person.renamed", user, by=by, name=name)
    return user


@transaction.atomic
def create_token(*, user: User, name: str, scopes: Iterable[str], by: User) -> tuple[ApiToken, str]:
    """Give a person a key to the API. Its secret is returned here and never again."""
    secret = ApiToken.new_secret()
    token = ApiToken.objects.create(
        user=user, name=name, secret_hash=ApiToken.hash_of(secret), scopes=sorted(set(scopes))
    )
    record("token.created", token, by=by, scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """Make a key useless, at once and for good. Revoking again changes nothing."""
    revoked = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        token.refresh_from_db()
        record("token.revoked", token, by=by)
    return token


@transaction.atomic
def make_hand_off(*, user: User, by: User) -> str:
    """A secret that signs `user` in at their school: once, within a minute. `by` is the creator at the platform."""
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    HandOff.objects.filter(expires_at__lt=now).delete()
    HandOff.objects.create(user=user, secret_hash=ApiToken.hash_of(secret), expires_at=now + HandOff.VALID_FOR)
    record("hand-off.made", user, by=by)
    return secret


@transaction.atomic
def take_hand_off(*, secret: str) -> User | None:
    """Use up a hand-off: the person whom it signs in, or None if it is unknown, used, too old, or theirs is no more."""
    now = timezone.now()
    unused = HandOff.objects.filter(secret_hash=ApiToken.hash_of(secret), used_at=None, expires_at__gt=now)
    # One statement decides: of two browsers with the same link, the second finds nothing to update.
    if not unused.update(used_at=now):
        return None
    user = User.objects.filter(pk=_taken_by(secret), is_active=True).first()
    if user:
        record("hand-off.taken", user, by=user)
    return user


def _taken_by(secret: str) -> UUID:
    hand_off: UUID = HandOff.objects.values_list("user_id", flat=True).get(secret_hash=ApiToken.hash_of(secret))
    return hand_off

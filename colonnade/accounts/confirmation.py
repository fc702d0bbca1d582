"""Whether a person's address is known to be theirs."""

from allauth.account.models import EmailAddress

from colonnade.accounts.models import User


def is_confirmed(user: User) -> bool:
    """One query. What a stranger could abuse under another's address (tokens, second factors) waits for it."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())

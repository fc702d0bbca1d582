"""Secrets that must be read again (TOTP keys, recovery seeds) lie encrypted: a stolen backup alone opens no account."""

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def _cipher(*keys: str) -> MultiFernet:
    """The newest key encrypts; SECRET_KEY_FALLBACKS still decrypt, as they do for sessions."""
    derived = (hmac.new(key.encode(), b"second factor", hashlib.sha256).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def _current() -> MultiFernet:
    return _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def encrypt(text: str) -> str:
    return _current().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Raises cryptography.fernet.InvalidToken if no key of ours has written it."""
    return _current().decrypt(text.encode()).decode()

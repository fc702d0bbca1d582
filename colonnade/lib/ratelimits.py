"""How often one may try: counted in Valkey, so that the limit holds over all processes and machines.

    limit("redeem", "10/minute", str(request.user.pk))
    limit("redeem", "30/minute", client_address(request))

Where the count cannot be kept, the attempt is refused (redis' ConnectionError, answered as 503): a limit that
disappears with its store protects nobody.
"""

import hashlib
import math
import time
from functools import cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from colonnade.lib.problems import TooManyRequests
from colonnade.lib.tenancy import current_tenant_id

_parse = cache(parse)


@cache
def _limiter() -> MovingWindowRateLimiter:
    """A moving window is exact where a fixed one lets twice the rate through at its border."""
    return MovingWindowRateLimiter(storage_from_string(settings.REDIS_URL, key_prefix="limit"))


def limit(name: str, rate: str, *keys: str) -> None:
    """Count one try of `name` by whoever `keys` name; the current school is always one of them.

    `rate` is like "10/minute" or "200 per 2 hours". Raises TooManyRequests with the wait in seconds; a refused try
    does not count.
    """
    item, identity = _parse(rate), _identity(name, keys)
    if not _limiter().hit(item, identity):
        wait = _seconds_until_next(item, identity)
        raise TooManyRequests(f"You have tried this too often. Try again in {_in_words(wait)}.", retry_after=wait)


def forget(name: str, rate: str, *keys: str) -> None:
    """Let the count begin anew, as after a success."""
    _limiter().clear(_parse(rate), _identity(name, keys))


def client_address(request: HttpRequest) -> str:
    """The asker's IP address; of an IPv6 one its /64, of which anybody has 2^64.

    X-Forwarded-For counts only as far as TRUSTED_PROXY_COUNT says: strangers can write it too.
    """
    forwarded, trusted = request.headers.get("X-Forwarded-For", "").split(","), settings.TRUSTED_PROXY_COUNT
    text = forwarded[-trusted] if 0 < trusted <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text.strip())
    except ValueError:
        return "unknown"  # such as a UNIX socket's: then all share one count
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(IPv6Network((address, 64), strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)


def _identity(name: str, keys: tuple[str, ...]) -> str:
    """Hashed: keys hold addresses of people, and anything that people type."""
    text = "\0".join((str(current_tenant_id()), *keys))
    return f"{name}:{hashlib.sha256(text.encode()).hexdigest()}"


def _seconds_until_next(item: RateLimitItem, identity: str) -> int:
    return max(1, math.ceil(_limiter().get_window_stats(item, identity).reset_time - time.time()))


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{math.ceil(minutes / 60)} hours"

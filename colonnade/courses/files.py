"""Files of lectures in the media bucket, and the addresses at which somebody who may see the lecture reads them.

They are signed for the store and hold for some hours. Rounded to the hour, an address stays the same for a while, so
that a browser knows again what it has read.
"""

from datetime import timedelta

from django.utils import timezone

from colonnade.lib.objects import media

HOLDS_FOR = timedelta(hours=3)
CACHE_CONTROL = "private, max-age=7200, immutable"


def address(path: str) -> str:
    """Where the store shows the file for the next hours; at least HOLDS_FOR less one."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    return media().public_url(path, at=hour, seconds=int(HOLDS_FOR.total_seconds()))


def download_address(path: str, filename: str) -> str:
    """Where a browser saves the file under its own name, for as long."""
    return media().download_url(path, filename=filename, expires_in=int(HOLDS_FOR.total_seconds()))

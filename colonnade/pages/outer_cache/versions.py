"""Which version of a school visitors should see now, read from the database about twice a second and host."""

import logging
import time
from collections.abc import Callable
from threading import Lock

from django.db import Error, connections

from colonnade.pages.outer_cache.page import Version
from colonnade.tenants.models import public_version

logger = logging.getLogger(__name__)

READ_AGAIN_AFTER = 0.4  # seconds: from then on one thread reads, the others go on with what is known
TOO_OLD_AFTER = 0.9  # seconds: from then on all wait for it, so that a change shows within a second


class _Known:
    __slots__ = ("failing", "read_at", "reading", "version")

    def __init__(self, version: Version, read_at: float) -> None:
        self.version = version
        self.read_at = read_at
        self.failing = False
        self.reading = Lock()


def read_version(host: str) -> Version | None:
    """From the database. Outside a Django request, so a connection that broke meanwhile is let go here."""
    connections["platform"].close_if_unusable_or_obsolete()
    return public_version(host)


class Versions:
    def __init__(self, read: Callable[[str], Version | None] = read_version) -> None:
        self._read = read
        self._known: dict[str, _Known] = {}  # hosts of schools only, so strangers cannot fill it

    def current(self, host: str) -> Version | None:
        """The version at this host, less than a second old; None if there is no school.

        While the database does not answer, the last one known. Raises django.db.Error if none is.
        """
        now = time.monotonic()
        known = self._known.get(host)
        if known is None:
            return self._first(host, now)
        age = now - known.read_at
        if age > READ_AGAIN_AFTER and known.reading.acquire(blocking=age > TOO_OLD_AFTER and not known.failing):
            try:
                return self._again(host, known)
            finally:
                known.reading.release()
        return known.version

    def _first(self, host: str, now: float) -> Version | None:
        version = self._read(host)
        if version is not None:
            self._known[host] = _Known(version, now)
        return version

    def _again(self, host: str, known: _Known) -> Version | None:
        began = time.monotonic()
        if began - known.read_at <= READ_AGAIN_AFTER:
            return known.version  # somebody read it while we waited
        try:
            version = self._read(host)
        except Error as error:
            # Visitors get what we have. Nobody waits while the database is away, and one in a while asks again.
            logger.warning("Public pages may be stale, the database does not answer: %s", error)
            known.failing, known.read_at = True, time.monotonic()
            return known.version
        if version is None:
            self._known.pop(host, None)
            return None
        known.version, known.read_at, known.failing = version, began, False
        return version

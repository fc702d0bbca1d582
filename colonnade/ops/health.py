"""GET /healthz, on any host: the state of each part, for load balancers and `colonnade up`."""

import logging
from collections.abc import Callable
from typing import Any

import orjson
import urllib3
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse

from colonnade.lib import objects

logger = logging.getLogger(__name__)


def _database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.get("health")


def _objects() -> None:
    if not settings.S3_ENDPOINT_URL:  # AWS itself
        objects.client().head_bucket(Bucket=settings.S3_MEDIA_BUCKET)
        return
    # Unsigned, so refused: that is answer enough, and an idle process need not load S3's whole model for it.
    answer = urllib3.request("HEAD", f"{settings.S3_ENDPOINT_URL}/{settings.S3_MEDIA_BUCKET}", timeout=5, retries=False)
    if answer.status >= 500:
        raise ConnectionError(f"The object store answers {answer.status}.")


def _worker() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '40 seconds'")
        if cursor.fetchone() is None:
            raise LookupError("No worker has sent a heartbeat for 40 seconds.")


PARTS: dict[str, Callable[[], None]] = {
    "database": _database,
    "cache": _cache,
    "objects": _objects,
    "worker": _worker,
}


def states() -> dict[str, str]:
    """Each part: "ok", or the kind of error (the log has its text; strangers need not)."""
    return {name: _state(name, check) for name, check in PARTS.items()}


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        logger.warning("%s: %s", name, error)
        return type(error).__name__
    return "ok"


class HealthMiddleware:
    """Answers before a tenant is looked for, so that a health check needs no school's host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            return self.get_response(request)
        parts = states()
        healthy = all(state == "ok" for state in parts.values())
        body: dict[str, Any] = {"status": "ok" if healthy else "degraded", "parts": parts}
        response = HttpResponse(orjson.dumps(body), status=200 if healthy else 503, content_type="application/json")
        response["Cache-Control"] = "no-store"
        return response

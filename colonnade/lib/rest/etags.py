"""ETags: an answer that has not changed is not sent again, and a change made by somebody else is not overwritten."""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import Schema

from colonnade.lib.problems import Problem
from colonnade.lib.rest.rendering import rendered


class Changed(Problem):
    """If-Match names a version that is no longer the current one."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "changed"
    title = "Somebody changed this in the meantime"


def etag_of(document: Schema | bytes) -> str:
    """The strong ETag of a document as it is sent."""
    body = document if isinstance(document, bytes) else rendered(document)
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def require_match(request: HttpRequest, current: Schema) -> None:
    """Raises Changed if the request carries If-Match and `current` is another version. Call it before a change."""
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted != "*" and etag_of(current) not in [tag.strip() for tag in wanted.split(",")]:
        raise Changed("Read it again, look at what changed, and send your change with the new ETag.")


def conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives answers to GET an ETag, and 304 to whoever has that version already."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD") or response.status_code != HTTPStatus.OK or response.streaming:
            return response
        response["ETag"] = etag_of(response.content)
        response.setdefault("Cache-Control", "private, no-cache")
        answered = get_conditional_response(request, etag=response["ETag"], response=response)
        assert isinstance(answered, HttpResponse)
        return answered

    return answer

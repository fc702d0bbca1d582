"""Idempotency-Key on POST (draft-ietf-httpapi-idempotency-key-header): a request sent twice is done once.

The key is written in the deed's own transaction. A second request that arrives while the first is at work waits for
it at the unique index, and gets its answer.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from colonnade.accounts.models import ApiToken, IdempotentReply
from colonnade.lib.problems import Invalid, problem_json

KEY_MAXIMUM = 200


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Makes POST of an API view idempotent for whoever sends an Idempotency-Key and a valid token."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        token = _token(request) if key and request.method == "POST" else None
        if token is None:  # no key, nothing to repeat, or nobody we know: the view says what it thinks of that
            return view(request, *args, **kwargs)
        if len(key) > KEY_MAXIMUM:
            return problem_json(Invalid(f"Idempotency-Key may have {KEY_MAXIMUM} characters at most."))
        request_hash = hashlib.sha256(b"\0".join((request.path.encode(), request.body))).digest()
        try:
            with transaction.atomic():
                reply = IdempotentReply.objects.create(token=token, key=key, request_hash=request_hash)
        except IntegrityError:
            return _repeated(IdempotentReply.objects.get(token=token, key=key), request_hash)
        with transaction.atomic():  # what fails is taken back by itself, and the key with it below
            response = view(request, *args, **kwargs)
        _keep(reply, response)
        return response

    return once


def _token(request: HttpRequest) -> ApiToken | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return ApiToken.objects.for_secret(secret) if scheme.lower() == "bearer" else None


def _keep(reply: IdempotentReply, response: HttpResponse) -> None:
    if response.status_code >= 300:  # nothing was done: the same key may be used for the corrected request
        reply.delete()
        return
    reply.status, reply.body = response.status_code, response.content
    reply.content_type = response.headers.get("Content-Type", "")
    reply.save(update_fields=["status", "body", "content_type"])


def _repeated(reply: IdempotentReply, request_hash: bytes) -> HttpResponse:
    if bytes(reply.request_hash) != request_hash:
        return problem_json(Invalid("This Idempotency-Key was used for another request. Take a new one."))
    response = HttpResponse(bytes(reply.body), status=reply.status, content_type=reply.content_type)
    response["Idempotent-Replayed"] = "true"
    return response

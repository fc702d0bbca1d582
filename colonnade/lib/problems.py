"""One place turns what went wrong into an answer: a page, an HTMX fragment, or RFC 9457 problem+json.

A view raises a Problem with a sentence a person can act on; nothing else in the house renders errors.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
import redis.exceptions
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape

from colonnade.lib.objects import is_outage

logger = logging.getLogger(__name__)


class Problem(Exception):
    """What happened and what to do about it. `code` names the kind for programs, `detail` tells the person."""

    status: int = HTTPStatus.BAD_REQUEST
    code: str = "bad-request"
    title: str = "That did not work"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra  # further members of the problem document, such as `errors` by field
        self.headers: dict[str, str] = {}


class Invalid(Problem):
    """The request is understood, but what it holds cannot be accepted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"
    title = "Please check what you entered"


class Conflict(Problem):
    """The state of things does not allow the deed now."""

    status = HTTPStatus.CONFLICT
    code = "conflict"
    title = "That cannot be done now"


class SignInRequired(Problem):
    """Nobody is signed in, or the token is not valid."""

    status = HTTPStatus.UNAUTHORIZED
    code = "sign-in-required"
    title = "Please sign in"


class Forbidden(Problem):
    """The person's role does not allow the deed."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = "This is not open to you"


class NotFound(Problem):
    """There is no such thing here: also the answer for what belongs to another school."""

    status = HTTPStatus.NOT_FOUND
    code = "not-found"
    title = "Page not found"


class TooManyRequests(Problem):
    """A rate limit is used up; `retry_after` is in seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-requests"
    title = "Too many tries"

    def __init__(self, detail: str, *, retry_after: int, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.headers["Retry-After"] = str(retry_after)


class Unavailable(Problem):
    """A part of the house is being restarted."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    title = "Back in a moment"

    def __init__(self, detail: str = "A part of the service is restarting. Try again in a few seconds.") -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = "5"


class Unexpected(Problem):
    """Our fault. The log has the traceback; the person gets an apology."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "unexpected"
    title = "Something went wrong on our side"


def problem_of(exception: Exception) -> Problem | None:
    """The Problem an exception stands for, or None for a bug."""
    match exception:
        case Problem():
            return exception
        case Http404():
            return NotFound("There is nothing at this address. It may have been moved or deleted.")
        case PermissionDenied():
            return Forbidden(str(exception) or "Your account does not allow this.")
        case OperationalError() | InterfaceError() | redis.exceptions.ConnectionError():
            logger.error("A part does not answer: %s", exception)
            return Unavailable()
        case SuspiciousOperation():
            return Problem("The request was not understood.")
        case _ if is_outage(exception):
            logger.error("The object store does not answer: %s", exception)
            return Unavailable()
    return None


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: the API, or a script that accepts JSON but no page."""
    if request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to a problem, in the form the asker understands."""
    if wants_json(request):
        return problem_json(problem)
    return HttpResponse(_page(request, problem), status=problem.status, headers=problem.headers)


def _page(request: HttpRequest, problem: Problem) -> str:
    template = "problem.html" if request.headers.get("HX-Request") else "problem_page.html"
    words = {"status": int(problem.status), "title": problem.title, "detail": problem.detail}
    try:
        return render_to_string(template, words, request)
    except Exception:  # an error page must not fail for what failed before it, such as the database
        logger.exception("The error page could not be made")
        return f"<!doctype html><title>{escape(problem.title)}</title><h1>{escape(problem.title)}</h1>" + (
            f"<p>{escape(problem.detail)}</p>"
        )


def problem_json(problem: Problem) -> HttpResponse:
    """RFC 9457. `type` is a relative reference that the API's documentation explains."""
    body = {
        "type": f"/api/v1/problems#{problem.code}",
        "title": problem.title,
        "status": int(problem.status),
        "detail": problem.detail,
        **problem.extra,
    }
    content = orjson.dumps(body)
    return HttpResponse(
        content, status=problem.status, content_type="application/problem+json", headers=problem.headers
    )


class ProblemMiddleware:
    """Answers for views that raise: the view's writes are already taken back when this speaks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        problem = problem_of(exception)
        return respond(request, problem) if problem else None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: no URL matches."""
    return respond(request, NotFound("There is nothing at this address. It may have been moved or deleted."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return respond(request, Forbidden(str(exception) or "Your account does not allow this."))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """handler429: allauth's limits, which do not say how long they last; none counts over more than five minutes."""
    return respond(request, TooManyRequests("You have tried this too often. Wait a few minutes.", retry_after=300))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return respond(request, Problem("The request was not understood."))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: Django has logged the traceback."""
    return respond(request, Unexpected("We have been told. Try again, and write to us if it stays."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: mostly a form left open over a sign-in, so say how to go on."""
    return respond(request, Forbidden("This form has expired. Reload the page and send it again."))

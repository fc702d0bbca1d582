"""Pages inside a course: found by its address, open to who is in it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from colonnade.accounts.person import person
from colonnade.learning.access import CourseClosed, Opened, open_course
from colonnade.lib.problems import wants_json

P = ParamSpec("P")


def inside_course(
    view: Callable[Concatenate[HttpRequest, Opened, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Turns the address's `slug` into the course, or answers with a page that says how to get in."""

    @wraps(view)
    def opened(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            course = open_course(slug, person(request))
        except CourseClosed as closed:
            if wants_json(request):
                raise
            context = {"course": closed.course, "problem": closed}
            return render(request, "learning/closed.html", context, status=closed.status)
        return view(request, course, *args, **kwargs)

    return opened  # type: ignore[return-value]  # mypy thinks that `slug` could not be named

"""What went wrong is said once, in the form the asker understands."""

import json

import psycopg
import pytest
import redis.exceptions
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from colonnade.lib import problems
from colonnade.lib.problems import Conflict, Problem, TooManyRequests, Unavailable, problem_of, respond
from tests.factories import School


def asked(path: str = "/", **headers: str) -> HttpRequest:
    return RequestFactory(headers=headers).get(path)


def test_a_program_gets_a_problem_document() -> None:
    for request in (asked("/api/v1/x"), asked(accept="application/json")):
        answer = respond(request, Conflict("The course is published.", lectures=["One"]))
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content) == {
            "type": "/api/v1/problems#conflict",
            "title": "That cannot be done now",
            "status": 409,
            "detail": "The course is published.",
            "lectures": ["One"],
        }


def test_a_person_gets_a_page_and_a_fragment_where_htmx_asks() -> None:
    page = respond(asked(accept="text/html"), Conflict("Two <b>people</b> edit."))
    assert page.status_code == 409
    assert b"<html" in page.content
    assert b"Two &lt;b&gt;people&lt;/b&gt; edit." in page.content
    fragment = respond(asked(hx_request="true"), Conflict("Two people edit."))
    assert b"<html" not in fragment.content
    assert b"Two people edit." in fragment.content


def test_a_limit_says_when_to_come_back() -> None:
    assert respond(asked(), TooManyRequests("Wait.", retry_after=17))["Retry-After"] == "17"


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Http404(), 404),
        (PermissionDenied(), 403),
        (OperationalError("gone"), 503),
        (redis.exceptions.ConnectionError("gone"), 503),
        (Conflict("as it is"), 409),
    ],
)
def test_known_exceptions_have_their_status(exception: Exception, status: int) -> None:
    problem = problem_of(exception)
    assert problem is not None
    assert problem.status == status


def test_a_bug_is_not_explained_away() -> None:
    assert problem_of(KeyError("bug")) is None
    assert problem_of(psycopg.Error("bug")) is None


def test_an_error_page_does_not_need_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(problems, "render_to_string", broken)
    answer = respond(asked(), Unavailable())
    assert answer.status_code == 503
    assert b"Back in a moment" in answer.content


def test_an_unknown_host_is_no_school(school: School) -> None:
    client = school.client(headers={"host": "nobody-here.localhost"})
    answer = client.get("/")
    assert answer.status_code == 404
    assert "There is no school at nobody-here.localhost" in answer.content.decode()
    for strange in ("evil.example", "a.b.localhost", "-x.localhost", "localhost.evil.example"):
        assert client.get("/", headers={"host": strange}).status_code == 404


def test_a_loopback_address_leads_to_the_platform(school: School) -> None:
    answer = school.client(headers={"host": "127.0.0.1:8123"}).get("/signup/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "http://localhost:8123/signup/?a=1")


def test_a_form_without_its_token_is_refused_in_words(school: School) -> None:
    client = school.client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"login": "x@example.org", "password": "y"})
    assert answer.status_code == 403
    assert "expired" in answer.content.decode()


def test_a_problem_of_its_own_kind_keeps_its_words() -> None:
    assert str(Problem("why")) == "why"

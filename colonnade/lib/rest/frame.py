"""The frame of the API: orjson renders, every error is a problem document (RFC 9457)."""

import logging
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from pydantic import ConfigDict

from colonnade.lib.problems import Invalid, Problem, SignInRequired, Unexpected, problem_json, problem_of
from colonnade.lib.rest.rendering import rendered

logger = logging.getLogger(__name__)


class ProblemDocument(Schema):
    """RFC 9457. `type` names the kind of problem, `detail` tells a person what to do."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str = Field(description="what happened and what to do, in a sentence")


class _Orjson(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return rendered(data)


class _Api(NinjaAPI):
    """NinjaAPI whose document says how every operation fails."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**kwargs)
        document["components"].setdefault("schemas", {})["ProblemDocument"] = ProblemDocument.model_json_schema()
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = {"description": "A problem, in words", "content": content}
        return document


def make_api(**words: Any) -> NinjaAPI:
    """An API without endpoints yet, whose errors are all problem documents."""
    api = _Api(renderer=_Orjson(), **words)

    def known(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
        assert isinstance(exception, Exception)
        transaction.set_rollback(True)  # Ninja answers in the exception's place, so nothing else takes the writes back
        problem = problem_of(exception)
        if problem is None:
            logger.error("The API failed", exc_info=exception)
            problem = Unexpected("We have been told. Try again later.")
        return problem_json(problem)

    def invalid(request: HttpRequest, exception: ValidationError | type[ValidationError]) -> HttpResponse:
        assert isinstance(exception, ValidationError)
        errors = [
            {"field": ".".join(str(part) for part in error["loc"][1:]), "detail": error["msg"]}
            for error in exception.errors
        ]
        named = "; ".join(f"{error['field'] or 'the body'}: {error['detail']}" for error in errors)
        return problem_json(Invalid(named, errors=errors))

    def stranger(request: HttpRequest, exception: object) -> HttpResponse:
        problem = SignInRequired("Send a token: `Authorization: Bearer col_…`. Make one at /account/tokens/.")
        response = problem_json(problem)
        response["WWW-Authenticate"] = "Bearer"
        return response

    def refused(request: HttpRequest, exception: HttpError | type[HttpError]) -> HttpResponse:
        assert isinstance(exception, HttpError)
        problem = Problem(str(exception))
        problem.status = exception.status_code
        return problem_json(problem)

    api.add_exception_handler(Exception, known)
    api.add_exception_handler(Http404, known)  # Ninja has one of its own
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(AuthenticationError, stranger)
    api.add_exception_handler(HttpError, refused)
    return api

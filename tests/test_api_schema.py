"""The API against its own schema: what it says it takes and answers is what it takes and answers."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from colonnade.accounts.models import ApiToken, Role, Scope
from colonnade.api import api
from colonnade.lib.ratelimits import forget
from tests import factories
from tests.factories import School

SNAPSHOT = Path(__file__).with_name("openapi.json")
DOCUMENT = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))

schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = get_wsgi_application()


def test_the_schema_changes_only_on_purpose() -> None:
    """UPDATE_SNAPSHOT=1 writes it anew; then read the difference as an integrator would."""
    text = json.dumps(DOCUMENT, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, (
        "The API changed. If you meant it: UPDATE_SNAPSHOT=1 make test TESTS=tests/test_api_schema.py"
    )


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["security"], where
            answers = operation["responses"]
            assert any(status.startswith("2") for status in answers), where
            assert "ProblemDocument" in json.dumps(answers["default"]), where


@pytest.fixture(scope="module")
def stocked() -> School:
    """A school with something of everything, so that some guesses hit."""
    school = factories.school()
    course = school.course(lectures=2)
    school.enroll(school.person(), course)
    return school


@pytest.fixture(scope="module")
def secret(stocked: School) -> str:
    secret = ApiToken.new_secret()
    with stocked:
        ApiToken.objects.create(
            user=stocked.person(Role.OWNER), name="fuzz", secret_hash=ApiToken.hash_of(secret), scopes=Scope.values
        )
    return secret


@schema.parametrize()
@settings(
    max_examples=8, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_whatever_is_sent_is_answered_as_the_schema_says(
    case: schemathesis.Case[Any], stocked: School, secret: str
) -> None:
    with stocked:
        token = ApiToken.objects.get(secret_hash=ApiToken.hash_of(secret))
        forget("api", "600/minute", str(token.pk))
    case.call_and_validate(
        base_url=f"http://{stocked.host}",
        headers={"Authorization": f"Bearer {secret}"},
        checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
    )

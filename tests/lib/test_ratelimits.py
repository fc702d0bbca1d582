"""Rate limits: exact, of one school, and the same for every process."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis.exceptions
from django.test import RequestFactory
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from pytest_django.fixtures import Settings

from colonnade.lib import ratelimits
from colonnade.lib.problems import TooManyRequests
from colonnade.lib.ratelimits import client_address, forget, limit
from colonnade.lib.tenancy import naming_tenant, tenant_scope
from tests.factories import School, unique


def passes(school: School, name: str, rate: str, *keys: str) -> bool:
    with school:
        try:
            limit(name, rate, *keys)
        except TooManyRequests:
            return False
    return True


def test_the_try_after_the_last_is_refused_with_the_wait(school: School) -> None:
    assert [passes(school, "door", "3/minute", "me") for _ in range(4)] == [True, True, True, False]
    with school, pytest.raises(TooManyRequests, match=r"Try again in \d+ seconds") as refused:
        limit("door", "3/minute", "me")
    assert 55 <= int(refused.value.headers["Retry-After"]) <= 60


def test_each_name_person_and_school_is_counted_apart(school: School, other_school: School) -> None:
    assert passes(school, "door", "1/hour", "me")
    assert not passes(school, "door", "1/hour", "me")
    assert passes(school, "window", "1/hour", "me")
    assert passes(school, "door", "1/hour", "you")
    assert passes(school, "door", "1/hour", "m", "e")
    assert passes(other_school, "door", "1/hour", "me")


def test_a_success_may_forget_the_failures(school: School) -> None:
    assert passes(school, "door", "1/hour", "me")
    with school:
        forget("door", "1/hour", "me")
    assert passes(school, "door", "1/hour", "me")


def test_forty_racers_get_exactly_as_many_tries_as_there_are(school: School) -> None:
    name = unique("race")

    def attempt(_: int) -> bool:
        with naming_tenant(school.tenant.pk):
            try:
                limit(name, "7/minute", "all")
            except TooManyRequests:
                return False
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(attempt, range(40))) == 7


def test_another_process_counts_on(school: School) -> None:
    assert passes(school, "door", "2/hour", "me")
    program = (
        "import django; django.setup()\n"
        "from uuid import UUID\n"
        "from colonnade.lib.ratelimits import limit\n"
        "from colonnade.lib.tenancy import naming_tenant\n"
        f"with naming_tenant(UUID('{school.tenant.pk}')): limit('door', '2/hour', 'me')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert not passes(school, "door", "2/hour", "me")


@pytest.mark.parametrize(("rate", "words"), [("1/hour", "60 minutes"), ("1/day", "24 hours"), ("1/second", "a second")])
def test_the_wait_is_said_in_words(school: School, rate: str, words: str) -> None:
    assert passes(school, "long", rate, "me")
    with school, pytest.raises(TooManyRequests, match=words):
        limit("long", rate, "me")


def test_without_the_store_the_try_is_refused(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = MovingWindowRateLimiter(storage_from_string("redis://127.0.0.1:1/0"))
    monkeypatch.setattr(ratelimits, "_limiter", lambda: dead)
    with pytest.raises(redis.exceptions.ConnectionError), tenant_scope(school.tenant.pk):
        limit("door", "1/hour", "me")


def test_a_forwarding_header_is_believed_only_from_a_trusted_proxy(settings: Settings) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 9.9.9.9"})
    assert client_address(request) == "127.0.0.1"
    settings.TRUSTED_PROXY_COUNT = 1
    assert client_address(request) == "9.9.9.9"
    settings.TRUSTED_PROXY_COUNT = 3  # someone has come past the proxies
    assert client_address(request) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("2001:db8::1", "2001:db8::"), ("2001:db8::2:3", "2001:db8::"), ("::ffff:9.9.9.9", "9.9.9.9"), ("", "unknown")],
)
def test_an_ipv6_address_counts_as_its_network(address: str, counted_as: str) -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=address)) == counted_as

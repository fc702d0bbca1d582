"""The outer cache by itself, around an application that counts: who is answered from memory, and with what."""

import gzip
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError

from colonnade.lib.tenancy import PLATFORM_ID, uuid7
from colonnade.pages.outer_cache import OuterCache
from colonnade.pages.outer_cache.shelf import Shelf
from colonnade.pages.outer_cache.versions import Versions
from colonnade.tenants.models import touch_public
from tests.factories import School
from tests.pages.visitors import Application, page, visit

HOST = "greek.localhost"


class Database:
    """Stands in for the table of schools where a test makes it fail, or counts."""

    def __init__(self, *hosts: str) -> None:
        self.versions = {host: (uuid7(), 1) for host in hosts}
        self.reads = 0
        self.is_away = False

    def __call__(self, host: str) -> Any:
        self.reads += 1
        if self.is_away:
            raise OperationalError("gone")
        return self.versions.get(host)

    def change(self, host: str) -> None:
        tenant, version = self.versions[host]
        self.versions[host] = (tenant, version + 1)


@pytest.fixture
def database() -> Database:
    return Database(HOST, "other.localhost", "localhost")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass for the cache, without waiting."""
    offset = [0.0]
    real = time.monotonic
    monkeypatch.setattr("colonnade.pages.outer_cache.versions.time.monotonic", lambda: real() + offset[0])

    def pass_(seconds: float) -> None:
        offset[0] += seconds

    return pass_


def cache(application: Any, database: Any, **limits: int) -> OuterCache:
    shelf = Shelf(most_pages=limits.get("pages", 100), most_bytes=limits.get("bytes", 10_000_000))
    return OuterCache(application, versions=Versions(database), shelf=shelf)


def until(fact: Callable[[], bool]) -> None:
    end = time.perf_counter() + 10
    while not fact():
        assert time.perf_counter() < end, "it never came to be"
        time.sleep(0.005)


def test_a_page_is_rendered_once_for_all_visitors(database: Database) -> None:
    application = Application(page())
    front = cache(application, database)
    answers = [visit(front, HOST) for _ in range(5)]
    assert {answer.body for answer in answers} == {b"<p>A page.</p>" * 100}
    assert (application.filled, application.passed) == (1, 0)


def test_nothing_of_a_visitor_reaches_the_rendering(database: Database) -> None:
    application = Application(page())
    front = cache(application, database)
    visit(
        front, "GREEK.localhost:9999", HTTP_COOKIE="theme=dark; csrftoken=mine", HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_ACCEPT_LANGUAGE="tlh", HTTP_USER_AGENT="<script>", HTTP_IF_NONE_MATCH='"x"', REMOTE_ADDR="203.0.113.9",
    )  # fmt: skip
    (environ,) = application.seen
    assert environ["HTTP_HOST"].partition(":")[0] == HOST
    assert {name for name in environ if name.startswith("HTTP_")} == {
        "HTTP_HOST",
        "HTTP_ACCEPT",
        "HTTP_X_FORWARDED_PROTO",
    }
    assert "203.0.113.9" not in environ.values()


@pytest.mark.parametrize(
    "request_",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "theme=dark; sessionid=abc"},
        {"HTTP_COOKIE": "messages=signed-out"},
        {"HTTP_AUTHORIZATION": "Bearer col_x"},
        {"query": "utm=1"},
        {"method": "POST"},
        {"method": "OPTIONS"},
    ],
)
def test_whoever_is_somebody_goes_through_and_leaves_nothing(database: Database, request_: dict[str, str]) -> None:
    application = Application(page(b"personal"))
    front = cache(application, database)
    assert visit(front, HOST, **request_).body == b"personal"
    assert (application.filled, application.passed) == (0, 1)
    application.answer = page(b"public")
    assert visit(front, HOST).body == b"public"
    assert visit(front, HOST, **request_).body == b"public"  # rendered for them, again
    assert application.passed == 2


def test_another_host_has_its_own_page(database: Database) -> None:
    application = Application(lambda environ: page(environ["HTTP_HOST"].encode())(environ))
    front = cache(application, database)
    for _ in range(2):
        assert visit(front, HOST).body.startswith(b"greek.localhost")
        assert visit(front, "other.localhost").body.startswith(b"other.localhost")
    assert application.filled == 2


@pytest.mark.parametrize("host", ["nobody.localhost", "", "[::1]:80", "127.0.0.1", "localhost.", "a" * 300])
def test_an_unknown_host_never_fills_it(host: str) -> None:
    application = Application(page())
    front = cache(application, Database(HOST))
    for _ in range(3):
        visit(front, host)
    assert (application.filled, application.passed, len(front.shelf)) == (0, 3, 0)


@pytest.mark.parametrize("path", ["/login/", "/static/main.css", "/dashboard/", "/nothing/here", "/courses/%ff/"])
def test_a_page_that_has_not_joined_is_never_waited_for(database: Database, path: str) -> None:
    application = Application(page())
    front = cache(application, database)
    visit(front, HOST, path)
    assert (application.filled, application.passed, database.reads) == (0, 1, 0)


def test_a_change_shows_within_a_second_and_touches_no_other_school(
    database: Database, clock: Callable[[float], None]
) -> None:
    application = Application(page(b"before"))
    front = cache(application, database)
    visit(front, HOST), visit(front, "other.localhost")
    application.answer = page(b"after")
    database.change(HOST)
    clock(1.0)
    assert visit(front, HOST).body == b"after"
    assert visit(front, "other.localhost").body == b"before"
    assert application.filled == 3


def test_a_change_during_rendering_is_not_lost(database: Database, clock: Callable[[float], None]) -> None:
    """The version is read before rendering: a page that was changed under way is taken for older than it is."""

    def answer(environ: Any) -> Any:
        body = b"version %d" % database.versions[HOST][1]
        database.change(HOST)
        return page(body)(environ)

    front = cache(Application(answer), database)
    assert visit(front, HOST).body == b"version 1"
    clock(1.0)
    assert visit(front, HOST).body == b"version 2"


def test_the_database_is_asked_about_twice_a_second_at_most(database: Database, clock: Callable[[float], None]) -> None:
    front = cache(Application(page()), database)
    for _ in range(100):
        visit(front, HOST)
    assert database.reads == 1
    for _ in range(10):
        clock(0.1)
        visit(front, HOST)
    assert database.reads <= 3


def test_a_host_that_changes_hands_brings_nothing_along(database: Database, clock: Callable[[float], None]) -> None:
    application = Application(page(b"the first school's"))
    front = cache(application, database)
    visit(front, HOST)
    database.versions[HOST] = (uuid7(), database.versions[HOST][1])
    application.answer = page(b"", status="503 Service Unavailable")
    clock(1.0)
    assert visit(front, HOST).status == 503
    del database.versions[HOST]
    clock(1.0)
    assert visit(front, HOST).status == 503
    assert application.passed == 1


def test_fifty_visitors_at_once_cost_one_rendering(database: Database) -> None:
    application = Application(page(), takes=0.2)
    front = cache(application, database)
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda _: visit(front, HOST), range(50)))
    assert {answer.status for answer in answers} == {200}
    assert (application.filled, application.passed) == (1, 0)


def test_when_the_one_who_renders_fails_the_others_help_themselves(database: Database) -> None:
    def answer(environ: Any) -> Any:
        if environ.get("colonnade.outer_cache"):
            raise RuntimeError("no")
        return page(b"by myself")(environ)

    application = Application(answer, takes=0.05)
    front = cache(application, database)
    with ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(lambda _: visit(front, HOST).body, range(10)))
    assert set(answers) == {b"by myself"}
    assert not front._flights


def test_an_answer_that_sets_a_cookie_is_for_one_person_and_not_kept(database: Database) -> None:
    application = Application(page(b"yours", ("Set-Cookie", "csrftoken=secret")))
    front = cache(application, database)
    assert [visit(front, HOST)["Set-Cookie"] for _ in range(2)] == ["csrftoken=secret"] * 2
    assert (application.filled, application.passed, len(front.shelf)) == (2, 2, 0)


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "500 Internal Server Error", "206 Partial Content"])
def test_only_a_200_is_kept(database: Database, status: str) -> None:
    application = Application(page(b"no", status=status))
    front = cache(application, database)
    answer = visit(front, HOST)
    assert answer.status == int(status[:3])
    assert "X-Colonnade-Public-Seconds" not in answer
    assert len(front.shelf) == 0


def test_an_answer_that_did_not_join_is_not_kept(database: Database) -> None:
    front = cache(Application(lambda environ: ("200 OK", [("Content-Type", "text/html")], b"no")), database)
    visit(front, HOST)
    assert len(front.shelf) == 0


@pytest.mark.parametrize("more", [(), (("Set-Cookie", "csrftoken=x"),)])
def test_a_page_that_is_gone_is_forgotten(database: Database, clock: Callable[[float], None], more: Any) -> None:
    application = Application(page())
    front = cache(application, database)
    visit(front, HOST)
    application.answer = page(b"", *more, status="404 Not Found")
    database.change(HOST)
    clock(1.0)
    assert visit(front, HOST).status == 404
    assert len(front.shelf) == 0


def test_headers_let_a_browser_keep_it_and_ask(database: Database) -> None:
    policy = ("Content-Security-Policy", "default-src 'self'")
    application = Application(page(b"x" * 100, policy, ("Vary", "Cookie"), ("Cache-Control", "private")))
    front = cache(application, database)
    answer = visit(front, HOST)
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["Vary"] == "Cookie, Accept-Encoding"
    assert answer["Content-Security-Policy"] == "default-src 'self'"
    assert answer["Content-Length"] == "100"
    assert "X-Colonnade-Public-Seconds" not in answer
    assert [name for name, _ in answer.headers].count("Cache-Control") == 1


@pytest.mark.parametrize("asked", ["{etag}", '"other", {etag}', "*", "{strong}"])
def test_who_has_the_page_already_gets_304(database: Database, asked: str) -> None:
    front = cache(Application(page()), database)
    etag = visit(front, HOST)["ETag"]
    tags = asked.format(etag=etag, strong=etag.removeprefix("W/"))
    answer = visit(front, HOST, HTTP_IF_NONE_MATCH=tags)
    assert (answer.status, answer.body, answer["ETag"]) == (304, b"", etag)
    assert visit(front, HOST, HTTP_IF_NONE_MATCH='"other"').status == 200


def test_head_has_the_headers_and_no_body(database: Database) -> None:
    front = cache(Application(page()), database)
    head = visit(front, HOST, method="HEAD")  # the first to ask, too
    assert (head.status, head.body) == (200, b"")
    assert head.headers == visit(front, HOST).headers


@pytest.mark.parametrize(
    ("accepts", "packed"), [("gzip, br", True), ("br;q=1.0, gzip;q=0.5", True), ("gzip;q=0, br", False), ("", False)]
)
def test_it_is_packed_for_who_can_unpack(database: Database, accepts: str, packed: bool) -> None:
    front = cache(Application(page()), database)
    answer = visit(front, HOST, HTTP_ACCEPT_ENCODING=accepts)
    assert ("Content-Encoding" in answer) is packed
    body = gzip.decompress(answer.body) if packed else answer.body
    assert body == visit(front, HOST).body
    assert int(answer["Content-Length"]) == len(answer.body)


def test_what_is_packed_or_small_or_a_picture_is_left_as_it_is(database: Database) -> None:
    application = Application(page(b"packed" * 500, ("Content-Encoding", "br")))
    front = cache(application, database)
    assert visit(front, HOST, HTTP_ACCEPT_ENCODING="gzip")["Content-Encoding"] == "br"
    application.answer = page(b"small")
    assert "Content-Encoding" not in visit(front, "other.localhost", HTTP_ACCEPT_ENCODING="gzip")


def test_past_its_time_it_goes_out_once_more_and_is_renewed_behind(database: Database) -> None:
    application = Application(page(b"old", ttl=0))
    front = cache(application, database)
    visit(front, HOST)
    application.answer = page(b"new", ttl=60)
    assert visit(front, HOST).body == b"old"
    until(lambda: visit(front, HOST).body == b"new")
    assert (application.filled, application.passed) == (2, 0)


def test_while_the_database_is_away_visitors_see_what_there_is(
    database: Database, clock: Callable[[float], None]
) -> None:
    application = Application(page(b"kept"))
    front = cache(application, database)
    visit(front, HOST)
    database.is_away = True
    application.answer = page(b"", status="503 Service Unavailable")
    for _ in range(5):
        clock(1.0)
        assert visit(front, HOST).body == b"kept"
    assert visit(front, "other.localhost").status == 503  # nothing is known of it: the application says so
    database.is_away = False
    application.answer = page(b"back")
    database.change(HOST)
    clock(1.0)
    assert visit(front, HOST).body == b"back"


@pytest.mark.parametrize("more", [(), (("Set-Cookie", "csrftoken=x"),)])
def test_while_the_application_fails_the_former_page_goes_out(
    database: Database, clock: Callable[[float], None], more: Any
) -> None:
    application = Application(page(b"former"))
    front = cache(application, database)
    visit(front, HOST)
    database.change(HOST)
    application.answer = page(b"", *more, status="500 Internal Server Error")
    clock(1.0)
    assert visit(front, HOST).body == b"former"


def test_the_longest_unused_goes_first(database: Database) -> None:
    application = Application(page(b"x" * 100))
    front = cache(application, database, pages=10)
    paths = [f"/courses/c{number}/" for number in range(30)]
    for path in paths:
        visit(front, HOST, path)
        visit(front, HOST, paths[0])  # always in use
        assert len(front.shelf) <= 10
    filled = application.filled
    visit(front, HOST, paths[0]), visit(front, HOST, paths[-1])
    assert application.filled == filled
    visit(front, HOST, paths[1])
    assert application.filled == filled + 1
    assert front.shelf.evicted >= 20


def test_bytes_are_bounded_too(database: Database) -> None:
    application = Application(page(b"x" * 300))
    front = cache(application, database, bytes=20_000)
    for number in range(50):
        visit(front, HOST, f"/courses/c{number}/")
        assert front.shelf.bytes <= 20_000
    assert len(front.shelf) > 1
    application.answer = page(bytes(range(256)) * 200)
    assert visit(front, HOST, "/").status == 200  # larger than all there is: answered, not kept
    assert front.shelf.get((HOST, "/")) is None


def test_versions_come_from_the_real_table(school: School, platform: School) -> None:
    versions = Versions()
    assert versions.current(school.host) == (school.tenant.pk, 1)
    assert versions.current(platform.host) == (PLATFORM_ID, platform.tenant.public_version)
    assert versions.current("no-such-school.localhost") is None
    with school:
        touch_public(school.tenant.pk)
    assert Versions().current(school.host) == (school.tenant.pk, 2)

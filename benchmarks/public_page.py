"""A school's front page from the outer cache against a bare "hello" under the same Granian settings. Goal: ≥ 0.75.

The servers run on one core and the client on another, where there are two. Hello and page are measured in turn, and
the ratio is the median over the rounds, so that a machine that slows down slows down both.
"""

import os
import statistics
import sys

from benchmarks.clients import Flood, Request, answer_length, flood
from benchmarks.house import CORES, House, served

GOAL = 0.75
ROUNDS = 7
SECONDS = 1.5


def main() -> int:
    apart = len(CORES) > 1
    with House() as house:
        database = house.database("public_page")
        host = database.run("-m", "benchmarks.public_page", "fill").strip()
        page = Request(host, "/", {"Accept-Encoding": "gzip"})
        with database.web(workers=1, cores=CORES[:1] if apart else None) as port:
            length = answer_length(port, page)
            environment = os.environ | {
                "WEB_WORKERS": "1", "WEB_THREADS": "64", "HELLO_BYTES": str(length - 900), "HELLO_HEADERS": "14",
            }  # fmt: skip
            with served(["-m", "benchmarks.hello"], environment, CORES[:1] if apart else None) as hello:
                if apart:
                    os.sched_setaffinity(0, CORES[1:])
                return _measure(port, page, hello, length)


def _measure(port: int, page: Request, hello: int, length: int) -> int:
    asked = {
        "hello": (hello, Request("localhost", "/")),
        "page": (port, page),
        "same": (hello, Request("localhost", "/same")),
    }
    for server, request in asked.values():
        flood(server, request, seconds=0.5)  # threads started, caches filled
    floods: dict[str, list[Flood]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, (server, request) in asked.items():
            floods[name].append(flood(server, request, seconds=SECONDS))
    ratio = _ratio(floods["page"], floods["hello"])
    print(f"hello          {_rate(floods['hello']):9,.0f} requests/s")
    print(f"hello, as long {_rate(floods['same']):9,.0f} requests/s")
    print(f"cached page    {_rate(floods['page']):9,.0f} requests/s of {length:,} bytes on the wire")
    print(f"client busy at most {max(one.client_busy for many in floods.values() for one in many):.0%} of the time")
    print(f"ratio to hello          {ratio:.2f}  (goal ≥ {GOAL})")
    print(f"ratio to hello, as long {_ratio(floods['page'], floods['same']):.2f}")
    return 0 if ratio >= GOAL else 1


def _rate(floods: list[Flood]) -> float:
    return statistics.median(one.rate for one in floods)


def _ratio(page: list[Flood], peer: list[Flood]) -> float:
    return statistics.median(one.rate / other.rate for one, other in zip(page, peer, strict=True))


def fill() -> int:
    """A school with six courses; prints its host."""
    import django

    django.setup()
    from tests import factories

    school = factories.school("A school", instructor_name="An instructor")
    for number in range(6):
        school.course(f"Course {number}", lectures=8)
    print(school.host)
    return 0


if __name__ == "__main__":
    sys.exit(fill() if sys.argv[1:] == ["fill"] else main())

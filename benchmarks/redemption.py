"""Redeeming: 200 racers for one code let exactly one in; and distinct codes a second against what PostgreSQL can do.

The limit is one `UPDATE … RETURNING` of a row by its key, which is the least that marks a code as used; the peer is
the usual way, `SELECT … FOR UPDATE` and then the writes. All run in the school's scope on equally many connections,
in turn, and the ratios are medians over the rounds. Goal: the statement at twice the rate of the usual way. (It was
half the limit while a use was a mark on the code; since a code has seats and a log, a use is a row of its own as well,
and planning the statement takes twice as long as carrying it out.)
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

from benchmarks.house import House

if TYPE_CHECKING:
    from colonnade.accounts.models import User
    from tests.factories import School

RACERS = 200
RACING_CONNECTIONS = 100  # each racer's try is a transaction of its own; the server takes 200 connections
CONNECTIONS = 8
ROUNDS = 5
TRIES = 400  # in a round, of each way
GOAL = 2.0

Try = Callable[["User", str], Any]


def main() -> int:
    with House() as house:
        house.database("redemption").open()
        from tests import factories

        school = factories.school("A school")
        raced = race(school)
        print(f"{RACERS} racers for one code on {RACING_CONNECTIONS} connections: {raced['won']} let in")
        for reason, count in sorted(raced.items()):
            print(f"  {count:4} {reason}")
        ratio = rates(school)
        return 0 if raced["won"] == 1 and enrolled(school) == 1 and ratio >= GOAL else 1


def race(school: "School") -> Counter[str]:
    from colonnade.enrollment.actions import redeem
    from colonnade.lib.problems import Problem

    code, racers = codes(school, 1)[0], people(school, RACERS)
    start = Barrier(RACING_CONNECTIONS)

    def run(share: list["User"]) -> list[str]:
        start.wait(timeout=120)
        return [outcome(user) for user in share]

    def outcome(user: "User") -> str:
        try:
            in_scope(school, lambda: redeem(text=code, by=user))
        except Problem as problem:
            return problem.code
        return "won"

    shares = [racers[number::RACING_CONNECTIONS] for number in range(RACING_CONNECTIONS)]
    return Counter(word for words in on_connections(run, shares) for word in words)


def enrolled(school: "School") -> int:
    from colonnade.courses.models import Course
    from colonnade.enrollment.models import Enrollment

    with school:
        return Enrollment.objects.filter(course=Course.objects.order_by("id")[0]).count()


def rates(school: "School") -> float:
    """Prints what each way does a second; returns how many times as fast as row locks the statement is."""
    from colonnade.enrollment.actions import redeem

    ways: dict[str, Try] = {
        "limit: one UPDATE": update_alone,
        "the statement": the_statement,
        "row locks": row_locks,
        "redeem(), with its audit row": lambda user, code: redeem(text=code, by=user),
    }
    measured: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        rate(school, way, TRIES // 4)  # connections opened, plans made
    for _ in range(ROUNDS):
        for name, way in ways.items():
            measured[name].append(rate(school, way, TRIES))
    limit = measured["limit: one UPDATE"]
    print(f"{CONNECTIONS} connections, distinct codes, median of {ROUNDS} rounds of {TRIES}:")
    for name, each in measured.items():
        print(f"  {name:30} {statistics.median(each):7,.0f}/s   ratio {share(each, limit):.2f}")
    ratio = share(measured["the statement"], measured["row locks"])
    print(f"the statement against row locks {ratio:.2f}  (goal ≥ {GOAL})")
    return ratio


def share(each: list[float], limit: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(each, limit, strict=True))


def rate(school: "School", way: Try, tries: int) -> float:
    """Codes a second: each try has a person and a code of its own."""
    pairs = list(zip(people(school, tries), codes(school, tries), strict=True))
    start = Barrier(CONNECTIONS + 1)

    def run(share: list[tuple["User", str]]) -> None:
        in_scope(school, lambda: None)  # the connection
        start.wait(timeout=120)
        for user, code in share:
            in_scope(school, lambda user=user, code=code: way(user, code))  # type: ignore[misc]

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        jobs = [pool.submit(closing, run, pairs[number::CONNECTIONS]) for number in range(CONNECTIONS)]
        start.wait(timeout=120)
        began = time.perf_counter()
        for job in jobs:
            job.result()
        return tries / (time.perf_counter() - began)


def update_alone(user: "User", code: str) -> None:
    from django.db import connection

    statement = (
        "UPDATE enrollment_accesscode SET taken = taken + 1 "
        "WHERE tenant_id = %s AND code_hash = %s AND taken < seats RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, key(code))
        assert cursor.fetchone()


def the_statement(user: "User", code: str) -> None:
    from colonnade.enrollment.actions.redeeming import _spend

    assert _spend([key(code)[1]], user)


def row_locks(user: "User", code: str) -> None:
    from django.utils import timezone

    from colonnade.enrollment.models import AccessCode, Enrollment, Redemption

    found = AccessCode.objects.select_for_update().get(tenant_id=key(code)[0], code_hash=key(code)[1])
    assert found.taken < found.seats
    update_alone(user, code)
    Redemption.objects.create(batch_id=found.batch_id, code=found, user=user, at=timezone.now())
    for course in found.batch.courses.all():
        assert not Enrollment.objects.active().filter(user=user, course=course).exists()
        Enrollment.objects.create(user=user, course=course, code=found)


def key(code: str) -> tuple[Any, bytes]:
    """The code's school and hash, as its index has them."""
    from colonnade.enrollment.codes import hash_of, read, school_keys
    from colonnade.lib.tenancy import current_tenant_id

    symbols = read(code)
    assert symbols is not None
    return current_tenant_id(), hash_of(symbols, school_keys(current_tenant_id())[0])


def codes(school: "School", count: int) -> list[str]:
    from colonnade.enrollment.actions import make_codes

    course, (maker,) = school.course(), people(school, 1)
    with school:
        return make_codes(courses=[course], quantity=count, by=maker)[1]


def people(school: "School", count: int) -> list["User"]:
    """Without passwords, whose hashing would take longer than all else."""
    from colonnade.accounts.models import User
    from tests.factories import unique

    with school:
        return User.objects.bulk_create(User(email=f"{unique('racer')}@example.org") for _ in range(count))


def in_scope(school: "School", deed: Callable[[], Any]) -> None:
    from colonnade.lib.tenancy import tenant_scope

    with tenant_scope(school.tenant.pk):
        deed()


def on_connections(run: Callable[[Any], Any], shares: list[Any]) -> list[Any]:
    with ThreadPoolExecutor(len(shares)) as pool:
        return list(pool.map(lambda share: closing(run, share), shares))


def closing(run: Callable[[Any], Any], share: Any) -> Any:
    """Each thread has a connection of its own, and leaves none behind."""
    from django.db import connections

    try:
        return run(share)
    finally:
        connections.close_all()


if __name__ == "__main__":
    sys.exit(main())

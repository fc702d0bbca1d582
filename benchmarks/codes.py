"""100,000 access codes made in one batch, against their bare insertion and the ORM's `bulk_create`.

All three hash each code and write what the database checks alike: unique in the school, of a batch of the school. The
other two are given the codes, which making them draws from a seed. Then the batch's file is written, as the page offers
it right after. Goal: made in two seconds.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.house import House

if TYPE_CHECKING:
    from colonnade.accounts.models import User
    from colonnade.courses.models import Course
    from colonnade.enrollment.models import CodeBatch
    from tests.factories import School

QUANTITY = 100_000
ROUNDS = 3
GOAL = 2.0  # seconds


def main() -> int:
    with House() as house:
        house.database("codes").open()
        from tests import factories

        school = factories.school("A school")
        course, maker = school.course(), school.person("owner")
        ways: dict[str, Callable[[], Any]] = {
            "make_codes(), with its audit row": lambda: make(school, course, maker),
            "the insertion alone, of codes drawn before": insertion(school, course, maker),
            "bulk_create of codes drawn before": creation(school, course, maker),
        }
        print(f"{QUANTITY:,} codes, median of {ROUNDS} rounds:")
        took = {name: statistics.median(timed(way) for _ in range(ROUNDS)) for name, way in ways.items()}
        made = took["make_codes(), with its audit row"]
        for name, seconds in took.items():
            print(f"  {seconds:6.2f} s  {seconds / made:5.2f}  {name}")
        print(f"  {download(school, course, maker):6.2f} s         its file, {QUANTITY:,} lines with links")
        return 0 if made <= GOAL else 1


def make(school: "School", course: "Course", maker: "User") -> "CodeBatch":
    from colonnade.enrollment.actions import make_codes

    with school:  # its end is the commit, where the deferred keys are checked
        return make_codes(courses=[course], quantity=QUANTITY, by=maker)[0]


def insertion(school: "School", course: "Course", maker: "User") -> Callable[[], None]:
    from colonnade.enrollment.actions.codes import _insert

    def run(batch: "CodeBatch", symbols: list[str]) -> None:
        _insert(batch, symbols)

    return before(school, course, maker, run)


def creation(school: "School", course: "Course", maker: "User") -> Callable[[], None]:
    from colonnade.enrollment.codes import hash_of, hint, school_keys
    from colonnade.enrollment.models import AccessCode

    def run(batch: "CodeBatch", symbols: list[str]) -> None:
        key = school_keys(school.tenant.pk)[0]
        made = (AccessCode(batch=batch, code_hash=hash_of(text, key), hint=hint(text)) for text in symbols)
        AccessCode.objects.bulk_create(made, batch_size=5_000)

    return before(school, course, maker, run)


def before(
    school: "School", course: "Course", maker: "User", run: Callable[["CodeBatch", list[str]], None]
) -> Callable[[], None]:
    """Batches with their codes drawn, but not in the table: one for each round."""
    from colonnade.enrollment import codes
    from colonnade.enrollment.actions import make_codes

    ready = []
    for _ in range(ROUNDS):
        with school:
            batch, _ = make_codes(courses=[course], quantity=1, by=maker)
        seed = codes.new_seed()
        ready.append((batch, [codes.code(seed, number) for number in range(QUANTITY)]))

    def once() -> None:
        batch, symbols = ready.pop()
        with school:
            run(batch, symbols)

    return once


def download(school: "School", course: "Course", maker: "User") -> float:
    """Seconds that the file of a batch just made takes, through the page, as the maker's browser asks for it."""
    client = school.client(maker)
    last_day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86_400))
    form = {"courses": [str(course.pk)], "quantity": QUANTITY, "seats": 1, "last_day": last_day}
    batch = client.post("/dashboard/codes/new/", form)["Location"]
    began = time.perf_counter()
    lines = client.get(f"{batch}codes.csv").getvalue().count(b"\n")
    assert lines == QUANTITY + 1, lines
    return time.perf_counter() - began


def timed(way: Callable[[], Any]) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())

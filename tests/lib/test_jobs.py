"""Jobs run for the school that asked, exactly when its transaction commits, and survive their worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections

from colonnade.accounts.models import User
from colonnade.lib.tenancy import NoTenant, current_tenant_id
from tests import sample_jobs
from tests.factories import School

pytestmark = pytest.mark.usefixtures("empty_queue")
Run = Callable[..., None]


def states(school: School) -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE args->>'tenant_id' = %s ORDER BY id",
            [str(school.tenant.pk)],
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_job_runs_in_the_scope_of_its_school(school: School, other_school: School, run_jobs: Run) -> None:
    person = school.person()
    with school:
        sample_jobs.rename_everybody.later(name="renamed")
    foreign = other_school.person(name="untouched")
    run_jobs()
    with school:
        assert User.objects.get(pk=person.pk).name == "renamed"
    with other_school:
        assert User.objects.get(pk=foreign.pk).name == "untouched"
    assert states(school) == ["succeeded"]


def test_a_job_exists_only_if_its_transaction_commits(school: School) -> None:
    with pytest.raises(ValueError, match="taken back"), school:  # noqa: PT012  # the scope is what is tested
        sample_jobs.rename_everybody.later(name="never")
        raise ValueError("taken back")
    assert states(school) == []


def test_outside_any_school_no_job_is_taken() -> None:
    with pytest.raises(NoTenant):
        sample_jobs.rename_everybody.later(name="nobody's")


def test_a_long_job_holds_no_transaction_but_knows_its_school(school: School, run_jobs: Run) -> None:
    with school:
        sample_jobs.note_transaction.later(who=school.tenant.pk)
    run_jobs()
    assert states(school) == ["succeeded"]
    assert sample_jobs.NOTED[str(school.tenant.pk)] == (school.tenant.pk, False)


def test_a_failing_job_is_tried_again_later_and_keeps_nothing(school: School, run_jobs: Run) -> None:
    person = school.person(name="before")
    with school:
        sample_jobs.rename_and_fail.later()
    run_jobs()
    assert states(school) == ["todo"]
    with school:
        assert User.objects.get(pk=person.pk).name == "before"


def test_a_job_whose_worker_was_killed_runs_again(school: School, tmp_path: object, run_jobs: Run) -> None:
    mark = f"{tmp_path}/mark"
    with school:
        sample_jobs.hang_the_first_time.later(mark=mark)
    program = "import django; django.setup(); import asyncio; from colonnade.lib.jobs import work; asyncio.run(work())"
    worker = subprocess.Popen([sys.executable, "-c", program], env=os.environ)
    try:
        deadline = time.monotonic() + 30
        while not os.path.exists(mark) and time.monotonic() < deadline:  # noqa: PTH110
            assert worker.poll() is None
            select_nothing()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert states(school) == ["doing"]
    run_jobs(fresh_start=True)
    assert states(school) == ["succeeded"]


def select_nothing() -> None:
    """Waits a moment in the database rather than in the test."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")


def test_a_tenant_is_named_by_its_key(school: School) -> None:
    with school:
        assert isinstance(current_tenant_id(), UUID)

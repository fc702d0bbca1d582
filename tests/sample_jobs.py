"""Jobs that the tests of lib/jobs.py run; JOB_MODULES names this module to every process of the tests."""

import signal
from pathlib import Path
from uuid import UUID

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.lib.jobs import job
from colonnade.lib.tenancy import current_tenant_id

NOTED: dict[str, tuple[UUID, bool]] = {}


@job()
def rename_everybody(*, name: str) -> None:
    User.objects.update(name=name)


@job()
def rename_and_fail() -> None:
    User.objects.update(name="after")
    raise RuntimeError("a bug")


@job(queue="video", long=True)
def note_transaction(*, who: str) -> None:
    NOTED[who] = (current_tenant_id(), transaction.get_connection().in_atomic_block)


@job(long=True)
def hang_the_first_time(*, mark: str) -> None:
    if not Path(mark).exists():
        Path(mark).touch()
        signal.pause()

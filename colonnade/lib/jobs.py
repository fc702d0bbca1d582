"""Jobs: functions that run later, in the worker, for the school that asked.

`later()` writes a row in the caller's transaction, so a job exists exactly when the data it is about does. The row
carries the tenant; the worker opens its scope again. Only this module knows Procrastinate.

    @job(queue="video", long=True)
    def transcode(*, video_id: str) -> None: ...

    transcode.later(video_id=str(video.id))
"""

import asyncio
import functools
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import procrastinate
import redis.exceptions
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from colonnade.lib.objects import is_outage
from colonnade.lib.tenancy import current_tenant_id, naming_tenant, tenant_scope

logger = logging.getLogger(__name__)

QUEUES = ("default", "video")
_blueprint = procrastinate.Blueprint()


class _Retry(BaseRetryStrategy):
    """Tries again what the world made fail; after 5 s, then ever later, up to an hour. A bug is tried 3 times."""

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
        if job.attempts >= (30 if is_passing(exception) else 3):
            return None
        return RetryDecision(retry_in={"seconds": min(5 * 2**job.attempts, 3600)})


def is_passing(error: BaseException) -> bool:
    """Whether a part of the house was out of reach, so that trying again later may well help."""
    kinds = (OperationalError, InterfaceError, OSError, redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)
    return isinstance(error, kinds) or is_outage(error)


class Job:
    """A function with a queue. Call `later()`; call the job itself to run the function at once."""

    def __init__(self, function: Callable[..., None], *, queue: str, long: bool) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.long = long
        name = f"{function.__module__}.{function.__name__}"
        self.task = _blueprint.task(name=name, queue=queue, retry=_Retry())(self._run)

    def __call__(self, **arguments: Any) -> None:
        self.function(**arguments)

    def later(
        self, *, lock: str | None = None, after: timedelta | None = None, priority: int = 0, **arguments: Any
    ) -> int:
        """Enqueue for the current tenant, in the current transaction; returns the job's number.

        UUIDs arrive as text. Jobs of one `lock` run one at a time. `after` delays the start; of those that could start,
        the highest `priority` does, then the oldest.
        """
        start_at = datetime.now(UTC) + after if after else None
        configured = self.task.configure(lock=lock, schedule_at=start_at, priority=priority)
        plain = {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
        return configured.defer(tenant_id=str(current_tenant_id()), **plain)

    def arguments_underway(self, name: str) -> set[str]:
        """The values of argument `name` in all jobs of this kind, of every school, that wait or run."""
        from procrastinate.contrib.django.models import ProcrastinateJob  # models load after this module

        jobs = ProcrastinateJob.objects.filter(task_name=self.task.name, status__in=("todo", "doing"))
        return set(jobs.values_list(f"args__{name}", flat=True))

    def _run(self, *, tenant_id: str, **arguments: Any) -> None:
        close_old_connections()  # a job is to the thread what a request is: a dead connection is not used again
        try:
            scope = naming_tenant if self.long else tenant_scope
            with scope(UUID(tenant_id)):
                self.function(**arguments)
        finally:
            connections.close_all()  # the pool's threads come and go


def job(*, queue: str = "default", long: bool = False) -> Callable[[Callable[..., None]], Job]:
    """Makes a function a job. A `long` one holds no transaction: it opens short scopes around its reads and writes."""
    return functools.partial(Job, queue=queue, long=long)


def every(cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Runs a function of no school at the times of a cron line, once in the whole installation."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:
            close_old_connections()
            try:
                function()
            finally:
                connections.close_all()

        name = f"{function.__module__}.{function.__name__}"
        _blueprint.periodic(cron=cron)(_blueprint.task(name=name, queue="default")(run))
        return function

    return register


def on_app_ready(app: procrastinate.App) -> None:
    """PROCRASTINATE_ON_APP_READY: every app's jobs.py has been imported."""
    for module in settings.JOB_MODULES:
        import_module(module)
    app.add_tasks_from(_blueprint, namespace="colonnade")


STALLED_AFTER = 30  # seconds without a heartbeat; a worker sends one every 10


@_blueprint.periodic(cron="* * * * * */20")
@_blueprint.task(name="requeue_stalled", queue="default", pass_context=True)
async def requeue_stalled(context: procrastinate.JobContext, timestamp: int = 0) -> None:
    """Gives the jobs of a killed worker to another. Procrastinate does not do this by itself."""
    await _requeue(context.app, STALLED_AFTER)


@_blueprint.periodic(cron="17 4 * * *")
@_blueprint.task(name="forget_old_jobs", queue="default", pass_context=True)
async def forget_old_jobs(context: procrastinate.JobContext, timestamp: int = 0) -> None:
    """Failed jobs are kept a month for whoever looks into them, done ones two days."""
    await context.app.job_manager.delete_old_jobs(nb_hours=48)
    await context.app.job_manager.delete_old_jobs(nb_hours=24 * 30, include_failed=True)


async def _requeue(app: procrastinate.App, silent_for: float) -> None:
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_for):
        logger.warning("Job %s (%s) lost its worker and starts again.", stalled.id, stalled.task_name)
        await app.job_manager.retry_job(stalled, retry_at=datetime.now(UTC))


async def work(queues: tuple[str, ...] = QUEUES, *, fresh_start: bool = False, once: bool = False) -> None:
    """Run jobs until SIGTERM or SIGINT; jobs under way are let finish, or are requeued after the worker's death.

    With `fresh_start` no other worker can be alive, so whatever seems to run is requeued at once. `once` stops when
    the queues are empty.
    """
    # Small: besides the listening, a worker speaks to the database now and then; jobs have connections of their own.
    connector = procrastinate.PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=6)
    app = django_app.with_connector(connector)
    async with app.open_async():
        if fresh_start:
            await _requeue(app, 0)
        workers = [
            app.run_worker_async(
                queues=[queue],
                name=f"colonnade-{queue}",
                concurrency=settings.VIDEO_CONCURRENCY if queue == "video" else 2,
                wait=not once,
                install_signal_handlers=False,
                fetch_job_polling_interval=2,  # LISTEN/NOTIFY wakes it at once; this is for a lost connection
                update_heartbeat_interval=10,
                stalled_worker_timeout=STALLED_AFTER,
                shutdown_graceful_timeout=5,
                delete_jobs="never",
            )
            for queue in queues
        ]
        tasks = asyncio.gather(*workers)
        if not once:  # that ends by itself, and may run in any thread
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, tasks.cancel)
        with suppress(asyncio.CancelledError):
            await tasks

"""Several FFmpeg processes at once, watched by the calling thread alone."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from .errors import Unplayable
from .failures import failure, why_failed
from .process import Confinement, Watched

TICK_SECONDS = 0.1


@dataclass
class Task:
    """One FFmpeg run. `position` is how far it has come, in seconds after `start`; `then` gives what to run after it.

    With `otherwise` it may fail by the file's fault: that is called, and the others go on.
    """

    argv: Sequence[str]
    confinement: Confinement
    start: float = 0.0
    otherwise: Callable[[Unplayable], None] | None = None
    then: Callable[[], Sequence["Task"]] = tuple
    position: float = 0.0
    finished: bool = False
    log: list[str] = field(default_factory=list)


@dataclass
class _Running:
    task: Task
    process: Watched
    moved: float = field(default_factory=time.monotonic)


def work(tasks: Sequence[Task], *, at_once: int, stall_seconds: float, tick: Callable[[], None]) -> float:
    """Run all, in order, at most `at_once` together. Returns the CPU seconds they took.

    Raises VideoError at the first failure, having stopped the rest. `tick` is called some ten times a second; what it
    raises stops everything too, which is how a caller cancels.
    """
    waiting, running = list(tasks), list[_Running]()
    cpu_seconds = 0.0
    with ExitStack() as stack:
        while waiting or running:
            while waiting and len(running) < at_once:
                task = waiting.pop(0)
                running.append(_Running(task, stack.enter_context(Watched(task.argv, task.confinement))))
            for one in running:
                _advance(one, TICK_SECONDS / len(running), stall_seconds)
            ended = [one for one in running if not one.process.running]
            running = [one for one in running if one.process.running]
            for one in ended:
                cpu_seconds += one.process.cpu_seconds
                waiting = [*_finish(one), *waiting]
            tick()
    return cpu_seconds


def _advance(one: _Running, timeout: float, stall_seconds: float) -> None:
    for line in one.process.read(timeout):
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            position = int(value) / 1e6 - one.task.start
            if position > one.task.position:
                one.task.position = position
                one.moved = time.monotonic()
    if one.process.running and time.monotonic() - one.moved > stall_seconds:
        raise failure("stalled", "\n".join(one.process.log)[-2000:])


def _finish(one: _Running) -> Sequence[Task]:
    one.task.log = list(one.process.log)
    if one.process.returncode == 0:
        one.task.finished = True
        return one.task.then()
    error = why_failed(one.process)
    if one.task.otherwise and isinstance(error, Unplayable):
        one.task.otherwise(error)
        return ()
    raise error

"""Processes of a former run that outlived it, say after `kill -9`: found and stopped before the next start.

The home folder is locked by then, so whatever still works inside it belongs to nobody alive.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from colonnade.lib.embedded.errors import StartError

MARK = "COLONNADE_RUN_OF"  # set to the home folder for the web and the worker, and so for all that they start


def stop_leftover_servers(title: str, folder: Path, program: str, *, stop_signal: int, seconds: float) -> None:
    """Those that run `program` with `folder` as their working directory."""
    _stop(title, lambda pid: _works_in(pid, folder, program), stop_signal, seconds)


def stop_leftover_programs(home: Path, *, seconds: float) -> None:
    """The web, the worker and what they started (FFmpeg, say)."""
    mark = f"{MARK}={home}".encode()
    _stop("Colonnade", lambda pid: mark in _environment(pid), signal.SIGTERM, seconds)


def _stop(title: str, is_leftover: Callable[[int], bool], stop_signal: int, seconds: float) -> None:
    started = time.monotonic()
    asked: set[int] = set()
    while pids := [pid for pid in _processes() if is_leftover(pid)]:
        waited = time.monotonic() - started
        if waited > seconds + 5:
            raise StartError(f"{title} still runs from before as process {pids[0]} and does not end: stop it first.")
        for pid in pids:
            if waited > seconds:
                _send(pid, signal.SIGKILL)
            elif pid not in asked:
                asked.add(pid)
                _send(pid, stop_signal)
        time.sleep(0.05)


def _processes() -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if pid != os.getpid()]


def _works_in(pid: int, folder: Path, program: str) -> bool:
    process = Path(f"/proc/{pid}")
    try:
        # The program's own file may be gone after an upgrade; the kernel then adds " (deleted)".
        runs = (process / "exe").readlink().name.removesuffix(" (deleted)")
        return runs == program and (process / "cwd").readlink() == folder
    except OSError:  # gone, a zombie, or somebody else's
        return False


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _send(pid: int, signum: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signum)

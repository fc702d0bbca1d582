"""A child process that dies with its parent, writes to a log file, and stops when asked."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colonnade.lib.embedded.errors import StartError

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The powerless user that a part runs as when Colonnade itself was started by root."""

    uid: int
    gid: int


def as_account(account: Account | None) -> dict[str, Any]:
    """The arguments that make subprocess run a program as the account; None means as ourselves."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def powerless_account() -> Account | None:
    """`nobody` when we are root, and nobody else's business otherwise."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise StartError(
            "This machine has no user `nobody` for PostgreSQL, which refuses to run as root: "
            "start Colonnade as an ordinary user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def dying_with_parent(signum: int, parent: int | None = None) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `signum` when the thread that starts the child is gone.

    A change of user clears the wish, so it is made last; subprocess changes the user before it calls this.
    `parent` is ourselves unless the child calls it by itself.
    """
    parent = parent or os.getpid()

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def last_words(log: Path) -> str:
    """The last line of a log that says something, for a message to a person."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines[-40:] if any(word in line for word in ("FATAL", "PANIC", "rror", "No space"))]
    return (telling or lines or ["it said nothing"])[-1][:300].rstrip(".")


class Process:
    """One running child. `stop_signal` is what it takes as "finish in order"."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        account: Account | None = None,
        descriptors: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        self.stop_signal = stop_signal
        with log.open("ab") as output:
            self._child: subprocess.Popen[bytes] = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                pass_fds=descriptors,
                start_new_session=True,  # Ctrl-C at the terminal reaches us alone; we stop the parts in order
                preexec_fn=dying_with_parent(stop_signal),
                **as_account(account),
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._child.poll()

    @property
    def is_running(self) -> bool:
        return self.exit_code is None

    def how_it_ended(self) -> str:
        code = self.exit_code or 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Return as soon as it is ready. Raises StartError when it ends first or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running:
                raise StartError(f"{self.name} stopped while starting: {self.last_words()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.name} was not ready after {seconds:.0f} seconds: see {self.log}.")
            time.sleep(0.02)

    def ask_to_stop(self) -> None:
        if self.is_running:
            self._child.send_signal(self.stop_signal)

    def stop(self, *, seconds: float) -> None:
        """Ask, wait, and end it by force when the time is over; children it left behind go too."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(seconds)
        self.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._child.wait()

    def last_words(self) -> str:
        return last_words(self.log)

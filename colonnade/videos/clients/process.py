"""A program under watch: limited, confined, dying with us, read without threads."""

import json
import os
import selectors
import signal
import subprocess
import sys
import sysconfig
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

LAUNCHER = Path(__file__).with_name("launch.py")
# What a program needs of the system to start: its libraries and the loader's cache, nothing of ours.
SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/sys/devices/system/cpu")
KEPT_LINES = 200
LONGEST_LINE = 2000


@dataclass(frozen=True)
class Confinement:
    """What a process may use; seconds of CPU, bytes of address space, bytes per file it writes."""

    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    nice: int = 0


@dataclass
class Watched:
    """A running program. Poll `read`; leave the `with` block and it is gone, however it was left."""

    argv: Sequence[str]
    confinement: Confinement
    longest_line: int = LONGEST_LINE
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    log: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    returncode: int | None = None
    cpu_seconds: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def __enter__(self) -> Self:
        self._rest: dict[str, bytes] = {"lines": b"", "log": b""}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), self._order()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        self._selector = selectors.DefaultSelector()
        for name, pipe in (("lines", self._process.stdout), ("log", self._process.stderr)):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._selector.close()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self.returncode is None

    def read(self, timeout: float) -> list[str]:
        """New lines of standard output, waiting at most `timeout` seconds for some. Notices the end."""
        fresh: list[str] = []
        for key, _ in self._selector.select(timeout) if self._selector.get_map() else []:
            fresh += self._take(key.data, key.fileobj)
        if not self._selector.get_map():
            self._reap(os.WNOHANG)
            if self.running:
                time.sleep(min(timeout, 0.01))
        return fresh

    def kill(self) -> None:
        if self.running:
            # Not Popen.kill: it would reap a process that has just ended, and with it what the process cost.
            os.kill(self.pid, signal.SIGKILL)
            self._reap(0)

    def _take(self, name: str, pipe: object) -> list[str]:
        assert hasattr(pipe, "fileno")
        data = os.read(pipe.fileno(), 65536)
        if not data:
            self._selector.unregister(pipe)
        *whole, rest = (self._rest[name] + data).split(b"\n")
        self._rest[name] = rest[: self.longest_line] if data else b""
        if not data and rest:
            whole.append(rest)
        texts = [line[: self.longest_line].decode(errors="replace").rstrip("\r") for line in whole]
        (self.log if name == "log" else self.lines).extend(texts)
        return texts if name == "lines" else []

    def _reap(self, flags: int) -> None:
        pid, status, usage = os.wait4(self._process.pid, flags)
        if pid:
            self.returncode = self._process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu_seconds = usage.ru_utime + usage.ru_stime

    def _order(self) -> str:
        c = self.confinement
        order = {
            "argv": list(self.argv),
            "parent": os.getpid(),
            "nice": c.nice,
            "limits": {"cpu": c.cpu_seconds, "as": c.memory_bytes, "fsize": c.file_bytes},
            "read": [self.argv[0], *SYSTEM, *map(str, c.read)],
            "write": [str(path) for path in c.write],
        }
        return json.dumps(order)


def python_paths() -> tuple[Path, ...]:
    """Where this interpreter and its packages live, for a confined Python."""
    named = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()}
    return (*(Path(name) for name in sorted(named)), Path(sys.executable).resolve().parent.parent)

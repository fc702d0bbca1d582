"""A Colonnade of a benchmark's own: embedded parts on throwaway data, prepared databases, web servers on free ports.

    with House() as house, house.web(workers=2) as port: …

Nothing waits for the disk (`throwaway`): what is measured here reads, or says so.
"""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import psycopg

from benchmarks.clients import HERE
from colonnade.lib.embedded import Embedded
from colonnade.lib.embedded.ports import choose

PATIENCE = 60.0  # seconds for a server to answer at all
CORES = sorted(os.sched_getaffinity(0))


class Database:
    """One prepared database of the house, and what runs on it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.run("-m", "colonnade", "prepare")

    def run(self, *arguments: str) -> str:
        """Python with these arguments, as a program of this database; what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.whole(), check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def open(self) -> None:
        """Make this process itself one of this database: once, before anything of Django is imported."""
        os.environ.update(self.whole())
        import django

        django.setup()

    @contextmanager
    def web(self, *, workers: int = 1, cores: list[int] | None = None) -> Iterator[int]:
        """`colonnade web`; yields its port."""
        with served(["-m", "colonnade", "web"], self.whole() | {"WEB_WORKERS": str(workers)}, cores) as port:
            yield port

    def whole(self) -> dict[str, str]:
        """The environment of a program of this database."""
        own = {"DJANGO_SETTINGS_MODULE": "colonnade.settings", "PLATFORM_HOST": "localhost", "LOG_LEVEL": "ERROR"}
        return own | os.environ | self.environment


class House:
    def __enter__(self) -> "House":
        self.folder = Path(tempfile.mkdtemp(prefix="colonnade-bench-"))
        self._embedded = Embedded(self.folder, throwaway=True)
        self._environment = self._embedded.start()
        self._databases = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._embedded.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> Database:
        """A new database, and a number of the cache's for it, so that several stand beside each other."""
        server = urlsplit(self._environment["DATABASE_URL"])
        with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        self._databases += 1
        cache = self._environment["REDIS_URL"].rsplit("/", 1)[0]
        return Database(
            self._environment
            | {"DATABASE_URL": server._replace(path=f"/{name}").geturl(), "REDIS_URL": f"{cache}/{self._databases}"}
        )


def cpu_seconds(of: int | None = None) -> float:
    """What a process and all it started have used: their work, however busy the machine is.

    Without a process, it is this one: with the client, the parts and the servers.
    """
    parents, used = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(folder.name)] = int(fields[1])
            used[int(folder.name)] = int(fields[11]) + int(fields[12])
    family = {of or os.getpid()}
    while grown := {pid for pid, parent in parents.items() if parent in family and pid not in family}:
        family |= grown
    return sum(used.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(arguments: list[str], environment: dict[str, str], cores: list[int] | None = None) -> Iterator[int]:
    """A Python server that reads PORT, on its own cores if given; yields the port once it answers."""
    port = choose(1, 0, set())
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment | {"PORT": str(port), "PUBLIC_PORT": str(port), "HOST": HERE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        connection = http.client.HTTPConnection(HERE, port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("The server did not come up.")

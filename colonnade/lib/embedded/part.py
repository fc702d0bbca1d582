"""What PostgreSQL, Valkey and SeaweedFS have in common here: a data folder, ports, a process."""

import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from colonnade.lib.embedded.home import Home
from colonnade.lib.embedded.leftovers import stop_leftover_servers
from colonnade.lib.embedded.process import Process


class Part(ABC):
    """A server that runs beside the program, on loopback, with its data under the home folder."""

    name: ClassVar[str]
    title: ClassVar[str]
    program: ClassVar[str]  # the executable's name, by which a survivor of a former run is recognised
    variable: ClassVar[str]  # the environment variable that, when set, names a real server instead
    port_count: ClassVar[int] = 1
    stop_signal: ClassVar[int] = signal.SIGTERM
    start_seconds: ClassVar[float] = 60
    stop_seconds: ClassVar[float] = 20

    def __init__(self, home: Home, port: int, *, throwaway: bool = False) -> None:
        """`throwaway` gives up durability for speed: for tests, whose data nobody will miss."""
        self.home = home
        self.port = port
        self.throwaway = throwaway
        self.folder = home / self.name
        self.log = home.log(self.name)
        self.secrets: Mapping[str, str] = home.secrets()
        self.process: Process | None = None

    @property
    def port_numbers(self) -> range:
        return range(self.port, self.port + self.port_count)

    @abstractmethod
    def variables(self) -> dict[str, str]:
        """The environment variables by which the program finds this part."""

    @abstractmethod
    def start(self) -> None:
        """Prepare the data folder if need be and start the process; it may not be ready yet."""

    @abstractmethod
    def is_ready(self) -> bool: ...

    def stop_leftovers(self) -> None:
        """End what a former run left at work in the data folder."""
        stop_leftover_servers(
            self.title, self.folder, self.program, stop_signal=self.stop_signal, seconds=self.stop_seconds
        )

    def wait_ready(self) -> None:
        assert self.process
        self.process.wait_until(self.is_ready, seconds=self.start_seconds)

    def stop(self) -> None:
        if self.process:
            self.process.stop(seconds=self.stop_seconds)
            self.process = None
            self.stop_leftovers()  # after a crash: children in sessions of their own, like PostgreSQL's backends

    def base_environment(self) -> dict[str, str]:
        """Nothing of the caller's settings, so that a PGDATA or a ~/.seaweedfs there changes nothing here."""
        return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "TZ": "UTC", "LC_ALL": "C"}

    def make_folder(self) -> Path:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder

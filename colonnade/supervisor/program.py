"""The program's own processes: web, worker and the commands run before them."""

import http.client
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import colonnade
from colonnade.lib.embedded import Home
from colonnade.lib.embedded.process import Process

STOP_SECONDS = 20  # requests and short jobs may finish; a long encoding is taken up again by the next start


def command_line(*words: str) -> list[str]:
    # -P: a file called django.py in the folder where somebody starts us must not be taken for Django.
    return [sys.executable, "-P", "-m", "colonnade", *words]


def importable(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which a child finds this package, also where it runs from its source."""
    source = Path(colonnade.__file__).parent.parent
    if source.name in ("site-packages", "dist-packages"):
        return dict(environment)
    paths = [str(source), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}


class Program:
    """`colonnade web`, say, as a child; it has the same face as a part."""

    def __init__(self, home: Home, name: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self.title = name.capitalize()
        self.log = home.log(name)
        self.environment = importable(environment)
        self.process: Process | None = None

    def start(self) -> None:
        self.process = Process(
            self.title,
            command_line(self.name),
            log=self.log,
            environment=self.environment,
            stop_signal=signal.SIGTERM,
        )

    def is_ready(self) -> bool:
        return self.process is not None and self.process.is_running

    def stop(self) -> None:
        if self.process:
            self.process.stop(seconds=STOP_SECONDS)
            self.process = None


class Web(Program):
    def __init__(self, home: Home, environment: Mapping[str, str], *, host: str, port: int) -> None:
        super().__init__(home, "web", environment)
        # A wildcard address is one to listen on, not one to call.
        self.address = ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)  # noqa: S104

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection(*self.address, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

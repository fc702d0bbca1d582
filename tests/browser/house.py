"""The house as `colonnade up` runs it, on a port of its own: web and worker as processes, over the tests' parts."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class House:
    """Web and worker of one test process. `url` is the platform's; a school's is `at(subdomain)`."""

    port: int
    variables: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def at(self, subdomain: str) -> str:
        return f"http://{subdomain}.localhost:{self.port}"

    def start(self, *names: str) -> None:
        environment = {
            **os.environ, **self.variables, "PORT": str(self.port), "HOST": "127.0.0.1", "WEB_WORKERS": "1",
            "COLONNADE_FRESH_START": "1",
        }  # fmt: skip
        for name in names:
            self.processes[name] = subprocess.Popen([sys.executable, "-m", "colonnade", name], env=environment)
        self.wait_until_ready()

    def stop(self, *names: str) -> None:
        chosen = [self.processes.pop(name) for name in names or list(self.processes)]
        for process in chosen:
            process.terminate()
        for process in chosen:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def wait_until_ready(self) -> None:
        """Raises AssertionError with the last answer if a part is not well within half a minute."""
        answer, deadline = "nothing", time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                answer = error.read().decode()
                if "worker" not in self.processes and '"worker":"ok"' not in answer and answer.count(':"ok"') >= 3:
                    return
            except OSError as error:
                answer = str(error)
            for name, process in self.processes.items():
                assert process.poll() is None, f"{name} ended with {process.returncode}"
            time.sleep(0.05)  # between two questions to a process that has nothing to wait on
        raise AssertionError(f"not ready: {answer}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

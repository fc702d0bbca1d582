"""`colonnade up` as a person meets it: one command, real parts, a real web and worker."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import psycopg
import pytest

from colonnade.lib.embedded import Embedded, Home
from colonnade.lib.embedded.leftovers import MARK

SERVERS = {"PostgreSQL": "postgres", "Valkey": "valkey-server", "SeaweedFS": "weed"}


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def environment(home: Path, **settings: str) -> dict[str, str]:
    """As in a fresh shell: nothing of the parts that serve the other tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    return {**kept, **coverage, "COLONNADE_HOME": str(home), "COLONNADE_DEMO": "0", "WEB_WORKERS": "1", **settings}


def colonnade(*words: str, env: dict[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "colonnade", *words]
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def _hear_signals() -> None:
    """As in a terminal, also where the tests themselves run under nohup or in the background of a script."""
    for signum in (signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_DFL)


class Up:
    """`colonnade up` on a home folder, for as long as a `with` block lasts."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.output = home.with_name(f"{home.name}-output-{self.port}.txt")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "colonnade", "up"],
                env=environment(home, PORT=str(self.port), **settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_hear_signals,
            )

    def __enter__(self) -> Self:
        assert eventually(lambda: "is ready" in self.said() or self.process.poll() is not None, 120), self.said()
        assert self.process.poll() is None, self.said()
        return self

    def __exit__(self, *_: object) -> None:
        ended = self.process.poll()
        assert (self.stop() if ended is None else ended) in (0, -signal.SIGKILL), self.said()

    def stop(self, signum: int = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        return self.process.wait(60)

    def said(self) -> str:
        return self.output.read_text()

    def is_healthy(self) -> bool:
        return self.get("/healthz") == 200

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def database(self) -> psycopg.Connection:
        written = json.loads((self.home / "environment.json").read_text())
        return psycopg.connect(written["DATABASE_URL"], autocommit=True)


def processes_of(home: Path) -> dict[int, str]:
    """Everything that works on the home folder, with its command line."""
    found = {}
    for process in Path("/proc").iterdir():
        try:
            inside = (process / "cwd").readlink().is_relative_to(home)
            if inside or f"{MARK}={home}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except (OSError, ValueError):
            continue
    return found


def the_process(home: Path, word: str) -> int:
    """The first of those whose command line has the word: the parent of the others."""
    return min(pid for pid, command in processes_of(home).items() if word in command)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One for all tests that leave it as they found it."""
    with Up(tmp_path_factory.mktemp("running") / "home", WEB_WORKERS="2") as up:
        yield up


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For tests that start and end it themselves: the first of them makes the data, the others find them."""
    return tmp_path_factory.mktemp("up") / "home"


def test_it_says_where_it_answers_and_answers_there(running: Up) -> None:
    assert f"http://localhost:{running.port}/" in running.said()
    assert str(running.home) in running.said()
    assert "Traceback" not in running.said()
    assert eventually(running.is_healthy), running.said()  # a test before may have killed a part


def test_its_secrets_are_for_the_owner_alone(running: Up) -> None:
    for name in ("environment.json", "secrets.json"):
        assert stat.S_IMODE((running.home / name).stat().st_mode) == 0o600


def test_all_that_runs_fits_in_700_megabytes(running: Up) -> None:
    """Idle, on two cores. Pages that processes share (PostgreSQL's buffers, say) count once."""
    used = [proportional_kilobytes(pid) for pid in [running.process.pid, *processes_of(running.home)]]
    assert len(used) >= 10
    assert sum(used) < 700_000


def proportional_kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def test_a_command_beside_it_finds_its_parts_from_any_folder(running: Up, tmp_path: Path) -> None:
    code = "from colonnade.tenants.models import Tenant; print('counted', Tenant.objects.using('platform').count())"
    source = str(Path(__file__).parents[2])
    done = colonnade("shell", "-c", code, env=environment(running.home, PYTHONPATH=source), cwd=tmp_path)
    assert "counted" in done.stdout, done.stderr


def test_many_who_send_slowly_stop_nobody_else(running: Up) -> None:
    assert eventually(running.is_healthy), running.said()
    form = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nthe first of many bytes"
    with contextlib.ExitStack() as connections:
        for _ in range(100):
            slow = connections.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            slow.sendall(form)
        assert running.get("/healthz") == 200
        assert running.get("/") in (200, 302)


@pytest.mark.parametrize("title", [*SERVERS, "Web", "Worker"])
def test_a_part_that_is_killed_is_started_again_and_said_so(running: Up, title: str) -> None:
    assert eventually(running.is_healthy), running.said()
    before = the_process(running.home, SERVERS.get(title, f"colonnade {title.lower()}"))
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: f"{title} was ended by SIGKILL; starting it again" in running.said()), running.said()
    assert eventually(running.is_healthy), running.said()
    assert before not in processes_of(running.home)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_it_stops_everything_when_asked_also_when_asked_twice(home: Path, signum: int) -> None:
    with Up(home) as up:
        up.process.send_signal(signum)
        assert up.stop(signum) == 0
        assert up.said().endswith("Stopping …\nStopped.\n")
        assert processes_of(home) == {}
        log = (home / "log" / "postgres.log").read_text()
        assert log.rstrip().endswith("database system is shut down")


def test_whatever_is_killed_nothing_stays_behind_and_nothing_is_lost(home: Path) -> None:
    with Up(home) as up, up.database() as database:
        database.execute("CREATE TABLE kept (number int)")
        database.execute("INSERT INTO kept VALUES (1)")
        up.process.kill()
        assert eventually(lambda: processes_of(home) == {})
    with Up(home) as up, up.database() as database:
        database.execute("INSERT INTO kept VALUES (2)")
        up.process.send_signal(signal.SIGSTOP)  # so that it starts nothing again meanwhile
        for pid in processes_of(home):
            with contextlib.suppress(ProcessLookupError):  # the kernel was faster: its parent died first
                os.kill(pid, signal.SIGKILL)
        up.process.kill()
    with Up(home) as up, up.database() as database:
        assert database.execute("SELECT number FROM kept ORDER BY number").fetchall() == [(1,), (2,)]


def test_it_stops_while_it_still_prepares(home: Path) -> None:
    up = Up(home)
    assert eventually(lambda: any("colonnade prepare" in command for command in processes_of(home).values()))
    assert up.stop() == 0
    assert "is ready" not in up.said()
    assert processes_of(home) == {}


def test_servers_that_are_named_are_used_and_not_started(tmp_path: Path) -> None:
    with Embedded(tmp_path / "elsewhere", throwaway=True) as elsewhere:
        named = {name: value for name, value in elsewhere.items() if name not in ("COLONNADE_HOME", "SECRET_KEY")}
        with Up(tmp_path / "home", **named) as up:
            assert up.is_healthy()
            assert not any(program in processes_of(up.home).values() for program in SERVERS.values())
            assert "DATABASE_URL" not in json.loads((up.home / "environment.json").read_text())
            assert not (up.home / "postgres").exists()


def refusal(home: Path, **settings: str) -> str:
    done = colonnade("up", env=environment(home, **settings))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.fullmatch(r"[^\n]+\.\n", done.stderr), done.stderr
    return done.stderr


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as server:
        port = server.getsockname()[1]
        assert f"Port {port} is in use" in refusal(tmp_path / "home", PORT=str(port))


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told_in_one_sentence(tmp_path: Path, port: str) -> None:
    assert f"PORT={port} is no port" in refusal(tmp_path / "home", PORT=port)


def test_an_address_that_is_not_ours_is_told_in_one_sentence(tmp_path: Path) -> None:
    assert "Nothing can listen on 192.0.2.1" in refusal(tmp_path / "home", HOST="192.0.2.1")


def test_a_second_one_on_the_same_home_is_told_in_one_sentence(tmp_path: Path) -> None:
    with Home(tmp_path / "home"):
        assert f"already running on {tmp_path / 'home'} (process {os.getpid()})" in refusal(tmp_path / "home")


def test_data_of_a_newer_version_are_told_in_one_sentence(tmp_path: Path) -> None:
    with Home(tmp_path / "home") as home:
        (home / "VERSION").write_text("99")
    assert "newer Colonnade" in refusal(tmp_path / "home", PORT=str(free_port()))


def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path) -> None:
    named = {name: f"scheme://127.0.0.1:{free_port()}" for name in ("REDIS_URL", "S3_ENDPOINT_URL")}
    url = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"
    sentence = refusal(tmp_path / "home", PORT=str(free_port()), DATABASE_URL=url, **named)
    assert "Preparing the database failed" in sentence
    assert "refused" in sentence


def test_without_words_it_says_what_it_can_do() -> None:
    done = colonnade(env=environment(Path("unused")))
    assert done.returncode == 0
    assert "colonnade up" in done.stdout
    assert colonnade("--help", env=environment(Path("unused"))).stdout == done.stdout


def test_it_tells_its_version() -> None:
    done = colonnade("--version", env=environment(Path("unused")))
    assert re.match(r"\d+\.\d+", done.stdout)

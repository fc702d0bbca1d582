"""What the supervisor does when things go wrong that `test_up.py` cannot make go wrong in a real start."""

import json
import os
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from colonnade.lib.embedded import Home, StartError
from colonnade.lib.embedded.process import Process
from colonnade.supervisor.command import welcome
from colonnade.supervisor.watch import Watch, keep_running, put_aside


class Script:
    """A member that runs a line of shell."""

    title = "Script"

    def __init__(self, line: str, log: Path) -> None:
        self.line = line
        self.log = log
        self.process: Process | None = None

    def start(self) -> None:
        if self.line == "refuse":
            raise StartError("no room")
        self.process = Process(self.title, ["/bin/sh", "-c", self.line], log=self.log, environment=os.environ)

    def stop(self) -> None:
        if self.process:
            self.process.stop(seconds=5)
            self.process = None


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "script.log"


def ended(script: Script) -> Watch:
    """A watch over a member that has just ended."""
    script.start()
    wait_for_the_end(script)
    return Watch(script, said.append)


def wait_for_the_end(script: Script) -> None:
    deadline = time.monotonic() + 10
    while script.process and script.process.is_running and time.monotonic() < deadline:
        time.sleep(0.01)


said: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_said() -> None:
    said.clear()


def test_what_ends_at_once_each_time_is_started_with_growing_pauses(log: Path) -> None:
    script = Script("exit 7", log)
    watch = ended(script)
    pauses = []
    for _ in range(8):
        wait_for_the_end(script)
        watch.look()
        pauses.append(watch.pause)
        watch.restart_at = None  # as if the pause were over, and the next one had ended as well
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert said[0] == f"Script ended with exit code 7; starting it again. Its log: {log}"
    assert "again in 16 s." in said[5]
    script.stop()


def test_what_ran_for_long_starts_again_at_once(log: Path) -> None:
    watch = ended(Script("exit 0", log))
    watch.pause = 30
    watch.started_at -= 61
    watch.look()
    assert "starting it again. Its log" in said[0]
    watch.member.stop()


def test_what_does_not_start_is_said_and_tried_again(log: Path) -> None:
    script = Script("exit 0", log)
    watch = ended(script)
    script.line = "refuse"
    watch.look()
    assert said[-1] == "Script does not start: no room"
    script.line = "sleep 60"
    watch.restart_at = 0
    watch.look()
    assert script.process
    assert script.process.is_running
    script.stop()


def test_watching_ends_when_asked(log: Path) -> None:
    script, stop = Script("sleep 60", log), Event()
    script.start()
    watching = Thread(target=keep_running, args=([script], stop, said.append))
    watching.start()
    stop.set()
    watching.join(5)
    assert not watching.is_alive()
    assert said == []
    script.stop()


def test_a_long_log_is_put_aside_while_its_process_goes_on_writing(log: Path) -> None:
    with log.open("ab", buffering=0) as process:
        process.write(b"old\n" * 100)
        put_aside(log, limit=1000)
        assert log.read_bytes() == b"old\n" * 100
        put_aside(log, limit=100)
        process.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert log.with_suffix(".log.1").read_bytes() == b"old\n" * 100


def test_a_log_that_is_not_there_yet_is_no_trouble(log: Path) -> None:
    put_aside(log)
    assert not log.exists()


def test_the_welcome_shows_the_demo_school_at_the_port_of_this_start(tmp_path: Path) -> None:
    demo = {
        "platform_url": "http://localhost:8000/",
        "school_url": "http://demo.localhost:8000/",
        "code": "ABCD-EFGH",
        "accounts": [{"role": "student", "email": "sam@school.example", "password": "secret", "at": "the school"}],
    }
    with Home(tmp_path / "home") as home:
        assert "Demo school" not in welcome(home, {"PORT": "9000", "PLATFORM_HOST": "schools.test"}, seconds=2)
        assert "http://schools.test:9000/" in welcome(
            home, {"PORT": "9000", "PLATFORM_HOST": "schools.test"}, seconds=2
        )
        (home / "demo.json").write_text(json.dumps(demo))
        shown = welcome(home, {"PORT": "9000"}, seconds=2)
    assert "http://demo.localhost:9000/" in shown
    assert "ABCD-EFGH" in shown
    assert "student      sam@school.example  secret  at the school" in shown
    assert ":8000" not in shown

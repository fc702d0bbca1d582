"""Keeps everything running: what ends without being asked is started again, with growing pauses."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Protocol

from colonnade.lib.embedded.errors import StartError
from colonnade.lib.embedded.process import Process

LOOK_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 30
SETTLED_SECONDS = 60  # what ran that long and then ended starts again at once
LOG_BYTES = 10 * 1024**2  # a log that grew past this is put aside, over the one put aside before


class Member(Protocol):
    """A part or a program."""

    @property
    def title(self) -> str: ...
    @property
    def log(self) -> Path: ...
    @property
    def process(self) -> Process | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Watch:
    """Over one member: notices its end and starts it again when its pause is over."""

    def __init__(self, member: Member, say: Callable[[str], None]) -> None:
        self.member = member
        self.say = say
        self.started_at = time.monotonic()
        self.pause = 0.0
        self.restart_at: float | None = None

    def look(self) -> None:
        now = time.monotonic()
        process = self.member.process
        if self.restart_at is None and process and not process.is_running:
            self.pause = 0 if now - self.started_at > SETTLED_SECONDS else self.pause
            self.restart_at = now + self.pause
            wait = f" in {self.pause:.0f} s" if self.pause else ""
            self.say(
                f"{self.member.title} {process.how_it_ended()}; starting it again{wait}. Its log: {self.member.log}"
            )
            self.pause = min(max(1, self.pause * 2), LONGEST_PAUSE_SECONDS)
        if self.restart_at is not None and now >= self.restart_at:
            self._restart()

    def _restart(self) -> None:
        self.restart_at = None
        self.started_at = time.monotonic()
        self.member.stop()  # what the ended process left behind
        try:
            self.member.start()
        except (StartError, OSError) as error:
            self.restart_at = self.started_at + self.pause
            self.say(f"{self.member.title} does not start: {error}")


def keep_running(members: Sequence[Member], stop: Event, say: Callable[[str], None]) -> None:
    """Until `stop` is set."""
    watches = [Watch(member, say) for member in members]
    while not stop.wait(LOOK_SECONDS):
        for watch in watches:
            watch.look()
            put_aside(watch.member.log)


def put_aside(log: Path, limit: int = LOG_BYTES) -> None:
    """Bound a log that a process holds open: keep a copy and empty the file, to which the process goes on appending."""
    try:
        if log.stat().st_size <= limit:
            return
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        with log.open("r+b") as file:
            file.truncate()
    except FileNotFoundError:
        return

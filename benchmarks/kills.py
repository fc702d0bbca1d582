"""`kill -9` of a worker, of its FFmpeg, of database, cache or object store, at random moments of encodings.

Goal: every video ends *ready* and plays whole, and nothing is left over. `python -m benchmarks.kills [RUNS [SEED]]`;
each run uploads a video, kills one of these some seconds later, and waits. Every fourth video is long enough to be
shared between workers.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from colonnade.lib.embedded.ports import choose

if TYPE_CHECKING:
    from tests.factories import School

T = TypeVar("T")

RUNS = 50
SHORT, LONG = 15, 170  # seconds of video
PATIENCE = 240.0
TARGETS = {
    "worker": ["colonnade worker"],
    "FFmpeg": ["ffmpeg"],
    "database": ["postgres -D", "bin/postgres"],
    "object store": ["weed mini"],
    "cache": ["valkey-server"],
}


def main(runs: int = RUNS, seed: int = 1) -> int:
    chance = random.Random(seed)  # which to kill is no secret
    with tempfile.TemporaryDirectory(prefix="colonnade-kills-") as folder:
        home = Path(folder) / "home"
        with _House(home) as house:
            _open(home)
            return _all_runs(house, runs, chance)


class _House:
    """`colonnade up` on a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.with_name("log.txt")

    def __enter__(self) -> "subprocess.Popen[bytes]":
        own = {"COLONNADE_HOME": str(self.home), "COLONNADE_DEMO": "0", "WEB_WORKERS": "1"}
        environment = os.environ | own | {"PORT": str(choose(1, 0, set()))}
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "colonnade", "up"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        while "is ready" not in self.log.read_text():
            if self.process.poll() is not None:
                raise SystemExit(self.log.read_text())
            time.sleep(0.2)
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def _open(home: Path) -> None:
    """Make this process one of the house, before anything of Django is imported."""
    os.environ |= {"COLONNADE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "colonnade.settings", "LOG_LEVEL": "CRITICAL"}
    import django

    django.setup()


def _all_runs(house: "subprocess.Popen[bytes]", runs: int, chance: random.Random) -> int:
    from tests import factories
    from tests.videos import clips

    school = factories.school("A school of accidents")
    clip = {seconds: clips.lesson(seconds=seconds, height=360) for seconds in (SHORT, LONG)}
    failures, killed = [], dict.fromkeys(TARGETS, 0)
    for number in range(1, runs + 1):
        target = list(TARGETS)[(number - 1) % len(TARGETS)]
        body = clip[LONG if number % 4 == 0 else SHORT] + bytes(number)  # no two are the same file
        outcome = _run(house, school, body, target, chance.uniform(0.3, 6.0))
        killed[target] += outcome.endswith("killed")
        print(f"{number:>3}  {target:<14}{outcome}", flush=True)
        if not outcome.startswith("ready"):
            failures.append(number)
    left = _left_over(school)
    print(f"{runs - len(failures)} of {runs} videos ready; killed: {killed}; left over: {len(left)}")
    for path in left[:10]:
        print(f"  {path}")
    return 1 if failures or left else 0


def _run(house: "subprocess.Popen[bytes]", school: "School", body: bytes, target: str, moment: float) -> str:
    from django.db import Error, connections

    from colonnade.videos.models import Video
    from tests.videos.uploading import uploaded

    video = _patiently(lambda: uploaded(school, body))
    time.sleep(moment)  # the moment of the accident is what is tried
    happened = _kill(house, target)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with school:
                video = Video.objects.get(pk=video.pk)
            if video.is_final:
                break
        except Error:
            connections.close_all()
        time.sleep(0.3)
    how = f"{target} killed" if happened else "nothing to kill"
    return f"{video.state} after {video.starts} start(s), {video.failure}{how}"


def _kill(house: "subprocess.Popen[bytes]", target: str) -> bool:
    """The first process of the kind, which is the parent where there are several. False if there is none just now."""
    for pid in _below(house.pid):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if any(word in line for word in TARGETS[target]):
                os.kill(pid, signal.SIGKILL)
                return True
        except OSError:  # it has just ended
            continue
    return False


def _below(pid: int) -> Iterator[int]:
    """All that descend from a process, parents first."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _below(child)


def _patiently(deed: Callable[[], T]) -> T:
    """Do it as soon as what was killed before is back."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return deed()
        except Exception:
            if time.monotonic() > end:
                raise
            from django.db import connections

            connections.close_all()
            time.sleep(1)


def _left_over(school: "School") -> list[str]:
    """Objects that no playing edition names."""
    from colonnade.lib.objects import media
    from colonnade.lib.tenancy import naming_tenant
    from colonnade.videos.clients import RECORD
    from colonnade.videos.models import Video
    from colonnade.videos.storage import read_record

    with school:
        videos = list(Video.objects.ready())  # an upload that broke off is begun anew, and has made nothing
    with naming_tenant(school.tenant.pk):
        named = set()
        for video in videos:
            below = f"{video.media_path}{video.edition}/"
            named |= {f"{below}{file}" for file in read_record(media().get(f"{below}{RECORD}")).files}
        stored = set(media().paths("videos/"))
    return sorted(stored - named) + sorted(f"missing: {path}" for path in named - stored)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))

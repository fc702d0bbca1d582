"""A real worker, killed in the middle of an encoding, and its successor."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from colonnade.accounts.models import Role
from colonnade.lib.tenancy import naming_tenant, tenant_scope
from colonnade.videos.actions import delete_video
from colonnade.videos.models import Video, VideoState
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import files_in, media_of, now
from tests.videos.uploading import uploaded
from tests.videos.watching import address, every_file, get

PATIENCE = 150  # seconds: the machine may be busy with other tests


def wait_for(what: Callable[[], bool], worker: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        assert worker is None or worker.poll() is None
        time.sleep(0.1)


@contextmanager
def working(work_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`colonnade worker` as `colonnade up` starts it. Killed at the end, as hard as can be."""
    environment = {**os.environ, "COLONNADE_FRESH_START": "1", "VIDEO_WORK": str(work_folder)}
    worker = subprocess.Popen([sys.executable, "-m", "colonnade", "worker", "--queue", "video"], env=environment)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def processes_on(folder: Path) -> list[int]:
    """Those whose command line names the folder: FFmpeg and the probe."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and str(folder) in (process / "cmdline").read_text(errors="replace"):
                found.append(int(process.name))
        except OSError:  # it has just ended
            continue
    return found


@pytest.mark.usefixtures("empty_queue")
def test_a_video_whose_worker_is_killed_becomes_ready(school: School, work_folder: Path) -> None:
    video = uploaded(school, clips.lesson(seconds=12, height=480))
    with working(work_folder) as worker:
        wait_for(lambda: now(school, video).progress > 5 and bool(processes_on(work_folder)), worker)
    assert now(school, video).state == VideoState.ENCODING
    wait_for(lambda: not processes_on(work_folder))  # FFmpeg dies with its worker
    assert files_in(work_folder)  # nobody was there to clear up

    with working(work_folder) as worker:
        wait_for(lambda: now(school, video).is_final, worker)
        wait_for(lambda: not files_in(work_folder), worker)
    video = now(school, video)
    assert (video.state, video.starts) == (VideoState.READY, 2)
    assert not {path for path in media_of(school, video) if f"/{video.edition}/" not in path}
    master = address(school, video, school.person())
    assert {get(school.host, file).status for file in every_file(school.host, master)} == {200}


@pytest.mark.usefixtures("empty_queue")
def test_a_video_deleted_in_mid_encoding_ends_quietly(school: School, work_folder: Path) -> None:
    teacher = school.person(Role.OWNER)
    video = uploaded(school, clips.lesson(seconds=12, height=480))
    with working(work_folder) as worker:
        wait_for(lambda: bool(processes_on(work_folder)), worker)
        with tenant_scope(school.tenant.pk):
            delete_video(video=video, by=teacher)
        wait_for(lambda: not processes_on(work_folder) and not files_in(work_folder), worker)
    with naming_tenant(school.tenant.pk):
        assert media_of(school, video) == set()
    with school:
        assert not Video.objects.exists()

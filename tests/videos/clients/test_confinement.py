"""An upload cannot reach other files, other hosts, more memory, time or disk than it is given."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from colonnade.videos.clients import Limits, Unplayable, VideoError, encode, probe
from colonnade.videos.clients.command import binary, input_options
from colonnade.videos.clients.crew import Task, work
from colonnade.videos.clients.probe import examine
from colonnade.videos.clients.process import Confinement, Watched

from .clips import Clip, ffmpeg
from .refused import CONCAT, HLS, SECRET, playlist_in_subtitles

GIB = 1024**3


def confined(*read: Path, cpu: int = 20, memory: int = 4 * GIB, file_bytes: int = GIB) -> Confinement:
    return Confinement(cpu_seconds=cpu, memory_bytes=memory, file_bytes=file_bytes, read=read)


def run(process: Watched) -> None:
    while process.running:
        process.read(0.1)


@pytest.mark.parametrize(("name", "content"), [("a.m3u8", HLS), ("a.ffconcat", CONCAT)])
def test_ffmpeg_itself_refuses_playlists_and_scripts(name: str, content: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    upload = tmp_path / name
    upload.write_text(content.replace("SECRET", str(secret)))
    command = [binary(), "-nostdin", *input_options(Limits()), "-i", f"file:{upload}", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not on whitelist" in done.stderr or "Format not on" in done.stderr


def test_a_playlist_hidden_in_subtitles_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    upload = tmp_path / "upload.avi"
    playlist_in_subtitles(upload, secret)
    with upload.open("rb") as file:
        assert str(secret).encode() in file.read()
    with contextlib.suppress(Unplayable):
        encode(upload, tmp_path / "out")
    assert not any(SECRET.encode() in path.read_bytes() for path in (tmp_path / "out").rglob("*.*"))


def test_a_process_reads_only_what_it_is_given(tmp_path: Path) -> None:
    allowed, other = tmp_path / "allowed.txt", tmp_path / "other.txt"
    allowed.write_text("yes")
    other.write_text("no")
    with Watched(["/bin/cat", str(allowed), str(other)], confined(allowed)) as process:
        run(process)
    assert list(process.lines) == ["yes"]
    assert process.returncode == 1


def test_a_process_writes_only_where_it_may(tmp_path: Path) -> None:
    with Watched(["/usr/bin/touch", str(tmp_path / "there")], confined(tmp_path)) as process:
        run(process)
    assert process.returncode != 0
    assert not (tmp_path / "there").exists()


def test_a_process_opens_no_connection() -> None:
    """Landlock refuses the connection itself (EACCES), before anything answers or refuses it."""
    attempt = "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept OSError as e: print(e.errno)"
    argv = [sys.executable, "-I", "-c", attempt]
    with Watched(argv, confined(Path(sys.prefix), Path(sys.base_prefix))) as process:
        run(process)
    assert list(process.lines) == ["13"]


def test_memory_is_bounded() -> None:
    argv = [sys.executable, "-I", "-c", "b'x' * (900 << 20)"]
    with Watched(argv, confined(Path(sys.prefix), Path(sys.base_prefix), memory=GIB // 2)) as process:
        run(process)
    assert process.returncode != 0
    assert any("MemoryError" in line for line in process.log)


def test_endless_computing_ends(tmp_path: Path) -> None:
    argv = [sys.executable, "-I", "-c", "while True: pass"]
    task = Task(argv, confined(Path(sys.prefix), Path(sys.base_prefix), cpu=1))
    with pytest.raises(Unplayable) as caught:
        work([task], at_once=1, stall_seconds=60, tick=lambda: None)
    assert caught.value.code == "out_of_time"


def test_a_process_that_hangs_is_stopped() -> None:
    started = time.monotonic()
    with pytest.raises(Unplayable) as caught:
        work([Task(["/bin/sleep", "60"], confined())], at_once=1, stall_seconds=0.5, tick=lambda: None)
    assert caught.value.code == "stalled"
    assert time.monotonic() - started < 10


def test_output_is_bounded(clips: Path, tmp_path: Path) -> None:
    source = Clip("noisy.mp4", filters="noise=alls=90:allf=t,format=yuv420p").make(clips)
    with pytest.raises(Unplayable) as caught:
        encode(source, tmp_path / "out", limits=Limits(output_bytes=60_000))
    assert caught.value.code == "too_much_output"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_nobodys_video_s_fault(clips: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError) as caught:
        encode(Clip("h264-aac.mp4").make(clips), tmp_path / "out", limits=Limits(free_disk_bytes=10**18))
    assert caught.value.code == "disk_full"
    assert not isinstance(caught.value, Unplayable)


def test_a_longer_video_than_allowed_is_refused(clips: Path) -> None:
    with pytest.raises(Unplayable, match="longest we take is 0 min 01 s") as caught:
        probe(Clip("h264-aac.mp4").make(clips), limits=Limits(duration_seconds=1.0))
    assert caught.value.code == "too_long"


def test_a_video_longer_than_it_declares_is_stopped(clips: Path, tmp_path: Path) -> None:
    """The clock starts again and again, so the file seems short; what comes out of it is counted."""
    source = Clip("h264-aac.ts").make(clips)
    longer = tmp_path / "longer.ts"
    longer.write_bytes(source.read_bytes() * 8)
    assert probe(longer).duration < 4
    with pytest.raises(Unplayable) as caught:
        encode(longer, tmp_path / "out", limits=Limits(duration_seconds=4.0))
    assert caught.value.code == "too_long"


def test_ffmpeg_dies_with_its_parent(clips: Path, tmp_path: Path) -> None:
    source = Clip("long-enough-for-segments.mp4", rate="30000/1001", seconds=9.5, size=(160, 90)).make(clips)
    program = (
        "import sys\nfrom pathlib import Path\nfrom colonnade.videos.clients import encode\n"
        "def report(part):\n    print(part, flush=True)\n"
        f"encode(Path({str(source)!r}), Path({str(tmp_path / 'out')!r}), progress=report)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        children = _children_of(parent.pid)
        assert children
        parent.kill()
    deadline = time.monotonic() + 5
    while any(_alive(child) for child in children):
        assert time.monotonic() < deadline, "FFmpeg outlived its parent"
        time.sleep(0.02)
    # The next encode to the same place sweeps what the killed one left.
    assert encode(source, tmp_path / "out").duration > 9
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_progress_raises_stops_the_work(clips: Path, tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(part: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        encode(Clip("h264-aac.mp4").make(clips), tmp_path / "out", progress=cancel)
    assert list(tmp_path.iterdir()) == []


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_long_answer_of_the_probe_is_read_whole(tmp_path: Path) -> None:
    """An hour with a key frame each second: its index alone is tens of kilobytes."""
    source = tmp_path / "hour.mp4"
    picture = ["-f", "lavfi", "-i", "color=gray:s=32x32:r=1:d=3600"]
    ffmpeg(*picture, "-c:v", "libx264", "-preset", "ultrafast", "-g", "1", str(source))
    _, keys = examine(source, Limits(), 1.0)
    assert keys
    assert len(keys.times) == 3600
